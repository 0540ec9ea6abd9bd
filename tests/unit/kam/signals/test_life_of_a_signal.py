"""Promises of a signal's life: a closed table, and people's acts that outlast the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.assess import assess
from kam_connector.kam.signals.acts import acted, is_news, last_working_day, told, with_acts
from kam_connector.kam.signals.lifecycle import MOVES, Event, moved
from kam_connector.model.kept import KeptRecords
from kam_connector.model.signal import (
    ActKind,
    Severity,
    Signal,
    SignalAct,
    SignalKind,
    SignalState,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
STATES = st.sampled_from(SignalState)
EVENTS = st.sampled_from(Event)
ACTS = st.lists(
    st.tuples(st.sampled_from(ActKind), st.sampled_from(Severity), st.integers(0, 50)), max_size=8
)


def signal(**changes: Any) -> Signal:
    """An active warning that stands on a day."""
    values: dict[str, Any] = {
        "key": "champion_silent:acc_1:mona",
        "kind": SignalKind.CHAMPION_SILENT,
        "severity": Severity.WARNING,
        "account_id": "acc_1",
        "summary": "Silent",
        "evidence": {"anchor": "2026-05-20"},
        "first_seen": date(2026, 11, 1),
    }
    return Signal(**(values | changes))


def act(kind: ActKind, *, hours: int = 0, **changes: Any) -> SignalAct:
    """What somebody did on the demo's day."""
    at = NOW + timedelta(hours=hours)
    made = acted(signal(), ActKind.SNOOZE, by="ann", at=at, until=date(2026, 12, 1))
    assert made is not None
    return replace(made, id=f"{kind}-{hours}", kind=kind, **changes)


@given(STATES, EVENTS)
def test_no_move_outside_the_table(state: SignalState, event: Event) -> None:
    """What is not in the table is no move, and what is in it leads to a state."""
    assert moved(state, event) == MOVES.get((state, event))


@given(st.lists(EVENTS, max_size=30))
def test_any_life_stays_inside_its_states(events: list[Event]) -> None:
    """Whatever happens in whatever order, each step was legal or changed nothing."""
    state = SignalState.ACTIVE
    trail = [state]
    for event in events:
        state = moved(state, event) or state
        trail.append(state)
    steps = zip(trail, events, trail[1:], strict=False)
    assert all(MOVES.get((before, event), before) == after for before, event, after in steps)


@pytest.mark.parametrize("state", [SignalState.RESOLVED, SignalState.SUPPRESSED])
@pytest.mark.parametrize("event", [Event.FOUND, Event.LOUDER, Event.SHADOWED])
def test_closed_stays_closed_on_the_same_fact(state: SignalState, event: Event) -> None:
    """Only another fact, or a person, opens it again."""
    assert moved(state, event) is state
    assert moved(state, Event.RENEWED) is SignalState.ACTIVE
    assert moved(state, Event.REOPEN) is SignalState.ACTIVE


@pytest.mark.parametrize("event", [Event.ACKNOWLEDGE, Event.START, Event.RESOLVE, Event.SUPPRESS])
def test_nobody_acts_on_what_nobody_sees(event: Event) -> None:
    """A finding on trial is shown to nobody, an expired one is over."""
    assert moved(SignalState.PENDING, event) is None
    assert moved(SignalState.EXPIRED, event) is None


@given(ACTS)
def test_acts_in_any_order_lead_to_a_told_or_closed_state(
    listed: list[tuple[ActKind, Severity, int]],
) -> None:
    """Order of reading never counts, only when they were done."""
    acts = [
        act(kind, hours=hour, severity=severity)
        for kind, severity, hour in {one[2]: one for one in listed}.values()
    ]
    forward, backward = with_acts(signal(), acts), with_acts(signal(), acts[::-1])
    assert forward == backward
    assert forward.state not in (SignalState.PENDING, SignalState.EXPIRED)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ActKind.ACKNOWLEDGE, SignalState.ACKNOWLEDGED),
        (ActKind.START, SignalState.IN_PROGRESS),
        (ActKind.RESOLVE, SignalState.RESOLVED),
        (ActKind.SUPPRESS, SignalState.SUPPRESSED),
    ],
)
def test_an_act_counts_for_its_fact_alone(kind: ActKind, state: SignalState) -> None:
    """The next silence, from another day, is another finding."""
    later = signal(evidence={"anchor": "2026-09-01"})
    assert with_acts(signal(), [act(kind)]).state is state
    assert with_acts(later, [act(kind)]).state is SignalState.ACTIVE


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ActKind.ACKNOWLEDGE, SignalState.ACTIVE),
        (ActKind.START, SignalState.IN_PROGRESS),
        (ActKind.SUPPRESS, SignalState.SUPPRESSED),
    ],
)
def test_graver_asks_again_only_whoever_just_took_note(kind: ActKind, state: SignalState) -> None:
    """An acknowledged warning that turns critical is active; work and "not again" go on."""
    assert with_acts(signal(severity=Severity.CRITICAL), [act(kind)]).state is state


