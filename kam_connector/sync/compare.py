"""Compare what should stand in the CRM with what does, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b

from kam_connector.mapping import (
    WriteContext,
    WritePlan,
    compile_write,
    merge_field,
    needs_write,
    same_value,
)
from kam_connector.mapping.rule import ASKING
from kam_connector.mapping.values import MISSING, Missing
from kam_connector.mapping.write import WriteField
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.outcome import Outcome
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.conflicts import Queue, Spot
from kam_connector.sync.context import SyncContext
from kam_connector.sync.sources import source_of

__all__ = ["Draft", "compare_records", "is_theirs", "refresh_due"]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A preview in the making."""

    ctx: SyncContext
    as_of: date
    labels: Mapping[str, str]
    at: datetime
    """The CRM's clock."""
    changes: list[RecordChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    in_scope: int = 0
    columns: dict[tuple[str, str], list[JsonValue]] = field(default_factory=dict)
    promised: set[tuple[Kind, str]] = field(default_factory=set)
    """Records that this preview makes: their children may be made with them."""
    childless: set[tuple[Kind, str]] = field(default_factory=set)
    """Records that were deleted, withdrawn or refused: no child of theirs is made."""
    queue: Queue = field(init=False)
    """What both sides moved, and a person decides."""

    def __post_init__(self) -> None:
        """Open the queue as it stands."""
        self.queue = Queue(self.ctx, at=self.at)

    def note(self, text: str) -> None:
        """Keep a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def wanted(
        self,
        outcome: Outcome,
        one: WriteField,
        *,
        object_: str,
        image: StagedRow,
        agreed: Agreed | None,
        ours: JsonValue,
        worth: bool,
    ) -> JsonValue | Missing:
        """Return what to write to a field: ours, or what a person decided; MISSING: nothing.

        *worth* says whether ours differs by enough for a write.
        """
        if one.policy not in ASKING:
            return ours if worth else MISSING
        title = outcome.values.get("title")
        spot = Spot(
            kind=outcome.kind,
            object=object_,
            image=image,
            field=one,
            kam_id=outcome.id,
            label=self.labels.get(outcome.id) or str(title or outcome.id),
            reason=outcome.reasons.get(one.path, ""),
            agreed=agreed,
            theirs=image.values.get(one.field),
            ours=ours,
        )
        return self.queue.wanted(spot, worth=worth)

    def promised_id(self, kind: Kind, id_: str) -> str | None:
        """Return our id in place of the ref that a record will have once it is made."""
        return id_ if (kind, id_) in self.promised else None

    def blocked(self, source: str) -> frozenset[str]:
        """Return refs that the CRM refused so often that a person must look first."""
        return frozenset(
            entry.ref
            for entry in self.ctx.store.quarantined(connection=self.ctx.connection)
            if entry.direction == "write"
            and entry.source == source
            and entry.times >= self.ctx.rails.max_attempts
        )


def compare_records(
    draft: Draft,
    kind: Kind,
    outcomes: Sequence[Outcome],
    refs: Mapping[tuple[Kind, str], str],
    context: WriteContext,
) -> None:
    """Add the changes of one kind of record that exists in this CRM to the draft."""
    write = draft.ctx.mapping.write_of(kind)
    if write is None or not outcomes:
        return
    comparison = _Comparison(draft, kind, write.object, context)
    here = {outcome.id: ref for outcome in outcomes if (ref := refs.get((kind, outcome.id)))}
    comparison.load(list(here.values()))
    for outcome in outcomes:
        if (ref := here.get(outcome.id)) is not None:
            comparison.add(outcome, ref)


def refresh_due(id_: str, as_of: date) -> bool:
    """Tell whether a record's weekly refresh falls on this day, staggered by its id (pure)."""
    day = int.from_bytes(blake2b(id_.encode(), digest_size=2).digest(), "big") % 7
    return as_of.toordinal() % 7 == day


class _Comparison:
    """One CRM object against what it should hold."""

    def __init__(self, draft: Draft, kind: Kind, object_: str, context: WriteContext) -> None:
        ctx = draft.ctx
        self._draft = draft
        self._kind = kind
        self._source = source_of(ctx.mapping, kind, object_)
        self._plan: WritePlan = compile_write(ctx.mapping, kind, ctx.crm.describe(object_), context)
        self._stamps = {one.field for one in self._plan.fields if one.path == "as_of"}
        self._bands = {
            one.path.removesuffix(".band"): one.field
            for one in self._plan.fields
            if one.path.endswith(".band")
        }
        """The field of the verdict that goes with a number: ``health`` for ``health.score``."""
        self._held = ctx.store.held_back(ctx.connection)
        self._blocked = draft.blocked(self._source.name)
        self._images: Mapping[str, StagedRow] = {}
        self._base: Mapping[RecordKey, Agreed] = {}
        for note in self._plan.notes:
            draft.note(note)

    def load(self, refs: Sequence[str]) -> None:
        """Read the CRM image and the base of these records."""
        ctx = self._draft.ctx
        self._images = ctx.store.staged(ctx.connection, self._source.name, refs)
        self._base = ctx.store.agreed([RecordKey(ctx.connection, self._kind, ref) for ref in refs])
        self._draft.in_scope += len(self._images)
        for one in self._plan.fields:
            self._draft.columns[self._plan.object, one.field] = [
                image.values.get(one.field) for image in self._images.values()
            ]

    def add(self, outcome: Outcome, ref: str) -> None:
        """Add one record's changes, if it has any worth writing."""
        image = self._images.get(ref)
        if image is None or image.deleted or ref in self._blocked:
            return
        due = refresh_due(outcome.id, self._draft.as_of)
        fields = self._changes(outcome, image, due=due)
        if not fields or (not due and all(one.field in self._stamps for one in fields)):
            return
        self._draft.changes.append(
            RecordChange(
                kind=self._kind,
                object=self._plan.object,
                ref=ref,
                kam_id=outcome.id,
                label=self._draft.labels.get(outcome.id, outcome.id),
                fields=tuple(
                    replace(one, refresh=True) if one.field in self._stamps else one
                    for one in fields
                ),
            )
        )

    def _changes(self, outcome: Outcome, image: StagedRow, *, due: bool) -> list[FieldChange]:
        agreed = self._base.get(RecordKey(self._draft.ctx.connection, self._kind, image.ref))
        desired = self._plan.translate(outcome.values)
        for problem in desired.problems:
            label = self._draft.labels.get(outcome.id, outcome.id)
            self._draft.note(f"{label}: {problem.field} is not written: {problem.message}")
        changes = (
            self._change(one, outcome, image, agreed, desired.fields, due=due)
            for one in self._plan.fields
            if one.field in desired.fields
        )
        return [change for change in changes if change is not None]

    def _change(
        self,
        one: WriteField,
        outcome: Outcome,
        image: StagedRow,
        agreed: Agreed | None,
        desired: Row,
        *,
        due: bool,
    ) -> FieldChange | None:
        before, after = image.values.get(one.field), desired[one.field]
        band = self._bands.get(one.path.rpartition(".")[0], "")
        band_changed = not same_value(image.values.get(band), desired.get(band))
        moved = needs_write(one, before, after, refresh_due=False, band_changed=band_changed)
        worth = bool(moved or (due and needs_write(one, before, after, refresh_due=True)))
        object_ = self._plan.object
        wanted = self._draft.wanted(
            outcome, one, object_=object_, image=image, agreed=agreed, ours=after, worth=worth
        )
        if wanted is MISSING:
            return None
        after = wanted
        key = (self._plan.object, image.ref, one.field)
        if key in self._held and self._held[key] == after:
            return None
        if one.policy not in ("kam", *ASKING) and is_theirs(one, agreed, before, after):
            return None
        return FieldChange(
            field=one.field,
            before=before,
            after=after,
            reason=outcome.reasons.get(one.path, "") if moved else "weekly refresh",
            shared=one.shared,
            refresh=not moved,
        )


def is_theirs(one: WriteField, agreed: Agreed | None, before: JsonValue, after: JsonValue) -> bool:
    """Tell whether the mapping's policy leaves a field people may edit as they set it."""
    merged = merge_field(
        base=agreed.written.get(one.field, MISSING) if agreed else MISSING,
        theirs=before,
        ours=after,
        policy=one.policy,
    )
    return merged.winner == "crm"
