"""The part of the store that lets go of what is older than its class."""

from __future__ import annotations

from typing import Protocol

from kam_connector.model.retention import Purged, RetentionDays

__all__ = ["Retires"]


class Retires(Protocol):
    """Retention: every table has a class, every class an age."""

    def retire(self, days: RetentionDays, *, by: str = "", dry_run: bool = False) -> Purged:
        """Remove what is older than its class, and say so in the audit log.

        What a younger run's undo, the rails' look at earlier runs, or the next score's
        comparison still need stays, however old. Running it twice removes nothing more.
        """
