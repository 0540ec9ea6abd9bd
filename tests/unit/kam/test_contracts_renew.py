"""Contracts of the CRM beside renewal opportunities: one renewal is one cycle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.assess import assess
from kam_connector.kam.renewals import main_cycle, renewal_cycles
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.contract import Contract
from kam_connector.model.currency import CurrencyRate, Rates
from kam_connector.model.money import Money
from kam_connector.model.signal import SignalKind

AS_OF = date(2026, 11, 21)


def contract(contract_id: str = "ctr_1", **changes: Any) -> Contract:
    """A contract in force until the end of January."""
    values: dict[str, Any] = {
        "id": contract_id,
        "account_id": "acc_1",
        "active": True,
        "starts_on": date(2025, 2, 1),
        "ends_on": date(2027, 1, 31),
    }
    return Contract(**(values | changes))


def cycles(facts: Any, as_of: date = AS_OF) -> tuple[RenewalCycle, ...]:
    """All renewal cycles."""
    return renewal_cycles(facts, as_of=as_of)


def test_a_contract_in_force_opens_a_cycle(make: Any) -> None:
    """Without any opportunity: its end is known, so is the day to decide."""
    (cycle,) = cycles(make.facts(contracts=(contract(notice_days=30),)))
    assert cycle == RenewalCycle(
        id="ren_ctr_1",
        account_id="acc_1",
        opportunity_id=None,
        opens=date(2027, 1, 1) - timedelta(days=180),
        decision=date(2027, 1, 1),
        contract_id="ctr_1",
    )


def test_a_missed_notice_leaves_the_end(make: Any) -> None:
    """The day to say so has passed, the contract runs on: it is still to be decided."""
    (cycle,) = cycles(make.facts(contracts=(contract(notice_days=90),)))
    assert (cycle.decision, cycle.state) == (date(2027, 1, 31), RenewalState.OPEN)


@pytest.mark.parametrize("changes", [{"active": False}, {"ends_on": None}])
def test_a_contract_that_binds_nobody_opens_none(make: Any, changes: dict[str, Any]) -> None:
    """A draft, or one without an end."""
    assert cycles(make.facts(contracts=(contract(**changes),))) == ()


@pytest.mark.parametrize(
    "named",
    [
        {"contract_id": "ctr_1", "closes_on": date(2027, 6, 1)},
        {"closes_on": date(2027, 1, 15)},
        {"closes_on": date(2027, 3, 1)},
    ],
)
def test_a_contract_and_its_renewal_are_one_cycle(make: Any, named: dict[str, Any]) -> None:
    """Named by the opportunity, or closing near its end; the contract's day binds."""
    deal = make.deal("2027-01-15", 100, kind="renewal", **named)
    (cycle,) = cycles(make.facts(opportunities=[deal], contracts=(contract(),)))
    assert (cycle.opportunity_id, cycle.contract_id) == (deal.id, "ctr_1")
    assert (cycle.decision, cycle.state) == (date(2027, 1, 31), RenewalState.OPEN)


@pytest.mark.parametrize(
    "changes",
    [
        {"closes_on": date(2026, 1, 15)},
        {"closes_on": date(2027, 9, 1)},
        {"account_id": "acc_2"},
        {"contract_id": "ctr_9"},
    ],
)
def test_another_renewal_is_another_cycle(make: Any, changes: dict[str, Any]) -> None:
    """Long before or after the end, of another account, or of another contract."""
    deal = make.deal("2027-01-15", 100, kind="renewal", **changes)
    found = cycles(make.facts(opportunities=[deal], contracts=(contract(),)))
    assert {(one.opportunity_id, one.contract_id) for one in found} == {
        (deal.id, None),
        (None, "ctr_1"),
    }


def test_the_sale_that_made_a_contract_does_not_renew_it(make: Any) -> None:
    """A contract of one quarter: last quarter's renewal closed before it began."""
    quarter = contract(starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31))
    last = make.won("2026-09-20", 100, kind="renewal")
    found = cycles(make.facts(opportunities=[last], contracts=(quarter,)))
    assert [(one.opportunity_id, one.state) for one in found] == [
        (last.id, RenewalState.WON),
        (None, RenewalState.OPEN),
    ]


