"""Tables of the safety rails: stops, paused fields, approvals."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class StopOrderTable(Base, table=True):
    """What stops all writing, or a connection's."""

    __tablename__ = "stop_order"
    scope: str = Field(primary_key=True)
    code: str
    reason: str
    said_by: str
    at: str


class PausedFieldTable(Base, table=True):
    """Fields that are not written for now; an empty ``ref`` speaks of all records."""

    __tablename__ = "paused_field"
    connection: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    between: str
    code: str
    reason: str
    said_by: str
    at: str


class ApprovalTable(Base, table=True):
    """Who said yes to a preview that a rail holds."""

    __tablename__ = "approval"
    preview_id: str = Field(primary_key=True)
    actor: str = Field(primary_key=True)
    at: str
