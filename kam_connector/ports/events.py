"""What an adapter offers besides, where its CRM tells by itself what happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from kam_connector.model.hint import Delivery, Heard, JournalPage

__all__ = ["HearsEvents", "KeepsJournal"]


@runtime_checkable
class HearsEvents(Protocol):
    """An adapter's class whose CRM sends events to an address of ours."""

    def listens(self, settings: Any) -> bool:
        """Tell whether these settings say where events arrive, and how they are proved."""

    def hear(self, settings: Any, delivery: Delivery, *, org: str | None, now: datetime) -> Heard:
        """Return the hints of a request that proves to be the CRM's.

        Args:
            settings: The connection's.
            delivery: What came in.
            org: The org or portal the connection belongs to: events of others are left out.
            now: Our own clock.

        Raises:
            EventRefused: Forged (KAM-4001), stale (KAM-4002) or unreadable (KAM-4005).
        """


@runtime_checkable
class KeepsJournal(Protocol):
    """A connection whose CRM keeps a journal of events, for whoever has no public address."""

    def journal(self, after: str) -> Iterator[JournalPage]:
        """Yield what happened after a place in the journal; empty: from now on.

        Nothing at all when the connection's settings do not ask for the journal.
        """
