"""Moments of truth: escalations and incidents that want a protocol and a lesson (S2.12, S2.37)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.kpis.satisfaction import is_open
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.service import Case

__all__ = ["Incident", "incidents"]

_TRUTH = (MomentKind.ESCALATION, MomentKind.INCIDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One escalation or incident, from the CRM's cases or a person's word."""

    about: str
    """The id of the case, or of the moment where there is no case."""
    moment_id: str | None
    since: date
    over: bool
    """Handled; what we learned may still be missing."""
    lessons_missing: bool
    """No post-mortem is written down."""
    contact_id: str | None
    words: str


def incidents(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[Incident, ...]:
    """Return what went badly wrong and is not closed with its lesson, the latest first.

    An escalated case counts, and every moment of kind escalation or incident. A case that is
    closed stays until a post-mortem is written, if somebody opened a moment about it.
    """
    say = (settings or KamSettings()).say
    told = {one.about: one for one in _moments(facts) if one.about}
    found = [*_of_cases(facts, told, as_of, say), *_of_moments(facts, as_of, say)]
    return tuple(sorted(found, key=lambda one: (one.since, one.about), reverse=True))


def _moments(facts: AccountFacts) -> list[KeyMoment]:
    return [one for one in facts.kept.of(KeyMoment) if one.kind in _TRUTH and not one.cancelled]


def _of_cases(
    facts: AccountFacts, told: dict[str, KeyMoment], as_of: date, say: Voice
) -> Iterator[Incident]:
    for case in facts.cases:
        if not case.escalated or case.opened_at is None or case.opened_at.date() > as_of:
            continue
        moment = told.get(case.id)
        unlearned, waiting = moment is not None and not moment.lessons, is_open(case, as_of)
        if not waiting and not unlearned:
            continue
        yield Incident(
            about=case.id,
            moment_id=moment.id if moment else None,
            since=case.opened_at.date(),
            over=not waiting,
            lessons_missing=moment is None or unlearned,
            contact_id=case.contact_id,
            words=_case_words(case, say, waiting=waiting),
        )


def _of_moments(facts: AccountFacts, as_of: date, say: Voice) -> Iterator[Incident]:
    cases = {case.id for case in facts.cases if case.escalated}
    for moment in _moments(facts):
        if moment.about in cases or moment.lessons or moment.planned_on > as_of:
            continue
        yield Incident(
            about=moment.id,
            moment_id=moment.id,
            since=moment.planned_on,
            over=moment.followed_up_on is not None and moment.followed_up_on <= as_of,
            lessons_missing=True,
            contact_id=moment.contact_ids[0] if moment.contact_ids else None,
            words=say("{title}, since {day}", title=moment.title, day=moment.planned_on),
        )


def _case_words(case: Case, say: Voice, *, waiting: bool) -> str:
    """Return a case without its subject: that is a customer's own text."""
    day = case.opened_at.date() if case.opened_at else None
    if not waiting:
        return say("The case escalated on {day} is closed; what we learned is missing", day=day)
    return say("An escalated case is open since {day}", day=day)
