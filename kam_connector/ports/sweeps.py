"""The part of the store that compares the image with all there is in the CRM."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from kam_connector.model.kind import Kind
from kam_connector.model.staging import (
    SweepCount,
)

__all__ = ["Sweeps"]


class Sweeps(Protocol):
    """What sweeps, the children of merges, and schema drift need of the store."""

    def begin_sweep(self, connection: str, source: str) -> None:
        """Forget what an earlier sweep of this source met."""

    def mark_swept(self, connection: str, source: str, refs: Iterable[str]) -> None:
        """Note that the sweep under way met these records."""

    def unswept(
        self, connection: str, source: str, *, before: datetime, after: str = "", limit: int
    ) -> list[str]:
        """Return staged records that live, are older than the sweep, and were not met by it.

        By ref, after one ref (keyset).
        """

    def count_unswept(self, connection: str, source: str, *, before: datetime) -> SweepCount:
        """Return how many records ``unswept`` gives in all, of how many that live."""

    def losers(self, connection: str, source: str) -> list[str]:
        """Return records that lost a merge which ours has not followed yet."""

    def children(
        self, connection: str, kind: Kind, kam_ids: Collection[str]
    ) -> dict[str, list[str]]:
        """Return the records, by source, of what points at KAM records."""

    def naming(self, connection: str, source: str, ids: Collection[str]) -> list[str]:
        """Return records whose image holds one of these ids; looks at every document."""

    def last_schema(self, connection: str, source: str) -> Mapping[str, str] | None:
        """Return the type of each field as last remembered; None: never."""

    def save_schema(self, connection: str, source: str, fields: Mapping[str, str]) -> None:
        """Remember the type of each field."""
