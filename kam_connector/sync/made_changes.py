"""Records that we make in a CRM: created once, kept in step, never deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kam_connector.errors import RecordError
from kam_connector.mapping import WriteContext, WritePlan, compile_write, needs_write
from kam_connector.mapping.rule import ASKING
from kam_connector.mapping.values import MISSING
from kam_connector.mapping.write import WriteField
from kam_connector.model.kind import Kind, Row
from kam_connector.model.outcome import Outcome
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.compare import Draft, is_theirs, refresh_due
from kam_connector.sync.sources import source_of

__all__ = ["PARENTS", "Refs", "compare_made"]

Refs = Mapping[tuple[Kind, str], str]
"""This CRM's refs by our ids."""

PARENTS: Mapping[Kind, tuple[str, Kind]] = {
    Kind.OBJECTIVE: ("plan", Kind.PLAN),
    Kind.MEASURE: ("objective", Kind.OBJECTIVE),
}
"""The path that names a record's parent, where that is made by us as well."""
_BEGINS: Mapping[Kind, frozenset[str]] = {
    Kind.TASK: frozenset({"open"}),
    Kind.PLAN: frozenset({"draft", "active"}),
    Kind.OBJECTIVE: frozenset({"open"}),
}
"""Statuses in which a record is made; any other speaks of one that exists."""


def compare_made(
    draft: Draft,
    kind: Kind,
    outcomes: Sequence[Outcome],
    refs: Refs,
    context: WriteContext,
    *,
    waits: Callable[[Draft, Outcome, Refs], bool] = lambda _draft, _outcome, _refs: False,
) -> None:
    """Add the records of one kind to create or change to the draft.

    A record is made at its account's home connection, and stays where it was made, whatever
    the account's home has become. One that a person deleted, or that an undo withdrew, is left
    alone. A child is made after its parent: in the same run, when the parent is made in it.

    Args:
        draft: The preview in the making; parents are compared before their children.
        kind: The kind.
        outcomes: What each record should say.
        refs: What stands in this CRM already.
        context: How refs and times are translated.
        waits: Whether a new record waits for something that only its kind knows of.
    """
    compiled = _compiled(draft, kind, context) if outcomes else None
    if compiled is not None:
        _Made(draft, kind, *compiled).add(outcomes, refs, waits)


def _compiled(
    draft: Draft, kind: Kind, context: WriteContext
) -> tuple[WritePlan, ObjectSchema] | None:
    """Return how the kind is written here; None where it is not, with a note."""
    ctx = draft.ctx
    write = ctx.mapping.write_of(kind)
    if write is None:
        return None
    parent = PARENTS.get(kind, ("", None))[1]
    try:
        schema = ctx.crm.describe(write.object)
    except RecordError as error:
        if not write.optional or error.code != "KAM-3210":
            raise
        if parent is None:  # its children go with it: one note tells of all
            draft.note(f"{ctx.connection} has no {write.object}: {kind}s stay with us.")
        return None
    if write.optional and write.match not in schema.fields:
        draft.note(
            f"{write.object} has no field {write.match}: {kind}s stay with us until "
            f"kam crm provision {ctx.connection} has made it."
        )
        return None
    return compile_write(ctx.mapping, kind, schema, context), schema


