"""The part of the store that keeps what waits for a person's decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kam_connector.model.conflict import Conflict

__all__ = ["Conflicts"]


class Conflicts(Protocol):
    """The review queue of fields that both sides moved."""

    def conflicts(
        self, *, connection: str | None = None, everything: bool = False
    ) -> list[Conflict]:
        """Return what waits or is decided, the oldest first; with *everything* closed ones too."""

    def conflict(self, id_: str) -> Conflict | None:
        """Return one conflict by its number."""

    def save_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace by number."""
