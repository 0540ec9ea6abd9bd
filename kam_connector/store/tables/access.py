"""The table of what CRMs said of their users' rights."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class HeardRightsTable(Base, table=True):
    """What one CRM said of one user: texts of account refs and of fields, as a whole.

    Nobody's name is in it. It may be emptied at any time: it is asked for anew.
    """

    __tablename__ = "heard_rights"
    connection: str = Field(primary_key=True)
    user_ref: str = Field(primary_key=True)
    at: str
    edits: str
    reads: str
    """JSON lists of refs; those of ``edits`` are not repeated."""
    field_edits: str | None = None
    field_reads: str | None = None
    """The same of ``Object.Field``; null: this CRM does not tell."""
