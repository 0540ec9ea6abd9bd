"""Too much and too little in the plans: objectives, actions, horizons, sections (S1.15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.programme.checks import MethodCheck
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.language import phrase
from kam_connector.model.plan_content import PlanSection, SectionKind

__all__ = ["actions_checks", "horizon_checks", "objectives_checks", "sections_checks"]

_FED = frozenset({SectionKind.PROFILE, SectionKind.HISTORY, SectionKind.DASHBOARD})
"""Sections that the CRM fills by itself: without a person's words they are not empty."""


def objectives_checks(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Return whether each plan wants enough and not too much."""
    say, (low, high) = portfolio.say, portfolio.settings.objectives_per_plan
    for account_id in portfolio.ids:
        count = len(portfolio.open_objectives(account_id))
        yield MethodCheck.between(
            "objectives_per_plan",
            count,
            low,
            high,
            subject=portfolio.account_name(account_id),
            reason=say.count("{n} open objective", "{n} open objectives", count),
            source=say("our choice: eight are no longer discussed in one review"),
            account_id=account_id,
        )


def actions_checks(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Return whether each plan asks for enough and not too much."""
    say, (low, high) = portfolio.say, portfolio.settings.actions_per_plan
    for account_id in portfolio.ids:
        count = len(portfolio.open_actions(account_id))
        yield MethodCheck.between(
            "actions_per_plan",
            count,
            low,
            high,
            subject=portfolio.account_name(account_id),
            reason=say.count("{n} open action", "{n} open actions", count),
            source=say("our choice: fifteen are three weeks of one person's days"),
            account_id=account_id,
        )


def horizon_checks(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Return short, mid and long term, each by its share of all open objectives."""
    say, limits = portfolio.say, portfolio.settings
    days = [
        (one.due - portfolio.as_of).days
        for account_id in portfolio.ids
        for one in portfolio.open_objectives(account_id)
    ]
    counts = {
        phrase("short term"): sum(one <= limits.short_days for one in days),
        phrase("mid term"): sum(limits.short_days < one <= limits.mid_days for one in days),
        phrase("long term"): sum(one > limits.mid_days for one in days),
    }
    low, high = limits.horizon_share
    for horizon, count in counts.items():
        yield MethodCheck.between(
            "horizon_mix",
            _percent(count, len(days)),
            low,
            high,
            subject=say(horizon),
            reason=say("{count} of {all} open objectives", count=count, all=len(days)),
            source=say("our choice: no horizon holds more than four of five"),
        )


def sections_checks(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Return which plans have empty sections that are asked, and which are too long to be read."""
    say, limits = portfolio.say, portfolio.settings
    written = _written(portfolio)
    asked = [kind for kind in portfolio.method.sections if kind not in _FED]
    low, high = limits.empty_sections_percent
    for key in sorted(portfolio.key_accounts, key=lambda one: one.account_id):
        name = portfolio.account_name(key.account_id)
        own = written.get(key.account_id, {})
        empty = [kind for kind in asked if not own.get(kind)]
        young = (portfolio.as_of - key.since).days <= limits.plan_grace_days
        full = None if young else 100 - (_percent(len(empty), len(asked)) or Decimal(0))
        reason = say("every asked section has words")
        if empty:
            named = ", ".join(say.name(kind) for kind in empty)
            reason = say(
                "{count} of {all} sections empty: {names}",
                count=len(empty),
                all=len(asked),
                names=named,
            )
        yield MethodCheck.between(
            "empty_sections", full, high, 100 - low, subject=name, reason=reason,
            source=say("our choice: half empty is a plan only begun"), account_id=key.account_id,
        )  # fmt: skip
        length = sum(own.values())
        if length > limits.plan_characters:
            yield MethodCheck.between(
                "empty_sections", length, 0, limits.plan_characters, subject=name,
                reason=say("{length} characters: nobody reads so much", length=length),
                source=say("our choice: ten pages"), account_id=key.account_id,
            )  # fmt: skip


def _written(portfolio: Portfolio) -> Mapping[str, Mapping[SectionKind, int]]:
    """Return how many characters people wrote, by account and section."""
    found: dict[str, dict[SectionKind, int]] = {}
    for one in portfolio.kept.of(PlanSection):
        own = found.setdefault(one.account_id, {})
        own[one.kind] = own.get(one.kind, 0) + len(one.body.strip())
    return found


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
