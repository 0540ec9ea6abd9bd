"""Account health: four families, renormalised, capped, explained to the last tenth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from kam_connector.kam.health.caps import Cap, health_caps
from kam_connector.kam.health.counterfactual import best_reply
from kam_connector.kam.health.figure_readings import figure_readings
from kam_connector.kam.health.readings import Reading, health_readings
from kam_connector.kam.health.trouble import trouble
from kam_connector.kam.ledger import differences, exact_tenths, ledger_sum
from kam_connector.kam.settings import HealthSettings
from kam_connector.kam.situation import Situation, facts_at, read_situation
from kam_connector.kam.ties import one_decimal
from kam_connector.language import Voice
from kam_connector.model.score import Band, Contribution, Score

__all__ = ["bare_health", "compared", "earlier_situation", "health_score"]

_RULE_VERSION = "health-1"
_ZERO = Decimal(0)
_RANK = {Band.GREEN: 3, Band.AMBER: 2, Band.RED: 1, Band.INSUFFICIENT_DATA: 0}


def health_score(situation: Situation) -> Score:
    """Return how healthy an account is, with its ledger, caps and one counterfactual.

    Below half of the weight known there is no value: "insufficient data", never green.
    """
    figures = figure_readings(situation)
    bare = bare_health(situation, figures=figures)
    best = best_reply(situation, bare.value, lambda then: bare_health(then, figures=figures).value)
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


def compared(
    score: Score, previous: Score | None, earlier: Score, *, say: Voice | None = None
) -> Score:
    """Return *score* with what changed since the last run, or since *earlier* on the first.

    A run repeated on one day keeps that day's comparison, so that its result is the same.

    Args:
        score: Today's.
        previous: The last run's, if any.
        earlier: What stands in for it on the first run.
        say: The language of what is no longer so; English when None.
    """
    base = previous if previous and previous.as_of <= score.as_of else earlier
    if score.value is None or base.value is None:
        return replace(score, before=base.value, before_as_of=base.as_of)
    if base.as_of < score.as_of:
        changes = differences(score.ledger, base.ledger, say=say)
        return replace(score, before=base.value, before_as_of=base.as_of, changes=changes)
    if base.before is None:
        return replace(score, before=None, before_as_of=base.before_as_of)
    return replace(
        score,
        before=base.before,
        before_as_of=base.before_as_of,
        changes=_joined(differences(score.ledger, base.ledger, say=say), base.changes),
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
    figures: Sequence[Reading]
    share: Decimal
    weights: dict[str, Decimal]
    """Share of the known weight, by key."""


def bare_health(situation: Situation, *, figures: Sequence[Reading] | None = None) -> Score:
    """Return the score without its counterfactual.

    Args:
        situation: The account, read.
        figures: What `figure_readings` gave, when they are known already.
    """
    limits = situation.settings.health
    figures = figure_readings(situation) if figures is None else figures
    known = _known(situation, figures, limits)
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


def _known(situation: Situation, figures: Sequence[Reading], limits: HealthSettings) -> _Known:
    readings = health_readings(situation, with_departed=True, figures=figures)
    total = sum(limits.weights.values())
    known = {
        r.key: limits.weights[r.key]
        for r in readings
        if r.value is not None and limits.weights[r.key] > 0
    }
    weight = sum(known.values())
    return _Known(
        readings=readings,
        figures=figures,
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
    taken = _taken_by_departures(situation, known) if caps and caps[0].contact_id else {}
    lines = [
        Contribution(
            key=reading.key,
            points=points.get(reading.key, _ZERO),
            weight=known.weights.get(reading.key, _ZERO).quantize(Decimal("0.001")),
            reading=None if reading.value is None else one_decimal(reading.value),
            reason=_counted_twice(situation, reading, taken),
        )
        for reading in known.readings
    ]
    lines += _trouble_line(situation, ledger_sum(lines))
    return (*lines, *_cap_lines(situation, caps, taken, ledger_sum(lines)))


def _counted_twice(situation: Situation, reading: Reading, taken: Mapping[str, Decimal]) -> str:
    """Return a reading's reason; where somebody who left still counts, it says so."""
    if not taken.get(reading.key):
        return reading.reason
    say = situation.settings.say
    return say("{reason} (with who left; the cap below takes it out)", reason=reading.reason)


def _trouble_line(situation: Situation, value: Decimal) -> list[Contribution]:
    """Return what requests gone wrong take away, never more than there is."""
    found = trouble(situation)
    if found is None:
        return []
    return [
        Contribution(
            key="satisfaction.cases",
            points=-min(value, one_decimal(found.points)),
            weight=_ZERO,
            reading=one_decimal(found.reading),
            reason=found.reason,
        )
    ]


def _cap_lines(
    situation: Situation, caps: Sequence[Cap], taken: Mapping[str, Decimal], value: Decimal
) -> list[Contribution]:
    if not caps:
        return []
    ceiling = situation.settings.health.green_from - 1
    carried = one_decimal(sum(taken.values(), _ZERO))
    reason = "; ".join(cap.reason for cap in caps)
    if carried:
        say = situation.settings.say
        reason = say("{cap}: what they carried above is taken out", cap=reason)
    points = max(-value, min(carried, _ZERO, ceiling - value))
    return [Contribution(key=caps[0].key, points=points, weight=_ZERO, reading=None, reason=reason)]


def _taken_by_departures(situation: Situation, known: _Known) -> dict[str, Decimal]:
    """Return what the departed carried by reading: the score counts only who is still there."""
    readings = health_readings(situation, with_departed=False, figures=known.figures)
    without = {r.key: r.value for r in readings}
    return {
        reading.key: known.weights[reading.key] * min(_ZERO, _exact(left) - _exact(reading.value))
        for reading in known.readings
        if reading.key in known.weights and (left := without[reading.key]) is not None
    }


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