class _Made:
    """One CRM object whose records we make."""

    def __init__(self, draft: Draft, kind: Kind, plan: WritePlan, schema: ObjectSchema) -> None:
        ctx = draft.ctx
        self._draft = draft
        self._kind = kind
        self._plan = plan
        self._fixed = frozenset(n for n, field in schema.fields.items() if not field.updateable)
        self._source: PullSource = source_of(ctx.mapping, kind, plan.object)
        self._held = ctx.store.held_back(ctx.connection)
        self._blocked = draft.blocked(self._source.name)
        for note in plan.notes:
            draft.note(note)

    def add(
        self,
        outcomes: Sequence[Outcome],
        refs: Refs,
        waits: Callable[[Draft, Outcome, Refs], bool],
    ) -> None:
        """Add every record's change, if it has one."""
        ctx = self._draft.ctx
        made = ctx.store.agreed_of(self._kind, [one.id for one in outcomes])
        known = {
            id_: agreed
            for id_, found in made.items()
            for agreed in found
            if agreed.key.connection == ctx.connection
        }
        refs_known = [agreed.key.ref for agreed in known.values()]
        images = ctx.store.staged(ctx.connection, self._source.name, refs_known)
        homes = _homes(self._draft, outcomes)
        for outcome in outcomes:
            agreed = known.get(outcome.id)
            if outcome.id in self._blocked or (agreed and agreed.key.ref in self._blocked):
                self._draft.childless.add((self._kind, outcome.id))
                continue
            change = None
            if agreed is not None:
                change = self._update(outcome, agreed, images.get(agreed.key.ref))
            elif outcome.id not in made and homes.get(outcome.id) == ctx.connection:
                change = (
                    None if waits(self._draft, outcome, refs) else self._creation(outcome, refs)
                )
            if change is not None:
                self._draft.changes.append(change)

    def _update(
        self, outcome: Outcome, agreed: Agreed, image: StagedRow | None
    ) -> RecordChange | None:
        """Return what differs, less what a person set in a field that is theirs too."""
        undone = (self._plan.object, agreed.key.ref, self._plan.match) in self._held
        if undone or (image is not None and image.deleted):
            self._draft.childless.add((self._kind, outcome.id))
            return None
        if image is None:
            return None
        desired = self._plan.translate(outcome.values).fields
        found = (
            self._field(one, outcome, agreed, image, desired)
            for one in self._plan.fields
            if one.field in desired and one.field not in self._fixed
        )
        fields = tuple(change for change in found if change is not None)
        return self._record(outcome, agreed.key.ref, fields) if fields else None

    def _field(
        self, one: WriteField, outcome: Outcome, agreed: Agreed, image: StagedRow, desired: Row
    ) -> FieldChange | None:
        before, after = image.values.get(one.field), desired[one.field]
        moved = needs_write(one, before, after, refresh_due=False)
        due = refresh_due(outcome.id, self._draft.as_of)
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
        why = outcome.reasons.get(one.path, f"the {_WORDS[self._kind]} changed")
        return FieldChange(
            field=one.field,
            before=before,
            after=after,
            reason=why if moved else "weekly refresh",
            shared=one.shared,
            refresh=not moved,
        )

    def _creation(self, outcome: Outcome, refs: Refs) -> RecordChange | None:
        begins = _BEGINS.get(self._kind)
        if begins is not None and outcome.values.get("status") not in begins:
            return None
        awaited = self._awaited(outcome, refs)
        if awaited is None:
            return None
        desired = self._translated(outcome)
        fields = tuple(
            FieldChange(
                field=one.field,
                before=None,
                after=desired[one.field],
                reason=outcome.reasons.get("title", "") if one.path == "title" else "",
                awaits=awaited.get(one.path),
            )
            for one in self._plan.fields
            if desired.get(one.field) is not None
        )
        self._draft.promised.add((self._kind, outcome.id))
        return self._record(outcome, None, fields)

    def _awaited(self, outcome: Outcome, refs: Refs) -> dict[str, Kind] | None:
        """Return by path what is made first in the same run; None if the record must wait."""
        if self._kind not in PARENTS:
            return {}
        path, kind = PARENTS[self._kind]
        parent = (kind, str(outcome.values.get(path)))
        if parent in self._draft.childless:
            return None
        if parent in refs:
            return {}
        return {path: kind} if parent in self._draft.promised else None

    def _translated(self, outcome: Outcome) -> Row:
        desired = self._plan.translate(outcome.values)
        for problem in desired.problems:
            self._draft.note(
                f"{_WORDS[self._kind].capitalize()} “{outcome.values.get('title')}”: "
                f"{problem.field} is not written: {problem.message}"
            )
        return desired.fields

    def _record(
        self, outcome: Outcome, ref: str | None, fields: tuple[FieldChange, ...]
    ) -> RecordChange:
        return RecordChange(
            kind=self._kind,
            object=self._plan.object,
            ref=ref,
            kam_id=outcome.id,
            label=str(outcome.values.get("title") or outcome.id),
            fields=fields,
            key_field=self._plan.match,
            key=outcome.id,
            links=self._plan.links(outcome.values) if ref is None else (),
            owner=self._draft.labels.get(str(outcome.values.get("owner"))),
        )


_WORDS: Mapping[Kind, str] = {
    Kind.TASK: "action",
    Kind.PLAN: "plan",
    Kind.OBJECTIVE: "objective",
    Kind.MEASURE: "measure",
}


def _homes(draft: Draft, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Return the home connection of each record's account."""
    accounts = {str(one.values.get("account")) for one in outcomes}
    homes = {
        id_: pairs[0][0]
        for id_, pairs in draft.ctx.store.refs(Kind.ACCOUNT, accounts).items()
        if pairs
    }
    return {one.id: home for one in outcomes if (home := homes.get(str(one.values.get("account"))))}
