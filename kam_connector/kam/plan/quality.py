"""How good a plan is, apart from how well its account does: an explained ledger (S1.30)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.kam.plan.answers import open_risks, unanswered_swot, unmitigated_risks
from kam_connector.kam.plan.attainment import objectives_on_track
from kam_connector.kam.plan.completeness import section_completeness
from kam_connector.kam.plan.freshness import SectionAge, programme_maturity, section_age
from kam_connector.kam.plan.opening import HORIZON_DAYS
from kam_connector.kam.plan.smart import smart_checks
from kam_connector.kam.plan.view import PlanQuality
from kam_connector.kam.plan.words import able_user
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.plan import asked_sections
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Action, ActionState, ObjectiveStatus
from kam_connector.model.plan_content import SwotItem, SwotQuadrant
from kam_connector.model.programme import Maturity
from kam_connector.model.score import Contribution

__all__ = ["plan_completeness", "plan_freshness", "plan_quality"]

_FULL = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    key: str
    value: Decimal | None
    reason: str


def plan_quality(
    facts: AccountFacts,
    *,
    as_of: date,
    settings: KamSettings | None = None,
    facts_on: date | None = None,
) -> PlanQuality:
    """Return the quality of an account's plan with its ledger.

    What cannot be judged (no risk named, no objective measured) is left out and its weight
    shared among the rest; that something is missing is completeness' line. Below half of the
    weight known there is no value.

    Args:
        facts: The account, with today's objectives and actions.
        as_of: Today.
        settings: The method's numbers; defaults when None.
        facts_on: The day of the last run; None: today.
    """
    used = settings or KamSettings()
    readings = list(_readings(facts, as_of, used, facts_on))
    weights = {one.key: Decimal(used.plan.quality_weights.get(one.key, 0)) for one in readings}
    whole = sum(weights.values(), Decimal(0))
    known = sum((weights[one.key] for one in readings if one.value is not None), Decimal(0))
    share = known / whole if whole else Decimal(0)
    enough = known > 0 and share >= used.health.least_data_share
    parts = {
        one.key: weights[one.key] / known * one.value if enough else Decimal(0)
        for one in readings
        if one.value is not None
    }
    points = exact_tenths(parts)
    ledger = tuple(
        Contribution(
            key=f"plan.{one.key}",
            points=points.get(one.key, Decimal(0)),
            weight=weights[one.key] / known if known and one.value is not None else Decimal(0),
            reading=one.value,
            reason=one.reason,
        )
        for one in readings
    )
    return PlanQuality(
        value=ledger_sum(ledger) if enough else None,
        ledger=ledger,
        data_coverage=share.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN),
    )


def plan_completeness(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> int:
    """Return how complete a plan is, in percent: the mean of the sections asked for."""
    used = settings or KamSettings()
    asked = asked_sections(programme_maturity(facts, used), used.plan)
    found = [
        section_completeness(kind, facts, as_of=as_of, settings=used).percent for kind in asked
    ]
    return sum(found) // len(found) if found else 100


def plan_freshness(
    facts: AccountFacts,
    *,
    as_of: date,
    settings: KamSettings | None = None,
    facts_on: date | None = None,
) -> int:
    """Return how fresh a plan is, 0 to 100: the mean of the sections that hold something."""
    used = settings or KamSettings()
    ages = _ages(facts, as_of, used, facts_on)
    known = [one.freshness for one in ages if one.freshness is not None]
    return sum(known) // len(known) if known else 100


def _readings(
    facts: AccountFacts, as_of: date, settings: KamSettings, facts_on: date | None
) -> Iterator[_Reading]:
    say = settings.say
    full = plan_completeness(facts, as_of=as_of, settings=settings)
    text = say("{percent} % of what the sections asked for should hold", percent=full)
    yield _Reading(key="completeness", value=Decimal(full), reason=text)
    yield _words(facts, as_of, settings, facts_on)
    yield _smart(facts, as_of, settings)
    yield _work(facts, as_of, say)
    yield _swot(facts, say)
    yield _risks(facts, settings)
    well, told = objectives_on_track(facts, as_of=as_of, settings=settings)
    text = say("{some} of {every} objectives reached or on track", some=well, every=told)
    yield _Reading(key="attainment", value=_share(well, told), reason=text)
    yield _horizons(facts, as_of, settings)


def _words(
    facts: AccountFacts, as_of: date, settings: KamSettings, facts_on: date | None
) -> _Reading:
    """Read how fresh people's words are; a plan in which nobody wrote is not fresh at all."""
    ages = _ages(facts, as_of, settings, facts_on)
    spoken = [one.freshness or 0 for one in ages if one.spoken_on]
    fresh = sum(spoken) // len(spoken) if spoken else 0
    text = settings.say("freshness {points} of 100 where people wrote", points=fresh)
    if not spoken:
        text = settings.say("nobody has written anything in the plan yet")
    return _Reading(key="freshness", value=Decimal(fresh), reason=text)