def test_each_contract_is_renewed_once(make: Any) -> None:
    """Two opportunities near two ends: the nearest pairs, nobody twice."""
    deals = [make.deal(day, 100, kind="renewal") for day in ("2027-01-20", "2027-02-25")]
    both = (contract(), contract("ctr_2", ends_on=date(2027, 2, 28)))
    found = cycles(make.facts(opportunities=deals, contracts=both))
    assert [(one.opportunity_id, one.contract_id) for one in found] == [
        (deals[0].id, "ctr_1"),
        (deals[1].id, "ctr_2"),
    ]


def test_the_opportunity_says_how_it_ended(make: Any) -> None:
    """Won early is won: no window stays open for the contract."""
    deal = make.won("2026-11-10", 100, kind="renewal")
    (cycle,) = cycles(make.facts(opportunities=[deal], contracts=(contract(),)))
    assert (cycle.state, cycle.decision) == (RenewalState.WON, date(2026, 11, 10))


def test_a_late_renewal_is_still_ahead(make: Any) -> None:
    """The contract has run out, the opportunity is open: its own date counts."""
    deal = make.deal("2027-02-20", 100, kind="renewal")
    facts = make.facts(opportunities=[deal], contracts=(contract(),))
    (cycle,) = cycles(facts, date(2027, 2, 5))
    assert (cycle.decision, cycle.state) == (date(2027, 2, 20), RenewalState.OPEN)


@pytest.mark.parametrize(
    ("followers", "state"),
    [
        ((), RenewalState.LOST),
        ((contract("ctr_2", starts_on=date(2027, 2, 1), ends_on=None),), RenewalState.WON),
        (
            (contract("ctr_2", starts_on=date(2026, 6, 1), ends_on=date(2028, 1, 1)),),
            RenewalState.LOST,
        ),
    ],
)
def test_what_follows_a_contract_decides_how_it_ended(
    make: Any, followers: tuple[Contract, ...], state: RenewalState
) -> None:
    """One that starts when it ends renews it; one beside it does not."""
    found = cycles(make.facts(contracts=(contract(), *followers)), date(2027, 2, 5))
    assert {one.contract_id: one.state for one in found}["ctr_1"] is state


def test_a_cycle_keeps_its_id_when_its_opportunity_comes(make: Any) -> None:
    """The contract was known first; nothing is announced twice."""
    facts = make.facts(contracts=(contract(),))
    held = cycles(facts)
    deal = make.deal("2027-01-15", 100, kind="renewal")
    again = cycles(replace(facts, opportunities=(deal,), renewals=held))
    assert [one.id for one in again] == [one.id for one in held]


def test_a_terminated_contract_ends_its_cycle(make: Any) -> None:
    """It was in force when we first saw it."""
    facts = make.facts(contracts=(contract(),))
    ended = replace(facts, renewals=cycles(facts), contracts=(contract(active=False),))
    assert [one.state for one in cycles(ended)] == [RenewalState.LOST]


def test_the_largest_contract_is_the_main_one_in_any_currency(make: Any) -> None:
    """110 dollars are less than 105 euros at 1.1; unknown money counts as nothing."""

    def worth(amount: int, currency: str) -> Money:
        return Money(amount=Decimal(amount), currency=currency)

    rates = Rates(
        known=(
            CurrencyRate(connection="sf", currency="EUR", rate=Decimal(1), corporate=True),
            CurrencyRate(connection="sf", currency="USD", rate=Decimal("1.1")),
        )
    )
    held = (
        contract("ctr_e", value=worth(105, "EUR")),
        contract("ctr_u", value=worth(110, "USD"), ends_on=date(2027, 2, 28)),
        contract("ctr_x", value=worth(999, "XAU"), ends_on=date(2027, 3, 31)),
    )
    facts = make.facts(contracts=held, rates=rates)
    main = main_cycle(facts, cycles(facts), AS_OF)
    assert main is not None
    assert main.contract_id == "ctr_e"


def test_every_contract_has_its_own_signal(make: Any) -> None:
    """Two windows open without any opportunity are two findings."""
    both = (contract(), contract("ctr_2", ends_on=date(2027, 2, 10)))
    night = assess(make.facts(contracts=both), as_of=make.as_of, now=make.now)
    keys = [one.key for one in night.signals if one.kind is SignalKind.RENEWAL_WINDOW]
    assert sorted(keys) == ["renewal_window:acc_1:ctr_1", "renewal_window:acc_1:ctr_2"]
