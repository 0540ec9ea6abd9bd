"""One store for one person, doing one thing."""

from __future__ import annotations

from typing import Any, cast

from kam_connector.errors import AccessDenied
from kam_connector.kam.access import reach
from kam_connector.model.access import Capability, Reach, Viewer
from kam_connector.ports import Store
from kam_connector.store.seen.contested import SeenConflicts
from kam_connector.store.seen.handling import HANDLING, Handling
from kam_connector.store.seen.reading import SeenReads
from kam_connector.store.seen.sight import Sight
from kam_connector.store.seen.writing import SeenWrites

__all__ = ["SeenStore", "seen_by"]

_CONTROLLING = frozenset(
    {Capability.CONTROL_READ, Capability.OPERATE, Capability.PRIVACY, Capability.AUDIT_READ}
)


def seen_by(store: Store, viewer: Viewer, *, doing: Capability) -> Store:
    """Return a store as one person sees it while doing one thing.

    Raises:
        AccessDenied: Their roles do not allow it at all (KAM-7046).
    """
    how_far = reach(viewer.roles, doing)
    if how_far is None:
        raise denied(viewer, doing)
    if how_far is Reach.SYSTEM:
        return cast("Store", _SystemStore(store))
    return cast("Store", SeenStore(Sight(store, viewer, doing, how_far)))


def denied(viewer: Viewer, doing: Capability) -> AccessDenied:
    """Return the refusal of what somebody's roles do not allow."""
    roles = ", ".join(sorted(role.value for role in viewer.roles)) or "none"
    what = doing.value.replace("_", " ")
    return AccessDenied(
        f'"{viewer.name}" may not do this ({what}); roles: {roles}.',
        hint="docs/access.md  says which role may; an administrator names people in [access].",
    )


class SeenStore(SeenReads, SeenConflicts, SeenWrites):
    """``ports.Store`` for one person: what they may not see is not there.

    Methods without an account in them go by ``HANDLING``; one that is not listed is refused.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def seen_by(self, viewer: Viewer, *, doing: Capability) -> Store:
        """Refuse: nobody looks with another's eyes."""
        raise denied(viewer, doing)

    def __getattr__(self, name: str) -> Any:
        handling = HANDLING.get(name)
        sight = self._sight
        may = handling is Handling.OPEN or (
            handling is Handling.CONTROL and sight.everything and sight.doing in _CONTROLLING
        )
        if not may:
            raise _refused(name)
        return getattr(sight.store, name)


class _SystemStore:
    """A whole store for who operates: its own tables too, and only what ``HANDLING`` knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name not in HANDLING:
            raise _refused(name)
        return getattr(self._store, name)


def _refused(name: str) -> Exception:
    """Return why a method is not for this person; a name that no store has is a mistake."""
    if name.startswith("_"):
        return AttributeError(name)
    return AccessDenied(
        f"Your role does not reach this part of the store ({name}).",
        hint="docs/access.md  says which role may.",
    )
