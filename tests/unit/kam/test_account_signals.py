"""Promises of the signals: few, true, dated, and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kam_connector.kam.assess import Assessment, assess
from kam_connector.model.contact import Position
from kam_connector.model.plan import Plan, PlanStatus
from kam_connector.model.signal import Severity, Signal, SignalKind, SignalState


@pytest.fixture
def signals(make: Any) -> Any:
    """Return a function from facts to their signals on the demo's day."""

    def found(facts: Any, **changes: Any) -> tuple[Signal, ...]:
        moment = {"as_of": make.as_of, "now": make.now} | changes
        return assess(facts, **moment).signals

    return found


def kinds(signals: tuple[Signal, ...]) -> list[SignalKind]:
    """Return what kinds are in force."""
    return [signal.kind for signal in signals if signal.state is not SignalState.RESOLVED]


def quarterly(make: Any, *who: str, until: str = "2026-10-02") -> Any:
    """Two sponsors met in the same eight quarters."""
    people = [make.contact(one, "internal_sponsor") for one in who]
    return make.facts(contacts=people, activities=make.every(91, *who, until=until, times=8))


@pytest.mark.parametrize("day", range(0, 91, 10))
def test_eight_punctual_quarters_raise_no_signal(make: Any, signals: Any, day: int) -> None:
    """A sponsor met punctually every quarter raises no alarm on any day of the quarter."""
    now = datetime(2026, 10, 2, 12, tzinfo=UTC) + timedelta(days=day)
    facts = quarterly(make, "mona", "kurt")
    assert signals(facts, as_of=now.date(), now=now) == ()


def test_champion_silent_beyond_their_own_rhythm_is_found(make: Any, signals: Any) -> None:
    """Twice the usual quarter without contact is silence, told with its dates."""
    found = signals(quarterly(make, "mona", "kurt", until="2026-05-20"))
    assert kinds(found) == [SignalKind.CHAMPION_SILENT] * 2
    assert "since 2026-05-20" in found[0].summary


def test_silence_without_captured_mail_is_no_signal(make: Any, signals: Any) -> None:
    """Missing data is never read as silence."""
    facts = quarterly(make, "mona", "kurt", until="2026-05-20")
    assert signals(replace(facts, captured_user_ids=frozenset())) == ()


def test_strength_below_its_rhythm_is_found(make: Any, signals: Any) -> None:
    """A user met monthly, then not for five months, is a drop; nobody calls it silence."""
    people = [make.contact("mona", "operational_user"), make.contact("kurt", "legal")]
    seen = make.every(30, "mona", "kurt", until="2026-06-20", times=12)
    found = signals(make.facts(contacts=people, activities=seen))
    assert SignalKind.STRENGTH_DROP in kinds(found)
    assert SignalKind.CHAMPION_SILENT not in kinds(found)


def test_new_decider_never_met_is_found_and_met_one_is_not(make: Any, signals: Any) -> None:
    """A new decider is news until the first two-way contact."""
    person = make.contact("ines", "economic_decider", created_at=make.at("2026-11-03"))
    assert kinds(signals(make.facts(contacts=[person]))) == [SignalKind.NEW_DECISION_MAKER]
    met = make.facts(contacts=[person], activities=[make.mail("2026-11-10", "ines")])
    assert SignalKind.NEW_DECISION_MAKER not in kinds(signals(met))


def test_import_of_many_people_is_no_news(make: Any, signals: Any) -> None:
    """Five people created on one day came from a file, not from the market."""
    day = make.at("2026-11-03")
    people = [make.contact(f"p{k}", "economic_decider", created_at=day) for k in range(5)]
    assert signals(make.facts(contacts=people)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"left_at": datetime(2026, 11, 18, tzinfo=UTC)},
        {"bounced_at": datetime(2026, 11, 18, tzinfo=UTC)},
        {"deleted_at": datetime(2026, 11, 18, tzinfo=UTC)},
        {"name": "Paul Stein (LEFT)"},
        {"title": "Head of IT [retired]"},
    ],
)
def test_departure_is_found_by_every_cue(make: Any, signals: Any, changes: Any) -> None:
    """Left, bounced, deleted, or literally marked in the CRM."""
    facts = make.facts(contacts=[make.contact("paul", "technical_influencer", **changes)])
    assert kinds(signals(facts)) == [SignalKind.CONTACT_LEFT]