def _ages(
    facts: AccountFacts, as_of: date, settings: KamSettings, facts_on: date | None
) -> list[SectionAge]:
    return [
        section_age(kind, facts, as_of=as_of, settings=settings.plan, facts_on=facts_on)
        for kind in asked_sections(programme_maturity(facts, settings), settings.plan)
    ]


def _share(some: int, every: int) -> Decimal | None:
    """Return a share in percent, to a tenth; None of nothing."""
    if not every:
        return None
    return (_FULL * some / every).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def _smart(facts: AccountFacts, as_of: date, settings: KamSettings) -> _Reading:
    """Read how many of people's own objectives are SMART; the method's are so by their making."""
    every = smart_checks(facts, as_of=as_of, settings=settings)
    checks = [one for one in every if one.objective.made_by is not None]
    good = sum(one.is_smart for one in checks)
    text = settings.say(
        "{some} of {every} objectives that people set are SMART", some=good, every=len(checks)
    )
    return _Reading(key="smart", value=_share(good, len(checks)), reason=text)


def _work(facts: AccountFacts, as_of: date, say: Voice) -> _Reading:
    open_ones = [
        one for one in facts.actions if one.state in (ActionState.OPEN, ActionState.WAITING)
    ]
    good = sum(_cared_for(one, facts, as_of) for one in open_ones)
    text = say(
        "{some} of {every} actions have owner, day ahead and success indicator",
        some=good,
        every=len(open_ones),
    )
    return _Reading(key="actions", value=_share(good, len(open_ones)), reason=text)


def _cared_for(one: Action, facts: AccountFacts, as_of: date) -> bool:
    """Tell whether an action can be done and seen; a rule's is done when its finding is gone."""
    shown = bool(one.success_indicator) or one.signal_key is not None
    return able_user(facts, one.owner_id) is not None and one.due >= as_of and shown


def _swot(facts: AccountFacts, say: Voice) -> _Reading:
    adverse = (SwotQuadrant.WEAKNESS, SwotQuadrant.THREAT)
    every = sum(one.quadrant in adverse for one in facts.kept.of(SwotItem))
    some = every - len(unanswered_swot(facts))
    text = say("{some} of {every} weaknesses and threats have an objective", some=some, every=every)
    return _Reading(key="swot", value=_share(some, every), reason=text)


def _risks(facts: AccountFacts, settings: KamSettings) -> _Reading:
    every, bare = len(open_risks(facts)), len(unmitigated_risks(facts, settings.plan))
    text = settings.say(
        "{some} of {every} risks are light or have owner, mitigation and trigger",
        some=every - bare,
        every=every,
    )
    return _Reading(key="risks", value=_share(every - bare, every), reason=text)


def _horizons(facts: AccountFacts, as_of: date, settings: KamSettings) -> _Reading:
    """Read the mix of near and far objectives; at the start of a programme a year is enough."""
    open_ones = [one for one in facts.objectives if one.status is ObjectiveStatus.OPEN]
    far = sum(one.due > as_of + timedelta(days=HORIZON_DAYS) for one in open_ones)
    near = len(open_ones) - far
    text = settings.say("{near} objectives within a year, {far} beyond", near=near, far=far)
    asked = programme_maturity(facts, settings) is not Maturity.STARTER and len(open_ones) > 1
    value = _balance((near, far), settings.plan.far_share_percent) if asked else None
    return _Reading(key="horizons", value=value, reason=text)


def _balance(parts: Sequence[int], least_percent: int) -> Decimal:
    share = _share(min(parts), sum(parts)) or Decimal(0)
    if least_percent <= 0:
        return _FULL
    return min(_FULL, (share * 100 / least_percent).quantize(Decimal("0.1")))
