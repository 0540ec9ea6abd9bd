"""Rhythm: how often two people usually meet, and how strong the tie should be by now.

Signals about silence and falling strength compare with this prediction, never with a
fixed number of days: a person met punctually every quarter is no fading tie (docs/scores.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from kam_connector.kam.relationship import Interaction, relationship_strength

__all__ = ["expected_strength", "last_two_way", "usual_gap_days"]

_GAPS = 12
"""How many of the latest gaps make the rhythm. Our choice: a year of monthly meetings."""


def last_two_way(contacts: Iterable[Interaction], *, now: datetime) -> datetime | None:
    """Return when they last gave us something, or None when they never did."""
    return max(_two_way(contacts, now), default=None)


def usual_gap_days(
    contacts: Iterable[Interaction], *, now: datetime, least: int = 3
) -> float | None:
    """Return the median days between two-way contacts, or None below *least* of them.

    Contacts on one day are one. The time since the last is no gap yet: silence must not
    stretch the rhythm it is measured against.
    """
    days = sorted({moment.date() for moment in _two_way(contacts, now)})
    if len(days) < max(least, 2):
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return float(median(gaps[-_GAPS:]))


def expected_strength(
    contacts: Sequence[Interaction],
    *,
    since: datetime,
    now: datetime,
    gap_days: float,
    half_lives_days: Sequence[float],
    slack: float = 1.5,
) -> float:
    """Return the least strength at *now* that a rhythm kept after *since* would show.

    What happened up to *since* stands; after it come contacts like the last one, every
    *gap_days*, at the worst moment of the rhythm: the latest one already ``slack *
    gap_days`` ago. A punctual tie is therefore never weaker than its prediction, on
    whatever day of its rhythm one asks.

    Args:
        contacts: What happened; what came after *since* is ignored.
        since: Until when the past is taken as it was.
        now: Aware instant of the prediction.
        gap_days: The usual days between contacts; zero or less predicts decay alone.
        half_lives_days: As for `relationship_strength`.
        slack: How late a contact may be, in gaps.
    """
    kept = [contact for contact in contacts if contact.at <= since]
    two_way = [contact for contact in kept if contact.received and contact.counts]
    if not two_way or gap_days <= 0:
        return relationship_strength(kept, now=now, half_lives_days=half_lives_days)
    last = max(two_way, key=lambda contact: contact.at)
    moment, due = now - timedelta(days=slack * gap_days), []
    while moment > since:
        due.append(Interaction(at=moment, kind=last.kind, direction=last.direction))
        moment -= timedelta(days=gap_days)
    return relationship_strength([*kept, *due], now=now, half_lives_days=half_lives_days)


def _two_way(contacts: Iterable[Interaction], now: datetime) -> list[datetime]:
    return [c.at for c in contacts if c.received and c.counts and c.at <= now]