@pytest.mark.parametrize(
    "name", ["Do Nguyen", "Anna Left", "Gone With", "Jean Parti", "Lefter (A)"]
)
def test_names_are_not_departure_marks(make: Any, signals: Any, name: str) -> None:
    """A word in a name is a name; only a bracketed mark counts."""
    facts = make.facts(contacts=[make.contact("x", "technical_influencer", name=name)])
    assert signals(facts) == ()


def test_mail_after_a_bounce_takes_the_departure_back(make: Any, signals: Any) -> None:
    """Somebody who writes has not left, whatever a mail server said."""
    paul = make.contact("paul", "technical_influencer", bounced_at=make.at("2026-11-10"))
    facts = make.facts(contacts=[paul], activities=[make.mail("2026-11-12", "paul")])
    assert SignalKind.CONTACT_LEFT not in kinds(signals(facts))


def test_old_departure_is_no_news(make: Any, signals: Any) -> None:
    """After half a year the seat is somebody else's."""
    paul = make.contact("paul", "technical_influencer", left_at=make.at("2026-03-01"))
    assert signals(make.facts(contacts=[paul])) == ()


def test_reorganisation_is_one_signal(make: Any, signals: Any) -> None:
    """Five people changes in seven days are told once, and no single one beside."""
    people = [
        *[
            make.contact(f"l{k}", "internal_sponsor", left_at=make.at(f"2026-11-1{k}"))
            for k in range(3)
        ],
        *[
            make.contact(f"n{k}", "economic_decider", created_at=make.at(f"2026-11-1{k}"))
            for k in range(2, 4)
        ],
    ]
    found = signals(make.facts(contacts=people))
    assert kinds(found) == [SignalKind.REORGANISATION]
    assert found[0].summary.startswith("5 people changes between 2026-11-10 and 2026-11-13")


def test_newcomers_without_a_role_are_changes_too(make: Any, signals: Any) -> None:
    """Arrivals count beside departures and moves, whatever the CRM calls them."""
    people = [
        make.contact("l1", "legal", left_at=make.at("2026-11-12")),
        make.contact("l2", "legal", left_at=make.at("2026-11-13")),
        *[make.contact(f"n{k}", created_at=make.at("2026-11-16")) for k in range(3)],
    ]
    assert kinds(signals(make.facts(contacts=people))) == [SignalKind.REORGANISATION]


def test_newcomers_alone_are_no_reorganisation(make: Any, signals: Any) -> None:
    """People who arrive one by one are growth."""
    people = [make.contact(f"n{k}", created_at=make.at(f"2026-11-1{k}")) for k in range(6)]
    assert signals(make.facts(contacts=people)) == ()


def test_four_changes_are_told_one_by_one(make: Any, signals: Any) -> None:
    """Below five there is no reorganisation."""
    people = [
        make.contact(f"l{k}", "internal_sponsor", left_at=make.at(f"2026-11-1{k}"))
        for k in range(4)
    ]
    assert kinds(signals(make.facts(contacts=people))) == [SignalKind.CONTACT_LEFT] * 4


def test_moves_inside_the_account_count_as_changes(make: Any, signals: Any) -> None:
    """A new position is a people change too."""
    people = [make.contact(f"m{k}", "operational_user") for k in range(5)]
    posts = [
        Position(contact_id=f"m{k}", account_id="acc_1", title=t, manager_id=None, from_on=on)
        for k in range(5)
        for t, on in (("Buyer", date(2024, 1, 1)), ("Lead", date(2026, 11, 9)))
    ]
    found = signals(make.facts(contacts=people, positions=tuple(posts)))
    assert kinds(found) == [SignalKind.REORGANISATION]


@pytest.mark.parametrize(
    ("closes", "severity"),
    [
        ("2027-05-20", Severity.INFO),
        ("2027-02-19", Severity.WARNING),
        ("2026-12-21", Severity.CRITICAL),
    ],
)
def test_renewal_window_gets_louder(
    make: Any, signals: Any, closes: str, severity: Severity
) -> None:
    """180 and 120 days inform, 90 and 60 warn, 30 is critical."""
    found = signals(make.facts(opportunities=[make.deal(closes, 100, kind="renewal")]))
    assert [(s.kind, s.severity) for s in found] == [(SignalKind.RENEWAL_WINDOW, severity)]


