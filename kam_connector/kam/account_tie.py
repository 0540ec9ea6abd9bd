"""The relationship score of an account: its strongest tie per role, weighted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kam_connector.kam.coverage import STAGE_WORDS, Coverage, RoleGoal, account_coverage
from kam_connector.kam.ledger import exact_tenths, ledger_sum
from kam_connector.kam.situation import Situation
from kam_connector.kam.ties import one_decimal
from kam_connector.language import Voice
from kam_connector.model.score import Band, Contribution, Score

__all__ = ["relationship_score"]

_RULE_VERSION = "relationship-1"
_GREEN, _AMBER = Decimal(60), Decimal(40)
"""Strong and developing ties (docs/scores.md bands)."""
_STRONGEST = 3
"""Without roles: the three strongest ties (PILLAR's least contacts, docs/scores.md)."""


def relationship_score(situation: Situation) -> Score:
    """Return how strong the account's ties are, those who left not counted.

    Newcomers within their first month count for us, never against. Without any recorded
    role, it is the mean of the three strongest ties.
    """
    readable = situation.recorded.readable
    ledger = tuple(_lines(situation)) if readable else ()
    value = ledger_sum(ledger) if readable else None
    return Score(
        account_id=situation.facts.account.id,
        name="relationship",
        as_of=situation.as_of,
        value=value,
        band=_band(value),
        data_coverage=situation.recorded.share,
        ledger=ledger,
        rule_version=_RULE_VERSION,
        inputs={"activity_coverage": str(situation.recorded.share)},
    )


def _lines(situation: Situation) -> list[Contribution]:
    coverage, say = account_coverage(situation), situation.settings.say
    if coverage.percent is None:
        ranked = sorted(((situation.strength(p), p) for p in situation.present()), reverse=True)
        rows = [
            (f"relationship.tie_{place}", Decimal(1) / _STRONGEST, tie, say("no role recorded"))
            for place, (tie, _) in enumerate(ranked[:_STRONGEST], start=1)
        ]
        return _contributions(rows, say)
    goals = _counted(coverage)
    total = sum(goal.weight for goal in goals)
    return _contributions(
        [
            (
                f"relationship.{goal.profile.value}",
                Decimal(goal.weight) / Decimal(total),
                goal.strength,
                say("{role}: {stage}", role=goal.profile, stage=say(STAGE_WORDS[goal.stage])),
            )
            for goal in goals
        ],
        say,
    )


def _counted(coverage: Coverage) -> Sequence[RoleGoal]:
    settled = [goal for goal in coverage.goals if not goal.grace]
    return max(settled, coverage.goals, key=_mean) if settled else coverage.goals


def _mean(goals: Sequence[RoleGoal]) -> float:
    return sum(g.weight * g.strength for g in goals) / sum(g.weight for g in goals)


def _contributions(rows: list[tuple[str, Decimal, float, str]], say: Voice) -> list[Contribution]:
    points = exact_tenths({key: share * one_decimal(tie) for key, share, tie, _ in rows})
    return [
        Contribution(
            key=key,
            points=points[key],
            weight=share.quantize(Decimal("0.001")),
            reading=one_decimal(tie),
            reason=say("{reason}, strongest tie {tie}", reason=reason, tie=round(tie)),
        )
        for key, share, tie, reason in rows
    ]


def _band(value: Decimal | None) -> Band:
    if value is None:
        return Band.INSUFFICIENT_DATA
    if value >= _GREEN:
        return Band.GREEN
    return Band.AMBER if value >= _AMBER else Band.RED
