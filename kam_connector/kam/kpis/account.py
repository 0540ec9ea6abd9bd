"""All key figures of one account, its whole tree counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from kam_connector.kam.access import masked_figures
from kam_connector.kam.kpis.development import development
from kam_connector.kam.kpis.profitability import profitability
from kam_connector.kam.kpis.relationship import relationship
from kam_connector.kam.kpis.satisfaction import satisfaction
from kam_connector.kam.kpis.sheet import YEAR, read_sheet
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiValue

__all__ = ["account_kpis", "situation_kpis", "with_year_earlier"]


def account_kpis(
    facts: AccountFacts, as_of: date, settings: KamSettings | None = None
) -> tuple[KpiValue, ...]:
    """Return the key figures of an account and everything below it, as of a day.

    Every figure has its reason; one that is not known has no value, never zero.

    Args:
        facts: All that is known.
        as_of: The day the figures speak of.
        settings: The method's numbers and the language of the reasons; defaults when None.
    """
    now = datetime.combine(as_of, time.max, UTC)
    situation = read_situation(facts, as_of=as_of, now=now, settings=settings or KamSettings())
    return situation_kpis(situation)


def situation_kpis(situation: Situation) -> tuple[KpiValue, ...]:
    """Return the key figures of an account that is read already."""
    sheet = read_sheet(situation)
    made = (
        *development(sheet),
        *satisfaction(sheet),
        *relationship(sheet),
        *profitability(sheet),
    )
    found = with_year_earlier(made, situation.facts.kept.of(KpiValue), situation.settings)
    return masked_figures(found, situation.facts.hidden)


def with_year_earlier(
    made: Iterable[KpiValue], kept: Iterable[KpiValue], settings: KamSettings
) -> tuple[KpiValue, ...]:
    """Return figures that dated facts could not take a year back, with the one kept then."""
    then: dict[str, list[KpiValue]] = {}
    for one in kept:
        then.setdefault(one.key, []).append(one)
    return tuple(
        one
        if one.before is not None
        else replace(one, before=_nearest(one, then.get(one.key, ()), settings))
        for one in made
    )


def _nearest(one: KpiValue, kept: Iterable[KpiValue], settings: KamSettings) -> Decimal | None:
    slack = settings.kpis.year_slack_days
    apart = {
        abs((one.as_of - YEAR - old.as_of).days): old.value
        for old in sorted(kept, key=lambda each: each.as_of)
        if old.unit == one.unit
    }
    nearest = min(apart, default=slack + 1)
    return apart[nearest] if nearest <= slack else None
