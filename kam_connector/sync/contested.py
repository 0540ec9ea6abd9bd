"""Which of a row's values the layer may take over, where a person decides between two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kam_connector.mapping import MISSING, Merged, Missing, merge_field, same_value
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.pull import PullSource
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.agreement import agreed_value, agreeing
from kam_connector.sync.context import SyncContext
from kam_connector.sync.layer_side import LayerSide, asked_fields

__all__ = ["Contest", "Shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A row as reading back may see it, and what both sides agree on afterwards."""

    row: StagedRow
    agreed: Agreed
    kept: frozenset[str] = frozenset()
    """Paths whose value stays ours, or waits."""
    given: frozenset[str] = frozenset()
    """Paths whose value is neither side's alone: joined, or a person's decision."""
    bases: Mapping[str, JsonValue | Missing]
    """By CRM field: the base afterwards; MISSING: none."""
    reasons: Mapping[str, str]
    """By path, for the provenance."""

    def settled(self, taken: Agreed) -> Agreed:
        """Return what reading back left, with these fields' bases put right."""
        for field, base in self.bases.items():
            taken = agreeing(taken, field, base)
        return replace(taken, provenance={**taken.provenance, **self.reasons})


class Contest:
    """Holds fields under ``merge`` and ``manual`` back from the layer while both sides differ.

    Args:
        ctx: The connection.
        source: What is read.
        read: Takes people's values out of a row, by KAM path.
    """

    def __init__(self, ctx: SyncContext, source: PullSource, read: Callable[[Row], Row]) -> None:
        self._read = read
        self._fields = asked_fields(ctx, source)
        self._object = source.object
        self._side = LayerSide(ctx, source)
        live = ctx.store.conflicts(connection=ctx.connection) if self._fields else ()
        self._live = {one.place: one for one in live}

    def shown(self, row: StagedRow, agreed: Agreed) -> Shown | None:
        """Return the row without what waits, and with what was decided; None: as it is."""
        if not self._fields or row.deleted:
            return None
        ours = self._side.values(agreed.kam_id)
        shown = Shown(row=row, agreed=agreed, bases={}, reasons={})
        for path, field in self._fields.items():
            if field in row.values and path in ours:
                shown = self._one(shown, path, field, ours[path])
        return shown

    def _one(self, shown: Shown, path: str, field: str, ours: JsonValue | Missing) -> Shown:
        theirs = shown.row.values[field]
        one = self._side.field(path)
        merged = merge_field(
            base=agreed_value(shown.agreed, field),
            theirs=theirs,
            ours=ours,
            policy=one.policy if one else "manual",
            joining=one.joining if one else None,
        )
        match merged.winner:
            case "same":
                return replace(shown, bases={**shown.bases, field: theirs})
            case "crm" | "both":
                return self._given(shown, path, field, merged, ours=ours)
            case "ask":
                live = self._live.get((self._object, shown.row.ref, field))
                if live is not None and (value := _decided(live, theirs, ours)) is not MISSING:
                    why = Merged(value, "ask", f"{live.decided_by} took {live.decision}")
                    return self._given(shown, path, field, why, ours=ours)
        return _left(shown, path, field)

    def _given(
        self,
        shown: Shown,
        path: str,
        field: str,
        merged: Merged,
        *,
        ours: JsonValue | Missing,
    ) -> Shown:
        """Let the layer take a value as if it alone had moved; one it has no word for stays."""
        theirs = shown.row.values[field]
        value = None if merged.value is MISSING else merged.value
        row = shown.row._replace(values={**shown.row.values, field: value})
        if path not in self._read(row.values):
            return _left(shown, path, field)
        agreed = shown.agreed
        if ours is not MISSING:
            agreed = replace(agreed, written={**agreed.written, field: ours})
        return replace(
            shown,
            row=row,
            agreed=agreed,
            given=shown.given if same_value(value, theirs) else shown.given | {path},
            bases={**shown.bases, field: theirs},
            reasons={**shown.reasons, path: f"{merged.winner}: {merged.reason}"},
        )


def _decided(live: Conflict, theirs: JsonValue, ours: JsonValue | Missing) -> JsonValue | Missing:
    """Return what a decision lets into the layer, if the overruled side is what was seen."""
    if live.state is not ConflictState.DECIDED or not same_value(ours, live.ours):
        return MISSING
    if live.decision is Taken.THEIRS:
        return theirs
    if live.decision is Taken.VALUE and same_value(theirs, live.theirs):
        return live.value
    return MISSING


def _left(shown: Shown, path: str, field: str) -> Shown:
    """Show the value that was agreed on, so that nothing seems to have moved."""
    base = shown.agreed.written.get(field, MISSING)
    still = None if base is MISSING else base
    row = shown.row._replace(values={**shown.row.values, field: still})
    return replace(shown, row=row, kept=shown.kept | {path})
