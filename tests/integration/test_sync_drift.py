"""A mapped field disappears or changes its type: what a run does is the mapping's to say."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.errors import MappingError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Stream
from kam_connector.model.run import RunState
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world


def drifting(on_drift: str = "warn", text: str = MAPPING_TEXT) -> World:
    """Return a world whose first night is done, with what its mapping does about drift."""
    world = make_world(
        accounts=2, mapping=text.replace('on_drift = "warn"', f'on_drift = "{on_drift}"')
    )
    world.first_night()
    world.advance()
    return world


def drop(world: World, object_: str, field: str) -> None:
    """Let an administrator delete a field."""
    for record in world.crm.records[object_].values():
        values = {name: value for name, value in record.values.items() if name != field}
        world.crm.put(object_, record.ref, values)
    world.advance()


def cities(world: World) -> set[object]:
    """Return the cities in our layer."""
    return {row.values["city"] for row in world.store.mirror_rows(Kind.ACCOUNT)}


@pytest.mark.guarantee("G35")
def test_warn_says_it_at_every_run_and_leaves_the_value_as_it_was() -> None:
    """The rules of the missing field rest; all others go on."""
    world = drifting("warn")
    drop(world, "account", "city")
    for record in ("a0", "a1"):
        world.crm.edit("account", record, {"name": "Renamed"})
    world.advance()
    first = world.run()
    world.advance()
    second = world.run()
    assert first.state is second.state is RunState.DONE
    assert [any("account.city" in note for note in one.notes) for one in (first, second)] == [
        True,
        True,
    ]
    assert cities(world) == {"Lyon"}
    assert {row.values["name"] for row in world.store.mirror_rows(Kind.ACCOUNT)} == {"Renamed"}


def test_fail_ends_the_run_before_anything_is_read() -> None:
    """And says which field of which object, with what to do."""
    world = drifting("fail")
    drop(world, "account", "city")
    before = world.store.cursor("acme", "account:account", Stream.CHANGES)
    with pytest.raises(MappingError, match=r"account\.city has disappeared") as caught:
        world.run()
    assert caught.value.code == "KAM-2032"
    assert world.store.cursor("acme", "account:account", Stream.CHANGES) == before


def test_adopt_says_it_once() -> None:
    """From then on the CRM's new shape is taken for granted."""
    world = drifting("adopt")
    drop(world, "account", "city")
    told = [any("account.city" in note for note in world.run().notes)]
    world.advance()
    told.append(any("account.city" in note for note in world.run().notes))
    assert (told, cities(world)) == ([True, False], {"Lyon"})


@pytest.mark.parametrize("on_drift", ["warn", "adopt"])
def test_a_field_that_is_back_is_read_again_on_every_record(on_drift: str) -> None:
    """Records that did not change since hold its value too, at once."""
    world = drifting(on_drift)
    drop(world, "account", "city")
    world.run()
    world.advance()
    for record in world.crm.records["account"].values():
        world.crm.move("account", record.ref, {"city": "Brest"})
    world.advance()
    world.run()
    assert cities(world) == {"Brest"}


@pytest.mark.guarantee("G35")
@pytest.mark.parametrize(("on_drift", "told"), [("warn", [True, True]), ("adopt", [True, False])])
def test_another_type_is_said(on_drift: str, told: list[bool]) -> None:
    """The value goes on being read: a rule's own check decides what it is worth."""
    world = drifting(on_drift)
    for record in world.crm.records["contact"].values():
        world.crm.move("contact", record.ref, {"title": 7})
    said = []
    said.append(any("contact.title was text and is integer" in n for n in world.run().notes))
    world.advance()
    said.append(any("contact.title was text and is integer" in n for n in world.run().notes))
    assert said == told


@pytest.mark.guarantee("G35")
def test_a_written_field_that_disappeared_is_not_sent() -> None:
    """Otherwise every record would be refused for it."""
    world = drifting("warn")
    drop(world, "account", "kam_health")
    world.advance(timedelta(days=30))
    report = world.run()
    assert report.refused == ()
    sent = [one.change.values for one in world.crm.writes if one.at >= world.crm.now]
    assert [values for values in sent if "kam_health" in values] == []


def test_without_the_key_field_no_run_goes_on() -> None:
    """Tasks of ours could no longer be found, and would be made twice."""
    world = drifting("warn")
    drop(world, "task", "kam_key")
    with pytest.raises(MappingError, match=r"task\.kam_key"):
        world.run()


def test_a_newly_mapped_field_is_read_on_every_record() -> None:
    """Its rule was added today; records that never change again hold its value tonight."""
    world = drifting(text=MAPPING_TEXT.replace('city = "city"\n', ""))
    assert cities(world) == {None}
    again = make_world(accounts=0, crm=world.crm, mapping=MAPPING_TEXT)
    joined = world.with_(mapping=again.ctx.mapping)
    joined.run()
    assert cities(world) == {"Lyon"}
    joined.advance()
    assert joined.run().pulled["account:account"] == 0


def test_an_upgrade_reads_everything_again_once(tmp_path: Path) -> None:
    """The release before remembered no fields: what its mapping did not read arrives tonight."""
    text = MAPPING_TEXT.replace('city = "city"\n', "")
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2, mapping=text)
    world.first_night()
    with sqlite3.connect(f"{tmp_path}/kam.db") as opened:
        opened.execute("DELETE FROM source_schema")
    opened.close()
    again = make_world(accounts=0, crm=world.crm, mapping=MAPPING_TEXT)
    upgraded = world.with_(mapping=again.ctx.mapping)
    upgraded.advance()
    upgraded.run()
    assert cities(world) == {"Lyon"}
    upgraded.advance()
    assert upgraded.run().pulled["account:account"] == 0
