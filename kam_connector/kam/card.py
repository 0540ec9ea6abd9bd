"""The compact JSON the card on the CRM's record page reads: ids, bands and dates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kam_connector.kam.coverage import Coverage
from kam_connector.kam.situation import Situation
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import Action
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal, SignalState

__all__ = ["card_json"]

_MAX = 30_000
"""Below Salesforce's 32,768 of a long text area, with room for escapes (salesforce.md)."""
_PEOPLE = 60
_SIGNALS = 20
"""What fits a card. Our choice: more is for the application."""


def card_json(
    situation: Situation,
    *,
    health: Score,
    coverage: Coverage,
    threads: float,
    signals: Sequence[Signal],
    actions: Sequence[Action],
    numbers: Mapping[str, JsonValue],
    written: JsonValue = None,
) -> str:
    """Return the card's content as compact JSON text, at most 30,000 characters.

    People are named by record id, so that the card shows what its viewer may see. The
    slowly moving detail (ledger, people) is kept as *written* while the numbers stand, so
    that daily decay does not rewrite it.
    """
    head: dict[str, JsonValue] = {
        "v": 1,
        "account": situation.facts.account.id,
        "health": {
            "value": numbers.get("health.score"),
            "band": numbers.get("health.band"),
            "known": str(health.data_coverage),
            "activity_known": str(situation.recorded.share),
            "caps": health.inputs.get("cap_reasons", []),
        },
        "relationship": numbers.get("relationship.score"),
        "coverage": numbers.get("coverage.percent"),
        "phase": numbers.get("phase"),
        "signals": [_signal(s) for s in signals if s.state is not SignalState.RESOLVED][:_SIGNALS],
        "actions": [_action(action) for action in actions],
    }
    detail = _kept(written, head) or _detail(situation, health, coverage, threads)
    text = _compact({**head, "detail": detail})
    if len(text) > _MAX:
        text = _compact({**head, "detail": None})
    return text


def _detail(
    situation: Situation, health: Score, coverage: Coverage, threads: float
) -> dict[str, JsonValue]:
    reply = health.counterfactual
    ranked = sorted(situation.people, key=lambda p: (-situation.strength(p), p))
    return {
        "as_of": situation.as_of.isoformat(),
        "before": str(health.before) if health.before is not None else None,
        "before_as_of": health.before_as_of.isoformat() if health.before_as_of else None,
        "ledger": [[line.key, str(line.points)] for line in health.ledger if line.points],
        "changes": [[line.key, str(line.points)] for line in health.changes],
        "reply": [reply.contact_id, str(reply.points)] if reply else None,
        "threads": f"{threads:.1f}",
        "goals": [[g.profile.value, g.stage.name.lower(), g.contact_id] for g in coverage.goals],
        "people": [
            [person_id, situation.profile(person_id).value, situation.strengths[person_id].band]
            for person_id in ranked[:_PEOPLE]
            if situation.profiles.get(person_id) or situation.contacts[person_id]
        ],
    }


def _kept(written: JsonValue, head: Mapping[str, JsonValue]) -> dict[str, JsonValue] | None:
    """Return the detail last written, while the head it explains is the same."""
    if not isinstance(written, str):
        return None
    try:
        old = json.loads(written)
    except ValueError:
        return None
    if not isinstance(old, dict) or any(old.get(key) != part for key, part in head.items()):
        return None
    detail = old.get("detail")
    return detail if isinstance(detail, dict) else None


def _signal(signal: Signal) -> JsonValue:
    return {
        "kind": signal.kind.value,
        "severity": signal.severity.value,
        "since": signal.first_seen.isoformat(),
        "on": signal.evidence.get("anchor"),
        "contact": signal.contact_id,
        "opportunity": signal.opportunity_id,
    }


def _action(action: Action) -> JsonValue:
    kind = (action.signal_key or "").partition(":")[0]
    return {
        "id": action.id,
        "kind": kind,
        "due": action.due.isoformat(),
        "severity": action.severity,
        "contact": action.contact_id,
    }


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
