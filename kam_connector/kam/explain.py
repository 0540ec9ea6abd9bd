"""A score in plain lines: `kam score explain ACCOUNT`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kam_connector.model.score import Band, Contribution, Score

__all__ = ["explain_score"]


def explain_score(score: Score) -> list[str]:
    """Return the whole of a score in words: value, ledger, caps, changes, what would help."""
    if score.band is Band.HIDDEN:
        return [_headline(score)]
    return [
        _headline(score),
        *_data(score),
        *_ledger(score),
        *[f"{_kind_of_limit(score)}: {cap}" for cap in score.caps],
        *_changes(score),
        *_counterfactual(score),
    ]


def _headline(score: Score) -> str:
    title = score.name.partition(":")[0].replace("_", " ").capitalize()
    if score.band is Band.HIDDEN:
        return f"{title} on {score.as_of}: hidden, for it is made of values you may not see"
    if score.value is None:
        return f"{title} on {score.as_of}: insufficient data"
    return f"{title} on {score.as_of}: {score.value} ({score.band.value})"


def _data(score: Score) -> list[str]:
    lines = []
    if score.name != "relationship":
        known = f"{score.data_coverage:.0%} of the weight is known"
        short = score.band is Band.INSUFFICIENT_DATA
        lines.append(f"Data: {known}" + (", half is needed for a verdict" if short else ""))
    recorded = score.inputs.get("activity_coverage")
    if isinstance(recorded, str):
        lines.append(f"Activity data: mail of {Decimal(recorded):.0%} of the team is recorded")
    return lines


def _ledger(score: Score) -> list[str]:
    if score.value is None:
        return [
            f"  {'unknown' if line.reading is None else 'known':>7}  {_words(line)}"
            for line in score.ledger
        ]
    plain = [line for line in score.ledger if not _limits(line)]
    limits = [line for line in score.ledger if _limits(line)]
    rows = [_row(line) for line in plain]
    if limits:
        rows += [f"  {_sum(plain):>7}  before limits", *map(_row, limits)]
    return [*rows, f"  {_sum(score.ledger):>7}  = {score.name}"]


def _limits(line: Contribution) -> bool:
    """Whether a line is a cap or a floor: it stands under the sum of what was read."""
    return line.key.startswith(("cap.", "floor."))


def _kind_of_limit(score: Score) -> str:
    floors = any(line.key.startswith("floor.") for line in score.ledger)
    return "Never below red" if floors else "Capped"


def _row(line: Contribution) -> str:
    unknown = line.reading is None and not line.points and not _limits(line)
    return f"  {'?' if unknown else f'{line.points:+}':>7}  {_words(line)}"


def _sum(lines: Sequence[Contribution]) -> Decimal:
    return sum((line.points for line in lines), Decimal(0))


def _changes(score: Score) -> list[str]:
    if score.before is None or score.value is None:
        return []
    moved = score.value - score.before
    head = f"Since {score.before_as_of}: {score.before} -> {score.value} ({moved:+})"
    return [head, *[f"  {line.points:+7}  {_words(line)}" for line in score.changes]]


def _counterfactual(score: Score) -> list[str]:
    found = score.counterfactual
    if found is None:
        return []
    verb = "add" if found.points >= 0 else "take away"
    return [f"What would help most: {found.what} would {verb} {abs(found.points)}"]


def _words(line: Contribution) -> str:
    return f"{line.key}: {line.reason}"
