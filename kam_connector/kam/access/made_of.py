"""What is made of which values: whoever may not see a value does not see its sum either."""

from __future__ import annotations

from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.plan import Action, Objective
from kam_connector.model.plan_content import PlanVersion
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal, SignalKind

__all__ = ["FIGURES", "LABELS", "feeding", "is_derived", "is_told_by_key", "made_of"]

LABELS = frozenset(
    [
        "account.city",
        "account.copy_of",
        "account.domain",
        "account.industry",
        "account.rating",
        "account.target",
        "account.type",
        "activity.copy_of",
        "case.subject",
        "contact.aliases",
        "contact.copy_of",
        "contact.email",
        "contact.record_type",
        "contract.number",
        "contract.status",
        "opportunity.copy_of",
        "opportunity.name",
        "product.code",
    ]
)
"""Values that are shown and counted nowhere; a text may still name one."""

FIGURES = frozenset(
    {
        "account.turnover",
        "contract.value",
        "line_item.amount",
        "line_item.quantity",
        "opportunity.amount",
    }
)
"""Amounts: scores, figures and signals about people are not made of them."""

_ABOUT_PEOPLE = frozenset({"coverage", "relationship"})
_FAMILIES = frozenset({KpiFamily.RELATIONSHIP, KpiFamily.SATISFACTION})
_SIGNALS = frozenset(
    {
        SignalKind.ACTION_OVERDUE,
        SignalKind.CELEBRATION_DUE,
        SignalKind.CHAMPION_SILENT,
        SignalKind.CONTACT_LEFT,
        SignalKind.DECLARED_OBSERVED_GAP,
        SignalKind.MEETING_OVERDUE,
        SignalKind.NEW_DECISION_MAKER,
        SignalKind.NO_EXECUTIVE_MEETING,
        SignalKind.PLAN_STALE,
        SignalKind.QBR_OVERDUE,
        SignalKind.REORGANISATION,
        SignalKind.SINGLE_THREADED,
        SignalKind.STRENGTH_DROP,
        SignalKind.TITLE_CHANGED,
    }
)
"""Signals that no amount raises, by their rules (kam.signals)."""
_PATHS = frozenset(
    [
        "actions.open",
        "as_of",
        "coverage.percent",
        "engagement",
        "influence",
        "phase",
        "plan.approved_on",
        "plan.next_review",
        "plan.status",
        "plan.url",
        "relationship.score",
        "role",
        "strength.band",
        "strength.score",
        "support",
        "tier",
        "kpi.active_contacts",
        "kpi.csat",
        "kpi.escalations",
        "kpi.functions_engaged",
        "kpi.nps",
        "kpi.strategic_interactions",
    ]
)
"""What a night tells of a record without looking at an amount."""


def feeding(hidden: frozenset[str]) -> frozenset[str]:
    """Return the hidden values that something is computed from."""
    return hidden - LABELS


def is_derived(record: object) -> bool:
    """Tell whether rules made a record; what a person wrote is theirs, whatever they wrote."""
    if isinstance(record, Action | Objective):
        return record.made_by is None
    return isinstance(record, KpiValue | PlanVersion | Score | Signal | StrengthScore)


def made_of(record: object, hidden: frozenset[str]) -> frozenset[str]:
    """Return the hidden values that a record may be made of; none: it may be shown.

    In doubt it is: only what is known to look at no amount is shown to who sees no amounts, and
    whatever else feeds rules hides all that rules made.
    """
    if not is_derived(record):
        return frozenset()
    if isinstance(record, PlanVersion):
        return hidden  # it quotes the values themselves
    found = feeding(hidden)
    return frozenset() if found <= FIGURES and _counts_no_amount(record) else found


def is_told_by_key(path: str, hidden: frozenset[str]) -> bool:
    """Tell whether what a night told under a path may be shown to who sees no *hidden* values."""
    found = feeding(hidden)
    return not found or (found <= FIGURES and path in _PATHS)


def _counts_no_amount(record: object) -> bool:
    match record:
        case StrengthScore():
            return True
        case Score():
            return record.name.partition(":")[0] in _ABOUT_PEOPLE
        case KpiValue():
            return record.family in _FAMILIES
        case Signal():
            return record.kind in _SIGNALS
        case Action():
            return (record.signal_key or "").partition(":")[0] in _SIGNALS
    return False
