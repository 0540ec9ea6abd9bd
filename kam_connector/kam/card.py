"""The compact JSON the card on the CRM's record page reads: ids, bands and dates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kam_connector.kam.coverage import Coverage
from kam_connector.kam.situation import Situation
from kam_connector.model.kind import JsonValue
from kam_connector.model.plan import Action
from kam_connector.model.score import Contribution, Score, StrengthScore
from kam_connector.model.signal import Signal, SignalState

__all__ = ["card_json"]

_TENTH = Decimal("0.1")
_MAX = 30_000
"""Below Salesforce's 32,768 of a long text area, with room for escapes (salesforce.md)."""
_PEOPLE = 60
_SIGNALS = 20
_COLLEAGUES = 3
_COVERS = 90
"""What fits a card. Our choice: more is for the application."""


def card_json(
    situation: Situation,
    *,
    health: Score,
    coverage: Coverage,
    threads: float,
    pairs: Mapping[tuple[str, str], StrengthScore],
    signals: Sequence[Signal],
    actions: Sequence[Action],
    numbers: Mapping[str, JsonValue],
    written: JsonValue = None,
) -> str:
    """Return the card's content as compact JSON text, at most 30,000 characters.

    People are named by our id, which the write mapping turns into the id of each CRM's own
    record, so that the card shows what its viewer may see. The slowly moving detail (ledger,
    people) is kept as *written* while the numbers stand, so that daily decay does not
    rewrite it.
    """
    about = {one.key: one.opportunity_id for one in signals}
    head: dict[str, JsonValue] = {
        "v": 1,
        "account": situation.facts.account.id,
        "health": {
            "value": numbers.get("health.score"),
            "band": numbers.get("health.band"),
            "known": str(health.data_coverage),
            "activity_known": str(situation.recorded.share),
            "caps": health.inputs.get("cap_reasons", []),
            "cap_facts": health.inputs.get("cap_facts", []),
        },
        "relationship": numbers.get("relationship.score"),
        "coverage": numbers.get("coverage.percent"),
        "phase": numbers.get("phase"),
        "signals": [
            _signal(situation, one) for one in signals if one.state is not SignalState.RESOLVED
        ][:_SIGNALS],
        "actions": [
            _action(situation, action, about.get(action.signal_key or "")) for action in actions
        ],
    }
    detail = _kept(written, head) or {
        **_detail(situation, health, coverage, threads),
        **_people(situation, pairs),
    }
    text = _compact({**head, "detail": detail})
    if len(text) > _MAX:
        text = _compact({**head, "detail": None})
    return text


def _detail(
    situation: Situation, health: Score, coverage: Coverage, threads: float
) -> dict[str, JsonValue]:
    reply = health.counterfactual
    return {
        "as_of": situation.as_of.isoformat(),
        "before": str(health.before) if health.before is not None else None,
        "before_as_of": health.before_as_of.isoformat() if health.before_as_of else None,
        "ledger": [
            _line(line) for line in health.ledger if line.points or line.reading is not None
        ],
        "changes": [[line.key, str(line.points)] for line in health.changes],
        "reply": [reply.contact_id, str(reply.points), _role(situation, reply.contact_id)]
        if reply
        else None,
        "threads": f"{threads:.1f}",
        "goals": [[g.profile.value, g.stage.name.lower(), g.contact_id] for g in coverage.goals],
        "unknown": [line.key for line in health.ledger if _unknown(line)],
    }


def _line(line: Contribution) -> JsonValue:
    """Return a line's points beside the most that its weight allows."""
    return [line.key, str(line.points), str((line.weight * 100).quantize(_TENTH))]


def _unknown(line: Contribution) -> bool:
    return line.reading is None and not line.key.startswith("cap.")


def _people(
    situation: Situation, pairs: Mapping[tuple[str, str], StrengthScore]
) -> dict[str, JsonValue]:
    """Return the people with role, warmth and leaving, and who of ours covers whom.

    A cover names its person by their place among the people: somebody whom the reading CRM
    does not hold has no id there, and still is covered.
    """
    ranked = sorted(situation.people, key=lambda p: (-situation.strength(p), p))
    shown = [p for p in ranked if situation.profiles.get(p) or situation.contacts[p]][:_PEOPLE]
    covers: list[JsonValue] = [
        [place, user, band]
        for place, person_id in enumerate(shown)
        for user, band in _colleagues(person_id, pairs)
    ]
    return {
        "people": [
            [
                person_id,
                situation.profile(person_id).value,
                situation.strengths[person_id].band,
                _left(situation, person_id),
            ]
            for person_id in shown
        ],
        "covers": covers[:_COVERS],
    }


def _left(situation: Situation, person_id: str) -> JsonValue:
    """Return the day somebody left, True when no day is known, None while they are there."""
    departure = situation.departures.get(person_id)
    if departure is None:
        return None
    return departure.on.isoformat() if departure.on else True


def _colleagues(
    person_id: str, pairs: Mapping[tuple[str, str], StrengthScore]
) -> Iterator[tuple[str, str]]:
    """Yield the colleagues in contact with one person and their bands, the warmest first."""
    ours = [(score, user) for (contact, user), score in pairs.items() if contact == person_id]
    for score, user in sorted(ours, key=lambda one: (-one[0].value, one[1]))[:_COLLEAGUES]:
        yield user, score.band


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


def _signal(situation: Situation, signal: Signal) -> JsonValue:
    person = signal.contact_id or signal.evidence.get("strongest")
    return {
        "kind": signal.kind.value,
        "severity": signal.severity.value,
        "since": signal.first_seen.isoformat(),
        "on": signal.evidence.get("anchor"),
        "contact": person,
        "role": _role(situation, person),
        "opportunity": signal.opportunity_id,
    }


def _action(situation: Situation, action: Action, opportunity_id: str | None) -> JsonValue:
    kind = (action.signal_key or "").partition(":")[0]
    return {
        "id": action.id,
        "kind": kind,
        "due": action.due.isoformat(),
        "severity": action.severity,
        "contact": action.contact_id,
        "role": _role(situation, action.contact_id),
        "opportunity": opportunity_id,
    }


def _role(situation: Situation, person_id: JsonValue) -> JsonValue:
    """Return whom it is about where the reading CRM does not hold them: their role."""
    return situation.profile(person_id).value if isinstance(person_id, str) else None


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
