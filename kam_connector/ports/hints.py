"""The part of the store that keeps what a CRM told by itself, and forgets people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from kam_connector.model.hint import Hint
from kam_connector.model.kind import Kind

__all__ = ["Hints"]


class Hints(Protocol):
    """What the receiver of webhooks and the journal's reader need of the store."""

    def add_hints(self, connection: str, hints: Iterable[Hint], *, place: str = "") -> None:
        """Keep hints; of several about one record the latest moment and any wish to forget.

        With *place* also how far the CRM's journal was read, in the same transaction.
        """

    def journal_place(self, connection: str) -> str:
        """Return how far the CRM's journal was read; empty: not at all."""

    def first_heard(self, connection: str, signature: str, *, at: datetime) -> bool:
        """Note a request's signature; False if it was heard before (a replay).

        Signatures older than ten minutes are dropped: such requests are stale anyway.
        """

    def hints(self, connection: str, *, limit: int) -> list[Hint]:
        """Return what waits to be looked at, the longest waiting first."""

    def drop_hints(self, connection: str, hints: Sequence[Hint]) -> None:
        """Forget hints that were followed, unless something newer came meanwhile."""

    def forget(self, connection: str, kind: Kind, ref: str) -> bool:
        """Erase a record and every text that names it; False if nothing was known.

        What another CRM still says about the same person stays, and is merged anew.
        """
