"""The table of people who asked to be forgotten: marks that nobody can read back."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class ErasedTable(Base, table=True):
    """Tombstones: keyed digests of a record's number or of an address, never either itself.

    Two rows are no tombstones: ``what`` is ``key`` where no file lies beside the database to
    keep the key, and ``purge`` while deleted bytes may still be in the files.
    """

    __tablename__ = "erased"
    mark: str = Field(primary_key=True)
    what: str
    place: str
    made_on: str
    met_on: str | None = None
