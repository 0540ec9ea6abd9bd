"""Satisfaction (S2.32): NPS, CSAT, what people wrote, and the requests that trouble them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.kpis.sheet import YEAR, Sheet
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiFamily, KpiValue, SurveyAnswer, SurveyKind
from kam_connector.model.service import Case

__all__ = [
    "DETRACTOR",
    "Nps",
    "answers_of",
    "is_escalated",
    "is_open",
    "mean_score",
    "net_promoters",
    "satisfaction",
]

_FAMILY = KpiFamily.SATISFACTION
_PROMOTER, DETRACTOR = Decimal(9), Decimal(6)
"""9 and 10 promote, 0 to 6 detract (Reichheld, Harvard Business Review, December 2003)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nps:
    """The Net Promoter Score of some answers: % promoters less % detractors."""

    promoters: int
    passives: int
    detractors: int
    lowest: Decimal
    highest: Decimal

    @property
    def count(self) -> int:
        """How many answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> Decimal:
        """-100 to 100."""
        return Decimal(self.promoters - self.detractors) * 100 / self.count


def answers_of(
    facts: AccountFacts, kind: SurveyKind, *, day: date, span: timedelta = YEAR
) -> list[SurveyAnswer]:
    """Return the answers of the 365 days (or *span*) before a day, the newest of each person.

    Answers without a name count one each.
    """
    newest: dict[str, SurveyAnswer] = {}
    for one in sorted(facts.kept.of(SurveyAnswer), key=lambda each: (each.on, each.id)):
        if one.kind is kind and day - span < one.on <= day:
            newest[one.contact_id or one.id] = one
    return list(newest.values())


def net_promoters(answers: Iterable[SurveyAnswer]) -> Nps | None:
    """Return the score of *answers* (0 to 10), or None when nobody gave one."""
    given = [one.score for one in answers if one.score is not None]
    if not given:
        return None
    promoters = sum(score >= _PROMOTER for score in given)
    detractors = sum(score <= DETRACTOR for score in given)
    return Nps(
        promoters=promoters,
        passives=len(given) - promoters - detractors,
        detractors=detractors,
        lowest=min(given),
        highest=max(given),
    )


def mean_score(answers: Iterable[SurveyAnswer]) -> Decimal | None:
    """Return the mean score of *answers*, or None when nobody gave one."""
    given = [one.score for one in answers if one.score is not None]
    return sum(given, Decimal(0)) / len(given) if given else None


def is_open(case: Case, day: date) -> bool:
    """Whether a request was waiting on a day; an undated end was before."""
    if case.opened_at is not None and case.opened_at.date() > day:
        return False
    if case.closed_at is not None:
        return case.closed_at.date() > day
    return not case.closed


def is_escalated(case: Case, day: date) -> bool:
    """Whether a request waits that was handed up: an open critical incident (S2.12)."""
    return case.escalated and is_open(case, day)


def satisfaction(sheet: Sheet) -> list[KpiValue]:
    """Return the figures of the family; what is not known says why."""
    return [_nps(sheet), _csat(sheet), _users(sheet), _verbatims(sheet), _escalations(sheet)]


def _nps(sheet: Sheet) -> KpiValue:
    facts, say = sheet.situation.facts, sheet.say
    now = net_promoters(answers_of(facts, SurveyKind.NPS, day=sheet.as_of))
    earlier = net_promoters(answers_of(facts, SurveyKind.NPS, day=sheet.as_of - YEAR))
    then = earlier.score if earlier else None
    if now is None:
        reason = say("nobody answered a recommendation survey in 365 days")
        return sheet.value(_FAMILY, "nps", None, "score", reason, before=then)
    reason = say.count(
        "{n} answer in 365 days: promoters {promoters}, passives {passives}, "
        "detractors {detractors}; from {lowest} to {highest}",
        "{n} answers in 365 days: promoters {promoters}, passives {passives}, "
        "detractors {detractors}; from {lowest} to {highest}",
        now.count,
        promoters=now.promoters,
        passives=now.passives,
        detractors=now.detractors,
        lowest=now.lowest,
        highest=now.highest,
    )
    return sheet.value(_FAMILY, "nps", now.score, "score", reason, before=then)


def _csat(sheet: Sheet) -> KpiValue:
    facts = sheet.situation.facts
    now = answers_of(facts, SurveyKind.CSAT, day=sheet.as_of)
    then = answers_of(facts, SurveyKind.CSAT, day=sheet.as_of - YEAR)
    return _mean(sheet, "csat", now, then)


def _users(sheet: Sheet) -> KpiValue:
    """Return how satisfied the operational users are: theirs spreads (S2.17)."""
    profiles = sheet.situation.profiles
    users = {one for one, held in profiles.items() if Profile.OPERATIONAL_USER in held}
    facts = sheet.situation.facts
    now, then = (
        [one for one in answers_of(facts, SurveyKind.CSAT, day=day) if one.contact_id in users]
        for day in (sheet.as_of, sheet.as_of - YEAR)
    )
    return _mean(sheet, "csat_users", now, then)


def _mean(
    sheet: Sheet, key: str, now: Sequence[SurveyAnswer], then: Sequence[SurveyAnswer]
) -> KpiValue:
    value = mean_score(now)
    given = [one.score for one in now if one.score is not None]
    if not given:
        reason = (
            sheet.say("no operational user answered in 365 days")
            if key == "csat_users"
            else sheet.say("nobody answered a satisfaction survey in 365 days")
        )
    else:
        reason = sheet.say.count(
            "mean of {n} answer of 1 to 5; from {lowest} to {highest}",
            "mean of {n} answers of 1 to 5; from {lowest} to {highest}",
            len(given),
            lowest=min(given),
            highest=max(given),
        )
    return sheet.value(_FAMILY, key, value, "score", reason, before=mean_score(then))


def _verbatims(sheet: Sheet) -> KpiValue:
    written = [one for one in sheet.situation.facts.kept.of(SurveyAnswer) if one.verbatim]
    now, then = (
        [one for one in written if day - YEAR < one.on <= day]
        for day in (sheet.as_of, sheet.as_of - YEAR)
    )
    if not written:
        reason = sheet.say("no words of the customer are recorded")
        return sheet.value(_FAMILY, "verbatims", None, "count", reason)
    last = max(one.on for one in written if one.on <= sheet.as_of) if now or then else None
    reason = sheet.say("the last of {day}", day=last) if last else sheet.say("none in 365 days")
    return sheet.value(
        _FAMILY, "verbatims", Decimal(len(now)), "count", reason, before=Decimal(len(then))
    )


def _escalations(sheet: Sheet) -> KpiValue:
    facts = sheet.situation.facts
    if not facts.cases:
        reason = sheet.say("no request of this customer is recorded")
        return sheet.value(_FAMILY, "escalations", None, "count", reason)
    now, then = (_escalated(facts.cases, day) for day in (sheet.as_of, sheet.as_of - YEAR))
    waiting = sum(is_open(one, sheet.as_of) for one in facts.cases)
    reason = sheet.say.count(
        "escalated in 365 days; {n} request is open now",
        "escalated in 365 days; {n} requests are open now",
        waiting,
    )
    return sheet.value(_FAMILY, "escalations", Decimal(now), "count", reason, before=Decimal(then))


def _escalated(cases: Iterable[Case], day: date) -> int:
    return sum(
        one.escalated
        and (is_open(one, day) or bool(one.opened_at and day - YEAR < one.opened_at.date() <= day))
        for one in cases
    )
