"""Writes that a merge overtook: what landed on the heir is journalled, or taken from it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from kam_connector.mapping import same_value
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.change import Change, Landed, PushResult, PushState
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, JournalEntry, OutboxItem, OutboxState
from kam_connector.ports import FollowsMerges
from kam_connector.sync.context import SyncContext
from kam_connector.sync.decide import Decision, Verdict

__all__ = ["Inherited", "heirs_of", "inherited_by"]

_APART = timedelta(minutes=5)
"""How far the clocks may be apart while we write at all (``skew``)."""
_SECOND = timedelta(seconds=2)
"""A CRM's clock as we hear it counts in whole seconds."""
_WHY = "the record was merged away while we were writing"


@dataclass(slots=True)
class Inherited:
    """What the journal and the audit log must know of heirs."""

    journal: list[JournalEntry] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)


def inherited_by(
    ctx: SyncContext, decisions: Sequence[Decision], results: Mapping[str, PushResult]
) -> Inherited:
    """Find what of a batch was written into records that took others' places in a merge.

    It is journalled under the heir, over what stood there; the next preview writes what the heir
    should say. In a field that people write too, a value that we never saw goes back at once:
    nobody weighed it against ours. No calls without such a merge.

    Args:
        ctx: The connection.
        decisions: The batch, as it was decided.
        results: What the CRM said to what was sent.
    """
    found = ((one.item, _heir(one, results.get(one.item.id))) for one in decisions)
    return heirs_of(ctx, [(item, heir) for item, heir in found if heir is not None])


def heirs_of(ctx: SyncContext, pairs: Sequence[tuple[OutboxItem, str]]) -> Inherited:
    """Find what items, sent to records merged away, did to the heirs that are named with them."""
    found = Inherited()
    if not pairs or not isinstance(ctx.crm, FollowsMerges):
        return found
    for _, group in groupby(pairs, key=lambda one: (one[0].run_id, one[0].change.object)):
        part = list(group)
        told = ctx.crm.landed(
            [_change(item, heir) for item, heir in part], since=_begun(ctx, part[0][0])
        )
        for item, heir in part:
            if item.id in told:
                _take(ctx, item, heir, told[item.id], found)
    return found


def _heir(decision: Decision, result: PushResult | None) -> str | None:
    """Return the record that has the place of the one we wrote to, or may have written to."""
    item, row = decision.item, decision.row
    if item.change.ref is None:
        return None
    if result is not None:
        return result.ref if result.ref not in (None, item.change.ref) else None
    asked = decision.verdict is Verdict.GONE and item.state is OutboxState.SENT
    if not asked or row is None or row.deleted or row.ref == item.change.ref:
        return None
    return row.ref


def _begun(ctx: SyncContext, item: OutboxItem) -> datetime:
    if item.state is OutboxState.UNDOING and item.next_at is not None:
        return item.next_at - _SECOND
    run = ctx.store.run(item.run_id)
    return (run.started_at if run is not None else ctx.crm.identity().now) - _APART


def _change(item: OutboxItem, heir: str) -> Change:
    change = item.change
    return Change(
        id=item.id,
        kind=change.kind,
        object=change.object,
        ref=heir,
        values={one.field: one.after for one in change.fields},
    )


def _take(ctx: SyncContext, item: OutboxItem, heir: str, landed: Landed, found: Inherited) -> None:
    wanted = [one for one in item.change.fields if one.field in landed.over]
    lost = [
        one
        for one in wanted
        if one.shared
        and not same_value(landed.over[one.field], one.after)
        and not same_value(landed.over[one.field], one.before)
    ]
    back = [one for one in lost if same_value(landed.now[one.field], one.after)]
    gone = {one.field for one in lost} - {one.field for one in back}
    if back and _put_back(ctx, item, heir, landed, back):
        gone |= {one.field for one in back}
    at = ctx.crm.identity().now
    for one in wanted:
        before = landed.over[one.field]
        if one.field in gone:
            found.audit.append(_returned(ctx, item, heir, one, before))
        else:
            found.journal.append(_entry(ctx, item, heir, one, before=before, at=at))


def _put_back(
    ctx: SyncContext,
    item: OutboxItem,
    heir: str,
    landed: Landed,
    fields: Sequence[FieldChange],
) -> bool:
    """Give people's fields of the heir what they held; returns whether they hold it."""
    now = ctx.crm.identity().now
    change = Change(
        id=f"{item.id}-heir",
        kind=item.change.kind,
        object=item.change.object,
        ref=heir,
        values={one.field: landed.over[one.field] for one in fields},
        shared=frozenset(one.field for one in fields),
        expected={one.field: one.after for one in fields},
        seen_modified_at=now.isoformat(),
        compared_at=now,
    )
    (told,) = ctx.crm.push([change])
    return told.state in (PushState.DONE, PushState.CONFLICT)


def _returned(
    ctx: SyncContext, item: OutboxItem, heir: str, one: FieldChange, before: JsonValue
) -> AuditEntry:
    change = item.change
    return AuditEntry(
        act=Act.FIELD_PUT_BACK,
        by=ctx.actor,
        why=_WHY,
        run_id=item.run_id,
        connection=ctx.connection,
        kind=change.kind,
        object=change.object,
        ref=heir,
        kam_id=change.kam_id,
        field=one.field,
        before=one.after,
        after=before,
    )


def _entry(
    ctx: SyncContext,
    item: OutboxItem,
    heir: str,
    one: FieldChange,
    *,
    before: JsonValue,
    at: datetime,
) -> JournalEntry:
    change = item.change
    return JournalEntry(
        run_id=item.run_id,
        item_id=item.id,
        connection=ctx.connection,
        kind=change.kind,
        object=change.object,
        ref=heir,
        kam_id=change.kam_id,
        field=one.field,
        before=before,
        after=one.after,
        at=at,
    )
