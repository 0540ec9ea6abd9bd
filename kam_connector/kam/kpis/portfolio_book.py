"""What the rules of the portfolio read: every customer's two years, in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.kam.kpis.customers import CustomerYear
from kam_connector.language import Voice
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kept import kept_id

__all__ = ["PORTFOLIO", "PortfolioBook"]

PORTFOLIO = "portfolio"
"""Stands where a figure names its account."""
_STEPS = {"percent": Decimal("0.1"), "count": Decimal(1), "score": Decimal(1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioBook:
    """Every customer, key account or not, as of a day."""

    customers: Sequence[CustomerYear]
    currency: str
    as_of: date
    say: Voice

    @property
    def keys(self) -> list[CustomerYear]:
        """The key accounts."""
        return [one for one in self.customers if one.key]

    def value(
        self,
        family: KpiFamily,
        key: str,
        value: Decimal | None,
        unit: str,
        reason: str,
        *,
        before: Decimal | None = None,
    ) -> KpiValue:
        """Return one figure, rounded."""
        step = _STEPS.get(unit, Decimal("0.01"))
        return KpiValue(
            id=kept_id(KpiValue, PORTFOLIO, key, self.as_of),
            account_id=PORTFOLIO,
            family=family,
            key=key,
            as_of=self.as_of,
            value=None if value is None else value.quantize(step),
            unit=unit,
            reason=reason,
            before=None if before is None else before.quantize(step),
        )
