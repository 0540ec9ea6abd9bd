"""An amount in words, where whoever reads may not see it as well."""

from __future__ import annotations

from kam_connector.language import Voice
from kam_connector.model.money import Money

__all__ = ["DEAL_AMOUNT", "TURNOVER", "amount_text"]

DEAL_AMOUNT = "opportunity.amount"
TURNOVER = "account.turnover"
"""Paths of the amounts that pages show."""


def amount_text(amount: Money | None, hidden: bool, say: Voice) -> str:
    """Return an amount, a word where it is hidden, and nothing where there is none."""
    if hidden:
        return say.hidden
    return say.money(amount) if amount else ""
