"""The review queue: what both sides moved waits, is shown with its newest values, and ends."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from kam_connector.mapping import MISSING, Merged, Missing, WriteField, merge_field, same_value
from kam_connector.mapping.rule import ASKING
from kam_connector.model.conflict import Conflict, ConflictState, Taken, conflict_id
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.layer_homes import has_home
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.agreement import agreed_value, agreeing, is_joined, joined_mark
from kam_connector.sync.context import SyncContext
from kam_connector.sync.sources import source_of

__all__ = ["Queue", "Spot", "closed", "found", "undecided"]

_GONE = "the record was deleted or merged away in the CRM"
_LEFT = "the record left the scope: nothing is written to it"
_UNASKED = "the mapping no longer asks about this field"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One field of one record, as both sides have it now."""

    kind: Kind
    object: str
    image: StagedRow
    field: WriteField
    kam_id: str
    label: str
    reason: str
    agreed: Agreed | None
    theirs: JsonValue
    ours: JsonValue

    @property
    def place(self) -> tuple[str, str, str]:
        """Object, ref and field."""
        return self.object, self.image.ref, self.field.field

    def merged(self) -> Merged:
        """Return what the policy makes of both sides."""
        return merge_field(
            base=agreed_value(self.agreed, self.field.field),
            theirs=self.theirs,
            ours=self.ours,
            policy=self.field.policy,
            joining=self.field.joining,
        )


class Queue:
    """The conflicts of one connection while a preview is made.

    Args:
        ctx: The connection.
        at: The CRM's clock.
    """

    def __init__(self, ctx: SyncContext, *, at: datetime) -> None:
        self._ctx = ctx
        self._at = at
        self._live = {one.place: one for one in ctx.store.conflicts(connection=ctx.connection)}
        self._seen: set[tuple[str, str, str]] = set()
        self._changed: dict[str, Conflict] = {}
        self._bases: dict[RecordKey, list[Callable[[Agreed], Agreed]]] = {}
        self._stale: set[tuple[str, str]] = set()

    def wanted(self, spot: Spot, *, worth: bool) -> JsonValue | Missing:
        """Return what is to be written to the field; MISSING: nothing, it stays or waits.

        Args:
            spot: Both sides.
            worth: Whether they differ by enough for a write.
        """
        self._seen.add(spot.place)
        live = self._live.get(spot.place)
        if not worth:
            return self._same(spot, live)
        merged = spot.merged()
        match merged.winner:
            case "ask":
                return self._ask(spot, live)
            case "both":
                self._close(live, "both sides' changes were joined")
                return self._join(spot, merged.value)
            case "crm":
                self._stand(spot, live)
                return MISSING
        if live is not None and not (live.decision is Taken.VALUE and _is(spot.ours, live.value)):
            self._close(live, "the CRM's value went back to what was agreed on: ours is written")
        return self._ours(spot)

    def save(self, in_scope: Collection[str]) -> None:
        """End what is compared no more, and store everything in one transaction.

        Args:
            in_scope: Our ids of all records that may be written today.
        """
        for place, live in self._live.items():
            if place not in self._seen and (note := self._why_unseen(live, in_scope)):
                self._close(live, note)
        if not (self._changed or self._bases or self._stale):
            return
        store = self._ctx.store
        with store.unit():
            store.save_conflicts(self._changed.values())
            store.confirm([], agreed=self._rebased(), journal=[])
            for source, ref in self._stale:
                store.mark_dirty(self._ctx.connection, source, [ref])

    def _same(self, spot: Spot, live: Conflict | None) -> Missing:
        self._close(live, "both sides agree")
        base = agreed_value(spot.agreed, spot.field.field)
        if same_value(spot.theirs, spot.ours) and not _is(spot.theirs, base):
            self._agree(spot, spot.theirs)
        return MISSING

    def _ask(self, spot: Spot, live: Conflict | None) -> JsonValue | Missing:
        if live is None:
            self._keep(found(self._ctx.connection, spot, at=self._at))
        elif live.state is ConflictState.DECIDED:
            return self._decided(spot, live)
        elif not (_is(spot.theirs, live.theirs) and _is(spot.ours, live.ours)):
            self._keep(_newest(live, spot, at=self._at))
        return MISSING

    def _decided(self, spot: Spot, live: Conflict) -> JsonValue | Missing:
        """Carry a decision out while the side it overrules is what the person saw."""
        same_theirs, same_ours = _is(spot.theirs, live.theirs), _is(spot.ours, live.ours)
        if live.decision is Taken.OURS and same_theirs:
            return self._ours(spot)
        if live.decision is Taken.THEIRS and same_ours:
            return MISSING
        if live.decision is Taken.VALUE and same_theirs and same_ours:
            return MISSING  # the next merge takes it into the layer, then it is ours
        moved = "our value" if same_theirs else "the CRM's value"
        note = f"{moved} moved on after {live.decided_by or 'somebody'} decided"
        self._keep(_newest(live, spot, at=self._at, note=note))
        return MISSING

    def _ours(self, spot: Spot) -> JsonValue:
        """Our own value goes to the CRM: an earlier joined one counts no more."""
        if is_joined(spot.agreed, spot.field.field):
            self._agree(spot, agreed_value(spot.agreed, spot.field.field))
        return spot.ours

    def _join(self, spot: Spot, value: JsonValue | Missing) -> JsonValue | Missing:
        if value is MISSING or same_value(spot.theirs, value):
            self._agree(spot, spot.ours)
            return MISSING
        joined = value

        def mark(agreed: Agreed) -> Agreed:
            return joined_mark(agreed, spot.field.field, ours=spot.ours, value=joined)

        self._rebase(spot, mark)
        return value

    def _stand(self, spot: Spot, live: Conflict | None) -> None:
        """The CRM's value stands; where the layer keeps such values, the next merge takes it."""
        self._close(live, "our value went back to what was agreed on: the CRM's stands")
        taken_up = live is not None or is_joined(spot.agreed, spot.field.field)
        if taken_up and has_home(spot.kind, spot.field.path):
            source = source_of(self._ctx.mapping, spot.kind, spot.object)
            self._stale.add((source.name, spot.image.ref))

    def _why_unseen(self, live: Conflict, in_scope: Collection[str]) -> str:
        write = self._ctx.mapping.write_of(live.kind)
        rules = write.rules if write is not None and write.object == live.object else ()
        if not any(one.target == live.field and one.policy in ASKING for one in rules):
            return _UNASKED
        source = source_of(self._ctx.mapping, live.kind, live.object)
        image = self._ctx.store.staged(self._ctx.connection, source.name, [live.ref]).get(live.ref)
        if image is None or image.deleted or image.merged_into is not None:
            return _GONE
        return "" if live.kam_id in in_scope else _LEFT

    def _agree(self, spot: Spot, value: JsonValue | Missing) -> None:
        self._rebase(spot, lambda agreed: agreeing(agreed, spot.field.field, value))

    def _rebase(self, spot: Spot, change: Callable[[Agreed], Agreed]) -> None:
        key = RecordKey(self._ctx.connection, spot.kind, spot.image.ref)
        self._bases.setdefault(key, []).append(change)

    def _rebased(self) -> list[Agreed]:
        found_: list[Agreed] = []
        for key, agreed in self._ctx.store.agreed(self._bases).items():
            for change in self._bases[key]:
                agreed = change(agreed)  # noqa: PLW2901 - one document through all its changes
            found_.append(agreed)
        return found_

    def _close(self, live: Conflict | None, note: str) -> None:
        if live is not None:
            self._keep(closed(live, note, at=self._at))

    def _keep(self, one: Conflict) -> None:
        self._changed[one.id] = one


