"""Mirror rows beside accounts, people and business as the model's entities."""

from __future__ import annotations

from decimal import Decimal

from kam_connector.model.contact import Affiliation
from kam_connector.model.contract import Contract
from kam_connector.model.currency import CurrencyRate
from kam_connector.model.product import LineItem, Product
from kam_connector.model.service import Case
from kam_connector.model.team import TeamMember
from kam_connector.store.cells import day, instant, money, number, texts
from kam_connector.store.records import Stored

__all__ = [
    "affiliation",
    "case",
    "contract",
    "currency_rate",
    "line_item",
    "product",
    "team_member",
]


def case(row: Stored) -> Case:
    """Return a request for help; without a flag it is open."""
    return Case(
        id=row["id"],
        account_id=row["account_id"],
        contact_id=row["contact_id"],
        subject=row["subject"] or "",
        status=row["status"] or "",
        priority=row["priority"],
        closed=bool(row["closed"]),
        escalated=bool(row["escalated"]),
        opened_at=instant(row["opened_at"]),
        closed_at=instant(row["closed_at"]),
        owner_id=row["owner_id"],
    )


def contract(row: Stored) -> Contract:
    """Return a contract."""
    return Contract(
        id=row["id"],
        account_id=row["account_id"],
        number=row["number"] or "",
        status=row["status"] or "",
        active=row["active"],
        starts_on=day(row["starts"]),
        ends_on=day(row["ends"]),
        notice_days=row["notice_days"],
        value=money(row["value_amount"], row["value_currency"]),
        owner_id=row["owner_id"],
    )


def team_member(row: Stored) -> TeamMember:
    """Return one of ours on an account's team."""
    return TeamMember(
        id=row["id"],
        account_id=row["account_id"],
        user_id=row["user_id"],
        role=row["role"] or "",
    )


def product(row: Stored) -> Product:
    """Return a product; unknown counts as sold."""
    return Product(
        id=row["id"],
        name=row["name"] or row["code"] or row["id"],
        code=row["code"],
        family=row["family"],
        active=row["active"] is not False,
    )


def line_item(row: Stored) -> LineItem:
    """Return one product inside an opportunity."""
    return LineItem(
        id=row["id"],
        opportunity_id=row["opportunity_id"],
        product_id=row["product_id"],
        name=row["name"] or "",
        quantity=number(row["quantity"]),
        amount=money(row["amount_amount"], row["amount_currency"]),
        on=day(row["on"]),
    )


def affiliation(row: Stored) -> Affiliation:
    """Return a person's tie to an account; without a flag it holds."""
    return Affiliation(
        id=row["id"],
        account_id=row["account_id"],
        contact_id=row["contact_id"],
        direct=bool(row["direct"]),
        active=row["active"] is not False,
        roles=texts(row["roles"]),
        starts_on=day(row["starts"]),
        ends_on=day(row["ends"]),
    )


def currency_rate(row: Stored) -> CurrencyRate | None:
    """Return a rate; None for a row without currency or number."""
    if row["currency"] is None or row["rate"] is None:
        return None
    return CurrencyRate(
        connection=row["home_connection"],
        currency=row["currency"],
        rate=Decimal(row["rate"]),
        starts=day(row["starts"]),
        ends=day(row["ends"]),
        corporate=bool(row["corporate"]),
    )
