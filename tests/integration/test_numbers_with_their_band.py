"""A number and its verdict stand together: both new, or both as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.model.kind import JsonValue
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world

_BAND = 'kam_band = { from = "strength.band", null = "clear" }\n'
_MAPPING = MAPPING_TEXT.replace(
    _BAND, _BAND + 'kam_strength = { from = "strength.score", type = "int" }\n'
)


@pytest.fixture
def world() -> World:
    """One account whose people have a strength in the CRM."""
    world = make_world(accounts=1, mapping=_MAPPING)
    world.crm.edit("contact", "a0-x", {"kam_strength": None})
    world.advance()
    world.first_night()
    world.advance(timedelta(days=1))  # a field is written once a day
    return world


def _written_after(world: World, **edited: JsonValue) -> set[str]:
    """Return what a run would write once the strength is a point off, and more is edited."""
    strength = int(str(world.crm.values("contact", "a0-x")["kam_strength"]))
    world.crm.edit("contact", "a0-x", {"kam_strength": strength + 1, **edited})
    world.advance()
    changes = [one for one in world.preview().changes if one.ref == "a0-x"]
    return {field.field for one in changes for field in one.fields}


def test_a_number_that_barely_moved_is_left_alone(world: World) -> None:
    """One point under the same verdict is worth no write."""
    assert _written_after(world) == set()


def test_a_number_is_written_with_its_new_band(world: World) -> None:
    """One point across a verdict's border: number and verdict are written together."""
    assert _written_after(world, kam_band="another") == {"kam_strength", "kam_band"}
