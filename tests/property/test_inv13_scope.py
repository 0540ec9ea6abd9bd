"""INV13: nothing outside the scope is ever written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.sync.context import Rails
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.stumbling import Stumbling
from tests.factories.world import World, make_world

_GRADES = st.lists(st.sampled_from(["1", "2"]), min_size=4, max_size=4)


def _touched(world: World, since: int = 0) -> set[str]:
    """Return the accounts behind every write: by themselves, their people, deals and tasks."""
    found = set()
    for one in world.crm.writes[since:]:
        row = world.crm.values(one.change.object, one.ref)
        found.add(str(row.get("account") or row.get("about") or one.ref))
    return found


@settings(max_examples=5)
@given(first=_GRADES, second=_GRADES)
def test_inv13_only_chosen_accounts_and_what_is_theirs_are_written(
    first: list[str], second: list[str]
) -> None:
    """Over two nights of changing grades, each night touches only what is in scope then."""
    world = make_world(accounts=4)
    _grade(world, first)
    world.first_night() if "1" in first else world.preview()
    assert _touched(world) == _chosen(first)
    before = world.writes()
    world.advance()
    _grade(world, second)
    world.advance(timedelta(days=1))
    world.run()
    assert _touched(world, before) <= _chosen(second)


def _grade(world: World, grades: list[str]) -> None:
    world.crm.advance(1)
    for number, grade in enumerate(grades):
        world.crm.edit("account", f"a{number}", {"grade": grade})
    world.advance()


def _chosen(grades: list[str]) -> set[str]:
    return {f"a{number}" for number, grade in enumerate(grades) if grade == "1"}


def test_inv13_what_waits_for_an_account_that_left_is_not_sent() -> None:
    """Postponed because a person worked on it, then out of scope: never written."""
    world = make_world(accounts=2, rails=Rails())
    shown = world.preview()
    world.enable()
    world.crm.edit("account", "a0", {"grade": "2"})
    world.approve(shown)
    before = world.writes()
    world.advance()
    world.run()
    assert "a0" not in _touched(world, before)


def test_inv13_an_unanswered_write_to_an_account_that_left_is_settled_not_repeated() -> None:
    """What may have arrived is settled by reading; nothing more is sent to that account."""
    world = Stumbling.over(make_world(accounts=2), [MemoryFault.DROP_BEFORE])
    shown = world.preview()
    world.enable()
    with pytest.raises(Exception, match="connection broke"):
        world.approve(shown)
    world.crm.edit("account", "a0", {"grade": "2"})
    world.advance()
    world.run()
    assert _touched(world) == {"a1"}


def test_inv13_the_mapping_s_own_scope_narrows_what_is_written() -> None:
    """``[scope] write`` of a CRM's mapping leaves chosen accounts out of that CRM."""
    scoped = MAPPING_TEXT.replace("[protected]", "[scope]\nwrite = \"city = 'Lyon'\"\n[protected]")
    world = make_world(accounts=3, mapping=scoped)
    world.crm.edit("account", "a1", {"city": "Brest"})
    world.advance()
    world.first_night()
    assert _touched(world) == {"a0", "a2"}


def test_inv13_an_account_that_enters_brings_its_history_at_once() -> None:
    """Selected today, it is scored over the meetings that were pulled long ago."""
    world = make_world(accounts=2)
    world.crm.edit("account", "a1", {"grade": "2"})
    world.advance()
    world.first_night()
    world.crm.edit("account", "a1", {"grade": "1"})
    world.advance()
    world.run()
    assert world.crm.values("account", "a1")["kam_tier"] == "A"
    assert world.crm.values("contact", "a1-x")["kam_band"] is not None
