"""Method before tool: what a programme should have before jobs run for it (S1.29)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kam_connector.kam.programme.page import programme_of
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.rituals import missing_rituals
from kam_connector.language import phrase
from kam_connector.model.programme import Criterion, ProgrammeMember, Ritual

__all__ = ["ReadinessItem", "is_ready", "readiness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessItem:
    """One thing that should be settled first; nothing is blocked by it."""

    key: str
    ready: bool
    text: str
    """What is settled, or what is missing."""
    hint: str
    """What to do about it; empty when ready."""


_Rule: TypeAlias = "Callable[[Portfolio], str | None]"
"""Returns what is missing, None when all is there."""


def readiness(
    portfolio: Portfolio, *, approved: Mapping[str, bool] | None = None
) -> tuple[ReadinessItem, ...]:
    """Return what is settled and what is missing, in the order in which to settle it.

    Args:
        portfolio: What is known.
        approved: By connection, whether a person approved what its mapping writes.
    """
    return (*_settled(portfolio), *_approvals(portfolio, approved or {}))


def is_ready(items: tuple[ReadinessItem, ...]) -> bool:
    """Whether nothing is missing."""
    return all(one.ready for one in items)


def _settled(portfolio: Portfolio) -> Iterator[ReadinessItem]:
    say = portfolio.say
    for key, (title, rule) in _RULES.items():
        missing = rule(portfolio)
        yield ReadinessItem(key=key, ready=missing is None, text=say(title), hint=missing or "")


def _approvals(portfolio: Portfolio, approved: Mapping[str, bool]) -> Iterator[ReadinessItem]:
    say = portfolio.say
    for name in sorted(approved):
        hint = say("Approve what is written: kam sync preview {name}", name=name)
        yield ReadinessItem(
            key=f"mapping.{name}",
            ready=approved[name],
            text=say("What is written to {name} is approved", name=name),
            hint="" if approved[name] else hint,
        )


def _strategy(portfolio: Portfolio) -> str | None:
    programme, say = programme_of(portfolio.kept), portfolio.say
    if programme is None:
        return say("Describe the programme: name, strategy, goals, lead")
    if not programme.strategy:
        return say("Write down why there is key account management here")
    return None if programme.goals else say("Name the goals it is measured by")


def _lead(portfolio: Portfolio) -> str | None:
    programme, say = programme_of(portfolio.kept), portfolio.say
    if programme is None or programme.lead_id is None:
        return say("Name who leads the programme")
    return None if programme.sponsor_id else say("Name the member of management who backs it")


def _people(portfolio: Portfolio) -> str | None:
    members = portfolio.kept.of(ProgrammeMember)
    if any(one.fte > 0 for one in members):
        return None
    return portfolio.say("Name who builds it, with how much of their time")


def _criteria(portfolio: Portfolio) -> str | None:
    if portfolio.kept.of(Criterion):
        return None
    return portfolio.say("Agree on the criteria by which accounts are chosen")


def _accounts(portfolio: Portfolio) -> str | None:
    if not portfolio.ids:
        return portfolio.say("Choose the key accounts: kam account select")
    lost = [one for one in portfolio.ids if portfolio.kam_of(one) is None]
    if not lost:
        return None
    names = ", ".join(map(portfolio.account_name, lost))
    return portfolio.say("Name who leads: {names}", names=names)


def _rhythm(portfolio: Portfolio) -> str | None:
    missing = missing_rituals(portfolio.kept.of(Ritual), portfolio.method)
    if not missing:
        return None
    named = ", ".join(portfolio.say.name(kind) for kind in missing)
    return portfolio.say("Set up: {rituals}", rituals=named)


def _time(portfolio: Portfolio) -> str | None:
    """Time is promised by whoever leads the person, before the tool counts tasks (S1.19)."""
    team = [one for account_id in portfolio.ids for one in portfolio.team(account_id)]
    if not team:
        return portfolio.say("Name the account teams")
    open_ = {one.user_id for one in team if one.time_share_agreed is None or not one.agreed_by}
    if not open_:
        return None
    n = len(open_)
    return portfolio.say.count(
        "Agree on the time of {n} person with their manager",
        "Agree on the time of {n} people with their managers",
        n,
    )


_RULES: Mapping[str, tuple[str, _Rule]] = {
    "strategy": (phrase("Strategy and goals are written down"), _strategy),
    "lead": (phrase("Somebody leads, somebody in management backs"), _lead),
    "people": (phrase("Somebody has time to build the programme"), _people),
    "criteria": (phrase("The criteria of choice are agreed"), _criteria),
    "accounts": (phrase("Accounts are chosen, each is led by somebody"), _accounts),
    "rituals": (phrase("The recurring meetings of the method are set up"), _rhythm),
    "time": (phrase("Team members' time is agreed with their managers"), _time),
}
