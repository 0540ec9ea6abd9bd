"""kam conflict list | show | take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.errors import UsageError
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.model.kind import JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["conflict_line", "list_conflicts", "show", "take", "waiting"]

_WIDEST = 30  # our choice: three values beside each other on a line of a wide terminal
_id = click.argument("conflict_id", metavar="ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """One conflict with what each decision would do."""

    conflict: Conflict
    effects: dict[str, str]


def waiting(session: Session, connection: str) -> int:
    """Return how many conflicts of a connection nobody has decided."""
    live = session.app.store.conflicts(connection=connection)
    return sum(one.state is ConflictState.OPEN for one in live)


def conflict_line(count: int) -> str:
    """Return the sentence that tells of waiting conflicts."""
    return f"{count} conflict{'s wait' if count != 1 else ' waits'}: kam conflict list"


@command(
    "list",
    click.option("--connection", help="Only those of one connection."),
    click.option("--all", "everything", is_flag=True, help="Decided and ended ones too."),
    help="Show fields that both sides moved and a person decides.",
)
def list_conflicts(session: Session, *, connection: str | None, everything: bool) -> Result:
    """List the review queue, the oldest first."""
    if connection is not None:
        session.app.names([connection])
    found = session.app.store.conflicts(connection=connection, everything=everything)
    listed = [one for one in found if everything or one.state is ConflictState.OPEN]
    head = ("id", "connection", "record", "field", "agreed", "theirs", "ours", "since", "state")
    lines = table(head, map(_row, listed)) or ["No conflict waits for a decision."]
    decided = sum(one.state is ConflictState.DECIDED for one in found)
    if decided and not everything:
        lines.append(f"{decided} decided, not carried out yet: --all shows them.")
    return Result(data={"conflicts": listed}, lines=lines)


@command("show", _id, help="Show what both sides hold, and what each decision would do.")
def show(session: Session, *, conflict_id: str) -> Result:
    """Show one conflict whole."""
    from kam_connector.sync.deciding import conflict_of, effects  # noqa: PLC0415 - heavy

    conflict = conflict_of(session.app.store, conflict_id)
    open_ = effects(conflict) if conflict.is_live else {}
    shown = _Shown(conflict=conflict, effects={one.value: text for one, text in open_.items()})
    return Result(data=shown, lines=[*_sides(conflict), *_ways(conflict, open_)])


@command(
    "take",
    _id,
    click.option("--theirs", is_flag=True, help="The CRM's value stands."),
    click.option("--ours", is_flag=True, help="Our value goes to the CRM."),
    click.option("--value", help="Neither: this value, for both sides."),
    click.option("--dry-run", is_flag=True, help="Say what would follow; decide nothing."),
    help="Decide a conflict; the next run carries it out, or asks again if a side moved on.",
)
def take(
    session: Session,
    *,
    conflict_id: str,
    theirs: bool,
    ours: bool,
    value: str | None,
    dry_run: bool,
) -> Result:
    """Decide one conflict."""
    from kam_connector.sync.deciding import conflict_of, decide_conflict  # noqa: PLC0415 - heavy

    if theirs + ours + (value is not None) != 1:
        hint = "kam conflict show ID  says what each would do."
        raise UsageError("Say one of --theirs, --ours or --value.", hint=hint)
    taken = Taken.THEIRS if theirs else Taken.OURS if ours else Taken.VALUE
    conflict = conflict_of(session.app.store, conflict_id)
    session.app.names([conflict.connection])
    decided = decide_conflict(
        session.app.store,
        session.app.mapping(conflict.connection),
        conflict_id,
        taken=taken,
        value=value,
        by=session.actor,
        at=session.app.clock.now(),
        dry_run=dry_run,
    )
    said = decided.conflict.decision
    head = f"{decided.conflict.id}  {conflict.label}  {conflict.field}: {said}"
    lines = [head, decided.effect, *(["Nothing was decided."] if dry_run else [])]
    return Result(
        data={"conflict": decided.conflict, "effect": decided.effect, "dry_run": dry_run},
        lines=lines,
    )


def _row(one: Conflict) -> tuple[object, ...]:
    base = _cut(one.base) if one.has_base else None
    state = f"{one.state}: {one.decision}" if one.decision else one.state.value
    since = one.since.strftime("%Y-%m-%d")
    return (
        one.id, one.connection, one.label, one.field,
        base, _cut(one.theirs), _cut(one.ours), since, state,
    )  # fmt: skip


def _sides(one: Conflict) -> list[str]:
    base = _text(one.base) if one.has_base else "(never agreed)"
    seen = one.ours_at.strftime("%Y-%m-%d %H:%M") if one.ours_at else None
    rows = [
        ("agreed", base, None, "both sides, last"),
        ("theirs", _text(one.theirs), one.theirs_at[:16].replace("T", " ") or None, "in the CRM"),
        ("ours", _text(one.ours), seen, one.reason or "the KAM layer"),
    ]
    lines = [
        f"{one.id}  {one.state}  {one.label}",
        f"  {one.connection} {one.object} {one.ref}  {one.field}  ({one.path}, {one.policy})",
        f"  waits since {one.since:%Y-%m-%d %H:%M}" + (f"  {one.note}" if one.note else ""),
        "",
    ]
    if any("\n" in value for _, value, *_ in rows):
        return [*lines, *_long(rows)]
    return [*lines, *table(("", "value", "moved", "by"), rows)]


def _long(rows: Iterable[tuple[str, str, str | None, str]]) -> list[str]:
    """Return values of several lines below each other."""
    lines: list[str] = []
    for name, value, at, by in rows:
        lines.append(f"  {name}  {at or ''}  {by}".rstrip())
        lines += [f"    {line}" for line in value.split("\n")]
    return lines


def _ways(one: Conflict, effects: dict[Taken, str]) -> list[str]:
    lines = [""]
    if one.decision is not None and one.decided_at is not None:
        own = f" {_text(one.value)}" if one.decision is Taken.VALUE else ""
        when = one.decided_at.strftime("%Y-%m-%d %H:%M")
        lines.append(f"  {one.decided_by or 'somebody'} took {one.decision}{own} on {when}")
    for taken, text in effects.items():
        flag = "--value TEXT" if taken is Taken.VALUE else f"--{taken}"
        lines += [f"  kam conflict take {one.id} {flag}", f"      {text}"]
    return lines


def _text(value: JsonValue) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "(empty)"
    return "(empty)" if value in (None, "") else str(value)


def _cut(value: JsonValue) -> str:
    text = _text(value).replace("\n", " ⏎ ")
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
