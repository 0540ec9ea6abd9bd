"""The table of conflicts that wait for a person, or waited."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class ConflictTable(Base, table=True):
    """One finding a row; a closed one stays, with who decided what."""

    __tablename__ = "conflict"
    __table_args__ = (Index("ix_conflict_state", "connection", "state", "since"),)
    id: str = Field(primary_key=True)
    connection: str
    kind: str
    object: str
    ref: str
    field: str
    kam_id: str
    label: str
    path: str
    policy: str
    base: str
    has_base: bool
    theirs: str
    ours: str
    reason: str
    theirs_at: str
    ours_at: str | None = None
    since: str
    updated_at: str
    state: str
    decision: str | None = None
    value: str
    decided_by: str
    decided_at: str | None = None
    note: str
    closed_at: str | None = None
