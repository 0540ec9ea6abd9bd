"""Promises of selection, stages and renewal cycles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.renewals import main_cycle, next_renewal, renewal_cycles
from kam_connector.kam.selection import Candidate, candidate, select_accounts, suggest_stage
from kam_connector.kam.settings import SelectionSettings
from kam_connector.model.account import Account, RenewalCycle, RenewalState, Stage
from kam_connector.model.money import Money

AS_OF = date(2026, 11, 21)


def account(account_id: str, turnover: int = 0) -> Account:
    """An account of some size."""
    money = Money(amount=Decimal(turnover), currency="EUR")
    return Account(id=account_id, name=account_id, turnover=money)


def chosen(*candidates: Candidate, **changes: Any) -> Any:
    """Select everything with business."""
    return select_accounts(
        candidates, rule=lambda each: each.won + each.open > 0, rule_name="has business",
        as_of=AS_OF, **changes,
    )  # fmt: skip


def test_rule_decides_and_is_kept_as_the_reason() -> None:
    """An account is chosen by the rule alone, and says which."""
    found = chosen(Candidate(account=account("a"), won=Decimal(1)), Candidate(account=account("b")))
    assert [(each.account_id, each.reason, each.since) for each in found] == [
        ("a", "has business", AS_OF)
    ]


def test_tiers_follow_score_then_business_then_turnover() -> None:
    """The most important first; tiers fill from the top."""
    ten = Decimal(10)
    found = chosen(
        Candidate(account=account("small"), won=ten, turnover=Decimal(1)),
        Candidate(account=account("large"), won=ten, turnover=Decimal(9)),
        Candidate(account=account("busy"), won=Decimal(50)),
        Candidate(account=account("best"), won=Decimal(1), score=Decimal(90)),
        settings=SelectionSettings(first_tier=1, second_tier=2),
    )
    assert [(each.account_id, each.tier) for each in found] == [
        ("best", "A"),
        ("busy", "B"),
        ("large", "B"),
        ("small", "C"),
    ]


def test_selection_keeps_stage_and_first_day() -> None:
    """Selecting again does not make an account new."""
    each = Candidate(account=account("a"), won=Decimal(1))
    first = chosen(each)[0]
    again = select_accounts(
        [each], rule=lambda _: True, rule_name="rule", as_of=date(2027, 5, 1), chosen={"a": first}
    )
    assert (again[0].since, again[0].stage) == (AS_OF, first.stage)


@pytest.mark.parametrize(
    ("first_won", "won", "pending", "stage"),
    [
        (None, 0, 10, Stage.IDENTIFICATION),
        (date(2026, 6, 1), 10, 10, Stage.ONBOARDING),
        (date(2025, 1, 1), 10, 1, Stage.DEVELOPMENT),
        (date(2023, 1, 1), 10, 20, Stage.DEVELOPMENT),
        (date(2023, 1, 1), 10, 1, Stage.CONSOLIDATION),
    ],
)
def test_stage_is_suggested_from_business(
    first_won: date | None, won: int, pending: int, stage: Stage
) -> None:
    """Four stages; renewal is a cycle beside them, not one of them."""
    each = Candidate(
        account=account("a"), won=Decimal(won), open=Decimal(pending), first_won=first_won
    )
    assert suggest_stage(each, as_of=AS_OF) is stage


def test_candidate_counts_a_year_won_and_all_open(make: Any) -> None:
    """Business of the last 365 days beside what is open now."""
    deals = [make.won("2026-05-01", 100), make.won("2024-05-01", 900), make.deal("2027-03-01", 7)]
    found = candidate(account("a"), deals, as_of=AS_OF)
    assert (found.won, found.open, found.first_won) == (100, 7, date(2024, 5, 1))


def test_cycle_opens_180_days_before_the_decision(make: Any) -> None:
    """From every renewal opportunity one cycle, whatever its stage is called."""
    deal = make.deal("2027-01-30", 100, kind="renewal")
    cycle = renewal_cycles(make.facts(opportunities=[deal]), as_of=AS_OF)[0]
    assert (cycle.opens, cycle.decision, cycle.opportunity_id) == (
        date(2026, 8, 3),
        date(2027, 1, 30),
        deal.id,
    )


@pytest.mark.parametrize(("won", "state"), [(True, RenewalState.WON), (False, RenewalState.LOST)])
def test_decided_renewal_closes_its_cycle(make: Any, won: bool, state: RenewalState) -> None:
    """Won or lost, the window is over."""
    deal = make.deal("2026-10-30", 100, kind="renewal", closed=True, won=won)
    cycles = renewal_cycles(make.facts(opportunities=[deal]), as_of=AS_OF)
    assert [cycle.state for cycle in cycles] == [state]
    assert next_renewal(cycles, AS_OF) is None


def test_moved_closing_date_moves_the_cycle_not_its_id(make: Any) -> None:
    """A cycle is the same one after the customer asks for a month more."""
    deal = make.deal("2027-02-28", 100, kind="renewal")
    held = RenewalCycle(
        id="ren_old", account_id="acc_1", opportunity_id=deal.id,
        opens=date(2026, 8, 3), decision=date(2027, 1, 30),
    )  # fmt: skip
    cycles = renewal_cycles(make.facts(opportunities=[deal], renewals=(held,)), as_of=AS_OF)
    assert [(each.id, each.decision) for each in cycles] == [("ren_old", date(2027, 2, 28))]


def test_phase_follows_the_main_contract_only(make: Any) -> None:
    """A small contract's window does not put the whole account in renewal."""
    small = make.deal("2027-01-30", 1, kind="renewal")
    large = make.deal("2027-12-30", 100, kind="renewal")
    facts = make.facts(opportunities=[small, large])
    cycles = renewal_cycles(facts, as_of=AS_OF)
    assert main_cycle(facts, cycles, AS_OF) is None
    assert main_cycle(facts, cycles, date(2027, 8, 1)) == cycles[1]
