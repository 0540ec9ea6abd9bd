"""Too much and too little method, side by side: between Charybdis and Scylla (S1.15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from kam_connector.kam.programme.checks import Measure, MethodCheck, worst_first
from kam_connector.kam.programme.page import programme_of
from kam_connector.kam.programme.passage_plans import (
    actions_checks,
    horizon_checks,
    objectives_checks,
    sections_checks,
)
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.rituals import monthly_hours
from kam_connector.kam.programme.skills import skills_of
from kam_connector.language import phrase
from kam_connector.model.programme import Competency, Maturity, Ritual

__all__ = ["method_checks"]

_Check: TypeAlias = "Callable[[Portfolio], Iterator[MethodCheck]]"
_TIERS = phrase("5 to 20 accounts first, the next 20 to 50 second (docs/programme.md, sources)")


def method_checks(portfolio: Portfolio) -> list[MethodCheck]:
    """Return what is too much and too little in the method, what needs a person first.

    Only the checks that the method in force asks for; the fit of the method itself and the
    number of accounts are always looked at.
    """
    found = (
        check
        for key, rule in _CHECKS.items()
        if _asked(key, portfolio)
        for check in rule(portfolio)
    )
    return worst_first(found)


def _asked(key: str, portfolio: Portfolio) -> bool:
    return key == "maturity" or portfolio.method.asks_check(key)


def _accounts(portfolio: Portfolio) -> Iterator[MethodCheck]:
    programme, count = programme_of(portfolio.kept), len(portfolio.ids)
    cap = programme.account_cap if programme else None
    low, high = portfolio.settings.key_accounts
    say = portfolio.say
    reason = say.count("{n} key account", "{n} key accounts", count)
    if cap is not None:
        reason = say("{count}, at most {cap} are wanted", count=reason, cap=cap)
    yield MethodCheck.between(
        "account_cap",
        count,
        low,
        high if cap is None else cap,
        subject=say("the programme"),
        reason=reason,
        source=say(_TIERS) if cap is None else say("the programme's own cap"),
    )


def _per_kam(portfolio: Portfolio) -> Iterator[MethodCheck]:
    say, (low, high) = portfolio.say, portfolio.settings.accounts_per_kam
    for user_id, listed in sorted(portfolio.accounts_by_kam().items()):
        yield MethodCheck.between(
            "accounts_per_kam",
            len(listed),
            low,
            high,
            subject=portfolio.user_name(user_id),
            reason=say.count("{n} key account", "{n} key accounts", len(listed)),
            source=say("our choice: a ninth leaves less than half a day a week for each"),
            user_id=user_id,
        )
    for account_id in portfolio.ids:
        if portfolio.kam_of(account_id) is None:
            yield MethodCheck.between(
                "accounts_per_kam",
                0,
                low,
                high,
                subject=portfolio.account_name(account_id),
                reason=say("nobody leads this account"),
                source=say("our choice"),
                account_id=account_id,
            )


def _training(portfolio: Portfolio) -> Iterator[MethodCheck]:
    say, limits = portfolio.say, portfolio.settings
    told = portfolio.kept.of(Competency)
    skills = skills_of(told, people=portfolio.core_people(), as_of=portfolio.as_of)
    known = skills.trained_percent if told else None
    low, high = limits.trained_percent
    yield MethodCheck.between(
        "training_spread",
        known,
        low,
        high,
        subject=say("the core teams"),
        reason=say("{percent} % of the people were trained within a year", percent=known),
        source=say("our choice: at least every second person"),
    )
    for user_id, count in skills.trained:
        if count > limits.trainings_per_person:
            yield MethodCheck.between(
                "training_spread",
                count,
                0,
                limits.trainings_per_person,
                subject=portfolio.user_name(user_id),
                reason=say.count(
                    "{n} training within a year", "{n} trainings within a year", count
                ),
                source=say("our choice: more than one a quarter cannot be tried out"),
                user_id=user_id,
            )


def _rituals(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Hours a month that rituals take from each KAM: their accounts' and the programme's."""
    say, (low, high) = portfolio.say, portfolio.settings.ritual_hours_a_month
    every = portfolio.kept.of(Ritual)
    for user_id, accounts in sorted(portfolio.accounts_by_kam().items()):
        own = [one for one in every if one.account_id is None or one.account_id in accounts]
        hours = monthly_hours(own, settings=portfolio.settings)
        yield MethodCheck.between(
            "ritual_hours",
            hours,
            low,
            high,
            subject=portfolio.user_name(user_id),
            reason=say(
                "{hours} hours a month in {count} recurring meetings", hours=hours, count=len(own)
            ),
            source=say("our choice: a tenth of the working month at most"),
            user_id=user_id,
        )


def _maturity(portfolio: Portfolio) -> Iterator[MethodCheck]:
    """Whether the degree of method fits the programme's age: it grows step by step (S1.14)."""
    programme, say, limits = programme_of(portfolio.kept), portfolio.say, portfolio.settings
    if programme is None or programme.started_on is None:
        return
    days = (portfolio.as_of - programme.started_on).days
    early = programme.maturity is Maturity.ADVANCED and days < limits.early_days
    late = programme.maturity is Maturity.STARTER and days > limits.ripe_days
    yield MethodCheck(
        key="maturity",
        subject=say("the programme"),
        measure=Measure.EXCESS if early else Measure.LACK if late else Measure.FINE,
        value=Decimal(days),
        low=Decimal(limits.early_days) if programme.maturity is Maturity.ADVANCED else None,
        high=Decimal(limits.ripe_days) if programme.maturity is Maturity.STARTER else None,
        reason=say(
            "{degree} method, {days} days after the start", degree=programme.maturity, days=days
        ),
        source=say("the method grows step by step, over three years' practice (S1.14, S1.21)"),
    )


_CHECKS: Mapping[str, _Check] = {
    "account_cap": _accounts,
    "accounts_per_kam": _per_kam,
    "objectives_per_plan": objectives_checks,
    "actions_per_plan": actions_checks,
    "horizon_mix": horizon_checks,
    "training_spread": _training,
    "ritual_hours": _rituals,
    "empty_sections": sections_checks,
    "maturity": _maturity,
}