@pytest.mark.parametrize("closes", ["2027-05-21", "2026-11-20"])
def test_renewal_outside_its_window_is_silent(make: Any, signals: Any, closes: str) -> None:
    """181 days before, and the day after, nothing is said."""
    assert signals(make.facts(opportunities=[make.deal(closes, 100, kind="renewal")])) == ()


def test_stalled_opportunity_is_found(make: Any, signals: Any) -> None:
    """No stage change for more than a quarter is told with its date."""
    deal = make.deal("2027-03-01", 100, name="Grid", stage_changed_at=make.at("2026-08-01"))
    found = signals(make.facts(opportunities=[deal]))
    assert [s.summary for s in found] == ["Grid has not moved since 2026-08-01"]


def test_overdue_opportunity_is_stalled(make: Any, signals: Any) -> None:
    """Open two weeks past its closing date is standing still."""
    found = signals(make.facts(opportunities=[make.deal("2026-11-01", 100)]))
    assert kinds(found) == [SignalKind.STALLED_OPPORTUNITY]


@pytest.mark.parametrize(
    "plan",
    [
        None,
        Plan(account_id="acc_1", status=PlanStatus.STALE),
        Plan(account_id="acc_1", status=PlanStatus.ACTIVE, next_review=date(2026, 11, 1)),
        Plan(
            account_id="acc_1",
            status=PlanStatus.ACTIVE,
            updated_at=datetime(2026, 4, 1, tzinfo=UTC),
        ),
    ],
)
def test_plan_nobody_keeps_alive_is_found(make: Any, signals: Any, plan: Plan | None) -> None:
    """No plan, a stale one, a missed review, or half a year untouched."""
    assert kinds(signals(make.facts(plan=plan))) == [SignalKind.PLAN_STALE]


def test_newly_chosen_account_may_be_without_plan(make: Any, signals: Any) -> None:
    """The first month is for writing the plan."""
    facts = make.facts(plan=None)
    assert signals(replace(facts, key=replace(facts.key, since=date(2026, 11, 1)))) == ()


def test_single_thread_is_not_called_where_ties_are_spread(make: Any, signals: Any) -> None:
    """Two equal ties are two threads."""
    people = [make.contact("mona"), make.contact("kurt")]
    seen = make.every(14, "mona", "kurt", until="2026-11-18", times=10)
    assert signals(make.facts(contacts=people, activities=seen)) == ()


def test_finding_keeps_first_day_and_acknowledgement(make: Any, signals: Any) -> None:
    """The same finding is the same signal, night after night."""
    known = replace(
        signals(make.nordwind())[0], first_seen=date(2026, 11, 4), state=SignalState.ACKNOWLEDGED
    )
    again = signals(make.nordwind(signals=(known,)))[0]
    assert (again.first_seen, again.state) == (date(2026, 11, 4), SignalState.ACKNOWLEDGED)


def test_finding_that_is_gone_is_resolved_and_remembered_a_while(make: Any, signals: Any) -> None:
    """What no longer holds is closed by the rule itself, and forgotten after a quarter."""
    gone = [s for s in signals(make.nordwind()) if s.kind is SignalKind.RENEWAL_WINDOW]
    once = signals(make.facts(signals=tuple(gone)))
    assert [s.state for s in once] == [SignalState.RESOLVED]
    assert signals(make.facts(signals=once)) == once
    later = {"as_of": make.as_of + timedelta(days=91), "now": make.now + timedelta(days=91)}
    assert SignalKind.RENEWAL_WINDOW not in [
        s.kind for s in signals(make.facts(signals=once), **later)
    ]


def test_keys_are_stable_and_unique(make: Any, signals: Any) -> None:
    """Dedupe keys name kind, account and subject."""
    first, again = signals(make.nordwind()), signals(make.nordwind())
    assert [s.key.split(":")[0] for s in first] == [s.kind.value for s in first]
    people = [s.key for s in first if s.contact_id]
    assert people == [s.key for s in again if s.contact_id]
    assert len({s.key for s in first}) == len(first)


def test_assessment_is_the_same_when_asked_twice(make: Any) -> None:
    """A pure function: equal facts, equal assessment."""
    facts = make.nordwind()
    first: Assessment = assess(facts, as_of=make.as_of, now=make.now)
    assert assess(facts, as_of=make.as_of, now=make.now) == first
