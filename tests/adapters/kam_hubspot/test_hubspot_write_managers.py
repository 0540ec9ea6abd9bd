"""Whom a contact reports to, written to HubSpot: by label, or by property where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue, Kind
from kam_hubspot import HubSpotCrm
from kam_hubspot.labels import MANAGER_SPEC
from kam_hubspot.managers import MANAGER, MANAGER_FIELD, MANAGER_LABEL, REPORT_LABEL
from kam_sandbox.records import Record
from tests.factories.hubspot_changes import states
from tests.factories.hubspot_direct import DirectPortal
from tests.factories.hubspot_portal import make_source

CONTACTS = make_source(Kind.CONTACT, "contacts", "lastname", virtual=(MANAGER,))


@pytest.fixture(name="portal")
def _portal() -> DirectPortal:
    """Give a portal with the label."""
    portal = DirectPortal()
    portal.world.associations.ensure_label(
        "contacts", "contacts", MANAGER_LABEL, inverse_label=REPORT_LABEL
    )
    return portal


@pytest.fixture(name="people")
def _people(portal: DirectPortal) -> list[Record]:
    """Give three people."""
    return [portal.add("contacts", lastname=name, email=f"{name}@n.test") for name in "abc"]


def make_change(
    who: Record, manager: Record | None, seen: Record | None, **facts: object
) -> Change:
    """Return a change of whom somebody reports to."""
    values: dict[str, JsonValue] = {MANAGER: manager.id if manager else None}
    change = Change(
        id=f"out-{who.id}",
        kind=Kind.CONTACT,
        object="contacts",
        ref=who.id,
        values=values,
        shared=frozenset({MANAGER}),
        expected={MANAGER: seen.id if seen else None},
        seen_modified_at="2026-11-20T10:00:00.000Z",
    )
    return replace(change, **facts)  # type: ignore[arg-type]


def manager_of(crm: HubSpotCrm, who: Record) -> JsonValue:
    """Return whom the portal says somebody reports to."""
    return crm.read(CONTACTS, [who.id])[who.id].values[MANAGER]


def says(portal: DirectPortal, who: Record, manager: Record) -> None:
    """Let a person set the label."""
    label = portal.world.associations.ensure_label("contacts", "contacts", MANAGER_LABEL)
    ends = "contacts", who.id, "contacts", manager.id
    portal.world.associations.link(*ends, label.type_id, category="USER_DEFINED")


def test_a_manager_is_set_and_read_back(portal: DirectPortal, people: list[Record]) -> None:
    """What is written is what the next pull reads, on the one who reports."""
    crm = portal.connect()
    who, boss, _ = people
    assert states(crm.push([make_change(who, boss, None)])) == ["done"]
    assert (manager_of(crm, who), manager_of(crm, boss)) == (boss.id, None)


def test_a_new_manager_replaces_the_one_we_wrote(
    portal: DirectPortal, people: list[Record]
) -> None:
    """The label moves; the plain association with the former one stays."""
    crm = portal.connect()
    who, old, new = people
    crm.push([make_change(who, old, None)])
    crm.push([make_change(who, new, old)])
    assert manager_of(crm, who) == new.id
    assert portal.calls_of("labels/archive") == 1


def test_no_manager_takes_the_label_away(portal: DirectPortal, people: list[Record]) -> None:
    """Only where the mapping says clear is a value None sent."""
    crm = portal.connect()
    who, boss, _ = people
    crm.push([make_change(who, boss, None)])
    crm.push([make_change(who, None, boss)])
    assert manager_of(crm, who) is None


def test_inv08_a_manager_whom_a_person_chose_meanwhile_stays(
    portal: DirectPortal, people: list[Record]
) -> None:
    """Compared just before: theirs is kept and told."""
    crm = portal.connect()
    who, ours, theirs = people
    says(portal, who, theirs)
    (result,) = crm.push([make_change(who, ours, None)])
    assert (str(result.state), result.current) == ("conflict", {MANAGER: theirs.id})
    assert manager_of(crm, who) == theirs.id


def test_the_other_values_of_the_contact_are_written_too(
    portal: DirectPortal, people: list[Record]
) -> None:
    """One change, properties and label."""
    crm = portal.connect()
    who, boss, _ = people
    change = make_change(who, boss, None)
    both = replace(change, values={**change.values, "kam_role": "legal"})
    assert states(crm.push([both])) == ["done"]
    assert (who.fields["kam_role"], manager_of(crm, who)) == ("legal", boss.id)


def test_the_same_manager_again_changes_nothing(portal: DirectPortal, people: list[Record]) -> None:
    """Sent again after a lost answer: no call writes."""
    crm = portal.connect()
    who, boss, _ = people
    crm.push([make_change(who, boss, None)])
    portal.asked.clear()
    assert states(crm.push([make_change(who, boss, boss)])) == ["done"]
    assert portal.calls_of("associations/2026-09/contacts/contacts/batch/create") == 0


def test_without_the_label_the_property_holds_the_managers_id(people: list[Record]) -> None:
    """Free and Starter: what provision made in its place, read back as the same."""
    portal = DirectPortal()
    portal.app.portal.switch(frozenset({"starter"}))
    crm = portal.connect()
    crm.provision([replace(MANAGER_SPEC, name="KAM_Role")], dry_run=False)
    who, boss = (portal.add("contacts", lastname=name, email=f"{name}@n.test") for name in "ab")
    assert states(crm.push([make_change(who, boss, None)])) == ["done"]
    assert who.fields[MANAGER_FIELD] == boss.id
    assert manager_of(crm, who) == boss.id


def test_a_portal_with_neither_offers_no_such_field() -> None:
    """The mapping's rule is then a note, not a refusal of every contact."""
    assert MANAGER not in DirectPortal().connect().describe("contacts").fields


def test_a_label_that_went_since_it_was_described_is_told(
    portal: DirectPortal, people: list[Record]
) -> None:
    """Deleted by an administrator between the look and the write."""
    crm = portal.connect()
    crm.describe("contacts")
    label = portal.world.associations.ensure_label("contacts", "contacts", MANAGER_LABEL)
    portal.world.associations.drop_label("contacts", "contacts", label.type_id)
    who, boss, _ = people
    (result,) = crm.push([make_change(who, boss, None)])
    assert (str(result.state), result.code) == ("refused", "KAM-3215")
