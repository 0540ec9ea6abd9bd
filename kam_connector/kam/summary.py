"""What a night says about each record, as flat values for the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kam_connector.kam.actions import action_urgency
from kam_connector.kam.business_signals import stalled_since
from kam_connector.kam.card import card_json
from kam_connector.kam.coverage import Coverage, GoalStage
from kam_connector.kam.renewals import main_cycle
from kam_connector.kam.signals import gravest
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.contact import Profile
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.score import Band, Score
from kam_connector.model.signal import Signal

__all__ = [
    "Verdict",
    "account_outcome",
    "contact_outcomes",
    "opportunity_outcomes",
    "task_outcomes",
]

_TEXT_MAX = 255
"""The length of KAM_Summary__c (DESIGN §6)."""
_CLOSING_DAYS = 90
"""An opportunity this near its close needs a sponsor. Our choice: as for renewals."""
_TASK_STATUS = {
    ActionState.OPEN: "open",
    ActionState.DONE: "done",
    ActionState.WITHDRAWN: "withdrawn",
    ActionState.EXPIRED: "withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All that was concluded about one account."""

    health: Score
    relationship: Score
    coverage: Coverage
    """Of those who are still there."""
    threads: float
    """Effective threads, a just-departed sponsor or decider included."""
    signals: Sequence[Signal]
    actions: Sequence[Action]
    """After allotment."""


def account_outcome(
    situation: Situation, verdict: Verdict, *, shown: Mapping[str, JsonValue] | None = None
) -> Outcome:
    """Return the account's values with their reasons.

    Args:
        situation: The account, read.
        verdict: What was concluded about it.
        shown: Values as the CRM shows them after this run (``health.score`` ...), where
            they differ from today's: texts use these numbers, so that daily decay does
            not rewrite every record (DESIGN §3).
    """
    shown = shown or {}
    plan, top = situation.facts.plan, gravest(verdict.signals)
    chosen = min(_open(verdict.actions), key=action_urgency, default=None)
    phase, phase_reason = _phase(situation)
    values: dict[str, JsonValue] = {
        "tier": situation.facts.key.tier,
        "phase": phase,
        "health.score": number(verdict.health.value),
        "health.band": verdict.health.band.value,
        "relationship.score": number(verdict.relationship.value),
        "coverage.percent": _percent(verdict.coverage, situation),
        "risk.top": top.summary if top else None,
        "next_action.title": chosen.title if chosen else None,
        "next_action.due": chosen.due.isoformat() if chosen else None,
        "plan.status": plan.status.value if plan else "none",
        "plan.next_review": plan.next_review.isoformat() if plan and plan.next_review else None,
        "plan.url": _plan_url(situation),
        "actions.open": len(_open(verdict.actions)),
        "as_of": situation.as_of.isoformat(),
    }
    numbers = {**values, **{path: shown[path] for path in values if path in shown}}
    values["summary.text"] = _text(numbers, verdict, chosen)
    values["summary.json"] = card_json(
        situation,
        health=verdict.health,
        coverage=verdict.coverage,
        threads=verdict.threads,
        signals=verdict.signals,
        actions=sorted(_open(verdict.actions), key=action_urgency),
        numbers=numbers,
        written=shown.get("summary.json"),
    )
    return Outcome(
        kind=Kind.ACCOUNT,
        id=situation.facts.account.id,
        values=values,
        reasons=_reasons(situation, verdict, phase_reason, top, chosen),
    )


def contact_outcomes(situation: Situation) -> list[Outcome]:
    """Return role and strength of everybody with a role or any recorded contact."""
    return [
        _contact(situation, person_id)
        for person_id in situation.people
        if situation.profiles.get(person_id) or situation.contacts[person_id]
    ]


def opportunity_outcomes(situation: Situation, coverage: Coverage) -> list[Outcome]:
    """Return what we say about each open opportunity."""
    return [
        Outcome(
            kind=Kind.OPPORTUNITY,
            id=deal.id,
            values={"in_plan": True, "risk": _risk(situation, coverage, deal)},
            reasons={"in_plan": f"open with a key account ({situation.facts.key.reason})"},
        )
        for deal in situation.facts.opportunities
        if not deal.closed
    ]


def task_outcomes(actions: Iterable[Action]) -> list[Outcome]:
    """Return the task each action should be; waiting ones make none.

    A status other than ``open`` speaks of a task that exists: it never makes one.
    """
    return [
        Outcome(
            kind=Kind.TASK,
            id=action.id,
            values={
                "key": action.id,
                "title": action.title,
                "reason": action.reason,
                "due": action.due.isoformat(),
                "account": action.account_id,
                "contact": action.contact_id,
                "owner": action.owner_id,
                "status": _TASK_STATUS[action.state],
                "severity": action.severity,
            },
            reasons={"title": action.reason},
        )
        for action in actions
        if action.state in _TASK_STATUS
    ]


