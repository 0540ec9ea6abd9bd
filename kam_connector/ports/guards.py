"""The part of the store that the safety rails need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kam_connector.model.preview import JournalEntry
from kam_connector.model.rails import Approval, PausedField, StopOrder

__all__ = ["Guards"]


class Guards(Protocol):
    """Stops, paused fields, approvals, and what was written lately."""

    def stops(self) -> list[StopOrder]:
        """Return what stops all writing or a connection's, by scope: one cheap look."""

    def save_stop(self, order: StopOrder) -> None:
        """Insert or replace by scope, durably."""

    def lift_stop(self, scope: str) -> bool:
        """Forget a scope's stop; False if there was none."""

    def paused_fields(self, connection: str) -> list[PausedField]:
        """Return what is paused, by object, field and record."""

    def pause_fields(self, paused: Iterable[PausedField]) -> None:
        """Insert or replace by connection, object, record and field."""

    def resume_fields(self, paused: Iterable[PausedField]) -> None:
        """Forget pauses; harmless where there is none."""

    def approvals(self, preview_id: str) -> list[Approval]:
        """Return who said yes to a preview, the earliest first."""

    def save_approval(self, approval: Approval) -> None:
        """Keep a yes; a person's second one changes nothing."""

    def recent_writes(
        self, connection: str, refs: Iterable[str], *, since: datetime
    ) -> list[JournalEntry]:
        """Return what was written to these records since a moment, oldest first."""
