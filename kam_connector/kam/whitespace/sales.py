"""Sales of an account and its subsidiaries: billed where bills are known, else won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import RevenueLine
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.product import LineItem
from kam_connector.model.sale import Sale, named_line

__all__ = ["billed_sales", "line_key", "sales_of", "truest"]


def line_key(name: str) -> str:
    """Return what makes two product lines one: case and blanks aside."""
    return " ".join(name.casefold().split())


def billed_sales(lines: Iterable[RevenueLine]) -> list[Sale]:
    """Return imported revenue as sales; revenue of no product line says nothing here."""
    return [
        Sale(
            account_id=one.account_id,
            product_line=one.product_line,
            on=one.month,
            amount=Money(amount=one.revenue, currency=one.currency),
            billed=True,
            country=one.country,
            cost_of_goods=one.cost_of_goods,
        )
        for one in lines
        if one.product_line and one.product_line.strip()
    ]


def sales_of(facts: AccountFacts) -> list[Sale]:
    """Return everything an account's tree bought, won and billed alike."""
    won = {one.id: one for one in facts.opportunities if one.closed and one.won and one.closes_on}
    found = [_won(item, won, facts) for item in facts.line_items]
    return [one for one in found if one] + billed_sales(facts.kept.of(RevenueLine))


def truest(sales: Iterable[Sale], *, until: date, days: int) -> list[Sale]:
    """Return the sales of the *days* up to *until*: per account bills, or what was won.

    Both would count twice; an account with any bill of these days is billed.
    """
    since = until - timedelta(days=days)
    by_account: dict[str, list[Sale]] = defaultdict(list)
    for one in sales:
        if since < one.on <= until:
            by_account[one.account_id].append(one)
    return [one for listed in by_account.values() for one in _bills_or_all(listed)]


def _bills_or_all(sales: Sequence[Sale]) -> Sequence[Sale]:
    return [one for one in sales if one.billed] or sales


def _won(item: LineItem, won: dict[str, Opportunity], facts: AccountFacts) -> Sale | None:
    deal = won.get(item.opportunity_id or "")
    line = named_line(item, facts.products.get(item.product_id or ""))
    if deal is None or deal.closes_on is None or line is None:
        return None
    return Sale(
        account_id=deal.account_id or facts.account.id,
        product_line=line,
        on=deal.closes_on,
        amount=item.amount,
    )
