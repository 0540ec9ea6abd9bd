"""The mirror beside accounts, people and business: cases, contracts, teams, products, rates."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.mirror import Mirrored

__all__: list[str] = []


class CaseTable(Mirrored, table=True):
    """Requests for help."""

    __tablename__ = "case"
    account_id: str | None = Field(default=None, index=True)
    contact_id: str | None = None
    subject: str | None = None
    status: str | None = None
    priority: str | None = None
    closed: bool | None = None
    escalated: bool | None = None
    opened_at: str | None = None
    closed_at: str | None = None
    owner_id: str | None = None


class ContractTable(Mirrored, table=True):
    """What binds a customer and us."""

    __tablename__ = "contract"
    account_id: str | None = Field(default=None, index=True)
    number: str | None = None
    status: str | None = None
    active: bool | None = None
    starts: str | None = None
    ends: str | None = None
    notice_days: int | None = None
    value_amount: str | None = None
    value_currency: str | None = None
    owner_id: str | None = None


class TeamMemberTable(Mirrored, table=True):
    """Our people on an account's team."""

    __tablename__ = "team_member"
    account_id: str | None = Field(default=None, index=True)
    user_id: str | None = None
    role: str | None = None


class ProductTable(Mirrored, table=True):
    """What we sell."""

    __tablename__ = "product"
    name: str | None = None
    code: str | None = None
    family: str | None = None
    active: bool | None = None


class LineItemTable(Mirrored, table=True):
    """Products inside opportunities."""

    __tablename__ = "line_item"
    opportunity_id: str | None = Field(default=None, index=True)
    product_id: str | None = None
    name: str | None = None
    quantity: str | None = None
    amount_amount: str | None = None
    amount_currency: str | None = None
    on: str | None = None


class AffiliationTable(Mirrored, table=True):
    """Further accounts of people."""

    __tablename__ = "affiliation"
    account_id: str | None = Field(default=None, index=True)
    contact_id: str | None = Field(default=None, index=True)
    direct: bool | None = None
    active: bool | None = None
    roles: str | None = None
    starts: str | None = None
    ends: str | None = None


class CurrencyRateTable(Mirrored, table=True):
    """What currencies are worth, as each CRM counts."""

    __tablename__ = "currency_rate"
    currency: str | None = None
    rate: str | None = None
    starts: str | None = None
    ends: str | None = None
    corporate: bool | None = None
