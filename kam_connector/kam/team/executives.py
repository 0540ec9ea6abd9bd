"""Our executives and theirs: who should meet whom, and whether they do (S2.39)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kam_connector.kam.people import departures
from kam_connector.kam.team.contact_cover import end_of_day
from kam_connector.kam.ties import contacts_by_person
from kam_connector.model.account_team import ExecutivePair
from kam_connector.model.activity import ActivityKind
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import KeyMoment, MomentKind

__all__ = ["PairState", "executive_pairs"]

_MET = frozenset({ActivityKind.MEETING, ActivityKind.WORKSHOP, ActivityKind.CALL})
"""What counts as meeting: they spoke. A mail is no meeting. Our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairState:
    """One pair, with when they met."""

    pair: ExecutivePair
    contact_name: str
    user_name: str
    last_met: date | None
    """None: never, as far as is recorded."""
    due: date
    """When they should have met again."""
    overdue: bool
    recorded: bool
    """Whether it can be known: a meeting is recorded, or our executive's contacts are."""
    planned: bool
    """Whether a meeting of the two lies ahead."""
    broken: bool
    """One of the two is no longer there: somebody else has to be found."""


def executive_pairs(facts: AccountFacts, as_of: date) -> tuple[PairState, ...]:
    """Return the pairs of an account with when they met, the overdue first.

    Nobody met yet: due from the day the account became a key account.
    """
    own = [one for one in facts.kept.of(ExecutivePair) if one.account_id == facts.account.id]
    if not own:
        return ()
    gone = departures(facts, contacts_by_person(facts, now=end_of_day(as_of)))
    names = {person.id: person.name for person in facts.contacts}
    rows = [_state(one, facts, as_of, names, frozenset(gone)) for one in own]
    return tuple(
        sorted(rows, key=lambda row: (not row.broken, not row.overdue, row.due, row.pair.id))
    )


def _state(
    pair: ExecutivePair,
    facts: AccountFacts,
    as_of: date,
    names: dict[str, str],
    gone: frozenset[str],
) -> PairState:
    met = [day for day in _days(pair, facts) if day <= as_of]
    last = max(met, default=None)
    due = (last or facts.key.since) + timedelta(days=pair.cadence_days)
    user = facts.users.get(pair.user_id)
    left = pair.contact_id in gone or pair.contact_id not in names
    return PairState(
        pair=pair,
        contact_name=names.get(pair.contact_id, pair.contact_id),
        user_name=user.name if user else pair.user_id,
        last_met=last,
        due=due,
        overdue=due < as_of,
        recorded=last is not None or pair.user_id in facts.captured_user_ids,
        planned=_planned(pair, facts, as_of),
        broken=left or (user is not None and not user.active),
    )


def _days(pair: ExecutivePair, facts: AccountFacts) -> Iterator[date]:
    """Yield when the two meet, past and to come, by the CRM and by key moments held."""
    for activity in facts.activities:
        both = pair.user_id in activity.user_ids and pair.contact_id in activity.contact_ids
        if both and activity.held and activity.kind in _MET:
            yield activity.at.date()
    for moment in facts.kept.of(KeyMoment):
        both = pair.user_id in moment.user_ids and pair.contact_id in moment.contact_ids
        if both and moment.held_on and not moment.cancelled:
            yield moment.held_on


def _planned(pair: ExecutivePair, facts: AccountFacts, as_of: date) -> bool:
    """Whether a meeting lies ahead; one of executives that names nobody counts."""
    ahead = (
        one
        for one in facts.kept.of(KeyMoment)
        if one.kind is MomentKind.EXECUTIVE_MEETING
        and not one.cancelled
        and one.held_on is None
        and one.planned_on >= as_of
    )
    named = any(not one.contact_ids or pair.contact_id in one.contact_ids for one in ahead)
    return named or any(day > as_of for day in _days(pair, facts))
