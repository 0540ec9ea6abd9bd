"""What each key figure is called, which family it is of, and how it adds up over a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.language import phrase
from kam_connector.model.figures import KpiFamily

__all__ = ["DEFINITIONS", "Definition", "Roll"]


class Roll(StrEnum):
    """How a figure of a tree follows from its accounts."""

    SUM = "sum"
    """The accounts' figures added up."""
    MEAN = "weighted mean"
    """Numerators over denominators, each added up: large accounts weigh more."""
    UNION = "union"
    """People, functions, products, countries and days, each counted once."""
    WHOLE = "whole tree"
    """Read from all ties together; it does not follow from the parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One key figure."""

    key: str
    family: KpiFamily
    label: str
    roll: Roll
    higher_is_better: bool = True
    portfolio: bool = False
    """Only of the whole portfolio."""


_D, _S = KpiFamily.DEVELOPMENT, KpiFamily.SATISFACTION
_R, _P = KpiFamily.RELATIONSHIP, KpiFamily.PROFITABILITY


def _one(key: str, family: KpiFamily, label: str, roll: Roll, *, up: bool = True) -> Definition:
    return Definition(key=key, family=family, label=label, roll=roll, higher_is_better=up)


def _whole(key: str, family: KpiFamily, label: str, *, up: bool = True) -> Definition:
    return Definition(
        key=key, family=family, label=label, roll=Roll.WHOLE, higher_is_better=up, portfolio=True
    )


DEFINITIONS: Mapping[str, Definition] = {
    one.key: one
    for one in (
        _one("revenue_12m", _D, phrase("Our revenue, 12 months"), Roll.SUM),
        _one("growth", _D, phrase("Growth"), Roll.MEAN),
        _one("share_of_wallet", _D, phrase("Share of wallet"), Roll.MEAN),
        _one("products_used", _D, phrase("Product lines used"), Roll.UNION),
        _one("countries", _D, phrase("Countries"), Roll.UNION),
        _one("nps", _S, phrase("Net Promoter Score"), Roll.MEAN),
        _one("csat", _S, phrase("Satisfaction, 1 to 5"), Roll.MEAN),
        _one("csat_users", _S, phrase("Satisfaction of operational users"), Roll.MEAN),
        _one("verbatims", _S, phrase("Words of the customer"), Roll.SUM),
        _one("escalations", _S, phrase("Escalations in a year"), Roll.SUM, up=False),
        _one("active_contacts", _R, phrase("Active contacts"), Roll.UNION),
        _one("functions_engaged", _R, phrase("Functions engaged"), Roll.UNION),
        _one("strategic_interactions", _R, phrase("Strategic meetings in a year"), Roll.UNION),
        _one("effective_threads", _R, phrase("Effective threads"), Roll.WHOLE),
        _one("coverage", _R, phrase("Role coverage"), Roll.WHOLE),
        _one("margin", _P, phrase("Margin"), Roll.SUM),
        _one("margin_percent", _P, phrase("Margin in percent"), Roll.MEAN),
        _one("cost_to_serve", _P, phrase("Cost to serve"), Roll.SUM, up=False),
        _one("cost_to_serve_percent", _P, phrase("Cost to serve in percent"), Roll.MEAN, up=False),
        _one("grr", _P, phrase("Gross revenue retention"), Roll.MEAN),
        _one("nrr", _P, phrase("Net revenue retention"), Roll.MEAN),
        _whole("key_share", _D, phrase("Key accounts' share of revenue")),
        _whole("pareto_customers", _D, phrase("Customers that make 80 % of revenue")),
        _whole("hhi", _D, phrase("Concentration of revenue (HHI)"), up=False),
        _whole("programme_cost", _P, phrase("Cost of the programme"), up=False),
        _whole("programme_roi", _P, phrase("Return on the programme")),
    )
}
"""Every key figure, in the order in which people read them."""
