"""What became of the queue when a batch was delivered: people who were faster, decisions done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from kam_connector.mapping import MISSING
from kam_connector.mapping.rule import ASKING, Rule
from kam_connector.model.change import PushResult, PushState
from kam_connector.model.conflict import Conflict, ConflictState, conflict_id
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.preview import FieldChange
from kam_connector.model.staging import Agreed
from kam_connector.sync.agreement import agreed_value
from kam_connector.sync.conflicts import closed
from kam_connector.sync.context import SyncContext
from kam_connector.sync.decide import Decision, Verdict

__all__ = ["settle_conflicts"]


def settle_conflicts(
    ctx: SyncContext,
    decisions: Sequence[Decision],
    results: Mapping[str, PushResult],
    *,
    source: str,
    base: Mapping[RecordKey, Agreed],
    at: datetime,
) -> None:
    """Queue what people changed at the last moment, and close what was written as decided.

    Under ``manual`` such a field waits at once; under ``merge`` the next run joins it, unless
    a decision about it has just been overtaken.

    Args:
        ctx: The connection; call it inside the transaction that confirms the batch.
        decisions: What was decided for each record.
        results: What the CRM said to those that were sent.
        source: Where the records are read from.
        base: What was last agreed on, before this batch.
        at: The CRM's clock.
    """
    if not any(one.shared for decision in decisions for one in decision.item.change.fields):
        return
    batch = _Batch(ctx, base, at)
    for decision in decisions:
        batch.see(decision, results.get(decision.item.id))
    changed = [
        conflict
        for decision in decisions
        for conflict in batch.of_record(decision, results.get(decision.item.id))
    ]
    if changed:
        ctx.store.save_conflicts(changed)
        ctx.store.update_staged(ctx.connection, source, batch.put_back)


class _Batch:
    """The queue as it stands while one batch is confirmed."""

    def __init__(self, ctx: SyncContext, base: Mapping[RecordKey, Agreed], at: datetime) -> None:
        self._ctx = ctx
        self._base = base
        self._at = at
        self._live = {one.place: one for one in ctx.store.conflicts(connection=ctx.connection)}
        self.put_back: dict[str, Row] = {}
        """By ref: people's values that were put back, which a pull shows only later."""

    def see(self, decision: Decision, result: PushResult | None) -> None:
        """Note what stands in the CRM again after we wrote over it."""
        ref, rules = decision.item.change.ref, self._asking(decision)
        names = [name for name in (result.restored if result else ()) if name in rules]
        if result is not None and ref is not None and names:
            self.put_back[ref] = {name: result.current.get(name) for name in names}

    def _asking(self, decision: Decision) -> Mapping[str, Rule]:
        write = self._ctx.mapping.write_of(decision.item.change.kind)
        rules = write.rules if write else ()
        return {one.target: one for one in rules if one.policy in ASKING}

    def of_record(self, decision: Decision, result: PushResult | None) -> Iterator[Conflict]:
        """Yield the conflicts that begin, open again or end with one record."""
        change = decision.item.change
        rules = self._asking(decision)
        overtaken = _overtaken(decision, result)
        arrived = result is not None and result.state is PushState.DONE
        holds = arrived or decision.verdict is Verdict.ALREADY
        for one in change.fields:
            live = self._live.get((change.object, change.ref or "", one.field))
            if one.field not in rules or change.ref is None:
                continue
            if one.field in overtaken:
                theirs = overtaken[one.field]
                yield from self._waits(decision, one, rules[one.field], theirs, live)
            elif live is not None and holds:
                yield closed(live, "the CRM holds it now", at=self._at)

    def _waits(
        self,
        decision: Decision,
        one: FieldChange,
        rule: Rule,
        theirs: JsonValue,
        live: Conflict | None,
    ) -> Iterator[Conflict]:
        if live is None and rule.policy == "manual":
            live = self._new(decision, one, rule)
            note = "a person changed it after the preview"
        elif live is not None:
            after = f" after {live.decided_by} decided" if live.decided_by else ""
            note = f"the CRM's value moved on{after}"
        else:
            return
        yield replace(
            live,
            theirs=theirs,
            ours=one.after,
            theirs_at=decision.row.modified_at if decision.row else self._at.isoformat(),
            updated_at=self._at,
            state=ConflictState.OPEN,
            decision=None,
            value=None,
            note=note,
        )

    def _new(self, decision: Decision, one: FieldChange, rule: Rule) -> Conflict:
        change, ref = decision.item.change, str(decision.item.change.ref)
        agreed = self._base.get(RecordKey(self._ctx.connection, change.kind, ref))
        base = agreed_value(agreed, one.field)
        return Conflict(
            id=conflict_id(self._ctx.connection, change.object, ref, one.field, self._at),
            connection=self._ctx.connection,
            kind=change.kind,
            object=change.object,
            ref=ref,
            field=one.field,
            kam_id=change.kam_id,
            label=change.label,
            path=rule.inputs[0] if rule.inputs else "",
            policy=rule.policy,
            base=None if base is MISSING else base,
            has_base=base is not MISSING,
            theirs=None,
            ours=one.after,
            reason=one.reason,
            ours_at=self._at,
            since=self._at,
            updated_at=self._at,
        )


def _overtaken(decision: Decision, result: PushResult | None) -> dict[str, JsonValue]:
    """Return what people put into fields while we were about to write them."""
    found = {one.field: one.theirs for one in decision.kept}
    if result is not None:
        found |= {name: result.current.get(name) for name in result.restored}
    return found
