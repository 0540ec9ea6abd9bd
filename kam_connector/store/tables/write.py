"""Tables of the way out: previews, outbox, journal, values held back."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class PreviewTable(Base, table=True):
    """What would be written; only its state ever changes."""

    __tablename__ = "preview"
    __table_args__ = (Index("ix_preview_latest", "connection", "created_at"),)
    id: str = Field(primary_key=True)
    connection: str
    run_id: str
    as_of: str
    created_at: str
    changes: str
    guards: str
    notes: str
    state: str
    digest: str
    rails: str
    pausing: str


class OutboxTable(Base, table=True):
    """One record's writing a row.

    ``record`` names the record across previews, so that a newer value replaces a waiting one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state", "connection", "state", "id"),
        Index("ix_outbox_record", "connection", "record"),
    )
    id: str = Field(primary_key=True)
    connection: str
    run_id: str
    preview_id: str
    change: str
    state: str
    attempts: int
    next_at: str | None = None
    code: str | None = None
    message: str
    ref: str | None = None
    created: bool
    record: str


class JournalTable(Base, table=True):
    """Every field we wrote, with what it held before."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_record", "connection", "ref", "at"),)
    run_id: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    connection: str
    kind: str
    object: str
    ref: str
    kam_id: str
    before: str
    after: str
    at: str
    created: bool
    undone_at: str | None = None


class HoldbackTable(Base, table=True):
    """Values that undo took back; not written again until another value is wanted."""

    __tablename__ = "holdback"
    connection: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str
