"""What people decide about plans and objectives that we made in a CRM comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from kam_connector.mapping import same_value
from kam_connector.model.instant import parse_instant
from kam_connector.model.kind import Kind, Row
from kam_connector.model.plan import Objective, ObjectiveStatus, Plan, PlanStatus
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.context import SyncContext

__all__ = ["PlanReadback", "field_of", "is_moved"]

_PATHS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PLAN: ("status",),
    Kind.OBJECTIVE: ("status", "title", "due"),
}
"""What of each kind is people's to decide as much as ours."""
_STATUS = {"draft": PlanStatus.DRAFT, "active": PlanStatus.ACTIVE}


class PlanReadback:
    """Takes people's edits of plans and objectives; of other kinds it takes nothing.

    Args:
        ctx: The connection.
        kind: What the source reads.
        read: Takes people's values out of a row, by KAM path.
    """

    def __init__(self, ctx: SyncContext, kind: Kind, read: Callable[[Row], Row]) -> None:
        self._ctx = ctx
        self._kind = kind
        self._read = read
        names = {path: field_of(ctx, kind, path) for path in _PATHS.get(kind, ())}
        self._fields = {path: name for path, name in names.items() if name}
        self._known: dict[str, Plan | Objective] = {}
        if self._fields and kind is Kind.OBJECTIVE:
            self._known = {one.id: one for one in ctx.store.objectives()}
        elif self._fields:
            self._known = {one.id: one for one in ctx.store.plans() if one.id is not None}
        self._changed: dict[str, Plan | Objective] = {}

    @property
    def pending(self) -> bool:
        """Whether anything was taken that is not stored yet."""
        return bool(self._changed)

    def take(self, row: StagedRow, agreed: Agreed) -> Agreed:
        """Take what a person changed since we wrote it; returns the base with it agreed.

        What carries our key and was never written, as far as we remember, was written before a
        restore: all that it says is taken.
        """
        known = self._known.get(agreed.kam_id)
        if known is None:
            return agreed
        if row.deleted:
            if isinstance(known, Objective):
                self._keep(_decided(known, ObjectiveStatus.CLOSED, row))
            return agreed
        moved = {
            path: name
            for path, name in self._fields.items()
            if not agreed.written or is_moved(row, agreed, name)
        }
        if not moved:
            return agreed
        said = self._read(row.values)
        theirs = {path: said[path] for path in moved if path in said}
        if isinstance(known, Objective):
            self._keep(_taken(known, theirs, row))
        elif (status := _STATUS.get(str(theirs.get("status")))) and status is not _now(known):
            self._keep(replace(known, status=status, updated_at=parse_instant(row.modified_at)))
        # What we have no word for is not agreed on: it stays theirs, and is not written over.
        seen = {name: row.values.get(name) for path, name in moved.items() if path in said}
        return replace(agreed, written={**agreed.written, **seen})

    def save(self) -> None:
        """Store what was taken, inside the caller's transaction."""
        changed = self._changed.values()
        objectives = [one for one in changed if isinstance(one, Objective)]
        if objectives:
            self._ctx.store.save_objectives(objectives)
        for one in changed:
            if isinstance(one, Plan):
                self._ctx.store.save_plan(one)
        self._changed = {}

    def _keep(self, one: Plan | Objective) -> None:
        id_ = str(one.id)
        if one != self._known[id_]:
            self._known[id_] = self._changed[id_] = one


def field_of(ctx: SyncContext, kind: Kind, path: str) -> str | None:
    """Return the CRM field that a path is written to."""
    write = ctx.mapping.write_of(kind)
    for rule in write.rules if write else ():
        if rule.inputs == (path,):
            return rule.target
    return None


def is_moved(row: StagedRow, agreed: Agreed, name: str) -> bool:
    """Tell whether a field that we wrote holds something else now."""
    return name in agreed.written and not same_value(row.values.get(name), agreed.written[name])


def _now(plan: Plan) -> PlanStatus:
    """A stale plan stands as an active one in a CRM."""
    return PlanStatus.ACTIVE if plan.status is PlanStatus.STALE else plan.status


def _taken(known: Objective, theirs: Row, row: StagedRow) -> Objective:
    title, due, status = theirs.get("title"), theirs.get("due"), theirs.get("status")
    taken = known
    if isinstance(title, str) and title:
        taken = replace(taken, title=title)
    if isinstance(due, str) and due:
        taken = replace(taken, due=date.fromisoformat(due[:10]))
    is_open = known.status is ObjectiveStatus.OPEN
    if status == "closed" and is_open:
        taken = _decided(taken, ObjectiveStatus.CLOSED, row)
    elif status == "open" and not is_open:
        taken = _decided(taken, ObjectiveStatus.OPEN, row)
    return taken


def _decided(one: Objective, status: ObjectiveStatus, row: StagedRow) -> Objective:
    return replace(one, status=status, settled_at=parse_instant(row.modified_at))
