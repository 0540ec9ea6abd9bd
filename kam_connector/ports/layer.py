"""The part of the store that keeps what people tell: one way in for every type of record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from kam_connector.model.kept import Kept, KeptChange, KeptRecords

__all__ = ["Layer"]

T = TypeVar("T", bound=Kept)


class Layer(Protocol):
    """Records of ``model.kept.KEPT``; every change is remembered with its author."""

    def kept(self, made: type[T], *, account_id: str | None = None) -> list[T]:
        """Return the records of one type by id, of one account or of all."""

    def kept_records(self, account_id: str | None = None) -> KeptRecords:
        """Return an account's records of every type with the programme's own; None: all."""

    def keep(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Insert or replace by id, of any types; return how many changed.

        Args:
            records: What is now true.
            by: Who says so: a user's id or name, or `PROGRAM`.
            at: When.
        """

    def drop(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Remove records; return how many there were."""

    def kept_changes(
        self, *, account_id: str | None = None, record_id: str | None = None, limit: int = 100
    ) -> list[KeptChange]:
        """Return what people changed, newest first."""
