"""Promises of the back-test: only what was known then, hits and false alarms alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kam_connector.kam.signals.backtest import back_test
from kam_connector.kam.signals.history import known_at
from kam_connector.kam.signals.losses import LossKind, account_losses
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.contract import Contract
from kam_connector.model.figures import NewsKind, OutsideNews
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.kept import KeptRecords
from kam_connector.model.service import Case
from kam_connector.model.signal import SignalKind

DAY = date(2026, 11, 21)


def lost(make: Any, **changes: Any) -> Any:
    """An account whose champion left in April and whose renewal was lost in September."""
    people = [
        make.contact("claire", "internal_sponsor", account_id="acc_9",
                     left_at=datetime(2026, 4, 20, tzinfo=UTC)),
        make.contact("jonas", "operational_user", account_id="acc_9"),
    ]  # fmt: skip
    renewal = make.deal(
        "2026-09-01", 400_000, kind="renewal", name="Frame", closed=True, account_id="acc_9"
    )
    values = {
        "account_id": "acc_9",
        "name": "Lost Ltd",
        "contacts": people,
        "activities": make.every(7, "claire", "jonas", until="2026-08-25", times=80),
        "opportunities": [renewal],
    }
    return make.facts(**(values | changes))


def stayed(make: Any, number: int, **changes: Any) -> Any:
    """An account met every two weeks by two people, that lost nothing."""
    people = [make.contact(f"{one}{number}", "internal_sponsor") for one in ("mona", "kurt")]
    met = make.every(14, *(one.id for one in people), until="2026-11-18", times=60)
    account_id = f"acc_{number}"
    return make.facts(account_id=account_id, contacts=people, activities=met, **changes)


def test_back_test_says_what_warned_before_the_loss(make: Any) -> None:
    """The champion's leaving was known 120 days before; the two that stayed raised nothing."""
    found = back_test([lost(make), stayed(make, 1), stayed(make, 2)], as_of=DAY)
    assert (found.warned, len(found.losses), found.alarmed, len(found.stayed)) == (1, 1, 0, 2)
    (look,) = found.losses
    assert look.warned_days == 120
    assert look.found[SignalKind.CONTACT_LEFT] == 120
    record = next(one for one in found.rules if one.kind is SignalKind.CONTACT_LEFT)
    assert (record.hits, record.false_alarms, record.lead_days) == (1, 0, 120)
    assert (record.recall, record.precision) == (1.0, 1.0)


def test_window_that_opens_for_everybody_is_no_warning(make: Any) -> None:
    """A date in the calendar comes before every renewal, lost or won."""
    calm = lost(make, contacts=[], activities=[])
    found = back_test([calm], as_of=DAY)
    (look,) = found.losses
    assert look.found == {SignalKind.RENEWAL_WINDOW: 180}
    assert (look.warned_days, found.warned) == (None, 0)


def test_false_alarms_are_counted_where_nothing_was_lost(make: Any) -> None:
    """The same leaving at an account that stayed halves the rule's precision."""
    gone = make.contact("paul", "internal_sponsor", left_at=make.at("2026-08-01"))
    calm = stayed(make, 1)
    alarmed = replace(calm, contacts=(*calm.contacts, gone))
    found = back_test([lost(make), alarmed], as_of=DAY)
    record = next(one for one in found.rules if one.kind is SignalKind.CONTACT_LEFT)
    assert (record.hits, record.false_alarms, record.precision) == (1, 1, 0.5)


def test_back_test_gives_the_same_answer_twice(make: Any) -> None:
    """Deterministic, and in whatever order the accounts come."""
    accounts = [lost(make), stayed(make, 1), stayed(make, 2)]
    assert back_test(accounts, as_of=DAY) == back_test(accounts[::-1], as_of=DAY)


def test_history_knows_nothing_of_later(make: Any) -> None:
    """News, moments, requests and ends that came after the day are not seen on it."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    news = [
        OutsideNews(id=str(on), account_id="acc_1", kind=NewsKind.MERGER, title="M", on=on)
        for on in (date(2026, 2, 1), date(2026, 4, 1))
    ]
    moment = KeyMoment(
        id="m", account_id="acc_1", kind=MomentKind.QBR, title="Review",
        planned_on=date(2026, 2, 1), held_on=date(2026, 3, 9),
    )  # fmt: skip
    cases = (
        Case(id="a", account_id="acc_1", opened_at=make.at("2026-02-01"), closed=True,
             closed_at=make.at("2026-03-05")),
        Case(id="b", account_id="acc_1", opened_at=make.at("2026-03-02")),
    )  # fmt: skip
    contract = Contract(id="k", account_id="acc_1", active=False, ends_on=date(2026, 6, 1))
    facts = make.facts(
        cases=cases, contracts=(contract,), kept=KeptRecords.holding([*news, moment])
    )
    then = known_at(facts, day)
    assert [one.on for one in then.kept.of(OutsideNews)] == [date(2026, 2, 1)]
    assert [one.held_on for one in then.kept.of(KeyMoment)] == [None]
    assert [(one.id, one.closed) for one in then.cases] == [("a", False)]
    assert [one.active for one in then.contracts] == [True]


def test_losses_are_renewals_contracts_and_large_deals(make: Any) -> None:
    """Small deals lost are the trade; two losses in a month are one event."""
    deals = [
        make.won("2026-01-10", 100_000),
        make.deal("2026-03-01", 50_000, closed=True, name="Large"),
        make.deal("2026-06-01", 5_000, closed=True, name="Small"),
    ]
    contract = Contract(
        id="k", account_id="acc_1", number="C-7", starts_on=date(2023, 1, 1),
        ends_on=date(2026, 8, 31), active=False,
    )  # fmt: skip
    facts = make.facts(opportunities=deals, contracts=(contract,))
    found = account_losses(facts, as_of=DAY, since=DAY - timedelta(days=730))
    assert [(one.kind, one.what) for one in found] == [
        (LossKind.CONTRACT, "C-7"),
        (LossKind.DEAL, "Large"),
    ]
    gone = account_losses(facts, as_of=DAY, since=DAY - timedelta(days=730), left_on=DAY)
    assert gone[0].kind is LossKind.ACCOUNT


def test_contract_terminated_before_its_end_is_a_loss(make: Any) -> None:
    """Its cycle was kept while it was in force; a draft that was never in force lost nothing."""
    contract = Contract(
        id="k", account_id="acc_1", number="C-7", starts_on=date(2025, 1, 1),
        ends_on=DAY + timedelta(days=400), active=False,
    )  # fmt: skip
    cycle = RenewalCycle(
        id="ren_k", account_id="acc_1", opportunity_id=None, opens=DAY, decision=DAY,
        state=RenewalState.OPEN, contract_id="k",
    )  # fmt: skip
    since = DAY - timedelta(days=730)
    ended = make.facts(contracts=(contract,), renewals=(cycle,))
    (loss,) = account_losses(ended, as_of=DAY, since=since)
    assert (loss.kind, loss.on, loss.what) == (LossKind.CONTRACT, DAY, "C-7")
    assert account_losses(make.facts(contracts=(contract,)), as_of=DAY, since=since) == []


def test_undated_facts_are_said(make: Any) -> None:
    """An honest answer names what it could not date."""
    people = [make.contact("mona", created_at=None)]
    found = back_test([lost(make, contacts=people)], as_of=DAY)
    assert found.undated == {"contacts": 1}
