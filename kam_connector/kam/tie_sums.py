"""Decayed sums of very many ties at once: each contact is read once, in any order.

The same strength as `kam.relationship.relationship_strength`, kept the way a night wants it:
sums grow forward from one *epoch* (a contact *t* days after it weighs ``2 ** (t / half-life)``),
so that a new contact is one addition, whatever came before, and time is one factor in the end.
Sums of one tie cost four numbers, whether it had ten contacts or ten thousand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from kam_connector.kam.relationship import Interaction, strength_of_sums
from kam_connector.model.activity import ActivityKind

__all__ = ["Tie", "TieContact", "TieSums", "tie_contacts"]

_DAY_S = 86_400.0


class Tie(NamedTuple):
    """One person of theirs, and one of ours; None: all of ours together."""

    contact_id: str
    user_id: str | None


class TieContact(NamedTuple):
    """One contact of one tie, as flat as five million of them need it."""

    tie: Tie
    day: float
    """Days after the epoch; before it negative."""
    weight: float
    received: bool
    sent: bool


_Sums: TypeAlias = list[float]
"""Received and sent on the short scale, the same on the long one; then both rates of decay."""


class TieSums:
    """The sums of all ties.

    Args:
        epoch: Where days begin: at most ten years before the latest contact, or numbers of
            the short scale grow beyond what a float holds.
        half_lives: Short and long half-life of a contact's ties, in days.
    """

    def __init__(
        self, *, epoch: datetime, half_lives: Callable[[str], tuple[float, float]]
    ) -> None:
        self._epoch = epoch
        self._half_lives = half_lives
        self._sums: dict[Tie, _Sums] = {}

    def __len__(self) -> int:
        """Return how many ties are known."""
        return len(self._sums)

    def __iter__(self) -> Iterator[Tie]:
        """Yield the ties in the order in which they were first seen."""
        return iter(self._sums)

    def add(self, contacts: Iterable[TieContact]) -> None:
        """Add contacts; their order does not matter."""
        known, exp2 = self._sums.get, math.exp2
        for tie, day, weight, received, sent in contacts:
            held = known(tie)
            if held is None:
                held = self._sums[tie] = [0.0, 0.0, 0.0, 0.0, *self._rates(tie[0])]
            short, long = weight * exp2(day * held[4]), weight * exp2(day * held[5])
            if received:
                held[0] += short
                held[2] += long
            if sent:
                held[1] += short
                held[3] += long

    def value(self, tie: Tie, now: datetime) -> float:
        """Return a tie's strength at *now*, 0 to 100; not before its latest contact."""
        return strength_of_sums(*self.sums(tie, now))

    def sums(self, tie: Tie, now: datetime) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return what was received and what was sent, as weights at *now*, on both scales."""
        held = self._sums.get(tie)
        if held is None:
            return (0.0, 0.0), (0.0, 0.0)
        day = (now - self._epoch).total_seconds() / _DAY_S
        short, long = math.exp2(-day * held[4]), math.exp2(-day * held[5])
        return (held[0] * short, held[2] * long), (held[1] * short, held[3] * long)

    def _rates(self, contact_id: str) -> tuple[float, float]:
        short, long = self._half_lives(contact_id)
        return 1.0 / short, 1.0 / long


def tie_contacts(
    contact_id: str,
    contacts: Iterable[Interaction],
    *,
    epoch: datetime,
    kind_weights: Mapping[ActivityKind, float],
) -> Iterator[TieContact]:
    """Yield what happened with one person: for all of ours together, and for each.

    What does not count (not held, too many people) is left out.
    """
    together = Tie(contact_id, None)
    for contact in contacts:
        if contact.counts:
            day = (contact.at - epoch).total_seconds() / _DAY_S
            weight = kind_weights[contact.kind]
            received, sent = contact.received, contact.sent
            yield TieContact(together, day, weight, received, sent)
            for user_id in contact.user_ids:
                yield TieContact(Tie(contact_id, user_id), day, weight, received, sent)
