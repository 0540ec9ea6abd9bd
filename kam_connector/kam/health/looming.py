"""Scores of what is coming up: every open renewal and every live tender, each with its change."""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.kam.health.renewal_risk import renewal_risks
from kam_connector.kam.health.tender_readiness import tender_readinesses
from kam_connector.kam.health.verdict import compared
from kam_connector.kam.situation import Situation
from kam_connector.model.score import Score

__all__ = ["looming_scores"]


def looming_scores(situation: Situation, earlier: Situation) -> dict[str, Score]:
    """Return renewal risks and tender readiness by name, compared with the last run.

    A score is compared with one about the same renewal or tender only: the last run's, else
    that of *earlier*, else none.
    """
    now = {**renewal_risks(situation), **tender_readinesses(situation)}
    if not now:
        return {}
    before = _by_subject({**renewal_risks(earlier), **tender_readinesses(earlier)})
    last = _by_subject(
        {name: one for name, one in situation.facts.previous.items() if _subject(one)}
    )
    found = {}
    for name, score in now.items():
        previous, base = last.get(_subject(score)), before.get(_subject(score))
        reference = base or previous
        found[name] = (
            compared(score, previous, reference, say=situation.settings.say) if reference else score
        )
    return found


def _by_subject(scores: Mapping[str, Score]) -> dict[str, Score]:
    """Return scores by what they are about, the newest of each."""
    ranked = sorted(scores.values(), key=lambda one: one.as_of)
    return {_subject(score): score for score in ranked}


def _subject(score: Score) -> str:
    return str(score.inputs.get("cycle") or score.inputs.get("tender") or "")
