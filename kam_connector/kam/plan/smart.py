"""The SMART check of objectives: five questions, each with a reason and a hint (S2.22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.plan.horizon import begun_on
from kam_connector.kam.plan.view import SmartCheck, SmartLetter
from kam_connector.kam.plan.words import able_user, person_of_ours
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Nature, Objective, ObjectiveStatus, Theme
from kam_connector.model.plan_content import Initiative, SwotItem, Tactic

__all__ = ["smart_check", "smart_checks"]

_FULL_SCALE = ("coverage.percent", "relationship.score", "health.score")
"""Metrics that end at 100."""
_FULL = Decimal(100)
_COUNTED_THEMES = {Theme.REVENUE, Theme.PROFITABILITY}
"""Where growth is a question of money: a score may well double from a low start."""


def smart_checks(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> tuple[SmartCheck, ...]:
    """Return the check of every open objective, people's own first, then by due day."""
    open_ones = [one for one in facts.objectives if one.status is ObjectiveStatus.OPEN]
    open_ones.sort(key=lambda one: (one.made_by is None, one.due, one.title, one.id))
    return tuple(smart_check(one, facts, as_of=as_of, settings=settings) for one in open_ones)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    one: Objective
    facts: AccountFacts
    as_of: date
    settings: KamSettings
    say: Voice
    owner_id: str | None


_Answer = tuple[bool, str, str]
"""Met, the reason, and what to do when it is not."""


def smart_check(
    one: Objective, facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> SmartCheck:
    """Return the five answers for one objective.

    What a program can see of each: a title that says something; a number with a start, or a
    criterion; an owner with room and a target within reach; what it serves; a day ahead.
    """
    used = settings or KamSettings()
    case = _Case(
        one=one,
        facts=facts,
        as_of=as_of,
        settings=used,
        say=used.say,
        owner_id=one.owner_id or facts.account.owner_id,
    )
    return SmartCheck(
        objective=one,
        letters=tuple(_letter(name, answer(case)) for name, answer in _letters(used.say)),
    )


def _letters(say: Voice) -> Iterable[tuple[str, Callable[[_Case], _Answer]]]:
    return (
        (say("specific"), _specific),
        (say("measurable"), _measurable),
        (say("achievable"), _achievable),
        (say("relevant"), _relevant),
        (say("time-bound"), _timed),
    )


def _letter(name: str, answer: _Answer) -> SmartLetter:
    met, reason, hint = answer
    return SmartLetter(name=name, met=met, reason=reason, hint="" if met else hint)


def _specific(case: _Case) -> _Answer:
    say, words = case.say, len(case.one.title.split())
    if words < case.settings.plan.least_words:
        hint = say("Say what is to change, by how much and where")
        return False, say.count("the title has {n} word", "the title has {n} words", words), hint
    return True, say("its title says what is wanted"), ""


def _measurable(case: _Case) -> _Answer:
    one, say = case.one, case.say
    if one.nature is Nature.QUALITATIVE:
        hint = say("Write down what will show that it is reached")
        if not (one.success_criterion or "").strip():
            return False, say("judged, but nothing says by what"), hint
        return True, say("judged by: {criterion}", criterion=one.success_criterion), ""
    if one.target is None:
        return False, say("counted, but without a target"), say("Set a target number")
    if one.baseline is None:
        hint = say("Note where it starts, or choose a metric that the layer measures")
        return False, say("a target, but nobody knows where it starts"), hint
    return True, say("from {start} to {target}", start=one.baseline, target=one.target), ""


def _achievable(case: _Case) -> _Answer:
    say, owner = case.say, able_user(case.facts, case.owner_id)
    if owner is None:
        return False, say("nobody of ours owns it"), say("Name an owner who is with us")
    held = _open_by_owner(case.facts)[owner.id]
    most = case.settings.plan.most_objectives_per_owner
    name = person_of_ours(case.facts, owner.id, say)
    if held > most:
        hint = say("Give some to others, or drop what matters least")
        return False, say("{person} has {held} open objectives here", person=name, held=held), hint
    stretch = _stretch(case)
    return stretch or (True, say("{person} owns it and has room", person=name), "")


def _stretch(case: _Case) -> _Answer | None:
    """Return why a target is out of reach, if it is."""
    one, say = case.one, case.say
    if one.target is None or one.baseline is None:
        return None
    if one.metric in _FULL_SCALE and one.target > _FULL:
        hint = say("Choose a target up to 100")
        return False, say("the target {target} is beyond the scale", target=one.target), hint
    if one.theme not in _COUNTED_THEMES or one.baseline <= 0:
        return None
    begun = begun_on(one, case.facts.plan) or case.as_of
    years = max(Decimal(1), Decimal((one.due - begun).days) / 365)
    growth = (one.target / one.baseline - 1) * 100 / years
    if growth <= case.settings.plan.most_growth_percent:
        return None
    hint = say("Lower it, or say in the plan what makes it possible")
    return False, say("it asks for {growth} % more a year", growth=int(growth)), hint


def _open_by_owner(facts: AccountFacts) -> Counter[str | None]:
    return Counter(
        one.owner_id or facts.account.owner_id
        for one in facts.objectives
        if one.status is ObjectiveStatus.OPEN
    )


def _relevant(case: _Case) -> _Answer:
    one, say = case.one, case.say
    if one.made_by is None:
        return True, say("the method asks for it: {reason}", reason=one.reason), ""
    if one.customer_shared:
        return True, say("the customer wants it too"), ""
    told = case.facts.kept
    if any(item.objective_id == one.id for item in told.of(SwotItem)):
        return True, say("it answers a line of the SWOT"), ""
    served = {work.objective_id for work in told.of(Tactic)}
    served |= {work.objective_id for work in told.of(Initiative)}
    if one.id in served:
        return True, say("tactics or initiatives work towards it"), ""
    hint = say("Link it to a line of the SWOT, or to what the customer wants")
    return False, say("nothing in the plan says what it serves"), hint


def _timed(case: _Case) -> _Answer:
    one, say = case.one, case.say
    if one.due < case.as_of:
        hint = say("Close it, or give it a new day")
        return False, say("its day passed on {due}", due=one.due), hint
    years = case.settings.plan.longest_years
    if one.due > case.as_of + timedelta(days=366 * years):
        hint = say("Set a nearer day, or a milestone on the way")
        return False, say("due on {due}, over {years} years away", due=one.due, years=years), hint
    return True, say("due on {due}", due=one.due), ""
