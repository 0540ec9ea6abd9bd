"""Our executives and theirs: who should meet whom, and whether they do (S2.39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kam_connector.kam.people import departures
from kam_connector.kam.team.contact_cover import end_of_day
from kam_connector.kam.ties import contacts_by_person
from kam_connector.model.account_team import ExecutivePair
from kam_connector.model.activity import ActivityKind
from kam_connector.model.facts import AccountFacts

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
    broken: bool
    """One of the two is no longer there: somebody else has to be found."""


def executive_pairs(facts: AccountFacts, as_of: date) -> tuple[PairState, ...]:
    """Return the pairs of an account with when they met, the overdue first.

    Nobody met yet: due from the day the account became a key account.
    """
    gone = departures(facts, contacts_by_person(facts, now=end_of_day(as_of)))
    names = {person.id: person.name for person in facts.contacts}
    own = [one for one in facts.kept.of(ExecutivePair) if one.account_id == facts.account.id]
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
    met = [
        activity.at.date()
        for activity in facts.activities
        if activity.kind in _MET
        and activity.held
        and activity.at.date() <= as_of
        and pair.user_id in activity.user_ids
        and pair.contact_id in activity.contact_ids
    ]
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
        broken=left or (user is not None and not user.active),
    )