def test_snooze_is_silent_until_its_day_and_wakes_when_graver() -> None:
    """Silent until the first of December, then itself again."""
    asleep = with_acts(signal(), [act(ActKind.SNOOZE)])
    assert told([asleep], date(2026, 11, 30)) == []
    assert told([asleep], date(2026, 12, 1)) == [asleep]
    graver = with_acts(signal(severity=Severity.CRITICAL), [act(ActKind.SNOOZE)])
    assert told([graver], date(2026, 11, 30)) == [graver]


def test_assignment_names_who_handles_it() -> None:
    """The last word counts."""
    acts = [act(ActKind.ASSIGN, user_id="usr_1"), act(ActKind.ASSIGN, hours=1, user_id="usr_2")]
    assert with_acts(signal(), acts).assigned_to == "usr_2"


@pytest.mark.parametrize(
    ("today", "before"),
    [("2026-11-23", "2026-11-20"), ("2026-11-22", "2026-11-20"), ("2026-11-25", "2026-11-24")],
)
def test_news_is_what_came_since_the_last_working_day(today: str, before: str) -> None:
    """On a Monday the weekend's findings are new, and what woke from a snooze too."""
    day, since = date.fromisoformat(today), date.fromisoformat(before)
    assert last_working_day(day) == since
    assert is_news(signal(first_seen=since + timedelta(days=1)), day)
    assert not is_news(signal(first_seen=since), day)
    assert is_news(signal(first_seen=since - timedelta(days=9), snoozed_until=day), day)


@pytest.fixture
def night(make: Any) -> Any:
    """Return a function: one night over what is known of Nordwind, and what was kept."""
    facts = make.nordwind()

    def assessed(*, signals: Any = (), acts: Any = (), **changes: Any) -> Any:
        known = {"signals": tuple(signals), "kept": KeptRecords.holding(acts), **changes}
        return assess(replace(facts, **known), as_of=make.as_of, now=make.now)

    return assessed


def test_acts_survive_a_night_that_never_saw_them(night: Any) -> None:
    """Somebody acknowledged while the night ran: what it saved is read with the act."""
    first = night().signals
    noted = acted(first[0], ActKind.ACKNOWLEDGE, by="ann", at=NOW)
    again = night(signals=first, acts=[noted]).signals
    assert again[0].key == first[0].key
    assert again[0].state is SignalState.ACKNOWLEDGED


def test_suppressed_finding_loses_its_task(make: Any, night: Any) -> None:
    """Not again: the waiting action expires, and no new one is made."""
    first = night()
    quiet = [acted(one, ActKind.SUPPRESS, by="ann", at=NOW) for one in first.signals]
    after = night(signals=first.signals, acts=quiet, actions=first.actions)
    assert {one.state for one in after.signals} == {SignalState.SUPPRESSED}
    assert {one.state.value for one in after.actions if one.playbook_run_id is None} <= {"expired"}
    assert told(after.signals, make.as_of) == []


def test_assigned_finding_gives_its_action_to_the_assignee(night: Any) -> None:
    """Whoever took it on gets the task."""
    first = night()
    moved_to = acted(first.signals[2], ActKind.ASSIGN, by="ann", at=NOW, user_id="usr_2")
    after = night(signals=first.signals, acts=[moved_to])
    owners = {one.signal_key: one.owner_id for one in after.actions}
    assert owners[first.signals[2].key] == "usr_2"


def test_finding_whose_day_passed_expires(make: Any, night: Any) -> None:
    """A renewal decided is no window any more: it expires, nobody resolved it."""
    window = next(s for s in night().signals if s.kind is SignalKind.RENEWAL_WINDOW)
    later = datetime(2027, 2, 1, 6, tzinfo=UTC)
    after = assess(make.facts(signals=(window,)), as_of=later.date(), now=later).signals
    states = {one.kind: one.state for one in after}
    assert states[SignalKind.RENEWAL_WINDOW] is SignalState.EXPIRED


def test_reason_that_comes_back_is_the_same_finding(make: Any, night: Any) -> None:
    """Gone for a night and back on the same fact: no new first day, so no new task."""
    first = night().signals
    gone = assess(make.facts(signals=first), as_of=make.as_of, now=make.now).signals
    back = night(signals=gone)
    dated = [one for one in back.signals if one.evidence["anchor"]]
    assert {one.state for one in dated} == {SignalState.ACTIVE}
    assert {one.first_seen for one in dated} == {make.as_of}


def test_nobody_acts_on_a_closed_finding() -> None:
    """A command that makes no sense is refused, and nothing is kept."""
    closed = signal(state=SignalState.RESOLVED)
    assert acted(closed, ActKind.ACKNOWLEDGE, by="ann", at=NOW) is None
    assert acted(closed, ActKind.SNOOZE, by="ann", at=NOW) is None
    assert acted(closed, ActKind.REOPEN, by="ann", at=NOW) is not None
