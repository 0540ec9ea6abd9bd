"""A score in plain lines: `kam score explain ACCOUNT`."""

from __future__ import annotations

from decimal import Decimal

from kam_connector.model.score import Band, Contribution, Score

__all__ = ["explain_score"]


def explain_score(score: Score) -> list[str]:
    """Return the whole of a score in words: value, ledger, caps, changes, what would help."""
    return [
        _headline(score),
        *_data(score),
        *_ledger(score),
        *[f"Capped: {cap}" for cap in score.caps],
        *_changes(score),
        *_counterfactual(score),
    ]


def _headline(score: Score) -> str:
    title = score.name.capitalize()
    if score.value is None:
        return f"{title} on {score.as_of}: insufficient data"
    return f"{title} on {score.as_of}: {score.value} ({score.band.value})"


def _data(score: Score) -> list[str]:
    lines = []
    if score.name == "health":
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
    rows = [
        f"  {'?' if line.reading is None and not line.points else f'{line.points:+}':>7}  "
        f"{_words(line)}"
        for line in score.ledger
    ]
    total = sum((line.points for line in score.ledger), Decimal(0))
    return [*rows, f"  {total:>7}  = {score.name}"]


def _changes(score: Score) -> list[str]:
    if score.before is None or score.value is None:
        return []
    moved = score.value - score.before
    head = f"Since {score.before_as_of}: {score.before} -> {score.value} ({moved:+})"
    return [head, *[f"  {line.points:+7}  {_words(line)}" for line in score.changes]]


def _counterfactual(score: Score) -> list[str]:
    reply = score.counterfactual
    return [f"What would help most: {reply.what} would add {reply.points}"] if reply else []


def _words(line: Contribution) -> str:
    return f"{line.key}: {line.reason}"
