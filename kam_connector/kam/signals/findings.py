"""How a rule states a finding: one sentence, stable key, dated anchor."""

from __future__ import annotations

from datetime import date

from kam_connector.kam.situation import Situation
from kam_connector.model.kind import JsonValue
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["RULE_VERSION", "finding", "near_renewal", "role_words"]

RULE_VERSION = "signals-1"


def finding(
    situation: Situation,
    kind: SignalKind,
    severity: Severity,
    summary: str,
    *,
    anchor: date | None = None,
    contact_id: str | None = None,
    opportunity_id: str | None = None,
    subject: str | None = None,
    evidence: dict[str, JsonValue] | None = None,
) -> Signal:
    """Return one finding about the account.

    Args:
        situation: The account, read.
        kind: Which rule speaks.
        severity: How loud.
        summary: One sentence with absolute dates.
        anchor: The dated fact it stands on; another anchor is another finding, so that an
            action closed for this one is not made again. None: the day it was first seen.
        contact_id: Whom it is about.
        opportunity_id: Which opportunity it is about.
        subject: What tells it from other findings of its kind, where neither of these does.
        evidence: What the rule saw, in canonical values.
    """
    about = contact_id or opportunity_id or subject or ""
    account_id = situation.facts.account.id
    return Signal(
        key=f"{kind.value}:{account_id}:{about}",
        kind=kind,
        severity=severity,
        account_id=account_id,
        summary=summary,
        evidence={**(evidence or {}), "anchor": anchor.isoformat() if anchor else None},
        contact_id=contact_id,
        opportunity_id=opportunity_id,
        first_seen=situation.as_of,
        rule_version=RULE_VERSION,
    )


def near_renewal(situation: Situation, days: int) -> bool:
    """Whether the next renewal is decided within *days*."""
    left = situation.days_to_renewal
    return left is not None and left <= days


def role_words(situation: Situation, contact_id: str) -> str:
    """Return a person's title, or their profile in words."""
    person = situation.people[contact_id]
    return person.title or situation.profile(contact_id).value.replace("_", " ")
