"""An independent judge: it reads the CRM's history and our database, never the engine's words.

Plain ``sqlite3`` and plain dictionaries; no store, no sync and no adapter code. Each finding
names the guarantee it breaks (docs/guarantees.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.bodies import Sent, is_write, sent
from tests.faults.database import Ours, ours
from tests.faults.mapped import Allowed, allowed
from tests.faults.mirror import mirror_findings
from tests.faults.plain import plain
from tests.faults.rails import (
    before_findings,
    log_findings,
    ration_findings,
    without_repeats,
)

__all__ = ["Evidence", "Violation", "check"]

_EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "unknown", "undefined", "-"})
_DELETES = ("/batch/archive", "/gdpr-delete", "/merge", "/purge")


class Violation(NamedTuple):
    """One broken promise."""

    guarantee: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the judge looks at, after everything came to rest."""

    crm: str
    us: str
    """Who writes through the API in the CRM's history."""
    mapping: Path
    records: Any
    """The CRM's records with their ``history`` (``kam_sandbox.records.Records``)."""
    log: Sequence[Mapping[str, Any]]
    """The CRM's request log (``GET /_sandbox/log``)."""
    database: Path
    """The SQLite file, no process of ours running."""
    task: str
    """The CRM's object for tasks, its key field, its status field and what closed means."""
    key: str
    status: str
    closed: frozenset[str]
    withdrawn: str | None = None
    """What the status of a task says that an undo took back."""
    quiet_from: int | None = None
    """Number of the last request before a run in which nothing may be written."""
    settled: bool = True
    """Whether runs were left in peace until they had nothing to do."""
    undoing: bool = False
    """Whether an undo was tried: it may empty what was empty."""
    cursors: Sequence[Mapping[tuple[str, str], str]] = ()
    """``stream_cursor.since`` by source and stream, as it stood after each process."""
    rationed: Sequence[tuple[int, int, int]] = ()
    """Requests, from after one number to another, during which the day had so many calls."""
    exact: bool = False
    """Whether no person acted between a look and the write after it."""
    words: str = ""
    """Everything that was logged, printed or raised."""
    secrets: Iterable[str] = ()
    """What must not stand in the words, nor in the database file."""
    personal: Iterable[str] = ()
    """What must not stand in the words."""


@dataclass(slots=True)
class _Case:
    """The evidence, read once."""

    evidence: Evidence
    allowed: Allowed
    ours: Ours
    found: list[Violation] = field(default_factory=list)

    def say(self, guarantee: str, what: str) -> None:
        self.found.append(Violation(guarantee, what))


def check(evidence: Evidence) -> list[Violation]:
    """Return every promise that is broken, in a fixed order."""
    case = _Case(evidence, allowed(evidence.mapping), ours(evidence.database))
    _tasks(case)
    _people(case)
    _bodies(case)
    _deletes(case)
    _cursors(case)
    _rails(case)
    _words(case)
    if evidence.settled:
        _outbox(case)
        _quiet(case)
        _writes(case)
        history, written = without_repeats(evidence.records, evidence.us), case.allowed.written
        for what in log_findings(history, evidence.us, written, case.ours.logged):
            case.say("G33", what)
        for what in mirror_findings(evidence.records, case.ours):
            case.say("G7", what)
    return sorted(case.found)


def _tasks(case: _Case) -> None:
    """G1: one key, one task, made by us once; every task said to be made exists."""
    evidence = case.evidence
    made = Counter(
        str(record.fields[evidence.key])
        for record in evidence.records.all(evidence.task, deleted=True)
        if record.fields.get(evidence.key) and record.created_by == evidence.us
    )
    for key, count in sorted(made.items()):
        if count > 1:
            case.say("G1", f"task {key} was made {count} times")
    for record in evidence.records.all(evidence.task, deleted=True):
        if record.created_by == evidence.us and not record.fields.get(evidence.key):
            case.say("G1", f"task {record.id} of ours lacks the key that it is known by")
    known = {record.id for record in evidence.records.all(evidence.task, deleted=True)}
    for item in case.ours.outbox:
        lost = item.state == "done" and item.object == evidence.task and item.ref not in known
        if lost:
            case.say("G1", f"task {item.key} is said to be done and does not exist")


