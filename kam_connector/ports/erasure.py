"""The part of the store that forgets people for good, and tells them what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kam_connector.model.erasure import ErasedMark, Erasure, Person, PersonFile
from kam_connector.model.kind import Kind

__all__ = ["Erasures"]


class Erasures(Protocol):
    """Erasure, tombstones, and what is known of one person."""

    def people(self) -> list[Person]:
        """Return everybody the layer knows from a CRM, deleted ones too, with their records."""

    def erase_person(
        self, person: Person, *, by: str, also: Sequence[str] = (), dry_run: bool = False
    ) -> Erasure:
        """Erase a person from every table and text, in one transaction, and mark them.

        Marked records and addresses are not taken in again, whoever brings them.

        Args:
            person: One of ``people``.
            by: Who asked, for the audit log.
            also: Further words that name them in texts, such as a short name.
            dry_run: Count, and change nothing.
        """

    def purge(self) -> bool:
        """Let no deleted byte stay in the database's files, if an erasure asked for it.

        Returns:
            False while others work in the files: it stays owed, and the next run tries again.
        """

    def purge_owed(self) -> bool:
        """Tell whether bytes of somebody erased may still be in the database's files."""

    def person_file(self, person: Person, *, also: Sequence[str] = ()) -> PersonFile:
        """Return every row that speaks of a person."""

    def erased_marks(self) -> list[ErasedMark]:
        """Return what may be told of the marks, oldest first."""

    def allow_again(
        self, connection: str, kind: Kind, ref: str, *, addresses: Sequence[str] = ()
    ) -> int:
        """Drop the marks of a record (empty: of none) and of addresses; returns how many."""

    def drop_marks(self) -> int:
        """Drop all marks, as when their key is lost; returns how many there were."""
