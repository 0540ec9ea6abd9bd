"""Relationship strength: how warm a tie is, from contacts and their dates alone.

Per half-life take ``x = in + 0.25 * min(out, 2 * in)``, with *in* and *out* the decayed
sums of received and sent contacts weighted by kind; strength is the mean over half-lives
of ``100 * (1 - 2 ** (-x / 2))`` (docs/scores.md, measured there: area under the
ROC curve .813 against .799 for the square-root form and .743 for plain frequency).
A meeting counts both ways: each side gave its time. Nothing ever received means 0,
"known, not connected". All terms decay by one factor, so time alone never raises it; *x*
never falls with a further contact, so neither does it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kam_connector.model.activity import Activity, ActivityKind, Direction

__all__ = [
    "NOT_CONNECTED",
    "POINTS_HALF",
    "SENT_LIMIT",
    "SENT_SHARE",
    "Interaction",
    "relationship_strength",
    "strength_band",
    "strength_of_sums",
]

NOT_CONNECTED = "known, not connected"
_HALF_LIVES = (7.0, 60.0)
_KIND_WEIGHTS: Mapping[ActivityKind, float] = {
    ActivityKind.EMAIL: 1.0,
    ActivityKind.CALL: 2.0,
    ActivityKind.MEETING: 3.0,
    ActivityKind.WORKSHOP: 5.0,
}
SENT_SHARE = 0.25
"""What a sent contact is worth beside a received one (docs/scores.md)."""
SENT_LIMIT = 2.0
"""Sent contacts count up to twice the received ones (docs/scores.md)."""
POINTS_HALF = 2.0
"""x at which half of what is missing is reached (docs/scores.md)."""
_CROWD = 15
"""More external participants than this is a broadcast, not a tie (docs/scores.md)."""
_BANDS = ((80, "trusted"), (60, "strong"), (40, "developing"), (20, "weak"))
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One contact between somebody of ours and one person of theirs."""

    at: datetime
    kind: ActivityKind = ActivityKind.EMAIL
    direction: Direction = Direction.UNKNOWN
    external_people: int = 1
    """How many of their people took part; above 15 it is ignored."""
    held: bool = True
    """False: cancelled, or nobody came; it does not count."""
    user_ids: tuple[str, ...] = ()
    """Who of ours took part."""

    @classmethod
    def of(cls, activity: Activity) -> Interaction:
        """Return the plain contact inside a recorded *activity*."""
        return cls(
            at=activity.at,
            kind=activity.kind,
            direction=activity.direction,
            external_people=len(activity.contact_ids),
            held=activity.held,
            user_ids=activity.user_ids,
        )

    @property
    def counts(self) -> bool:
        """It took place, among few enough people to mean something."""
        return self.held and self.external_people <= _CROWD

    @property
    def sent(self) -> bool:
        """We gave them something: a mail of ours, or our part in a meeting."""
        return not self.received or self.kind in {ActivityKind.MEETING, ActivityKind.WORKSHOP}

    @property
    def received(self) -> bool:
        """They gave us something: a mail of theirs, or time in a call or meeting.

        A mail of unknown direction proves nothing received (a Salesforce Task of type
        Email has none), so it counts as sent.
        """
        return self.kind is not ActivityKind.EMAIL or self.direction in {
            Direction.INBOUND,
            Direction.MUTUAL,
        }


def relationship_strength(
    contacts: Iterable[Interaction],
    *,
    now: datetime,
    half_lives_days: Sequence[float] = _HALF_LIVES,
    kind_weights: Mapping[ActivityKind, float] = _KIND_WEIGHTS,
) -> float:
    """Return how strong a tie is at *now*, from 0 (cold) to 100.

    The order of *contacts* does not matter; those after *now*, not held, or among more
    than 15 external people are ignored.

    Args:
        contacts: What happened between us and one person.
        now: Aware instant at which to judge.
        half_lives_days: Two time scales: recent contact, long relationship.
        kind_weights: What one contact of a kind is worth.

    Raises:
        ValueError: A half-life is not positive, or there is none.
    """
    if not half_lives_days or min(half_lives_days) <= 0:
        raise ValueError("half-lives must be positive, and there must be one")
    known = [contact for contact in contacts if contact.counts and contact.at <= now]
    received, sent = [], []
    for half_life in half_lives_days:
        parts = [(c, kind_weights[c.kind] * _decay(now, c.at, half_life)) for c in known]
        received.append(math.fsum(part for contact, part in parts if contact.received))
        sent.append(math.fsum(part for contact, part in parts if contact.sent))
    return strength_of_sums(received, sent)


def strength_band(value: float, *, connected: bool = True) -> str:
    """Name a strength: dormant, weak, developing, strong, trusted (docs/scores.md)."""
    if not connected:
        return NOT_CONNECTED
    return next((name for floor, name in _BANDS if value >= floor), "dormant")


def strength_of_sums(received: Sequence[float], sent: Sequence[float]) -> float:
    """Return the strength that decayed sums make, one of each per half-life."""
    terms = [
        1.0 - math.exp2(-(got + SENT_SHARE * min(gave, SENT_LIMIT * got)) / POINTS_HALF)
        for got, gave in zip(received, sent, strict=True)
    ]
    return 100.0 * math.fsum(terms) / len(terms)


def _decay(now: datetime, then: datetime, half_life_days: float) -> float:
    age_days = (now - then) / timedelta(seconds=_DAY_S)
    return math.exp2(-age_days / half_life_days)
