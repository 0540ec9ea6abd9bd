"""Actions as CRM tasks: created once, kept in step, closed as withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kam_connector.mapping import WriteContext, WritePlan, compile_write, needs_write
from kam_connector.model.kind import Kind, Row
from kam_connector.model.outcome import Outcome
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.compare import Draft, is_theirs
from kam_connector.sync.sources import source_of

__all__ = ["compare_tasks"]


def compare_tasks(
    draft: Draft,
    outcomes: Sequence[Outcome],
    refs: Mapping[tuple[Kind, str], str],
    context: WriteContext,
) -> None:
    """Add the tasks to create, change or withdraw to the draft.

    A task goes to its account's home connection, and only if an active owner is known
    there; otherwise the action is on the handover list and the preview says so. It stays
    where it was made, whatever the account's home has become.
    """
    write = draft.ctx.mapping.write_of(Kind.TASK)
    if write is None or not outcomes:
        return
    ctx = draft.ctx
    source = source_of(ctx.mapping, Kind.TASK, write.object)
    plan = compile_write(ctx.mapping, Kind.TASK, ctx.crm.describe(write.object), context)
    made = ctx.store.agreed_of(Kind.TASK, [one.id for one in outcomes])
    known = {
        id_: agreed
        for id_, found in made.items()
        for agreed in found
        if agreed.key.connection == ctx.connection
    }
    refs_known = [agreed.key.ref for agreed in known.values()]
    images = ctx.store.staged(ctx.connection, source.name, refs_known)
    blocked = draft.blocked(source.name)
    homes = _homes(draft, outcomes)
    for outcome in outcomes:
        agreed = known.get(outcome.id)
        if outcome.id in blocked or (agreed and agreed.key.ref in blocked):
            continue
        if agreed is not None:
            change = _update(draft, plan, outcome, agreed, images.get(agreed.key.ref))
        elif outcome.id not in made and homes.get(outcome.id) == ctx.connection:
            change = _creation(draft, plan, outcome, refs)
        else:
            change = None
        if change is not None:
            draft.changes.append(change)


def _homes(draft: Draft, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Return the home connection of each action's account."""
    accounts = {str(one.values.get("account")) for one in outcomes}
    homes = {
        id_: pairs[0][0]
        for id_, pairs in draft.ctx.store.refs(Kind.ACCOUNT, accounts).items()
        if pairs
    }
    return {one.id: home for one in outcomes if (home := homes.get(str(one.values.get("account"))))}


def _update(
    draft: Draft, plan: WritePlan, outcome: Outcome, agreed: Agreed, image: StagedRow | None
) -> RecordChange | None:
    """Return what differs, less what a person set in a field that is theirs too."""
    if image is None or image.deleted:
        return None
    desired = plan.translate(outcome.values).fields
    fields = tuple(
        FieldChange(
            field=one.field,
            before=image.values.get(one.field),
            after=desired[one.field],
            reason=outcome.reasons.get(one.path, "the action changed"),
            shared=one.shared,
        )
        for one in plan.fields
        if one.field in desired
        and needs_write(one, image.values.get(one.field), desired[one.field], refresh_due=False)
        and not (
            one.policy != "kam"
            and is_theirs(one, agreed.written, image.values.get(one.field), desired[one.field])
        )
    )
    return _record(draft, plan, outcome, agreed.key.ref, fields) if fields else None


def _creation(
    draft: Draft,
    plan: WritePlan,
    outcome: Outcome,
    refs: Mapping[tuple[Kind, str], str],
) -> RecordChange | None:
    if outcome.values.get("status") != "open":
        return None
    owner = outcome.values.get("owner")
    if not isinstance(owner, str) or (Kind.USER, owner) not in refs:
        draft.note(
            f"Task “{outcome.values.get('title')}” waits: its account has no active owner in "
            f"{draft.ctx.connection} (handover list)."
        )
        return None
    desired = _translated(draft, plan, outcome)
    reason = str(outcome.values.get("reason") or "")
    fields = tuple(
        FieldChange(
            field=one.field,
            before=None,
            after=desired[one.field],
            reason=reason if one.path == "title" else "",
        )
        for one in plan.fields
        if desired.get(one.field) is not None
    )
    return _record(draft, plan, outcome, None, fields)


def _translated(draft: Draft, plan: WritePlan, outcome: Outcome) -> Row:
    desired = plan.translate(outcome.values)
    for problem in desired.problems:
        draft.note(
            f"Task “{outcome.values.get('title')}”: {problem.field} is not written: "
            f"{problem.message}"
        )
    return desired.fields


def _record(
    draft: Draft,
    plan: WritePlan,
    outcome: Outcome,
    ref: str | None,
    fields: tuple[FieldChange, ...],
) -> RecordChange:
    return RecordChange(
        kind=Kind.TASK,
        object=plan.object,
        ref=ref,
        kam_id=outcome.id,
        label=str(outcome.values.get("title") or outcome.id),
        fields=fields,
        key_field=plan.match,
        key=outcome.id,
        links=plan.links(outcome.values) if ref is None else (),
        owner=draft.labels.get(str(outcome.values.get("owner"))),
    )
