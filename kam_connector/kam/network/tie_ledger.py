"""Why a tie is as strong as it is: a ledger that sums to the strength exactly.

The strength is the mean of two time scales (`kam.relationship`); each scale's part is shared
between what we received and what we sent, in the proportion in which they make its ``x``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kam_connector.kam.cadence import last_two_way, usual_gap_days
from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.kam.relationship import (
    POINTS_HALF,
    SENT_LIMIT,
    SENT_SHARE,
    Interaction,
    relationship_strength,
)
from kam_connector.kam.settings import StrengthSettings
from kam_connector.kam.tie_sums import Tie, TieSums, tie_contacts
from kam_connector.kam.ties import one_decimal
from kam_connector.language import Voice
from kam_connector.model.activity import ActivityKind, Direction
from kam_connector.model.score import Contribution

__all__ = ["TieLedger", "tie_ledger"]

_SCALES = ("recent", "long")
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class TieLedger:
    """One tie, explained."""

    value: Decimal
    """0 to 100, one decimal; the sum of the lines."""
    lines: tuple[Contribution, ...]
    half_lives_days: tuple[float, float]
    counted: int
    """Contacts that count."""
    ignored: int
    """Not held, or among too many people to mean something."""
    last_two_way: datetime | None
    usual_gap_days: float | None
    reply_adds: Decimal
    """What a mail of theirs would add today."""


def tie_ledger(
    contacts: Sequence[Interaction],
    *,
    now: datetime,
    half_lives_days: tuple[float, float],
    settings: StrengthSettings,
    say: Voice,
) -> TieLedger:
    """Return why a tie with one person, or of one colleague with them, is as it is.

    Args:
        contacts: What happened; later than *now* is ignored.
        now: Aware instant.
        half_lives_days: The short and the long one of this tie.
        settings: Weights of kinds.
        say: The language of the reasons.
    """
    past = [contact for contact in contacts if contact.at <= now]
    counted = [contact for contact in past if contact.counts]
    exact = _strength(counted, now, half_lives_days, settings)
    reply = Interaction(at=now, kind=ActivityKind.EMAIL, direction=Direction.INBOUND)
    with_reply = _strength([*counted, reply], now, half_lives_days, settings)
    received, sent = _sums(counted, now, half_lives_days, settings)
    lines = _lines(received, sent, half_lives_days, exact, say)
    return TieLedger(
        value=ledger_sum(lines),
        lines=lines,
        half_lives_days=half_lives_days,
        counted=len(counted),
        ignored=len(past) - len(counted),
        last_two_way=last_two_way(counted, now=now),
        usual_gap_days=usual_gap_days(counted, now=now),
        reply_adds=one_decimal(with_reply) - one_decimal(exact),
    )


def _strength(
    contacts: Sequence[Interaction],
    now: datetime,
    half_lives: tuple[float, float],
    settings: StrengthSettings,
) -> Decimal:
    value = relationship_strength(
        contacts, now=now, half_lives_days=half_lives, kind_weights=settings.kind_weights
    )
    return Decimal(repr(round(value, 9)))


def _sums(
    contacts: Sequence[Interaction],
    now: datetime,
    half_lives: tuple[float, float],
    settings: StrengthSettings,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what was received and sent, decayed, on both scales."""
    sums = TieSums(epoch=now, half_lives=lambda _contact_id: half_lives)
    sums.add(tie_contacts("", contacts, epoch=now, kind_weights=settings.kind_weights))
    return sums.sums(Tie("", None), now)


def _lines(
    received: tuple[float, float],
    sent: tuple[float, float],
    half_lives: tuple[float, float],
    exact: Decimal,
    say: Voice,
) -> tuple[Contribution, ...]:
    """Return the lines; what rounding leaves over goes to the first."""
    raw: dict[str, Decimal] = {}
    reasons: dict[str, str] = {}
    for scale, days, got, gave in zip(_SCALES, half_lives, received, sent, strict=True):
        points = _parts(got, gave)
        raw |= {f"tie.{scale}.received": points[0], f"tie.{scale}.sent": points[1]}
        reasons[f"tie.{scale}.received"] = say(
            "received {weight}, halved every {days} days", weight=got, days=days
        )
        reasons[f"tie.{scale}.sent"] = say(
            "sent {weight}: counts a quarter, and up to twice what was received", weight=gave
        )
    first = next(iter(raw))
    raw[first] += exact - sum(raw.values())
    tenths = exact_tenths(raw)
    return tuple(
        Contribution(key=key, points=tenths[key], weight=_HALF, reading=None, reason=reasons[key])
        for key in raw
    )


def _parts(received: float, sent: float) -> tuple[Decimal, Decimal]:
    """Return one scale's points, apart by what was received and what was sent."""
    gave = SENT_SHARE * min(sent, SENT_LIMIT * received)
    x = received + gave
    points = 100.0 * (1.0 - math.exp2(-x / POINTS_HALF)) / len(_SCALES)
    share = received / x if x else 1.0
    return Decimal(repr(round(points * share, 9))), Decimal(repr(round(points * (1 - share), 9)))
