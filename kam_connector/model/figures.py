"""Figures that people import: revenue, cost, satisfaction, potential, news from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.model.judgement import Evidence
from kam_connector.model.programme import CostKind

__all__ = [
    "CatalogueItem",
    "CostLine",
    "KpiFamily",
    "KpiValue",
    "NewsKind",
    "OfferPosition",
    "OfferState",
    "OutsideNews",
    "RevenueLine",
    "SurveyAnswer",
    "SurveyKind",
    "Wallet",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueLine:
    """What we billed a customer in one month, never the customer's own turnover."""

    id: str
    account_id: str
    month: date
    """Its first day."""
    revenue: Decimal
    currency: str
    cost_of_goods: Decimal | None = None
    product_line: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2."""
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What serving a customer cost us in one month (S2.34)."""

    id: str
    account_id: str
    month: date
    kind: CostKind
    amount: Decimal
    currency: str
    source: str | None = None


class SurveyKind(StrEnum):
    """How satisfaction was asked (S2.32)."""

    NPS = "nps"
    """0 to 10."""
    CSAT = "csat"
    """1 to 5."""
    QUALITATIVE = "qualitative"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswer:
    """One answer of one person, or without a name."""

    id: str
    account_id: str
    kind: SurveyKind
    on: date
    score: Decimal | None = None
    verbatim: str | None = None
    contact_id: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """What a customer spends in a year on one product line, with anybody (S2.31)."""

    id: str
    account_id: str
    product_line: str
    year: int
    spend: Decimal
    currency: str
    evidence: Evidence = Evidence.ASSUMED
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """A product line as the whitespace sees it."""

    id: str
    product_line: str
    margin_percent: Decimal | None = None
    segments: tuple[str, ...] = ()
    """Segments it is meant for; none: all."""


class OfferState(StrEnum):
    """What a customer does about one product line."""

    OWNED = "owned"
    PIPELINE = "pipeline"
    GAP = "gap"
    COMPETITOR = "competitor"
    INTERNAL = "internal"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPosition:
    """What a person knows of one product line at one customer (S2.08)."""

    id: str
    account_id: str
    product_line: str
    state: OfferState
    country: str | None = None
    competitor: str | None = None
    contract_ends_on: date | None = None
    potential: Decimal | None = None
    """Yearly."""
    currency: str | None = None
    written_by: str | None = None
    written_on: date | None = None


class NewsKind(StrEnum):
    """News that reaches us from outside the CRMs (S2.30)."""

    STAFF_MOVEMENT = "staff_movement"
    ANNOUNCEMENT = "announcement"
    INTENT = "intent"
    MERGER = "merger"
    REORGANISATION = "reorganisation"
    NEW_DIRECTION = "new_direction"
    TENDER = "tender"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideNews:
    """One piece of news about a customer."""

    id: str
    account_id: str
    kind: NewsKind
    title: str
    on: date
    text: str | None = None
    source: str | None = None
    url: str | None = None
    contact_id: str | None = None


class KpiFamily(StrEnum):
    """The four families of the articles (S2.31-S2.34)."""

    DEVELOPMENT = "development"
    SATISFACTION = "satisfaction"
    RELATIONSHIP = "relationship"
    PROFITABILITY = "profitability"


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiValue:
    """One figure of one account on one day; kept, so that trends can be seen."""

    id: str
    account_id: str
    family: KpiFamily
    key: str
    as_of: date
    value: Decimal | None
    """None: not known."""
    unit: str
    """``percent``, ``count``, ``days``, ``score`` or a currency code."""
    reason: str
    """What it was computed from, in words."""
    before: Decimal | None = None
    """The same figure a year earlier, where known."""
