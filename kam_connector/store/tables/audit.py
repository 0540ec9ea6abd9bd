"""Tables of the audit log: the chain, what may be erased beside it, and its head."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class AuditEntryTable(Base, table=True):
    """The chain. Triggers refuse every change, and a removal except of what retention trimmed."""

    __tablename__ = "audit_entry"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str = Field(index=True)
    act: str
    by: str
    run_id: str | None = Field(default=None, index=True)
    connection: str | None = None
    object: str | None = None
    field: str | None = None
    note: str
    """JSON of the entry's facts."""
    sealed: str
    """Commitment to kind, ref, kam_id and why, under ``salt``."""
    salted: str | None = None
    """Commitment to ``value_salt``."""
    before: str | None = None
    after: str | None = None
    """Commitments to the two values, under ``value_salt``."""
    digest: str
    """Of the digest before and of all columns above."""


class AuditSubjectTable(Base, table=True):
    """Outside the chain: whom an entry is about. Erased rows leave the chain whole."""

    __tablename__ = "audit_subject"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    salt: str
    value_salt: str | None = None
    kind: str | None = None
    ref: str | None = Field(default=None, index=True)
    kam_id: str | None = Field(default=None, index=True)
    why: str


class AuditHeadTable(Base, table=True):
    """One row: the last entry. Who adds to the log locks it first."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    digest: str
    trimmed: int
    """Entries up to this one were dropped by retention."""