def undecided(ctx: SyncContext) -> int:
    """Return how many conflicts of a connection wait for a person."""
    live = ctx.store.conflicts(connection=ctx.connection)
    return sum(one.state is ConflictState.OPEN for one in live)


def found(connection: str, spot: Spot, *, at: datetime) -> Conflict:
    """Return a new conflict."""
    base = agreed_value(spot.agreed, spot.field.field)
    return Conflict(
        id=conflict_id(connection, *spot.place, at),
        connection=connection,
        kind=spot.kind,
        object=spot.object,
        ref=spot.image.ref,
        field=spot.field.field,
        kam_id=spot.kam_id,
        label=spot.label,
        path=spot.field.path,
        policy=spot.field.policy,
        base=None if base is MISSING else base,
        has_base=base is not MISSING,
        theirs=spot.theirs,
        ours=spot.ours,
        reason=spot.reason,
        theirs_at=spot.image.modified_at,
        ours_at=at,
        since=at,
        updated_at=at,
    )


def closed(live: Conflict, note: str, *, at: datetime) -> Conflict:
    """Return a conflict that has ended, with how; who decided stands in the note."""
    who = f"decided by {live.decided_by}: {live.decision}; " if live.decision else ""
    return replace(live, state=ConflictState.CLOSED, note=who + note, closed_at=at, updated_at=at)


def _newest(live: Conflict, spot: Spot, *, at: datetime, note: str = "") -> Conflict:
    """Return a waiting conflict with what both sides hold now; a decision is void."""
    return replace(
        live,
        theirs=spot.theirs,
        ours=spot.ours,
        reason=spot.reason,
        label=spot.label,
        kam_id=spot.kam_id,
        theirs_at=spot.image.modified_at,
        ours_at=live.ours_at if _is(spot.ours, live.ours) else at,
        updated_at=at,
        state=ConflictState.OPEN,
        decision=None,
        value=None,
        note=note or "a side moved on while it waited",
    )


def _is(one: JsonValue | Missing, other: JsonValue | Missing) -> bool:
    """Tell whether two values are one; nothing at all is another thing than an empty value."""
    if one is MISSING or other is MISSING:
        return one is other
    return same_value(one, other)
