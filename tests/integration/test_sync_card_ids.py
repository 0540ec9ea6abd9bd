"""The card's document through the whole loop: what reaches a CRM names that CRM's records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world, put_account

WITH_CARD = MAPPING_TEXT.replace(
    'kam_tier = "tier"\n', 'kam_tier = "tier"\nkam_card = "summary.json"\n'
)


@pytest.fixture
def world() -> World:
    """One account whose record has a field for the card."""
    world = make_world(accounts=1, mapping=WITH_CARD)
    put_account(world.crm, "a0", kam_card=None)
    return world


def card(world: World) -> Any:
    """Return the document that stands in the CRM."""
    return json.loads(str(world.crm.live("account")["a0"]["kam_card"]))


def test_the_card_names_records_of_its_crm(world: World) -> None:
    """People, colleagues and the account are named by the ids this CRM gave them."""
    world.first_night()
    found = card(world)
    detail = found["detail"]
    assert found["account"] == "a0"
    assert {person[0] for person in detail["people"]} == {"a0-x", "a0-y"}
    assert [cover[:2] for cover in detail["covers"]] == [[0, "u1"], [1, "u1"]]


def test_an_actions_id_is_its_tasks_key(world: World) -> None:
    """The card can find the task of an action by the key that the task carries."""
    world.first_night()
    keys = {row["kam_key"] for row in world.tasks().values()}
    assert {action["id"] for action in card(world)["actions"]} == keys


def test_a_card_that_says_the_same_is_not_written_again(world: World) -> None:
    """Translation compares like with like: record ids against record ids."""
    world.first_night()
    world.advance()
    world.run()
    world.advance()
    assert world.run().changes == ()
