"""Which business a plan is about: all of it, what is new, or some segments (S1.24)."""

from __future__ import annotations

from collections.abc import Iterable

from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan_content import PlanFrame, PlanScope

__all__ = ["in_plan", "plan_frame", "planned_business"]

_NEW = "new"
"""The mapping's word for business that is not more of the same."""


def plan_frame(facts: AccountFacts) -> PlanFrame | None:
    """Return what holds the account's plan together, where somebody said so."""
    mine = [one for one in facts.kept.of(PlanFrame) if one.account_id == facts.account.id]
    return mine[0] if mine else None


def in_plan(facts: AccountFacts, deal: Opportunity, say: Voice) -> tuple[bool, str]:
    """Tell whether an opportunity belongs to the plan, and why.

    A plan for segments takes what is named like one of them: the product lines sold, the
    opportunity's kind or record type, the grading, sector or country-less name of the account
    it belongs to. A plan for innovation takes new business, and what its segments name.
    """
    frame = plan_frame(facts)
    if frame is None or frame.scope is PlanScope.ALL_SALES:
        return True, say("open with a key account ({reason})", reason=facts.key.reason)
    named = {_fold(one) for one in frame.segments} & {_fold(one) for one in _marks(facts, deal)}
    if named:
        return True, say("the plan is about {segments}", segments=", ".join(sorted(named)))
    if frame.scope is PlanScope.INNOVATION:
        if deal.kind == _NEW:
            return True, say("the plan is about innovation, and this business is new")
        return False, say("the plan is about innovation, and this is more of the same")
    segments = ", ".join(frame.segments) or None
    return False, say("the plan is about {segments} only", segments=segments)


def planned_business(
    facts: AccountFacts, say: Voice
) -> tuple[list[Opportunity], list[Opportunity]]:
    """Return the open opportunities inside and outside the plan, the earliest closing first."""
    open_ones = [deal for deal in facts.opportunities if not deal.closed]
    open_ones.sort(key=lambda deal: (str(deal.closes_on or "9999"), deal.name, deal.id))
    inside = [deal for deal in open_ones if in_plan(facts, deal, say)[0]]
    return inside, [deal for deal in open_ones if deal not in inside]


def _marks(facts: AccountFacts, deal: Opportunity) -> Iterable[str]:
    home = next((one for one in facts.tree if one.id == deal.account_id), facts.account)
    found = [deal.kind, deal.record_type, home.segment, home.industry]
    for line in facts.line_items:
        product = facts.products.get(line.product_id or "")
        if line.opportunity_id == deal.id and product is not None:
            found += [product.family, product.name]
    return [one for one in found if one]


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
