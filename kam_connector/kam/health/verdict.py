"""Account health: four families, renormalised, capped, explained to the last tenth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from kam_connector.kam.health.caps import Cap, health_caps
from kam_connector.kam.health.counterfactual import best_reply
from kam_connector.kam.health.ledger import differences, exact_tenths, ledger_sum
from kam_connector.kam.health.readings import Reading, health_readings
from kam_connector.kam.settings import HealthSettings
from kam_connector.kam.situation import Situation, facts_at, read_situation
from kam_connector.kam.ties import one_decimal
from kam_connector.model.score import Band, Contribution, Score

__all__ = ["bare_health", "compared", "earlier_situation", "health_score"]

_RULE_VERSION = "health-1"
_ZERO = Decimal(0)
_RANK = {Band.GREEN: 3, Band.AMBER: 2, Band.RED: 1, Band.INSUFFICIENT_DATA: 0}


def health_score(situation: Situation) -> Score:
    """Return how healthy an account is, with its ledger, caps and one counterfactual.

    Below half of the weight known there is no value: "insufficient data", never green.
    """
    bare = bare_health(situation)
    best = best_reply(situation, bare.value, lambda then: bare_health(then).value)
    return replace(bare, counterfactual=best)


def earlier_situation(situation: Situation) -> Situation:
    """Return the same account a week before, from things that existed then."""
    days = timedelta(days=situation.settings.health.baseline_days)
    now = situation.now - days
    return read_situation(
        facts_at(situation.facts, now),
        as_of=situation.as_of - days,
        now=now,
        settings=situation.settings,
    )


def compared(score: Score, previous: Score | None, earlier: Score) -> Score:
    """Return *score* with what changed since the last run, or since *earlier* on the first.

    A run repeated on one day keeps that day's comparison, so that its result is the same.
    """
    base = previous if previous and previous.as_of <= score.as_of else earlier
    if score.value is None or base.value is None:
        return replace(score, before=base.value, before_as_of=base.as_of)
    if base.as_of < score.as_of:
        changes = differences(score.ledger, base.ledger)
        return replace(score, before=base.value, before_as_of=base.as_of, changes=changes)
    if base.before is None:
        return replace(score, before=None, before_as_of=base.before_as_of)
    return replace(
        score,
        before=base.before,
        before_as_of=base.before_as_of,
        changes=_joined(differences(score.ledger, base.ledger), base.changes),
    )


def _joined(
    first: Sequence[Contribution], second: Sequence[Contribution]
) -> tuple[Contribution, ...]:
    lines = {line.key: line for line in second}
    for line in first:
        held = lines.get(line.key)
        lines[line.key] = replace(line, points=line.points + held.points) if held else line
    kept = [line for line in lines.values() if line.points]
    return tuple(sorted(kept, key=lambda line: (-abs(line.points), line.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    readings: Sequence[Reading]
    share: Decimal
    weights: dict[str, Decimal]
    """Share of the known weight, by key."""


def bare_health(situation: Situation) -> Score:
    """Return the score without its counterfactual."""
    limits = situation.settings.health
    known = _known(health_readings(situation, with_departed=True), limits)
    caps = health_caps(situation)
    enough = known.share >= limits.least_data_share
    ledger = _ledger(situation, known, caps) if enough else _unscored(known)
    value = ledger_sum(ledger) if enough else None
    return Score(
        account_id=situation.facts.account.id,
        name="health",
        as_of=situation.as_of,
        value=value,
        band=_band(value, caps, limits),
        data_coverage=known.share,
        ledger=ledger,
        caps=tuple(cap.name for cap in caps) if enough else (),
        rule_version=_RULE_VERSION,
        inputs={
            "activity_coverage": str(situation.recorded.share),
            "days_to_renewal": situation.days_to_renewal,
            "cap_reasons": [cap.reason for cap in caps] if enough else [],
            "cap_facts": [cap.facts() for cap in caps] if enough else [],
        },
    )


def _known(readings: Sequence[Reading], limits: HealthSettings) -> _Known:
    total = sum(limits.weights.values())
    known = {
        r.key: limits.weights[r.key]
        for r in readings
        if r.value is not None and limits.weights[r.key] > 0
    }
    weight = sum(known.values())
    return _Known(
        readings=readings,
        share=(Decimal(weight) / Decimal(max(total, 1))).quantize(Decimal("0.01")),
        weights={key: Decimal(part) / Decimal(weight) for key, part in known.items()},
    )


def _ledger(situation: Situation, known: _Known, caps: Sequence[Cap]) -> tuple[Contribution, ...]:
    parts = {
        reading.key: known.weights[reading.key] * _exact(reading.value)
        for reading in known.readings
        if reading.key in known.weights
    }
    points = exact_tenths(parts)
    lines = [
        Contribution(
            key=reading.key,
            points=points.get(reading.key, _ZERO),
            weight=known.weights.get(reading.key, _ZERO).quantize(Decimal("0.001")),
            reading=None if reading.value is None else one_decimal(reading.value),
            reason=reading.reason,
        )
        for reading in known.readings
    ]
    return (*lines, *_cap_lines(situation, known, caps, sum(points.values(), _ZERO)))


def _cap_lines(
    situation: Situation, known: _Known, caps: Sequence[Cap], value: Decimal
) -> list[Contribution]:
    if not caps:
        return []
    taken = _taken_by_departures(situation, known) if caps[0].contact_id else _ZERO
    ceiling = situation.settings.health.green_from - 1
    points = min(one_decimal(taken), _ZERO, ceiling - value)
    return [
        Contribution(
            key=caps[0].key,
            points=points,
            weight=_ZERO,
            reading=None,
            reason="; ".join(cap.reason for cap in caps),
        )
    ]


def _taken_by_departures(situation: Situation, known: _Known) -> Decimal:
    """Return what the departed carried: the score counts only those who are still there."""
    without = {r.key: r.value for r in health_readings(situation, with_departed=False)}
    losses = [
        known.weights[reading.key] * min(_ZERO, _exact(left) - _exact(reading.value))
        for reading in known.readings
        if reading.key in known.weights and (left := without[reading.key]) is not None
    ]
    return sum(losses, _ZERO)


def _unscored(known: _Known) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(
            key=reading.key,
            points=_ZERO,
            weight=_ZERO,
            reading=None if reading.value is None else one_decimal(reading.value),
            reason=reading.reason,
        )
        for reading in known.readings
    )


def _band(value: Decimal | None, caps: Sequence[Cap], limits: HealthSettings) -> Band:
    if value is None:
        return Band.INSUFFICIENT_DATA
    band = Band.RED
    if value >= limits.amber_from:
        band = Band.GREEN if value >= limits.green_from else Band.AMBER
    return min([band, *(cap.band for cap in caps)], key=lambda each: _RANK[each])


def _exact(value: float | None) -> Decimal:
    return Decimal(repr(round(value or 0.0, 6)))
