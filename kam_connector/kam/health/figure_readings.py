"""Readings that stand on figures: business, surveys, margin and cost. No reply changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.health.reading import Reading, ramp
from kam_connector.kam.kpis.development import takings
from kam_connector.kam.kpis.profitability import margin_percent, serving_cost
from kam_connector.kam.kpis.satisfaction import answers_of, mean_score, net_promoters
from kam_connector.kam.kpis.sheet import Sheet, read_sheet
from kam_connector.kam.situation import Situation
from kam_connector.kam.worth import priced
from kam_connector.model.figures import SurveyAnswer, SurveyKind
from kam_connector.model.opportunity import Opportunity

__all__ = ["figure_readings"]

_YEAR = timedelta(days=365)
_LEAST_DECISIONS = 3
"""Fewer decisions make no rate. Our choice: below three, one deal is the whole rate."""


def figure_readings(situation: Situation) -> list[Reading]:
    """Return development, satisfaction and profitability; unknown ones say why."""
    sheet = read_sheet(situation)
    return [*_development(sheet), *_satisfaction(sheet), *_profitability(sheet)]


def _development(sheet: Sheet) -> list[Reading]:
    situation, say = sheet.situation, sheet.say
    limits, as_of = situation.settings.health, situation.as_of
    in_one = priced(situation.facts.opportunities, situation.facts.rates, as_of=as_of)
    deals, note = in_one.deals, in_one.noted(say)
    recent = _won(deals, as_of - _YEAR, as_of)
    earlier = _won(deals, as_of - 2 * _YEAR, as_of - _YEAR)
    open_sum = sum((_amount(deal) for deal in deals if not deal.closed), Decimal(0))
    pipeline = None if not recent else ramp(float(open_sum / recent), limits.pipeline_ramp)
    trend = None if not earlier else ramp(float(recent / earlier), limits.trend_ramp)
    words = {"recent": _whole(recent), "earlier": _whole(earlier), "open": _whole(open_sum)}
    won = say("won {recent} in 365 days, {earlier} in the 365 before", **words) + note
    none = say("no won business a year earlier to compare with")
    return [
        _billed_trend(sheet)
        or Reading(
            key="development.revenue_trend", value=trend, reason=none if trend is None else won
        ),
        Reading(
            key="development.pipeline",
            value=pipeline,
            reason=say("{open} open beside {recent} won in 365 days", **words) + note
            if recent
            else say("nothing won in 365 days to compare with"),
        ),
        _win_rate(sheet, deals),
    ]


def _billed_trend(sheet: Sheet) -> Reading | None:
    """Return the trend of what was billed; None where no revenue lines are imported."""
    if sheet.year is None:
        return None
    earned, key = takings(sheet), "development.revenue_trend"
    if earned.now is None or earned.before is None or earned.before <= 0:
        reason = sheet.say("no revenue a year earlier to compare with")
        return Reading(key=key, value=None, reason=reason)
    now, before = _whole(earned.now), _whole(earned.before)
    return Reading(
        key=key,
        value=ramp(float(earned.now / earned.before), sheet.situation.settings.health.trend_ramp),
        reason=sheet.say(
            "billed {now} in twelve months, {before} in the twelve before ({currency})",
            now=now,
            before=before,
            currency=sheet.currency,
        ),
    )


def _win_rate(sheet: Sheet, deals: Iterable[Opportunity]) -> Reading:
    key, as_of = "development.win_rate", sheet.as_of
    decided = [d for d in deals if d.closed and _closed_in(d, as_of - 2 * _YEAR, as_of)]
    won = sum(deal.won for deal in decided)
    words = {"won": won, "all": len(decided)}
    if len(decided) < _LEAST_DECISIONS:
        reason = sheet.say("{won} of {all} decisions won in two years: too few for a rate", **words)
        return Reading(key=key, value=None, reason=reason)
    span = sheet.situation.settings.health.win_rate_ramp
    reason = sheet.say("{won} of {all} decisions won in two years", **words)
    return Reading(key=key, value=ramp(won / len(decided), span), reason=reason)


def _satisfaction(sheet: Sheet) -> list[Reading]:
    limits = sheet.situation.settings.health
    return [
        _survey(sheet, SurveyKind.NPS, "satisfaction.nps", _nps_score, limits.nps_ramp),
        _survey(sheet, SurveyKind.CSAT, "satisfaction.csat", mean_score, limits.csat_ramp),
    ]


def _survey(
    sheet: Sheet,
    kind: SurveyKind,
    key: str,
    score_of: Callable[[Sequence[SurveyAnswer]], Decimal | None],
    span: tuple[float, float],
) -> Reading:
    answers = answers_of(sheet.situation.facts, kind, day=sheet.as_of)
    given = [one for one in answers if one.score is not None]
    least = sheet.situation.settings.health.least_answers
    score = score_of(given)
    if score is None:
        return Reading(key=key, value=None, reason=sheet.say("no survey is recorded"))
    if len(given) < least:
        reason = sheet.say.count(
            "{n} answer in 365 days, {least} are needed",
            "{n} answers in 365 days, {least} are needed",
            len(given),
            least=least,
        )
        return Reading(key=key, value=None, reason=reason)
    reason = sheet.say.count(
        "{score} from {n} answer in 365 days",
        "{score} from {n} answers in 365 days",
        len(given),
        score=score.quantize(Decimal("0.1")),
    )
    return Reading(key=key, value=ramp(float(score), span), reason=reason)


def _nps_score(answers: Sequence[SurveyAnswer]) -> Decimal | None:
    found = net_promoters(answers)
    return found.score if found else None


def _profitability(sheet: Sheet) -> list[Reading]:
    return [_margin(sheet), _cost(sheet)]


def _margin(sheet: Sheet) -> Reading:
    key = "profitability.margin"
    margin = margin_percent(sheet.year, known_share=sheet.limits.margin_known_share)
    if margin is None:
        return Reading(key=key, value=None, reason=sheet.say("no margin is recorded"))
    reason = sheet.say(
        "margin of {percent} % over twelve months", percent=margin.quantize(Decimal("0.1"))
    )
    span = sheet.situation.settings.health.margin_ramp
    return Reading(key=key, value=ramp(float(margin), span), reason=reason)


def _cost(sheet: Sheet) -> Reading:
    key = "profitability.cost_to_serve"
    cost, _ = serving_cost(sheet, sheet.year.span if sheet.year else None)
    if cost is None or sheet.year is None or sheet.year.revenue <= 0:
        return Reading(key=key, value=None, reason=sheet.say("no cost to serve is recorded"))
    percent = cost / sheet.year.revenue * 100
    reason = sheet.say(
        "serving the account costs {percent} % of the revenue",
        percent=percent.quantize(Decimal("0.1")),
    )
    span = sheet.situation.settings.health.cost_ramp
    return Reading(key=key, value=ramp(float(percent), span), reason=reason)


def _won(deals: Iterable[Opportunity], after: date, until: date) -> Decimal:
    return sum(
        (_amount(deal) for deal in deals if deal.won and _closed_in(deal, after, until)),
        Decimal(0),
    )


def _closed_in(deal: Opportunity, after: date, until: date) -> bool:
    return deal.closes_on is not None and after < deal.closes_on <= until


def _amount(deal: Opportunity) -> Decimal:
    return deal.amount.amount if deal.amount else Decimal(0)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1))
