"""Promises of next actions: made once, few at a time, for the right owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kam_connector.kam.actions import allot, working_day_after
from kam_connector.kam.assess import assess, conclude
from kam_connector.model.account import User
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, ActionState


def action(number: int, **changes: Any) -> Action:
    """A waiting warning of its own account."""
    values: dict[str, Any] = {
        "id": f"tsk_{number}",
        "account_id": f"acc_{number}",
        "title": f"Do {number}",
        "reason": "because",
        "due": date(2026, 12, 4),
        "owner_id": "usr_1",
        "signal_key": f"contact_left:acc_{number}:p",
        "created_on": date(2026, 11, 21),
    }
    return Action(**(values | changes))


def opened(actions: list[Action]) -> list[str]:
    """Return the ids of the open ones."""
    return [each.id for each in actions if each.state is ActionState.OPEN]


def test_owner_never_has_more_than_the_limit_open() -> None:
    """Five tasks in the CRM's list, over all accounts of an owner; the rest wait."""
    assert opened(allot(action(k) for k in range(9))) == [f"tsk_{k}" for k in range(5)]


def test_tasks_already_open_count_against_the_limit() -> None:
    """What a person already has is not taken away, and leaves less room."""
    held = [action(k, state=ActionState.OPEN) for k in range(4)]
    found = allot([*held, action(5), action(6)])
    assert opened(found) == ["tsk_0", "tsk_1", "tsk_2", "tsk_3", "tsk_5"]


def test_gravest_then_earliest_due_opens_first() -> None:
    """Order of severity, then due."""
    late = action(1, due=date(2026, 12, 30))
    soon = action(2, due=date(2026, 12, 1))
    grave = action(3, severity="critical", due=date(2027, 1, 30))
    assert opened(allot([late, soon, grave], max_open_per_owner=2)) == ["tsk_2", "tsk_3"]


def test_owners_do_not_take_each_others_room() -> None:
    """The limit is per person."""
    found = allot([action(1), action(2, owner_id="usr_2")], max_open_per_owner=1)
    assert opened(found) == ["tsk_1", "tsk_2"]


def test_action_without_owner_waits() -> None:
    """Nobody's task lands on no desk: it is on the handover list."""
    assert opened(allot([action(1, owner_id=None)])) == []


def test_one_thing_at_a_time_per_account() -> None:
    """A second equal finding waits; a graver one comes beside."""
    held = action(1, account_id="a", state=ActionState.OPEN)
    equal = action(2, account_id="a")
    grave = action(3, account_id="a", severity="critical")
    assert opened(allot([held, equal, grave])) == ["tsk_1", "tsk_3"]


def test_allotting_twice_changes_nothing() -> None:
    """The second night opens nothing more."""
    once = allot(action(k) for k in range(9))
    assert allot(once) == once


def test_finished_actions_are_left_alone() -> None:
    """Done stays done."""
    done = action(1, state=ActionState.DONE)
    assert allot([done]) == [done]


def test_same_finding_makes_the_same_action(make: Any) -> None:
    """An action's id does not depend on the night that makes it."""
    facts = make.nordwind()
    first = assess(facts, as_of=make.as_of, now=make.now)
    again = assess(
        replace(facts, actions=first.actions, signals=first.signals),
        as_of=make.as_of,
        now=make.now,
    )
    assert again.actions == first.actions


@pytest.mark.parametrize(
    "state", [ActionState.DONE, ActionState.WITHDRAWN, ActionState.EXPIRED, ActionState.DISMISSED]
)
def test_closed_action_is_not_made_again_for_the_same_finding(
    make: Any, state: ActionState
) -> None:
    """What a person completed in the CRM is not asked again."""
    facts = make.nordwind()
    first = assess(facts, as_of=make.as_of, now=make.now)
    closed = tuple(replace(each, state=state) for each in first.actions)
    again = assess(
        replace(facts, actions=closed, signals=first.signals), as_of=make.as_of, now=make.now
    )
    assert again.actions == closed


def test_action_whose_finding_is_gone_expires(make: Any) -> None:
    """Its reason went away before anybody acted: closed, and never counted as done."""
    facts = make.nordwind()
    first = assess(facts, as_of=make.as_of, now=make.now)
    calm = make.facts(actions=tuple(allot(first.actions)), signals=first.signals)
    after = assess(calm, as_of=make.as_of, now=make.now)
    assert {each.state for each in after.actions} == {ActionState.EXPIRED}
    assert {each.closed_on for each in after.actions} == {make.as_of}


def test_inactive_owner_gives_a_handover_not_a_task(make: Any) -> None:
    """Somebody who has left us gets no tasks."""
    gone = {"usr_1": User(id="usr_1", name="Claire Martin", active=False)}
    found = assess(make.nordwind(users=gone), as_of=make.as_of, now=make.now)
    assert {each.owner_id for each in found.actions} == {None}
    assert opened(allot(found.actions)) == []


def test_only_open_and_closed_actions_are_tasks(make: Any) -> None:
    """A waiting action is nobody's task yet."""
    found = assess(make.nordwind(), as_of=make.as_of, now=make.now)
    outcomes = conclude(found, allot(found.actions))
    tasks = [each for each in outcomes if each.kind is Kind.TASK]
    assert [each.values["status"] for each in tasks] == ["open"]


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
    ],
)
def test_due_dates_skip_weekends(day: date, count: int, expected: date) -> None:
    """Working days run Monday to Friday."""
    assert working_day_after(day, count) == expected
