"""Which class each table has, and which of its rows are too old: the whole registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Table, and_, func, not_, select

from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.kind import Kind
from kam_connector.model.preview import OutboxState
from kam_connector.model.retention import RetentionClass
from kam_connector.model.signal import SignalState
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.tables import table

__all__ = ["RULES", "Rule", "too_old"]

_Also: TypeAlias = "Callable[[Table, str], ColumnElement[bool]]"
_R = RetentionClass
RUNS_KEPT = 60
"""A connection's latest runs stay however old: the rails' median looks at so many, and the
nights owed at fewer (``sync.ledger.written_before``, ``kam_jobs.nights``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long one table's rows are kept."""

    kept: RetentionClass
    aged_by: str | None = None
    """The column that says how old a row is; None: it goes with the record it is about."""
    also: _Also | None = None
    """What must be so besides (the table, the cutoff's day): what is still needed stays."""
    note: str = ""
    """For the documentation: what stays, or with what a row goes."""


def too_old(name: str, day: str) -> ColumnElement[bool] | None:
    """Return the condition on rows older than their class; None: rows go with others.

    Args:
        name: The table.
        day: The class's cutoff, as text; the whole day is kept.
    """
    rule, t = RULES[name], table(name)
    if rule.aged_by is None:
        return None if rule.also is None else rule.also(t, day)
    old = t.c[rule.aged_by] < day
    return and_(old, rule.also(t, day)) if rule.also else old


def _not_the_newest(*of: str) -> _Also:
    """Return the condition that something newer is known of the same thing."""

    def also(t: Table, _day: str) -> ColumnElement[bool]:
        other = t.alias()
        same = [func.coalesce(other.c[one], "") == func.coalesce(t.c[one], "") for one in of]
        newest = select(func.max(other.c.as_of)).where(*same).scalar_subquery()
        return t.c.as_of < newest

    return also


def _ended(t: Table, _day: str) -> ColumnElement[bool]:
    return and_(t.c.state.in_((SignalState.RESOLVED.value, SignalState.EXPIRED.value)))


def _not_among_the_last(t: Table, _day: str) -> ColumnElement[bool]:
    order = (t.c.started_at.desc(), t.c.id.desc())
    place = func.row_number().over(partition_by=t.c.connection, order_by=order)
    ranked = select(t.c.id, place.label("place")).subquery()
    last = select(ranked.c.id).where(ranked.c.place <= RUNS_KEPT)
    undoable = select(table("journal").c.run_id)
    return and_(t.c.id.not_in(last), t.c.id.not_in(undoable))


def _whole_run(t: Table, day: str) -> ColumnElement[bool]:
    """Undo never finds half a run."""
    other = t.alias()
    young = select(other.c.run_id).where(other.c.at >= day)
    return and_(t.c.run_id.not_in(young))


def _settled(t: Table, day: str) -> ColumnElement[bool]:
    """What waits, or was sent and never answered, is still to be settled."""
    runs = table("run")
    young = select(runs.c.id).where(runs.c.started_at >= day)
    waits = (OutboxState.PENDING.value, OutboxState.SENT.value, OutboxState.UNDOING.value)
    return and_(t.c.state.not_in(waits), t.c.run_id.not_in(young))


def _no_wish_to_forget(t: Table, _day: str) -> ColumnElement[bool]:
    return not_(t.c.forget)


def _working(**notes: str) -> dict[str, Rule]:
    return {name: Rule(kept=_R.WORKING, note=note) for name, note in notes.items()}


def _state(*names: str) -> dict[str, Rule]:
    return {name: Rule(kept=_R.STATE) for name in names}


_FORGOTTEN = "goes with everything that speaks of the record alone"
_WITH_ACCOUNT = "goes with its account or person"
_SEARCHED = (Kind.ACCOUNT, Kind.CONTACT)
RULES: Mapping[str, Rule] = {
    **{
        kind.value: Rule(
            kept=_R.WORKING,
            aged_by=None if kind in _SEARCHED else "deleted_at",
            note=_FORGOTTEN if kind in _SEARCHED else "",
        )
        for kind in MIRRORED
    },
    **{kept_name(made): Rule(kept=_R.WORKING, note=_WITH_ACCOUNT) for made in KEPT},
    **_working(
        staged="goes with its record",
        agreed="goes with its record",
        identity_link="goes with its record",
        crm_alias="goes with the record that won",
        holdback="goes with its record",
        paused_field="goes with its record",
        position="goes with its person",
        activity_person="goes with its activity",
        renewal_cycle=_WITH_ACCOUNT,
        plan=_WITH_ACCOUNT,
        objective=_WITH_ACCOUNT,
        measure="goes with its objective",
        action=_WITH_ACCOUNT,
    ),
    **_state(
        "connection", "lease", "sealed_token", "stream_cursor", "source_schema", "swept",
        "stop_order", "audit_head", "erased",
    ),
    "outcome": Rule(kept=_R.DERIVED, aged_by="as_of"),
    "strength": Rule(kept=_R.DERIVED, aged_by="as_of"),
    "score": Rule(
        kept=_R.HISTORY, aged_by="as_of", also=_not_the_newest("account_id", "name"),
        note="the latest of each name stays",
    ),
    "kpi_value": Rule(
        kept=_R.HISTORY, aged_by="as_of", also=_not_the_newest("account_id", "key"),
        note="the latest of each figure stays",
    ),
    "signal": Rule(
        kept=_R.HISTORY, aged_by="first_seen", also=_ended,
        note="those in force and suppressed stay",
    ),
    "signal_act": Rule(kept=_R.HISTORY, aged_by="acted_at"),
    "kept_change": Rule(kept=_R.HISTORY, aged_by="at"),
    "key_account": Rule(kept=_R.HISTORY, aged_by="left_on", note="those that are chosen stay"),
    "run": Rule(
        kept=_R.LEDGER, aged_by="started_at", also=_not_among_the_last,
        note=f"the last {RUNS_KEPT} of each connection stay, and those that can be undone",
    ),
    "quarantine": Rule(kept=_R.LEDGER, aged_by="first_seen", note="what still fails comes again"),
    "journal": Rule(kept=_R.JOURNAL, aged_by="at", also=_whole_run, note="whole runs"),
    "preview": Rule(kept=_R.JOURNAL, aged_by="created_at"),
    "outbox": Rule(
        kept=_R.JOURNAL, also=_settled, note="as old as its run; what waits for an answer stays"
    ),
    "approval": Rule(kept=_R.JOURNAL, aged_by="at"),
    "conflict": Rule(kept=_R.JOURNAL, aged_by="closed_at", note="open ones stay"),
    "hint": Rule(
        kept=_R.JOURNAL, aged_by="at", also=_no_wish_to_forget,
        note="a wish to be forgotten stays until it is followed",
    ),
    "heard": Rule(kept=_R.SECURITY, aged_by="at"),
    "heard_rights": Rule(kept=_R.SECURITY, aged_by="at"),
    "audit_entry": Rule(kept=_R.AUDIT, aged_by="at", note="trimmed from the front, by an entry"),
    "audit_subject": Rule(kept=_R.AUDIT, note="goes with its entry, or with an erasure"),
}  # fmt: skip
"""Every table of the store. A new table gets a line here; a test says so until it has one."""
