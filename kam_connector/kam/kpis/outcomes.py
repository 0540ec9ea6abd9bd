"""What key figures, renewals and tenders say about an account, as flat values for the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kam_connector.kam.decimals import number
from kam_connector.model.figures import KpiValue
from kam_connector.model.kind import JsonValue
from kam_connector.model.outcome import Outcome
from kam_connector.model.score import Score

__all__ = ["MONEY_KEYS", "NUMBER_KEYS", "with_figures"]

MONEY_KEYS = ("revenue_12m", "margin", "cost_to_serve")
NUMBER_KEYS = (
    "growth", "share_of_wallet", "products_used", "countries",
    "nps", "csat", "escalations",
    "active_contacts", "functions_engaged", "strategic_interactions",
    "margin_percent", "cost_to_serve_percent", "grr", "nrr",
)  # fmt: skip
"""Figures a mapping may name as ``kpi.KEY``. Threads and coverage have paths of their own or
move every day: they stand in the summary."""


def with_figures(
    account: Outcome, kpis: Iterable[KpiValue], scores: Mapping[str, Score]
) -> Outcome:
    """Return an account's outcome with its key figures, renewal risk and tender readiness.

    Every path is there; what is not known is empty, never zero.
    """
    by_key = {one.key: one for one in kpis}
    values: dict[str, JsonValue] = {}
    reasons: dict[str, str] = {}
    for key in (*MONEY_KEYS, *NUMBER_KEYS):
        one = by_key.get(key)
        values[f"kpi.{key}"] = _value(one)
        if one is not None:
            reasons[f"kpi.{key}"] = one.reason
    for path, name in (("renewal.risk", "renewal_risk"), ("tender.readiness", "tender_readiness")):
        score = scores.get(name)
        values[path] = number(score.value) if score else None
        if score is not None:
            reasons[path] = "; ".join(score.caps) or _weightiest(score)
    risk, tender = scores.get("renewal_risk"), scores.get("tender_readiness")
    values["renewal.decision"] = risk.inputs["decision"] if risk else None
    values["tender.due"] = tender.inputs["due"] if tender else None
    return replace(
        account,
        values={**account.values, **values},
        reasons={**account.reasons, **{path: why for path, why in reasons.items() if why}},
    )


def _value(one: KpiValue | None) -> JsonValue:
    if one is None or one.value is None:
        return None
    if one.key in MONEY_KEYS:
        return {"amount": number(one.value), "currency": one.unit}
    return number(one.value)


def _weightiest(score: Score) -> str:
    """Return the reason of the line that adds most."""
    lines = [line for line in score.ledger if line.points]
    return max(lines, key=lambda line: (line.points, line.key)).reason if lines else ""
