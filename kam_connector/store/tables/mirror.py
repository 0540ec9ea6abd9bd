"""The mirror: what the CRMs say, merged, one row a KAM record.

Columns follow ``model.paths.READ_PATHS``: a reference ends in ``_id``, money is two columns.
There are no foreign keys between them, so that a contact may arrive before its account (INV11).
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


def _copied(table: str) -> Index:
    """Return the way to the few rows that another CRM's integration copied."""
    few = text("copy_of IS NOT NULL")
    return Index(f"ix_{table}_copy_of", "copy_of", sqlite_where=few, postgresql_where=few)


class Mirrored(Base):
    """What every mirror row carries besides its values."""

    id: str = Field(primary_key=True)
    home_connection: str
    refs: str
    """JSON list of (connection, ref), home first."""
    deleted_at: str | None = None
    extra: str | None = None
    """JSON of mapped paths that have no column."""


class AccountTable(Mirrored, table=True):
    """Customers and prospects."""

    __tablename__ = "account"
    __table_args__ = (_copied("account"),)
    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    type: str | None = None
    rating: str | None = None
    segment: str | None = None
    turnover_amount: str | None = None
    turnover_currency: str | None = None
    city: str | None = None
    parent_id: str | None = Field(default=None, index=True)
    owner_id: str | None = None
    target: bool | None = None
    record_type: str | None = None
    person: bool | None = None
    copy_of: str | None = None


class ContactTable(Mirrored, table=True):
    """The customer's people."""

    __tablename__ = "contact"
    __table_args__ = (_copied("contact"),)
    account_id: str | None = Field(default=None, index=True)
    name: str | None = None
    email: str | None = None
    aliases: str | None = None
    title: str | None = None
    department: str | None = None
    manager_id: str | None = None
    roles: str | None = None
    bounced: bool | None = None
    bounced_at: str | None = None
    created_at: str | None = None
    left_at: str | None = None
    record_type: str | None = None
    copy_of: str | None = None


class PositionTable(Base, table=True):
    """A person's jobs over time; the one without an end is the present one."""

    __tablename__ = "position"
    __table_args__ = ({"sqlite_with_rowid": False},)
    contact_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    account_id: str | None = Field(default=None, index=True)
    title: str | None = None
    manager_id: str | None = None
    from_on: str | None = None
    to_on: str | None = None


class OpportunityTable(Mirrored, table=True):
    """Business in the making."""

    __tablename__ = "opportunity"
    __table_args__ = (_copied("opportunity"),)
    account_id: str | None = Field(default=None, index=True)
    name: str | None = None
    stage: str | None = None
    closed: bool | None = None
    won: bool | None = None
    amount_amount: str | None = None
    amount_currency: str | None = None
    closes: str | None = None
    kind: str | None = None
    owner_id: str | None = None
    created_at: str | None = None
    stage_changed_at: str | None = None
    contacts: str | None = None
    contract_id: str | None = None
    record_type: str | None = None
    copy_of: str | None = None


class OpportunityRoleTable(Mirrored, table=True):
    """Who plays which part in an opportunity."""

    __tablename__ = "opportunity_role"
    opportunity_id: str | None = Field(default=None, index=True)
    contact_id: str | None = Field(default=None, index=True)
    role: str | None = None


class ActivityTable(Mirrored, table=True):
    """Mails, calls and meetings."""

    __tablename__ = "activity"
    __table_args__ = (_copied("activity"),)
    kind: str | None = None
    at: str | None = None
    direction: str | None = None
    people: str | None = None
    held: str | None = None
    account_id: str | None = Field(default=None, index=True)
    copy_of: str | None = None


class ActivityPersonTable(Base, table=True):
    """Who took part, by person: the way from a contact to their activities."""

    __tablename__ = "activity_person"
    __table_args__ = ({"sqlite_with_rowid": False},)
    person_id: str = Field(primary_key=True)
    activity_id: str = Field(primary_key=True)
    kind: str


class UserTable(Mirrored, table=True):
    """Our people."""

    __tablename__ = "user"
    name: str | None = None
    email: str | None = None
    username: str | None = None
    federation_id: str | None = None
    active: bool | None = None
