"""Fields that both sides moved, as far as one person sees the record and the field."""

from __future__ import annotations

from kam_connector.model.conflict import Conflict
from kam_connector.model.kind import Kind
from kam_connector.store.seen.sight import Sight

__all__ = ["SeenConflicts"]

_PLACED = (Kind.CONTACT, Kind.OPPORTUNITY)


class SeenConflicts:
    """The part of `SeenStore` that shows what waits for a decision; none is taken here."""

    _sight: Sight

    def conflicts(
        self, *, connection: str | None = None, everything: bool = False
    ) -> list[Conflict]:
        """Return conflicts of accounts that are there, about fields that may be read."""
        found = self._sight.store.conflicts(connection=connection, everything=everything)
        return [one for one in found if self._may_show(one)]

    def conflict(self, id_: str) -> Conflict | None:
        """Return one of those; None as for a number that no conflict has."""
        found = self._sight.store.conflict(id_)
        return found if found is not None and self._may_show(found) else None

    def _may_show(self, conflict: Conflict) -> bool:
        """Whether all that a conflict tells may be seen.

        A field that a person may not edit is one whose right to read is not told either, so
        both count: the value of a shared field is the CRM's.
        """
        sight = self._sight
        path = conflict.path
        names = {path, f"{conflict.kind.value}.{path}"}
        barred = not names.isdisjoint(sight.hidden | sight.viewer.locked)
        if barred or sight.names_value((conflict.reason, conflict.theirs, conflict.ours)):
            return False
        return sight.everything or (
            self._is_theirs(conflict) and not sight.names_hidden(conflict.reason)
        )

    def _is_theirs(self, conflict: Conflict) -> bool:
        """Whether the record belongs to an account that is there."""
        sight, id_ = self._sight, conflict.kam_id
        match conflict.kind:
            case Kind.ACCOUNT:
                return sight.sees(id_)
            case kind if kind in _PLACED:
                return sight.sees(sight.store.homes(kind, [id_]).get(id_))
            case Kind.PLAN:
                return any(one.id == id_ for one in sight.shown(sight.store.plans()))
            case Kind.OBJECTIVE:
                return any(one.id == id_ for one in sight.shown(sight.store.objectives()))
            case Kind.TASK:
                return any(one.id == id_ for one in sight.shown(sight.store.actions()))
        return False
