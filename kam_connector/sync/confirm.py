"""Confirm: results, base := written values, and the journal, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kam_connector.model.audit import AuditEntry
from kam_connector.model.change import PushResult, PushState
from kam_connector.model.identity import RecordKey
from kam_connector.model.instant import instant
from kam_connector.model.kind import Row
from kam_connector.model.preview import (
    FieldChange,
    JournalEntry,
    OutboxItem,
    OutboxState,
    RecordChange,
)
from kam_connector.model.pull import PullSource
from kam_connector.model.report import Kept
from kam_connector.model.staging import Agreed, Quarantined
from kam_connector.sync.context import SyncContext
from kam_connector.sync.decide import Decision, Verdict
from kam_connector.sync.heirs import Inherited
from kam_connector.sync.overtaken import settle_conflicts
from kam_connector.sync.witness import put_back

__all__ = ["Delivered", "Settlement"]

_STOPPED = "KAM-50"
"""Codes of a request that a switch kept back: it is no attempt, and looked at like one."""


@dataclass(slots=True)
class Delivered:
    """What delivering did, summed over batches."""

    written: int = 0
    created: int = 0
    already: int = 0
    kept: list[Kept] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Settlement:
    """What became of one batch: one record's refusal never touches another's result.

    Args:
        ctx: The connection.
        source: Where the records are read from.
        base: What was last agreed, by record.
        at: The CRM's clock.
        done: Counts so far.
    """

    def __init__(
        self,
        ctx: SyncContext,
        source: PullSource,
        *,
        base: Mapping[RecordKey, Agreed],
        at: datetime,
        done: Delivered,
    ) -> None:
        self._ctx = ctx
        self._source = source
        self._base = base
        self._at = at
        self._done = done
        self._items: list[OutboxItem] = []
        self._agreed: list[Agreed] = []
        self._journal: list[JournalEntry] = []
        self._image: dict[str, Row] = {}
        self._refused: list[Quarantined] = []
        self._healed: list[Quarantined] = []
        self._put_back: list[AuditEntry] = []

    def settle(
        self,
        decisions: Sequence[Decision],
        results: Mapping[str, PushResult],
        inherited: Inherited,
    ) -> None:
        """Work out every record's new state, then store all of it in one transaction."""
        self._journal += inherited.journal
        self._put_back += inherited.audit
        for decision in decisions:
            self._done.kept.extend(decision.kept)
            if decision.verdict is Verdict.SEND:
                self._settle_sent(decision, results.get(decision.item.id) or _lost(decision))
            else:
                self._settle_unsent(decision)
        moved = [one.row for one in decisions if one.kept and one.row is not None]
        with self._ctx.store.unit():
            self._ctx.store.restage(self._ctx.connection, self._source.name, moved)
            self._ctx.store.confirm(
                self._items, agreed=self._agreed, journal=self._journal, by=self._ctx.actor
            )
            self._ctx.store.audit(*self._put_back)
            settle_conflicts(
                self._ctx,
                decisions,
                results,
                source=self._source.name,
                base=self._base,
                at=self._at,
            )
            self._ctx.store.update_staged(self._ctx.connection, self._source.name, self._image)
            self._ctx.store.save_quarantined(self._refused)
            self._ctx.store.clear_quarantined(self._healed)

    def _settle_sent(self, decision: Decision, result: PushResult) -> None:
        item = replace(decision.item, attempts=decision.item.attempts + 1)
        lost_race = result.state is PushState.CONFLICT and not result.restored
        if result.state is PushState.REFUSED:
            self._refuse(item, result)
        elif result.state is PushState.RETRY and (result.code or "").startswith(_STOPPED):
            self._items.append(replace(item, attempts=item.attempts - 1, change=_as_read(decision)))
        elif result.state is PushState.RETRY or lost_race:
            self._again(replace(item, change=_as_read(decision)), result)
        else:
            self._done.kept.extend(_restored(decision, result))
            self._put_back += put_back(self._ctx, decision, result)
            # Found by our key instead of created: an attempt whose answer was lost made it.
            created = result.created or item.created or item.change.ref is None
            self._done.written += 1
            self._done.created += created
            sent = (*decision.send, *decision.confirmed)
            written = [one for one in sent if one.field not in result.restored]
            self._take(
                replace(
                    item,
                    state=OutboxState.DONE,
                    ref=result.ref or item.change.ref,
                    created=created,
                ),
                written,
                kept={*result.restored, *(one.field for one in decision.kept)},
            )

    def _settle_unsent(self, decision: Decision) -> None:
        item = decision.item
        match decision.verdict:
            case Verdict.LATER:
                self._items.append(
                    replace(item, next_at=self._ctx.clock.now() + self._ctx.rails.quiet)
                )
            case Verdict.GONE:
                self._refuse(item, _gone(item))
            case Verdict.CONFLICT:
                self._items.append(replace(item, state=OutboxState.CONFLICT, ref=item.change.ref))
            case _:
                self._done.already += not decision.confirmed
                self._done.written += bool(decision.confirmed)
                self._done.created += bool(decision.confirmed and item.created)
                done = replace(item, state=OutboxState.DONE, ref=item.change.ref)
                self._take(done, decision.confirmed, kept={one.field for one in decision.kept})

    def _take(
        self, item: OutboxItem, fields: Iterable[FieldChange], *, kept: Collection[str]
    ) -> None:
        """Our values stand in the CRM: they become the base; the journal keeps the old ones."""
        values = {one.field: one.after for one in item.change.fields if one.field not in kept}
        key = RecordKey(self._ctx.connection, item.change.kind, item.ref or "")
        known = self._base.get(key) or Agreed(
            key=key, source=self._source.name, kam_id=item.change.kam_id, read={}
        )
        self._items.append(item)
        self._agreed.append(
            replace(
                known,
                written={**known.written, **values},
                provenance={**known.provenance, "@written_at": instant(self._at)},
            )
        )
        self._image[key.ref] = values
        self._healed.append(self._quarantine(item, "", ""))
        self._journal.extend(self._entry(item, one) for one in fields)

    def _entry(self, item: OutboxItem, one: FieldChange) -> JournalEntry:
        return JournalEntry(
            run_id=item.run_id,
            item_id=item.id,
            connection=self._ctx.connection,
            kind=item.change.kind,
            object=item.change.object,
            ref=item.ref or "",
            kam_id=item.change.kam_id,
            field=one.field,
            before=one.before,
            after=one.after,
            at=self._at,
            created=item.created,
        )

    def _refuse(self, item: OutboxItem, result: PushResult) -> None:
        code = result.code or "KAM-3200"
        where = f" ({', '.join(result.fields)})" if result.fields else ""
        self._done.refused.append(f"{code}  {item.change.label}: {result.message}{where}")
        self._items.append(
            replace(item, state=OutboxState.REFUSED, code=code, message=result.message)
        )
        self._refused.append(
            replace(self._quarantine(item, code, result.message), first_seen=self._at)
        )

    def _again(self, item: OutboxItem, result: PushResult) -> None:
        """Try again in this run's next pass; after five attempts it is a dead letter.

        It stays *sent*: a lost answer, or a request that arrived twice and met itself, may
        have written, and then the next read finds our value and the journal gets its due.
        """
        code, state = result.code, OutboxState.SENT
        if item.attempts >= self._ctx.rails.max_attempts:
            code, state = "KAM-3230", OutboxState.DEAD
            self._done.refused.append(
                f"{code}  {item.change.label}: given up after {item.attempts} attempts: "
                f"{result.message}"
            )
        self._items.append(replace(item, state=state, code=code, message=result.message))

    def _quarantine(self, item: OutboxItem, code: str, message: str) -> Quarantined:
        return Quarantined(
            connection=self._ctx.connection,
            source=self._source.name,
            ref=item.change.ref or item.change.kam_id,
            field="",
            code=code,
            message=message,
            direction="write",
        )


def _as_read(decision: Decision) -> RecordChange:
    """Return the change with before-values as just read: the journal's, if this one arrived."""
    read = {one.field: one for one in decision.send}
    change = decision.item.change
    return replace(change, fields=tuple(read.get(one.field, one) for one in change.fields))


def _restored(decision: Decision, result: PushResult) -> list[Kept]:
    return [
        Kept(
            label=decision.item.change.label,
            object=decision.item.change.object,
            ref=result.ref or decision.item.change.ref or "",
            field=one.field,
            theirs=result.current.get(one.field),
            ours=one.after,
            reason="a person changed it while we were writing; their value was put back",
        )
        for one in (*decision.send, *decision.confirmed)
        if one.field in result.restored
    ]


def _gone(item: OutboxItem) -> PushResult:
    return PushResult(
        change_id=item.id,
        state=PushState.REFUSED,
        code="KAM-3220",
        message="the record was deleted or merged away in the CRM",
    )


def _lost(decision: Decision) -> PushResult:
    return PushResult(
        change_id=decision.item.id,
        state=PushState.RETRY,
        code="KAM-3104",
        message="the CRM's answer does not mention this record",
    )