def _outbox(case: _Case) -> None:
    """G2: every planned change ended, with a reason; what is done, happened."""
    for item in case.ours.outbox:
        if item.state in ("pending", "sent"):
            case.say("G2", f"{item.object} {item.ref or item.key} is stuck as {item.state}")
        elif item.state in ("refused", "dead") and not (item.code and item.message):
            case.say("G2", f"{item.object} {item.ref or item.key} is {item.state} without a reason")
    queued = {(item.preview, item.object, item.ref or item.kam_id) for item in case.ours.outbox}
    queued |= {(item.preview, item.object, item.kam_id) for item in case.ours.outbox}
    for preview, object_, record in case.ours.applied:
        if (preview, object_, record) not in queued:
            case.say("G2", f"{object_} {record} of an applied preview has no outbox row")
    edits = defaultdict(set)
    for edit in case.evidence.records.history:
        edits[edit.object, edit.id, edit.field].add(plain(edit.after))
    for entry in case.ours.journal:
        place = (entry.object, entry.ref, entry.field)
        if not entry.created and plain(entry.after) not in edits[place]:
            case.say("G2", f"{'.'.join(place)} is journalled and was never written")


def _people(case: _Case) -> None:
    """G3, G4: a value that a person set in a shared field stands, or was given up knowingly."""
    evidence, guarantee = case.evidence, "G3" if case.evidence.crm == "salesforce" else "G4"
    last = _last_of_people(case)
    for (object_, id_, name), theirs in last.items():
        record = evidence.records.get(object_, id_)
        if record is None or record.deleted_at is not None:
            continue
        now = record.fields.get(name)
        if plain(now) == plain(theirs):
            continue
        where = f"{object_} {id_} {name}"
        if name != evidence.status or str(theirs) in evidence.closed:
            case.say(guarantee, f"{where}: a person's {theirs!r} is now {now!r}")
        elif plain(theirs) not in _known_before(case, (object_, id_, name)):
            case.say(guarantee, f"{where}: {theirs!r} was overwritten unseen")


def _last_of_people(case: _Case) -> dict[tuple[str, str, str], Any]:
    stood: dict[tuple[str, str, str], list[tuple[Any, Any]]] = defaultdict(list)
    last: dict[tuple[str, str, str], Any] = {}
    for edit in case.evidence.records.history:
        place = (edit.object, edit.id, edit.field)
        if edit.field not in case.allowed.shared.get(edit.object, ()):
            continue
        if edit.by != case.evidence.us:
            last[place] = edit.after
            if plain(edit.after) is None and _was_empty(stood[place], edit.at):
                del last[place]  # set and emptied within a moment: nobody can know that it was
        stood[place].append((edit.at, plain(edit.after)))
    return last


def _was_empty(stood: list[tuple[Any, Any]], at: Any) -> bool:
    """Tell whether a field that was filled since *at* held nothing before."""
    return next((value for when, value in reversed(stood) if when < at), None) is None


def _known_before(case: _Case, place: tuple[str, str, str]) -> set[Any]:
    journal = case.ours.journal
    return {plain(one.before) for one in journal if (one.object, one.ref, one.field) == place}


def _bodies(case: _Case) -> None:
    """G5, G6: only mapped fields leave us, and nothing empty where the mapping keeps."""
    for entry in case.evidence.log:
        for one in sent(entry["method"], entry["path"], entry["body"]):
            may = case.allowed.written.get(one.object, frozenset())
            for name, value in one.values.items():
                if name not in may:
                    case.say("G5", f"{one.object}.{name} was sent")
                elif _is_empty(value) and not _may_be_empty(case, one, name):
                    case.say("G6", f"{one.object} {one.ref} {name}: {value!r} was sent")


def _may_be_empty(case: _Case, one: Sent, name: str) -> bool:
    """Tell whether the mapping clears it, or it is what stood there: undo, a person's own."""
    undoing = case.evidence.undoing
    return name in case.allowed.cleared.get(one.object, ()) or any(
        (undoing and plain(edit.before) is None)
        or (edit.by != case.evidence.us and plain(edit.after) is None)
        for edit in case.evidence.records.history
        if (edit.object, edit.id, edit.field) == (one.object, one.ref, name)
    )


