"""Opinions about people go to HubSpot's own places only where an administrator says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kam_connector.mapping import Mapping, WriteContext, compile_write, load_mapping
from kam_connector.mapping.load import shipped_mapping_path
from kam_connector.model.change import Change
from kam_connector.model.kind import Kind
from kam_hubspot.managers import MANAGER, MANAGER_LABEL
from tests.factories.hubspot_direct import DirectPortal

OPTED = {MANAGER, "hs_buying_role"}
CONTEXT = WriteContext(resolve=lambda _kind, id_: id_)


@pytest.fixture(name="opted")
def _opted(tmp_path: Path) -> Mapping:
    """Give the shipped mapping with the lines that are commented out taken in."""
    text = shipped_mapping_path("hubspot").read_text(encoding="utf-8")
    file = tmp_path / "opted.toml"
    file.write_text(re.sub(r'(?m)^#(?="@manager"|hs_buying_role)', "", text), encoding="utf-8")
    return load_mapping(file, crm="hubspot")


def test_the_shipped_mapping_writes_neither() -> None:
    """As shipped, only fields of our own are written to a contact."""
    write = load_mapping(shipped_mapping_path("hubspot")).write_of(Kind.CONTACT)
    assert write is not None
    assert all(rule.target.startswith("kam_") for rule in write.rules)


def test_what_is_opted_in_is_written_and_accepted(opted: Mapping) -> None:
    """The mapping is sound as it is, and the portal takes its values."""
    portal = DirectPortal()
    portal.world.associations.ensure_label("contacts", "contacts", MANAGER_LABEL)
    crm = portal.connect()
    who, boss = (portal.add("contacts", lastname=name, email=f"{name}@n.test") for name in "ab")
    plan = compile_write(opted, Kind.CONTACT, crm.describe("contacts"), CONTEXT)
    values = plan.translate({"role": "economic_decider", "manager": boss.id}).fields
    assert {one.field for one in plan.fields if one.shared} == OPTED
    assert {name: values[name] for name in OPTED} == {
        MANAGER: boss.id,
        "hs_buying_role": "DECISION_MAKER",
    }
    change = Change(id="c", kind=Kind.CONTACT, object="contacts", ref=who.id, values=values)
    assert [str(one.state) for one in crm.push([change])] == ["done"]
    assert who.fields["hs_buying_role"] == "DECISION_MAKER"


def test_a_portal_without_either_gets_a_note_and_the_rest(opted: Mapping) -> None:
    """Starter, before provisioning: our own fields are written all the same."""
    portal = DirectPortal()
    portal.app.portal.switch(frozenset({"starter"}))
    schema = portal.connect().describe("contacts")
    plan = compile_write(opted, Kind.CONTACT, schema, CONTEXT)
    assert not OPTED & {one.field for one in plan.fields}
    assert sorted(note.split(":")[0] for note in plan.notes) == [
        "contacts has no field @manager",
        "contacts has no field hs_buying_role",
    ]
