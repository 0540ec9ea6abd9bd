"""How a rule states a finding: one sentence, stable key, dated anchor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kam_connector.kam.situation import Situation
from kam_connector.language import Voice
from kam_connector.model.kind import JsonValue
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["RULE_VERSION", "cluster", "finding", "graver", "near_renewal", "role_words", "voice_of"]

RULE_VERSION = "signals-2"


def finding(
    situation: Situation,
    kind: SignalKind,
    severity: Severity,
    summary: str,
    *,
    because: str | None = None,
    anchor: date | None = None,
    due: date | None = None,
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
        because: Why it is that loud, where the kind alone does not say.
        anchor: The dated fact it stands on; another anchor is another finding, so that an
            action closed for this one is not made again. None: the day it was first seen.
        due: The last day on which it matters; None: as long as its reason lasts.
        contact_id: Whom it is about.
        opportunity_id: Which opportunity it is about.
        subject: What tells it from other findings of its kind, where neither of these does.
        evidence: What the rule saw, in canonical values.
    """
    about = contact_id or opportunity_id or subject or ""
    account_id = situation.facts.account.id
    reason: dict[str, JsonValue] = {"because": because} if because else {}
    return Signal(
        key=f"{kind.value}:{account_id}:{about}",
        kind=kind,
        severity=severity,
        account_id=account_id,
        summary=summary,
        evidence={**(evidence or {}), **reason, "anchor": anchor.isoformat() if anchor else None},
        contact_id=contact_id,
        opportunity_id=opportunity_id,
        first_seen=situation.as_of,
        rule_version=RULE_VERSION,
        due=due,
    )


def voice_of(situation: Situation) -> Voice:
    """Return the voice findings are said with."""
    return situation.settings.say


def near_renewal(situation: Situation, days: int) -> bool:
    """Whether the next renewal is decided within *days*."""
    left = situation.days_to_renewal
    return left is not None and left <= days


def graver(
    situation: Situation, severity: Severity, days: int | None = None
) -> tuple[Severity, str | None]:
    """Return critical with its reason close to a renewal, else *severity* as it is.

    Args:
        situation: The account, read.
        severity: How loud it is far from any renewal.
        days: What is close; None: `SignalSettings.renewal_close_days`.
    """
    close = situation.settings.signals.renewal_close_days if days is None else days
    if situation.renewal is None or not near_renewal(situation, close):
        return severity, None
    say = voice_of(situation)
    return Severity.CRITICAL, say("the renewal is due on {day}", day=situation.renewal.decision)


def role_words(situation: Situation, contact_id: str) -> str:
    """Return a person's title, or their profile in words."""
    person = situation.people[contact_id]
    return person.title or situation.settings.say.name(situation.profile(contact_id))


def cluster(days: Iterable[date], *, gap_days: int) -> tuple[date, ...]:
    """Return the latest of *days* that follow each other by at most *gap_days*, oldest first.

    So a wave of news keeps the day it began, however much of it comes in.
    """
    wave: list[date] = []
    for day in sorted(days, reverse=True):
        if wave and wave[-1] - day > timedelta(days=gap_days):
            break
        wave.append(day)
    return tuple(reversed(wave))
