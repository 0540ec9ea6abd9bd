"""What to do with one record just before it is written (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kam_connector.mapping import same_value
from kam_connector.model.erasure import ELSEWHERE
from kam_connector.model.instant import parse_instant
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, OutboxItem, OutboxState
from kam_connector.model.pull import PulledRow
from kam_connector.model.report import Kept

__all__ = ["Decision", "Verdict", "decide", "withheld"]


class Verdict(StrEnum):
    """What becomes of a record in this batch."""

    SEND = "send"
    ALREADY = "already"
    """It holds our values; nothing is sent."""
    CONFLICT = "conflict"
    """Only fields that people changed meanwhile were left."""
    LATER = "later"
    """A person edited it minutes ago: wait for the next run."""
    GONE = "gone"
    """Deleted in the CRM, or merged away: its survivor is another record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one item, with the fields that go and those that stay."""

    verdict: Verdict
    item: OutboxItem
    """With before-values as just read."""
    send: tuple[FieldChange, ...] = ()
    confirmed: tuple[FieldChange, ...] = ()
    """Fields that hold our value because an earlier, unanswered attempt wrote them."""
    kept: tuple[Kept, ...] = ()
    seen_modified_at: str | None = None
    row: PulledRow | None = field(default=None)


def decide(
    item: OutboxItem,
    row: PulledRow | None,
    *,
    crm_now: datetime,
    quiet: timedelta,
    last_write: str | None,
) -> Decision:
    """Compare an item with the record as just read.

    Args:
        item: What we want to write; each field's ``before`` is what the preview saw.
        row: The record now; None for one that does not exist (a task to create).
        crm_now: The CRM's clock.
        quiet: A record that a person edited this recently is left for later.
        last_write: When we last wrote this record, so that our own edit is not a person's.
    """
    change = item.change
    if row is None:
        verdict = Verdict.GONE if change.ref else Verdict.SEND
        return Decision(verdict=verdict, item=item, send=change.fields if not change.ref else ())
    if row.deleted or row.ref != change.ref:  # gone, or merged into another record
        return Decision(verdict=Verdict.GONE, item=item, row=row)
    send, confirmed, kept = _sorted_out(item, row)
    if send and _just_edited(row, crm_now=crm_now, quiet=quiet, last_write=last_write):
        return Decision(verdict=Verdict.LATER, item=item, row=row)
    if send or _is_owed(item, confirmed):
        verdict = Verdict.SEND
    else:
        verdict = Verdict.CONFLICT if kept and not confirmed else Verdict.ALREADY
    return Decision(
        verdict=verdict,
        item=item,
        send=tuple(send),
        confirmed=tuple(confirmed),
        kept=tuple(kept),
        seen_modified_at=row.modified_at,
        row=row,
    )


def _sorted_out(
    item: OutboxItem, row: PulledRow
) -> tuple[list[FieldChange], list[FieldChange], list[Kept]]:
    """Return the fields that go, those an earlier attempt wrote, and those people changed."""
    send: list[FieldChange] = []
    confirmed: list[FieldChange] = []
    kept: list[Kept] = []
    for wanted in item.change.fields:
        theirs = row.values.get(wanted.field)
        if same_value(theirs, wanted.after):
            if item.state is OutboxState.SENT:
                confirmed.append(wanted)
        elif wanted.shared and not same_value(theirs, wanted.before):
            kept.append(_kept(item, row, wanted, theirs))
        else:
            send.append(wanted if _was_erased(wanted) else replace(wanted, before=theirs))
    return send, confirmed, kept


def _was_erased(wanted: FieldChange) -> bool:
    """Tell whether the CRM still holds a text of ours that names somebody erased: not kept."""
    return isinstance(wanted.before, str) and ELSEWHERE in wanted.before


def withheld(decision: Decision) -> Decision:
    """Return the decision without anything to send: only what is there already counts."""
    if decision.verdict not in (Verdict.SEND, Verdict.LATER):
        return decision
    change = replace(decision.item.change, fields=decision.confirmed)
    if any(one.shared for one in decision.confirmed):  # a person's value may lie beneath
        verdict = Verdict.SEND
    else:
        verdict = Verdict.ALREADY if decision.confirmed else Verdict.CONFLICT
    item = replace(decision.item, change=change)
    return replace(decision, verdict=verdict, item=item, send=())


def _is_owed(item: OutboxItem, confirmed: Sequence[FieldChange]) -> bool:
    """Tell whether an unanswered attempt left more to see to than its values.

    What it made may lack its links, and what it wrote may lie on a person's value.
    """
    unlinked = item.created and bool(item.change.links)
    return item.state is OutboxState.SENT and (unlinked or any(one.shared for one in confirmed))


def _kept(item: OutboxItem, row: PulledRow, wanted: FieldChange, theirs: JsonValue) -> Kept:
    return Kept(
        label=item.change.label,
        object=item.change.object,
        ref=row.ref,
        field=wanted.field,
        theirs=theirs,
        ours=wanted.after,
        reason="a person changed it after the preview",
    )


def _just_edited(
    row: PulledRow, *, crm_now: datetime, quiet: timedelta, last_write: str | None
) -> bool:
    if not quiet or (last_write is not None and row.modified_at <= last_write):
        return False
    return crm_now - parse_instant(row.modified_at) < quiet
