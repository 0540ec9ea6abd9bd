"""What a night says about a plan, its objectives and their measures, as flat values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kam_connector.kam.plan.attainment import objectives_on_track
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.horizon import begun_on, plan_span
from kam_connector.kam.plan.objectives import Aims
from kam_connector.kam.plan.quality import plan_completeness, plan_quality
from kam_connector.kam.plan.scope import plan_frame
from kam_connector.kam.plan.words import able_owner_id
from kam_connector.kam.situation import Situation
from kam_connector.language import Voice
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Measure, Objective, ObjectiveStatus, Plan, PlanStatus
from kam_connector.model.plan_content import PlanVersion, VersionState

__all__ = ["plan_figures", "plan_outcomes"]

_PLAN_STATUS: Mapping[PlanStatus, str] = {
    PlanStatus.DRAFT: "draft",
    PlanStatus.ACTIVE: "active",
    PlanStatus.STALE: "active",
}
"""A stale plan is an active one that nobody has touched."""


def plan_outcomes(situation: Situation, aims: Aims) -> list[Outcome]:
    """Return the records a plan should be: itself, its objectives, their measures."""
    plan, say = situation.facts.plan, situation.settings.say
    if plan is None or plan.id is None or plan.opened_on is None:
        return []
    return [
        _plan(situation, plan),
        *(_objective(one, plan, say) for one in aims.objectives),
        *(_measure(one, plan.account_id, say) for one in aims.measures),
    ]


def _plan(situation: Situation, plan: Plan) -> Outcome:
    account, key = situation.facts.account, situation.facts.key
    since = plan.opened_on or situation.as_of
    start, end = plan_span(since, situation.as_of, plan_frame(situation.facts))
    say = situation.settings.say
    reason = say("Key account since {day}: {reason}.", day=key.since, reason=key.reason)
    values: dict[str, JsonValue] = {
        "key": plan.id,
        "title": say("Key account plan: {account}", account=account.name),
        "reason": reason,
        "account": plan.account_id,
        "owner": able_owner_id(situation.facts, account.owner_id),
        "status": _PLAN_STATUS.get(plan.status),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "next_review": plan.next_review.isoformat() if plan.next_review else None,
    }
    return Outcome(kind=Kind.PLAN, id=str(plan.id), values=values, reasons={"title": reason})


def _objective(one: Objective, plan: Plan, say: Voice) -> Outcome:
    is_open = one.status is ObjectiveStatus.OPEN
    begun = begun_on(one, plan)
    values: dict[str, JsonValue] = {
        "key": one.id,
        "title": one.title,
        "reason": one.reason,
        "account": one.account_id,
        "plan": plan.id,
        "level": one.level.value,
        "metric": one.metric,
        "baseline": _number(one.baseline),
        "target": _number(one.target),
        "start": begun.isoformat() if begun else None,
        "due": one.due.isoformat(),
        "status": "open" if is_open else "closed",
    }
    reasons = {"title": one.reason, "status": say("the objective is {status}", status=one.status)}
    return Outcome(kind=Kind.OBJECTIVE, id=one.id, values=values, reasons=reasons)


def _measure(one: Measure, account_id: str, say: Voice) -> Outcome:
    values: dict[str, JsonValue] = {
        "key": one.id,
        "title": one.name,
        "account": account_id,
        "objective": one.objective_id,
        "value_type": one.value_type.value,
        "current": _number(one.current),
        "target": _number(one.target),
    }
    known = say("as measured today") if one.current is not None else say("not known today")
    reasons = {"title": say("how far the objective has got"), "current": known}
    return Outcome(kind=Kind.MEASURE, id=one.id, values=values, reasons=reasons)


def _number(value: Decimal | None) -> str | None:
    """Return a decimal as canonical text ("52", "51.8"), None as None."""
    return None if value is None else f"{value.normalize():f}"


def plan_figures(basis: PlanBasis) -> Outcome:
    """Return what an account's own record may say of its plan, as an outcome to be joined."""
    facts, as_of, settings, say = basis.facts, basis.as_of, basis.settings, basis.say
    quality = plan_quality(facts, as_of=as_of, settings=settings)
    well, told = objectives_on_track(facts, as_of=as_of, settings=settings)
    approved = [
        one
        for one in facts.kept.of(PlanVersion)
        if one.state is VersionState.APPROVED and one.decided_at
    ]
    whole = None if quality.value is None else quality.value.quantize(Decimal(1))
    on = approved[0].decided_at.date().isoformat() if approved and approved[0].decided_at else None
    values: dict[str, JsonValue] = {
        "plan.quality": _number(whole),
        "plan.completeness": str(plan_completeness(facts, as_of=as_of, settings=settings)),
        "plan.objectives_on_track": say("{well} of {told}", well=well, told=told) if told else None,
        "plan.approved_on": on,
    }
    least = min(
        (line for line in quality.ledger if line.reading is not None),
        key=lambda line: line.reading or 0,
    )
    reasons = {"plan.quality": least.reason, "plan.completeness": quality.ledger[0].reason}
    return Outcome(kind=Kind.ACCOUNT, id=facts.account.id, values=values, reasons=reasons)
