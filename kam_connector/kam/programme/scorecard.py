"""The programme's scorecard over its three pillars, and how balanced they are (S1.02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.kam.programme.pillar_readings import PILLAR_PARTS, PillarReading
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.model.programme import Pillar
from kam_connector.model.score import Contribution

__all__ = ["Balance", "PillarScore", "Scorecard", "scorecard"]


class Balance(StrEnum):
    """How far the three pillars lie apart: the effort is meant to be balanced (S1.02)."""

    BALANCED = "balanced"
    LEANING = "leaning"
    LOPSIDED = "lopsided"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarScore:
    """One pillar, 0 to 100, with its ledger."""

    pillar: Pillar
    value: Decimal | None
    """None: less than half of its weight is known."""
    known: Decimal
    ledger: tuple[Contribution, ...]
    """Sums to the value exactly."""
    unknown: tuple[str, ...]
    """What nobody knows, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """All three pillars."""

    pillars: tuple[PillarScore, ...]
    balance: Balance
    apart: Decimal | None
    """Points between the strongest and the weakest pillar."""
    weakest: Pillar | None
    strongest: Pillar | None
    rule_version: str = "1"


def scorecard(portfolio: Portfolio) -> Scorecard:
    """Return the three pillars' scores and how far they lie apart.

    What was not set up counts as nothing; what could be measured and was not is left out, and
    the rest renormalised; below half of the weight a pillar has no score.
    """
    scores = tuple(_pillar(one, portfolio) for one in Pillar)
    return _balanced(scores, portfolio.settings)


def _pillar(pillar: Pillar, portfolio: Portfolio) -> PillarScore:
    say = portfolio.say
    parts = [
        (part, part.read(portfolio))
        for part in PILLAR_PARTS[pillar]
        if part.check is None or portfolio.method.asks_check(part.check)
    ]
    total = sum(part.weight for part, _ in parts)
    weights = {part.key: part.weight for part, read in parts if read.value is not None}
    known = Decimal(sum(weights.values())) / total if total else Decimal(0)
    readings = {part.key: read for part, read in parts if read.value is not None}
    if known < portfolio.settings.least_known:
        readings = {}
    return PillarScore(
        pillar=pillar,
        value=None if not readings else ledger_sum(_ledger(readings, weights)),
        known=known.quantize(Decimal("0.01")),
        ledger=_ledger(readings, weights),
        unknown=tuple(say(part.title) for part, read in parts if read.value is None),
    )


def _ledger(
    readings: Mapping[str, PillarReading], weights: Mapping[str, int]
) -> tuple[Contribution, ...]:
    whole = Decimal(sum(weights.values()))
    points = exact_tenths(
        {key: (one.value or Decimal(0)) * weights[key] / whole for key, one in readings.items()}
    )
    return tuple(
        Contribution(
            key=key,
            points=points[key],
            weight=Decimal(weights[key]) / whole,
            reading=one.value,
            reason=one.reason,
        )
        for key, one in readings.items()
    )


def _balanced(scores: Sequence[PillarScore], limits: ProgrammeSettings) -> Scorecard:
    known = [(one.value, one.pillar) for one in scores if one.value is not None]
    if len(known) < len(scores):
        return Scorecard(
            pillars=tuple(scores), balance=Balance.UNKNOWN, apart=None, weakest=None, strongest=None
        )
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    apart = high[0] - low[0]
    if apart <= limits.balanced_within:
        balance = Balance.BALANCED
    else:
        balance = Balance.LEANING if apart <= limits.leaning_within else Balance.LOPSIDED
    return Scorecard(
        pillars=tuple(scores),
        balance=balance,
        apart=apart,
        weakest=low[1] if apart else None,
        strongest=high[1] if apart else None,
    )
