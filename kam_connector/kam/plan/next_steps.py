"""What would help a plan most, in words, first things first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from kam_connector.kam.plan.answers import (
    overdue_actions,
    risks_to_review,
    unanswered_swot,
    unmitigated_risks,
)
from kam_connector.kam.plan.attainment import objectives_off_track
from kam_connector.kam.plan.completeness import section_completeness
from kam_connector.kam.plan.freshness import programme_maturity, stale_sections
from kam_connector.kam.plan.smart import smart_checks
from kam_connector.kam.plan.words import section_title
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.plan import asked_sections
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts

__all__ = ["next_steps"]

_FEW = 7
"""Our choice: a list that is done in one sitting."""


def next_steps(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None, most: int = _FEW
) -> list[str]:
    """Return what to do next about the plan: what is late, then what is unanswered, then gaps."""
    return list(islice(_steps(facts, as_of, settings or KamSettings()), most))


def _steps(facts: AccountFacts, as_of: date, settings: KamSettings) -> Iterator[str]:
    say = settings.say
    for action in overdue_actions(facts, as_of):
        yield say("Overdue since {day}: {title}", day=action.due, title=action.title)
    for attained in objectives_off_track(facts, as_of=as_of, settings=settings):
        title = attained.objective.title
        yield say("Off track: {title} ({reason})", title=title, reason=attained.reason)
    for risk in unmitigated_risks(facts, settings.plan):
        yield say("Give this risk an owner, a mitigation and a trigger: {text}", text=risk.text)
    for risk in risks_to_review(facts, as_of=as_of):
        yield say("Review this risk, due {day}: {text}", day=risk.review_on, text=risk.text)
    for item in unanswered_swot(facts):
        yield say(
            "No objective answers this {quadrant}: {text}", quadrant=item.quadrant, text=item.text
        )
    yield from _sections(facts, as_of, settings, say)
    for check in smart_checks(facts, as_of=as_of, settings=settings):
        for letter in check.letters:
            if not letter.met:
                yield say(
                    "{title}: {hint} ({reason})",
                    title=check.objective.title,
                    hint=letter.hint,
                    reason=letter.reason,
                )


def _sections(facts: AccountFacts, as_of: date, settings: KamSettings, say: Voice) -> Iterator[str]:
    for old in stale_sections(facts, as_of=as_of, settings=settings):
        title = section_title(old.kind, say)
        yield say("{section}: last read on {day}", section=title, day=old.spoken_on)
    asked = asked_sections(programme_maturity(facts, settings), settings.plan)
    gaps = [
        (section_completeness(kind, facts, as_of=as_of, settings=settings), kind) for kind in asked
    ]
    for full, kind in sorted(gaps, key=lambda gap: gap[0].percent):
        for missing in full.missing:
            yield say("{section}: {missing}", section=section_title(kind, say), missing=missing)
