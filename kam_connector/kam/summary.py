"""What a night says about an account, as flat values for the mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kam_connector.kam.actions import action_urgency
from kam_connector.kam.card import card_json
from kam_connector.kam.coverage import Coverage, GoalStage, known_percent
from kam_connector.kam.decimals import number
from kam_connector.kam.renewals import main_cycle
from kam_connector.kam.signals.follow import gravest
from kam_connector.kam.situation import Situation
from kam_connector.kam.wording import public_finding, public_title
from kam_connector.language import Voice
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.score import Band, Score, StrengthScore
from kam_connector.model.signal import Signal

__all__ = ["Verdict", "account_outcome"]

_TEXT_MAX = 255
"""The length of KAM_Summary__c in crm/salesforce."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All that was concluded about one account."""

    health: Score
    relationship: Score
    coverage: Coverage
    """Of those who are still there."""
    threads: float
    """Effective threads, a just-departed sponsor or decider included."""
    pairs: Mapping[tuple[str, str], StrengthScore]
    """By (contact, colleague): who of ours covers whom."""
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
            not rewrite every record.
    """
    shown, top = shown or {}, gravest(verdict.signals)
    chosen = min(_open(verdict.actions), key=action_urgency, default=None)
    values = _values(situation, verdict, top, chosen)
    numbers = {**values, **{path: shown[path] for path in values if path in shown}}
    values["summary.text"] = _text(values, numbers, verdict.health, situation.settings.say)
    values["summary.json"] = card_json(
        situation,
        health=verdict.health,
        coverage=verdict.coverage,
        threads=verdict.threads,
        pairs=verdict.pairs,
        signals=verdict.signals,
        actions=sorted(_open(verdict.actions), key=action_urgency),
        numbers=numbers,
        written=shown.get("summary.json"),
    )
    reasons = _reasons(situation, verdict, top, chosen)
    account_id = situation.facts.account.id
    return Outcome(kind=Kind.ACCOUNT, id=account_id, values=values, reasons=reasons)


def _values(
    situation: Situation, verdict: Verdict, top: Signal | None, chosen: Action | None
) -> dict[str, JsonValue]:
    plan = situation.facts.plan
    return {
        "tier": situation.facts.key.tier,
        "phase": _phase(situation)[0],
        "health.score": number(verdict.health.value),
        "health.band": verdict.health.band.value,
        "relationship.score": number(verdict.relationship.value),
        "coverage.percent": number(known_percent(situation, verdict.coverage)),
        "risk.top": public_finding(situation, top) if top else None,
        "next_action.title": public_title(situation, chosen) if chosen else None,
        "next_action.due": chosen.due.isoformat() if chosen else None,
        "plan.status": plan.status.value if plan else "none",
        "plan.next_review": plan.next_review.isoformat() if plan and plan.next_review else None,
        "plan.url": _plan_url(situation),
        "actions.open": len(_open(verdict.actions)),
        "as_of": situation.as_of.isoformat(),
    }


def _open(actions: Sequence[Action]) -> list[Action]:
    return [action for action in actions if action.state is ActionState.OPEN]


def _phase(situation: Situation) -> tuple[str, str]:
    say = situation.settings.say
    cycle = main_cycle(situation.facts, situation.renewals, situation.as_of)
    if cycle:
        return "renewal", say(
            "renewal due on {day}, window open since {opens}",
            day=cycle.decision,
            opens=cycle.opens,
        )
    key = situation.facts.key
    return key.stage.value, say("key account since {day}", day=key.since)


def _plan_url(situation: Situation) -> str | None:
    template = situation.settings.plan_url
    return template.format(account_id=situation.facts.account.id) if template else None


def _text(
    values: Mapping[str, JsonValue], numbers: Mapping[str, JsonValue], health: Score, say: Voice
) -> str:
    score, band = _whole(numbers.get("health.score")), numbers.get("health.band")
    if score is None or band == Band.INSUFFICIENT_DATA.value:
        head = say("Insufficient data: {reason}", reason=_unknown(health, say))
    else:
        why = health.inputs.get("cap_reasons")
        reason = "; ".join(map(str, why)) if isinstance(why, list) and why else ""
        reason = reason or str(values["risk.top"] or say("no open signal"))
        head = say(
            "Health {score} ({band}): {reason}",
            score=score,
            band=say.name(Band(str(band))),
            reason=reason,
        )
    title, due = values["next_action.title"], values["next_action.due"]
    tail = "."
    if title and due:
        day = date.fromisoformat(str(due))
        tail = say(". Next: {title}, due {day}.", title=str(title), day=day)
    if len(head) + len(tail) > _TEXT_MAX:
        head = head[: max(0, _TEXT_MAX - len(tail) - 1)] + "…"
    return (head + tail)[:_TEXT_MAX]


def _unknown(health: Score, say: Voice) -> str:
    missing = [line.reason for line in health.ledger if line.reading is None]
    ties = [line.reason for line in health.ledger if line.key == "relationship.key_ties"]
    return (ties if ties and ties[0] in missing else missing or [say("nothing is recorded")])[0]


def _whole(value: JsonValue) -> int | None:
    try:
        return None if value is None else int(Decimal(str(value)).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        return None


def _review(situation: Situation) -> str:
    plan, say = situation.facts.plan, situation.settings.say
    if plan is None or plan.next_review is None:
        return ""
    return say("next review of the {status} plan", status=plan.status)


def _reasons(
    situation: Situation,
    verdict: Verdict,
    top: Signal | None,
    chosen: Action | None,
) -> dict[str, str]:
    health, say = verdict.health, situation.settings.say
    known = round(health.data_coverage * 100)
    why = "; ".join(health.caps) or say("{percent}% of the weight is known", percent=known)
    moved = (
        say(", {before} on {day}", before=health.before, day=health.before_as_of)
        if health.before
        else ""
    )
    people = sum(goal.stage >= GoalStage.ACCESS for goal in verdict.coverage.goals)
    reasons = {
        "tier": situation.facts.key.reason,
        "phase": _phase(situation)[1],
        "health.score": why + moved,
        "health.band": why,
        "relationship.score": "; ".join(line.reason for line in verdict.relationship.ledger)
        or _unknown(health, say),
        "coverage.percent": say(
            "{reached} of {wanted} roles in contact",
            reached=people,
            wanted=len(verdict.coverage.goals),
        ),
        "risk.top": say(
            "{severity}, first seen on {day}", severity=top.severity, day=top.first_seen
        )
        if top
        else say("no signal"),
        "next_action.title": chosen.reason if chosen else say("nothing open"),
        "next_action.due": chosen.reason if chosen else say("nothing open"),
        "plan.next_review": _review(situation),
        "summary.text": why,
    }
    return {path: reason for path, reason in reasons.items() if reason}
