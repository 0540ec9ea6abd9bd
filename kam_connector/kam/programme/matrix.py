"""The selection matrix: two axes, each with its ledger, four named quadrants (S1.07, S2.06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.kam.programme.criteria import METRICS, ramped
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.language import Language, Voice, voice
from kam_connector.model.programme import Axis, Criterion, SelectionScore
from kam_connector.model.score import Contribution

__all__ = ["AxisScore", "CriterionReading", "Placement", "Quadrant", "placed"]


class Quadrant(StrEnum):
    """Where an account lies: attractive or not, and whether we are strong there.

    The cells of Millman and Wilson (docs/programme.md, sources), one word each.
    """

    INVEST = "invest"
    """Attractive, and we are strong: invest for growth."""
    SELECTIVE = "selective"
    """Attractive, and we are weak: invest selectively, win a place."""
    MAINTAIN = "maintain"
    """Less attractive, and we are strong: keep, with measure."""
    HARVEST = "harvest"
    """Less attractive, and we are weak: manage for cash or let go."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionReading:
    """What one criterion says of one account."""

    criterion: Criterion
    value: Decimal | None
    points: Decimal | None
    """0 to 100 on the criterion's ramp; None: nobody knows."""
    scorers: tuple[str, ...] = ()
    """Who scored it; none: measured, or unknown."""
    spread: Decimal = Decimal(0)
    """Points between the highest and the lowest scorer."""
    rationale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisScore:
    """One axis of one account."""

    value: Decimal | None
    """0 to 100; None: less than half of the weight is known."""
    known: Decimal
    """Share of the weight that is known, 0 to 1."""
    readings: tuple[CriterionReading, ...]
    ledger: tuple[Contribution, ...]
    """Sums to the value exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where one account lies in the matrix, and why."""

    account_id: str
    attractiveness: AxisScore
    strength: AxisScore
    quadrant: Quadrant

    @property
    def score(self) -> Decimal | None:
        """The selection score: the mean of both axes, or attractiveness where strength is unknown.

        Our choice: a prospect has no strength to measure yet and is no worse for it.
        """
        if self.attractiveness.value is None:
            return None
        if self.strength.value is None:
            return self.attractiveness.value
        return (self.attractiveness.value + self.strength.value) / 2


def placed(
    account_id: str,
    criteria: Iterable[Criterion],
    scores: Iterable[SelectionScore],
    measured: Mapping[str, Decimal],
    *,
    settings: ProgrammeSettings | None = None,
    say: Voice | None = None,
) -> Placement:
    """Return one account's place in the matrix.

    Args:
        account_id: The account.
        criteria: The programme's, or the shipped ones.
        scores: What people say, of any account; the last word of each scorer counts.
        measured: Metrics of this account by name (`criteria.metrics`); where a criterion's own
            metric is known it counts, else what people say.
        settings: Where an axis is high, and how much must be known.
        say: The reader's language.
    """
    limits, voiced = settings or ProgrammeSettings(), say or voice(Language.EN)
    told = [one for one in scores if one.account_id == account_id]
    readings = [_reading(one, told, measured) for one in sorted(criteria, key=lambda c: c.id)]
    axes = {
        axis: _axis([r for r in readings if r.criterion.axis is axis], limits, voiced)
        for axis in Axis
    }
    attractive, strong = axes[Axis.ATTRACTIVENESS], axes[Axis.STRENGTH]
    return Placement(
        account_id=account_id,
        attractiveness=attractive,
        strength=strong,
        quadrant=_quadrant(attractive.value, strong.value, limits.quadrant_from),
    )


def _reading(
    criterion: Criterion, told: Sequence[SelectionScore], measured: Mapping[str, Decimal]
) -> CriterionReading:
    value = measured.get(criterion.metric) if criterion.metric else None
    if value is not None:
        points = ramped(value, criterion.low, criterion.high)
        return CriterionReading(criterion=criterion, value=value, points=points)
    last: dict[str, SelectionScore] = {}
    own = [one for one in told if one.criterion_id == criterion.id]
    for one in sorted(own, key=lambda score: (score.scored_on, score.id)):
        last[one.scored_by] = one
    if not last:
        return CriterionReading(criterion=criterion, value=None, points=None)
    words = [last[scorer] for scorer in sorted(last)]
    each = [ramped(one.value, criterion.low, criterion.high) for one in words]
    mean = sum((one.value for one in words), Decimal(0)) / len(words)
    return CriterionReading(
        criterion=criterion,
        value=mean,
        points=sum(each, Decimal(0)) / len(each),
        scorers=tuple(sorted(last)),
        spread=max(each) - min(each),
        rationale=tuple(one.rationale for one in words if one.rationale),
    )


def _axis(readings: Sequence[CriterionReading], limits: ProgrammeSettings, say: Voice) -> AxisScore:
    total = sum((r.criterion.weight for r in readings), Decimal(0))
    known = sum((r.criterion.weight for r in readings if r.points is not None), Decimal(0))
    share = known / total if total else Decimal(0)
    parts = {
        r.criterion.id: r.points * r.criterion.weight / known
        for r in readings
        if r.points is not None and known
    }
    if share < limits.least_known or not parts:
        parts = {}
    points = exact_tenths(parts)
    ledger = tuple(
        Contribution(
            key=r.criterion.id,
            points=points[r.criterion.id],
            weight=r.criterion.weight / known,
            reading=r.points,
            reason=_why(r, say),
        )
        for r in readings
        if r.criterion.id in points
    )
    return AxisScore(
        value=ledger_sum(ledger) if ledger else None,
        known=share.quantize(Decimal("0.01")),
        readings=tuple(readings),
        ledger=ledger,
    )


def _why(reading: CriterionReading, say: Voice) -> str:
    name = say(reading.criterion.name)
    if not reading.scorers:
        meaning = say(METRICS.get(reading.criterion.metric or "", ""))
        return say("{name}: {value} ({meaning})", name=name, value=reading.value, meaning=meaning)
    people = say.count("{n} person", "{n} people", len(reading.scorers))
    if reading.spread:
        return say(
            "{name}: {value}, said by {people}, {spread} points apart",
            name=name,
            value=reading.value,
            people=people,
            spread=reading.spread,
        )
    return say("{name}: {value}, said by {people}", name=name, value=reading.value, people=people)


def _quadrant(attractive: Decimal | None, strong: Decimal | None, high: Decimal) -> Quadrant:
    if attractive is None or strong is None:
        return Quadrant.UNKNOWN
    if attractive >= high:
        return Quadrant.INVEST if strong >= high else Quadrant.SELECTIVE
    return Quadrant.MAINTAIN if strong >= high else Quadrant.HARVEST
