"""kam privacy erase | export | list | allow: people who ask to be forgotten, or what is kept."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import orjson

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.crash import drop_traces
from kam_connector.cli.output import jsonable, table
from kam_connector.errors import BusyError, KamError, StorageError, UsageError
from kam_connector.model.erasure import ErasedMark, Erasure, Person, PersonFile
from kam_connector.model.hint import Hint
from kam_connector.model.kind import Kind

__all__ = ["allow", "erase", "export", "list_erased"]

_person = click.argument("person")
_also = click.option(
    "--also", multiple=True, help="Another name, address or number of theirs in texts."
)
_account = click.option("--account", help="Which of several people of one name.")
_SHOWN = 40  # our choice: as many as a person reads; the count says if there are more
_FEW = 5  # our choice: more suggestions than this are a list nobody reads
_LEFT = (
    "Not reached from here, and yours to do:",
    "  the CRM itself: we have no way to delete there. Its administrator deletes the person,",
    "  and empties the bin; until then the record is seen and not taken in.",
    "  backups older than this: a restored one is erased again by the marks kept beside the",
    "  database; let old ones expire.",
    "  exports, decks and workbooks that people saved; the CRM's texts that people wrote.",
)


@command(
    "erase",
    _person,
    _account,
    _also,
    click.option("--dry-run", is_flag=True, help="Show what would go; change nothing."),
    help="Erase PERSON (e-mail, name, id, or CONNECTION:REF) from the layer, every text included.",
)
def erase(
    session: Session, *, person: str, account: str | None, also: tuple[str, ...], dry_run: bool
) -> Result:
    """Erase one person, all their records."""
    found = _found(session, person, account)
    _refuse_short(also)
    _refuse_while_running(session)
    store = session.app.store
    done = [store.erase_person(one, by=session.actor, also=also, dry_run=dry_run) for one in found]
    if dry_run:
        lines = [*_erased_lines(done, would=True), *_doubt_lines(done)]
        return Result(data={"erased": done}, lines=lines)
    purged = store.purge()
    traces = drop_traces()
    data = {"erased": done, "purged": purged, "traces_dropped": traces}
    lines = [*_erased_lines(done, would=False), *_doubt_lines(done)]
    lines += [*_purged_lines(purged=purged, traces=traces), *_LEFT]
    return Result(data=data, lines=lines)


@command(
    "export",
    _person,
    _account,
    _also,
    click.option("-o", "--output", type=click.Path(path_type=Path), help="A new file (JSON)."),
    help="Write down everything the layer knows of PERSON, as they may ask to see it.",
)
def export(
    session: Session,
    *,
    person: str,
    account: str | None,
    also: tuple[str, ...],
    output: Path | None,
) -> Result:
    """Answer somebody who asks what is kept of them."""
    found = _found(session, person, account)
    kept = [session.app.store.person_file(one, also=also) for one in found]
    session.warn("Rows name other people too: look through them before you hand this over.")
    if output is not None:
        _write(output, kept)
        return Result(data={"file": str(output)}, lines=[*_kept_lines(kept), f"Wrote {output}."])
    return Result(data={"people": kept}, lines=_kept_lines(kept))


@command("list", help="Show how many people were erased, when, and whom the CRM still shows.")
def list_erased(session: Session) -> Result:
    """Count the marks; they name nobody."""
    store = session.app.store
    marks, owed = store.erased_marks(), store.purge_owed()
    lines = _mark_lines(marks)
    if owed:
        lines.append("Deleted bytes may still be in the database's files; the next run purges.")
    return Result(data={"marks": marks, "purge_owed": owed}, lines=lines)


@command(
    "allow",
    click.argument("person", required=False),
    click.option("--everybody", is_flag=True, help="Drop all marks, as when their key is lost."),
    help="Let somebody be known again: an e-mail address, or CONNECTION:REF.",
)
def allow(session: Session, *, person: str | None, everybody: bool) -> Result:
    """Drop the marks of one person who came back, or of all."""
    if everybody == (person is not None):
        raise UsageError("Name a person, or say --everybody.")
    store = session.app.store
    if person is None:
        count = store.drop_marks()
    else:
        connection, _, ref = person.rpartition(":")
        addresses = [person] if "@" in person else []
        name = session.app.one(connection) if connection else ""
        count = store.allow_again(name, Kind.CONTACT, "" if addresses else ref, addresses=addresses)
        if not count:
            hint = "kam privacy list  counts the marks; they name nobody."
            raise UsageError("No mark fits.", code="KAM-7043", hint=hint)
        _look_again(session, name, ref)
    return Result(
        data={"dropped": count},
        lines=[f"Marks dropped: {count}. The next run reads the records that waited."],
    )


def _found(session: Session, wanted: str, account: str | None) -> list[Person]:
    """Return the records of the one person meant; an address is one person's by itself.

    Raises:
        UsageError: Nobody fits, or several people of one name do (KAM-7042).
    """
    people = session.app.store.people()
    connection, _, ref = wanted.rpartition(":")
    for one in people:
        keys = {(key.connection, key.ref) for key in one.records}
        if wanted == one.id or (connection, ref) in keys:
            return [one]
    by_address = [one for one in people if (one.email or "").casefold() == wanted.casefold()]
    if by_address:
        return by_address
    named = [one for one in people if one.name and one.name.casefold() == wanted.casefold()]
    if account is not None:
        named = [one for one in named if (one.account or "").casefold() == account.casefold()]
    if len(named) == 1:
        return named
    if not named:
        hint = "Give the whole name, the e-mail address, our id, or  CONNECTION:REF ."
        raise UsageError("Nobody fits.", code="KAM-7042", hint=hint)
    listed = ", ".join(f"{one.account or 'no account'} ({one.id})" for one in named[:_FEW])
    raise UsageError("Several people are called so.", code="KAM-7042", hint=f"Which?  {listed}")


def _refuse_short(also: Iterable[str]) -> None:
    """A single letter names nobody."""
    short = [one for one in also if len(one.strip()) == 1]
    if short:
        raise UsageError(f'--also "{short[0]}" is a single letter.', hint="Give a whole word.")


def _refuse_while_running(session: Session) -> None:
    """A run under way speaks of people from memory, and would bring them back."""
    for name in session.app.connections:
        if session.app.is_running(name):
            hint = "Wait for its end (kam status), then erase."
            raise BusyError(f'A run of "{name}" is under way.', code="KAM-7010", hint=hint)


def _look_again(session: Session, connection: str, ref: str) -> None:
    """Ask the next run to read the records that were held out."""
    store, now = session.app.store, session.app.clock.now()
    waiting = [one for one in store.quarantined() if one.code == "KAM-6032"]
    for one in waiting:
        object_ = one.source.partition(":")[2]
        store.add_hints(one.connection, [Hint(object=object_, ref=one.ref, at=now)])
    store.clear_quarantined(waiting)
    if connection:
        from kam_connector.mapping import pull_sources  # noqa: PLC0415 - heavy

        sources = pull_sources(session.app.mapping(connection))
        objects = {one.object for one in sources if one.kind is Kind.CONTACT}
        hints = [Hint(object=object_, ref=ref, at=now) for object_ in sorted(objects)]
        store.add_hints(connection, hints)


def _erased_lines(done: Sequence[Erasure], *, would: bool) -> list[str]:
    rows = sum((Counter(one.rows) for one in done), Counter[str]())
    texts = sum((Counter(one.texts) for one in done), Counter[str]())
    records = [key for one in done for key in one.records]
    marks = sum(one.marks for one in done)
    gone = "would go" if would else "erased"
    lines = [f"  {key.connection}:{key.ref}  {gone}" for key in records]
    counted = [(name, rows[name], texts[name]) for name in sorted({*rows, *texts})]
    lines += table(("table", "rows gone", "texts blotted"), counted)
    lines.append(f"{marks} marks {'would keep' if would else 'keep'} them from coming back.")
    return lines


def _doubt_lines(done: Iterable[Erasure]) -> list[str]:
    """Show what may name the person and stays: only somebody who reads it can tell."""
    doubts = [doubt for one in done for doubt in one.doubts]
    if not doubts:
        return []
    lines = [f"{len(doubts)} texts may name them and stay as they are: please look."]
    lines += [f"  {one.table} {one.record} {one.column}: {one.text}" for one in doubts[:_SHOWN]]
    if len(doubts) > _SHOWN:
        lines.append(f"  and {len(doubts) - _SHOWN} more; --json has all of them.")
    return [*lines, '  --also "WORDS" takes such words out of every text; else write these anew.']


def _purged_lines(*, purged: bool, traces: int) -> list[str]:
    lines = ["The database's files were written anew: no deleted byte is left in them."]
    if not purged:
        lines = ["Others work in the database: the next run writes its files anew."]
    return [*lines, f"Files of error traces dropped: {traces}."] if traces else lines


def _kept_lines(kept: Iterable[PersonFile]) -> list[str]:
    lines: list[str] = []
    for one in kept:
        who = one.person
        lines.append(f"{who.name}  {who.email or ''}  {who.account or ''}".rstrip())
        lines += [f"  record    {key.connection}:{key.ref}" for key in who.records]
        counted = [(name, len(rows)) for name, rows in one.tables.items()]
        lines += table(("kept in", "rows"), counted)
    return lines


def _mark_lines(marks: Sequence[ErasedMark]) -> list[str]:
    if not marks:
        return ["Nobody was erased."]
    counts = Counter((one.made_on, one.what, one.place or "–") for one in marks)
    lines = table(("on", "mark of", "connection", "marks"), [(*k, n) for k, n in counts.items()])
    met = Counter((one.place, one.met_on) for one in marks if one.met_on)
    lines += [
        f"{place} still showed {count} of them on {day}: delete them there."
        for (place, day), count in sorted(met.items(), key=str)
    ]
    return lines


def _write(file: Path, kept: Sequence[PersonFile]) -> None:
    """Write a new file for its owner alone.

    Raises:
        KamError: It exists (KAM-6015), or cannot be written (KAM-1071).
    """
    text = orjson.dumps(jsonable(kept), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise _exists(file) from error
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}."
        raise StorageError(message, code="KAM-1071") from error


def _exists(file: Path) -> KamError:
    return StorageError(f"{file} exists already.", code="KAM-6015", hint="Name another file.")