def _quiet(case: _Case) -> None:
    """G8: rest brings no write."""
    evidence = case.evidence
    if evidence.quiet_from is None:
        return
    for entry in evidence.log:
        late = entry["n"] > evidence.quiet_from
        if late and is_write(entry["method"], entry["path"], entry["body"]):
            case.say("G8", f"{entry['method']} {entry['path']} in a run with nothing to do")


def _writes(case: _Case) -> None:
    """G9: no value is written more often than it was decided, taken back or put back."""
    may: Counter[tuple[str, str, str, Any]] = Counter()
    lost = {(one.object, one.ref, one.field) for one in case.ours.logged if one.lost}
    for one in case.ours.journal:
        may[one.object, one.ref, one.field, plain(one.after)] += 1
        if one.undone or (one.object, one.ref, one.field) in lost:
            back = one.before
            if one.created and one.field == case.evidence.status:
                back = case.evidence.withdrawn
            may[one.object, one.ref, one.field, plain(back)] += 1
    written: Counter[tuple[str, str, str, Any]] = Counter()
    for edit in without_repeats(case.evidence.records, case.evidence.us):
        place = (edit.object, edit.id, edit.field, plain(edit.after))
        if edit.field not in case.allowed.written.get(edit.object, ()):
            continue
        (written if edit.by == case.evidence.us else may)[place] += 1
    may += _put_back(case)
    for place, count in sorted(written.items(), key=repr):
        if count > may[place]:
            case.say("G9", f"{' '.join(map(str, place[:3]))} was written {count} times as "
                     f"{place[3]!r}, and {may[place]} times meant")  # fmt: skip


def _put_back(case: _Case) -> Counter[tuple[str, str, str, Any]]:
    """Return values that we laid over a person's and took away at once: HubSpot's way.

    What was put back is the person's; ours is journalled nowhere.
    """
    us, found = case.evidence.us, Counter[tuple[str, str, str, Any]]()
    latest: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for edit in case.evidence.records.history:
        place = (edit.object, edit.id, edit.field)
        over = latest.get(place)
        if edit.by == us and over is not None and plain(edit.after) == plain(over[0].before):
            laid, beneath = over
            if laid.by == us and beneath is not None and beneath.by != us:
                found[(*place, plain(laid.after))] += 1
        latest[place] = (edit, over[0] if over else None)
    return found


def _deletes(case: _Case) -> None:
    """G17: we have no verb that deletes."""
    for entry in case.evidence.log:
        if entry["method"] == "DELETE" or entry["path"].endswith(_DELETES):
            case.say("G17", f"{entry['method']} {entry['path']}")
    for edit in case.evidence.records.history:
        if edit.by == case.evidence.us and edit.field in ("@deleted", "@merged"):
            case.say("G17", f"{edit.object} {edit.id} was deleted by us")


def _cursors(case: _Case) -> None:
    """G7: no cursor ever goes back (a sweep begins anew, so its own is another matter)."""
    latest: dict[tuple[str, str], str] = {}
    for shot in case.evidence.cursors:
        for place, since in shot.items():
            if place[1] != "sweep" and _at(since) < _at(latest.get(place, since)):
                case.say("G7", f"the cursor of {place} went back from {latest[place]} to {since}")
            latest[place] = since


def _rails(case: _Case) -> None:
    """G12, G21, G23: calls within the day's, nothing enqueued by a look, true before-values."""
    evidence = case.evidence
    for what in ration_findings(evidence.log, evidence.rationed):
        case.say("G12", what)
    for record in case.ours.looked:
        case.say("G21", f"{record} was put in the outbox by a look")
    if evidence.exact:
        for what in before_findings(evidence.records.history, evidence.us, case.ours.journal):
            case.say("G23", what)


def _words(case: _Case) -> None:
    """G25: no secret and no address of a person in anything said, no secret in the database."""
    evidence = case.evidence
    for secret in evidence.secrets:
        if secret in evidence.words:
            case.say("G25", "a secret was said")
        if secret.encode() in case.ours.raw:
            case.say("G25", "a secret stands in the database")
    for one in evidence.personal:
        if one in evidence.words:
            case.say("G25", "a person's address was said")


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in _EMPTY)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
