"""What a kept record may hold: ranges, codes, orders of days. One place for every way in.

The store keeps what it is given; files, workbooks and commands ask here first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kam_connector.model import account_team, figures, journey, plan_content, programme, stakeholder

__all__ = ["LIMITS", "Fault", "FaultKind", "Limit", "faults", "limit_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The least and the most a number may be; None: no end on that side."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether a number lies inside, both ends included."""
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)


class FaultKind(StrEnum):
    """What can be wrong with a value of the right type."""

    EMPTY = "empty"
    RANGE = "range"
    ORDER = "order"
    """The second day of a span lies before its first."""
    CURRENCY = "currency"
    COUNTRY = "country"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a record may not say."""

    field: str
    kind: FaultKind
    limit: Limit | None = None
    other: str | None = None
    """The field of the day that must come first."""


def _between(low: str, high: str | None = None) -> Limit:
    return Limit(low=Decimal(low), high=None if high is None else Decimal(high))


_FIVE = _between("1", "5")
"""The articles' scales, and those of the fields' own docstrings."""
_PERCENT = _between("0", "100")
_DAYS = _between("1", "3660")
"""Our choice: a rhythm is at least a day and at most ten years."""
_YEAR = _between("1970", "2200")
"""Our choice: what lies outside is a slip of the keys."""
_AMOUNT = _between("0")

LIMITS: Mapping[type[Any], Mapping[str, Limit]] = {
    programme.Programme: {
        "review_months": _between("1", "120"),
        "account_cap": _between("1"),
        "baseline_year": _YEAR,
    },
    programme.ProgrammeMember: {"fte": _between("0", "1")},
    programme.ProgrammeCost: {"year": _YEAR, "amount": _AMOUNT},
    programme.Ritual: {"cadence_days": _DAYS},
    programme.Criterion: {"weight": _AMOUNT},
    programme.Competency: {"level": _FIVE, "wanted": _FIVE},
    account_team.Teammate: {"time_share_agreed": _PERCENT, "time_share_actual": _PERCENT},
    account_team.ExecutivePair: {"cadence_days": _DAYS},
    account_team.TeamPulse: dict.fromkeys(
        ("clarity", "workload", "priorities", "collaboration"), _FIVE
    ),
    plan_content.SwotItem: {"impact": _FIVE, "likelihood": _FIVE},
    plan_content.Competitor: {"strength": _FIVE},
    plan_content.Risk: {"probability": _FIVE, "impact": _FIVE},
    stakeholder.Stakeholder: {"influence": _FIVE, "engagement": _FIVE},
    stakeholder.PeopleEdge: {"strength": _FIVE},
    stakeholder.ProfilePath: {"cadence_days": _DAYS},
    journey.KeyMoment: {"rating": _FIVE},
    journey.Touchpoint: {"cadence_days": _DAYS},
    figures.Wallet: {"year": _YEAR, "spend": _AMOUNT},
    figures.CatalogueItem: {"margin_percent": _between("-100", "100")},
    figures.OfferPosition: {"potential": _AMOUNT},
}
"""By type and field; a survey's scale depends on its kind."""
_SCALES = {figures.SurveyKind.NPS: _between("0", "10"), figures.SurveyKind.CSAT: _FIVE}
_SPANS = (
    ("from_on", "to_on"),
    ("horizon_from", "horizon_to"),
    ("starts_on", "due"),
    ("opened_on", "closed_on"),
    ("asserted_on", "expires_on"),
    ("held_on", "followed_up_on"),
)
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
"""What a link may be: no ``javascript:``, no file of somebody's own computer."""


def limit_of(made: type[Any], field: str) -> Limit | None:
    """Return the range of one field, where it has one."""
    return LIMITS.get(made, {}).get(field)


def faults(record: Any) -> Iterator[Fault]:
    """Yield all that is wrong with a record whose types are right."""
    made = type(record)
    for one in fields(made):
        value = getattr(record, one.name)
        if _must_say(one) and isinstance(value, str) and not value.strip():
            yield Fault(field=one.name, kind=FaultKind.EMPTY)
        limit = _limit(record, one.name)
        known = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if limit and known and not limit.holds(Decimal(value)):
            yield Fault(field=one.name, kind=FaultKind.RANGE, limit=limit)
        yield from _code_faults(made, one.name, value)
    yield from _order_faults(record)


def _must_say(one: Any) -> bool:
    return one.default is MISSING and one.default_factory is MISSING and one.name != "id"


def _limit(record: Any, field: str) -> Limit | None:
    if isinstance(record, figures.SurveyAnswer) and field == "score":
        return _SCALES.get(record.kind)
    return limit_of(type(record), field)


def _code_faults(made: type[Any], field: str, value: object) -> Iterator[Fault]:
    if not isinstance(value, str) or not value:
        return
    if field == "currency" and not _CURRENCY.fullmatch(value):
        yield Fault(field=field, kind=FaultKind.CURRENCY)
    if field == "country" and made is figures.RevenueLine and not _COUNTRY.fullmatch(value):
        yield Fault(field=field, kind=FaultKind.COUNTRY)
    if field == "url" and not _ADDRESS.fullmatch(value):
        yield Fault(field=field, kind=FaultKind.ADDRESS)


def _order_faults(record: Any) -> Iterator[Fault]:
    for first, last in _SPANS:
        begin, end = getattr(record, first, None), getattr(record, last, None)
        if isinstance(begin, date) and isinstance(end, date) and end < begin:
            yield Fault(field=last, kind=FaultKind.ORDER, other=first)
