"""What we made in the CRM and the layer forgot: after a restore, or a lost database.

A new action whose task already stands there takes it over, with what people did to it, instead
of asking for it a second time. Plans, objectives and measures are found by their keys, which
follow from the account: of them only what people decided is still to be taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kam_connector.mapping import pull_sources
from kam_connector.model.identity import RecordKey
from kam_connector.model.instant import parse_instant
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.staging import Agreed, MergeBatch, StagedRow
from kam_connector.sync.context import SyncContext
from kam_connector.sync.plan_readback import field_of

__all__ = ["Stray", "recall_plans", "take_strays", "taken_over"]

_LONGEST = 255
"""What a subject holds in either CRM: longer titles were cut when they were written."""
_REMEMBERED = timedelta(days=30)
"""How long what people finished answers an action of the same words: our choice, as long as a
backup is worth restoring (docs/operations.md); later the same words are a new question."""
_UNFINISHED = (ActionState.OPEN, ActionState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A task of ours that no action of ours stands behind."""

    ref: str
    key: str
    """The action it was made for."""
    title: str
    status: str | None
    """``open``, ``done`` or ``withdrawn``, as the mapping reads it."""
    due: date | None = None
    owner_id: str | None = None
    deleted: bool = False
    touched: date | None = None
    """When it was last changed; None: not known."""

    def answers(self, action: Action, as_of: date) -> bool:
        """Tell whether it is the task that an action of another id would make again."""
        if action.title[:_LONGEST] != self.title:
            return False
        if self.status == "open" and not self.deleted:
            return True
        return self.touched is not None and as_of - self.touched <= _REMEMBERED


def taken_over(
    actions: Sequence[Action], strays: Iterable[Stray], *, as_of: date
) -> dict[str, tuple[Stray, Action]]:
    """Return, by action, the stray it takes over and the action as people left it (pure).

    The action of the same id comes first; else one that would say the same words: a title
    names the account or the person. What people finished, dropped or deleted is not asked
    for again.

    Args:
        actions: Those without a task, by our rules' wish.
        strays: Tasks without an action.
        as_of: The day.
    """
    free = {action.id: action for action in actions if action.state in _UNFINISHED}
    found: dict[str, tuple[Stray, Action]] = {}
    for stray in sorted(strays, key=lambda one: (one.key not in free, one.deleted, one.ref)):
        action = free.get(stray.key) or next(
            (one for one in free.values() if stray.answers(one, as_of)), None
        )
        if action is not None:
            del free[action.id]
            found[action.id] = stray, _as_left(action, stray, as_of)
    return found


def take_strays(ctx: SyncContext, actions: Sequence[Action], *, as_of: date) -> list[Action]:
    """Return the actions, those that take a stray task over as people left it; binds the two."""
    source = next((one for one in pull_sources(ctx.mapping) if one.kind is Kind.TASK), None)
    key, title = (field_of(ctx, Kind.TASK, path) for path in ("key", "title"))
    if source is None or key is None or title is None:
        return list(actions)
    rows = ctx.store.stray_tasks(ctx.connection, source.name, key_field=key)
    if not rows:
        return list(actions)
    known = _known(ctx, rows)
    strays = [_stray(row, known.get(row.ref), key=key, title=title) for row in rows]
    found = taken_over(_without_task(ctx, actions, strays), strays, as_of=as_of)
    _bind(ctx, source.name, known, found)
    return [found[one.id][1] if one.id in found else one for one in actions]


def recall_plans(ctx: SyncContext, *, as_of: date) -> None:
    """Ask for a second merge of plans and objectives that stood in the CRM before they were ours.

    The first one read them while the layer did not know them: the next takes what people
    decided about them. Nothing is written over it meanwhile, as no base says that we may.

    Args:
        ctx: The connection.
        as_of: The day on which the layer thought of them again.
    """
    if ctx.mapping.write_of(Kind.PLAN) is None:
        return
    plans = [str(one.id) for one in ctx.store.plans() if one.opened_on == as_of]
    objectives = [one.id for one in ctx.store.objectives() if one.set_on == as_of]
    for kind, ids in ((Kind.PLAN, plans), (Kind.OBJECTIVE, objectives)):
        for found in ctx.store.agreed_of(kind, ids).values() if ids else ():
            for base in found:
                if base.key.connection == ctx.connection and not base.written:
                    ctx.store.mark_dirty(ctx.connection, base.source, [base.key.ref])


def _without_task(
    ctx: SyncContext, actions: Sequence[Action], strays: Iterable[Stray]
) -> list[Action]:
    """Return the unfinished actions that no task stands for, or only a stray one."""
    unfinished = [one for one in actions if one.state in _UNFINISHED]
    with_task = ctx.store.agreed_of(Kind.TASK, [one.id for one in unfinished])
    stray_keys = {one.key for one in strays}
    return [one for one in unfinished if one.id not in with_task or one.id in stray_keys]


def _as_left(action: Action, stray: Stray, as_of: date) -> Action:
    if stray.deleted or stray.status == "withdrawn":
        return replace(action, state=ActionState.DISMISSED, closed_on=as_of)
    if stray.status == "done":
        return replace(action, state=ActionState.DONE, closed_on=as_of)
    owner, due = stray.owner_id or action.owner_id, stray.due or action.due
    return replace(action, state=ActionState.OPEN, owner_id=owner, due=due)


def _known(ctx: SyncContext, rows: Iterable[StagedRow]) -> dict[str, Agreed]:
    keys = [RecordKey(ctx.connection, Kind.TASK, row.ref) for row in rows]
    return {key.ref: agreed for key, agreed in ctx.store.agreed(keys).items()}


def _stray(row: StagedRow, agreed: Agreed | None, *, key: str, title: str) -> Stray:
    read: Mapping[str, JsonValue] = agreed.read if agreed else {}
    due, owner, status = read.get("due"), read.get("owner"), read.get("status")
    return Stray(
        ref=row.ref,
        key=str(row.values.get(key)),
        title=str(row.values.get(title) or ""),
        status=str(status) if status else None,
        due=date.fromisoformat(due[:10]) if isinstance(due, str) and due else None,
        owner_id=owner if isinstance(owner, str) else None,
        deleted=row.deleted,
        touched=parse_instant(row.modified_at).date() if row.modified_at else None,
    )


def _bind(
    ctx: SyncContext,
    source: str,
    known: Mapping[str, Agreed],
    found: Mapping[str, tuple[Stray, Action]],
) -> None:
    """Let each task stand for its action from now on."""
    bases = []
    for action_id, (stray, _) in found.items():
        key = RecordKey(ctx.connection, Kind.TASK, stray.ref)
        base = known.get(stray.ref) or Agreed(key=key, source=source, kam_id=action_id, read={})
        bases.append(replace(base, kam_id=action_id))
    if bases:
        batch = MergeBatch(
            connection=ctx.connection, source=source, kind=Kind.TASK, agreed=tuple(bases)
        )
        ctx.store.apply_merge(batch)