def number(value: Decimal | None) -> str | None:
    """Return a decimal as canonical text ("52", "51.8"), None as None."""
    return None if value is None else f"{value.normalize():f}"


def _open(actions: Sequence[Action]) -> list[Action]:
    return [action for action in actions if action.state is ActionState.OPEN]


def _phase(situation: Situation) -> tuple[str, str]:
    cycle = main_cycle(situation.facts, situation.renewals, situation.as_of)
    if cycle:
        return "renewal", f"renewal due on {cycle.decision}, window open since {cycle.opens}"
    return situation.facts.key.stage.value, f"key account since {situation.facts.key.since}"


def _percent(coverage: Coverage, situation: Situation) -> str | None:
    if coverage.percent is None or not situation.recorded.readable:
        return None
    return number(Decimal(repr(round(coverage.percent, 6))).quantize(Decimal(1)))


def _plan_url(situation: Situation) -> str | None:
    template = situation.settings.plan_url
    return template.format(account_id=situation.facts.account.id) if template else None


def _text(numbers: Mapping[str, JsonValue], verdict: Verdict, chosen: Action | None) -> str:
    score, band = _whole(numbers.get("health.score")), numbers.get("health.band")
    if score is None or band == Band.INSUFFICIENT_DATA.value:
        head = f"Insufficient data: {_unknown(verdict.health)}"
    else:
        why = verdict.health.inputs.get("cap_reasons")
        top = gravest(verdict.signals)
        reason = "; ".join(map(str, why)) if isinstance(why, list) and why else ""
        reason = reason or (top.summary if top else "no open signal")
        head = f"Health {score} ({band}): {reason}"
    tail = f". Next: {chosen.title}, due {chosen.due}." if chosen else "."
    if len(head) + len(tail) > _TEXT_MAX:
        head = head[: max(0, _TEXT_MAX - len(tail) - 1)] + "…"
    return (head + tail)[:_TEXT_MAX]


def _unknown(health: Score) -> str:
    missing = [line.reason for line in health.ledger if line.reading is None]
    ties = [line.reason for line in health.ledger if line.key == "relationship.key_ties"]
    return (ties if ties and ties[0] in missing else missing or ["nothing is recorded"])[0]


def _whole(value: JsonValue) -> int | None:
    try:
        return None if value is None else int(Decimal(str(value)).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        return None


def _reasons(
    situation: Situation,
    verdict: Verdict,
    phase_reason: str,
    top: Signal | None,
    chosen: Action | None,
) -> dict[str, str]:
    health = verdict.health
    why = "; ".join(health.caps) or (f"{health.data_coverage:.0%} of the weight is known")
    moved = f", {number(health.before)} on {health.before_as_of}" if health.before else ""
    people = sum(goal.stage >= GoalStage.ACCESS for goal in verdict.coverage.goals)
    reasons = {
        "tier": situation.facts.key.reason,
        "phase": phase_reason,
        "health.score": why + moved,
        "health.band": why,
        "relationship.score": "; ".join(line.reason for line in verdict.relationship.ledger)
        or _unknown(health),
        "coverage.percent": f"{people} of {len(verdict.coverage.goals)} roles in contact",
        "risk.top": f"{top.severity.value}, first seen on {top.first_seen}" if top else "no signal",
        "next_action.title": chosen.reason if chosen else "nothing open",
        "next_action.due": chosen.reason if chosen else "nothing open",
        "summary.text": why,
    }
    return {path: reason for path, reason in reasons.items() if reason}


def _contact(situation: Situation, person_id: str) -> Outcome:
    score, profile = situation.strengths[person_id], situation.profile(person_id)
    known = situation.recorded.readable or score.last_two_way is not None
    last = score.last_two_way
    return Outcome(
        kind=Kind.CONTACT,
        id=person_id,
        values={
            "role": None if profile is Profile.OTHER else profile.value,
            "strength.score": number(score.value) if known else None,
            "strength.band": score.band if known else None,
        },
        reasons={
            "strength.score": f"last two-way contact on {last}" if last else "no two-way contact"
        },
    )


def _risk(situation: Situation, coverage: Coverage, deal: Opportunity) -> str | None:
    since = stalled_since(situation, deal)
    if since:
        return f"not moved since {since}"
    near = deal.closes_on and deal.closes_on - situation.as_of <= timedelta(days=_CLOSING_DAYS)
    reached = any(
        goal.stage >= GoalStage.DIALOGUE for goal in coverage.goals if goal.profile in KEY_PROFILES
    )
    if near and not reached and coverage.percent is not None and situation.recorded.readable:
        return f"closing on {deal.closes_on} without a sponsor in dialogue"
    return None
