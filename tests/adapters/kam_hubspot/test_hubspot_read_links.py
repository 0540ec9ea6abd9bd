"""Associations over a served portal: all pages of each record, types, labels, managers."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Association, PullSource
from kam_sandbox.hubspot.association_types import USER_DEFINED
from tests.factories.hubspot_portal import Portal, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

PEOPLE = make_source(Kind.CONTACT, "contacts", "lastname", virtual=("@manager",))
LABELLED = make_source(Kind.CONTACT, "contacts", "lastname", virtual=("@labels.companies",))


def linked_source(kind: Kind, object_: str, to_object: str, type_id: int) -> PullSource:
    """Return a source that reads one association and nothing else."""
    link = Association(object=to_object, type_id=type_id, alias="linked")
    return make_source(kind, object_, associations=(link,))


def linked_of(portal: Portal, source: PullSource) -> dict[str, Any]:
    """Return what each record is linked with."""
    return {row.ref: row.values["linked"] for row in rows_of(pages_of(portal.crm(), source))}


def test_records_with_more_links_than_a_page_have_them_all(portal: Portal) -> None:
    """Each record goes on by its own place: 1,100 contacts of one deal, 600 of another."""
    deals = [portal.add("deals", dealname=name) for name in ("One", "Two", "None")]
    people = portal.add_many("contacts", 1100, "lastname")
    portal.link_all(deals[0], people)
    portal.link_all(deals[1], people[:600])
    found = linked_of(portal, linked_source(Kind.OPPORTUNITY, "deals", "contacts", 3))
    refs = sorted((person.id for person in people), key=int)
    assert found == {deals[0].id: refs, deals[1].id: refs[:600], deals[2].id: []}
    assert portal.count("/deals/contacts/batch/read") == 3


@pytest.mark.parametrize(
    ("kind", "object_", "to_object", "type_id"),
    [
        (Kind.ACCOUNT, "companies", "companies", 14),
        (Kind.CONTACT, "contacts", "companies", 1),
        (Kind.OPPORTUNITY, "deals", "companies", 5),
        (Kind.CASE, "tickets", "companies", 26),
        (Kind.CASE, "tickets", "contacts", 16),
        (Kind.LINE_ITEM, "line_items", "deals", 20),
    ],
)
def test_links_of_the_shipped_mapping_are_read(
    portal: Portal, kind: Kind, object_: str, to_object: str, type_id: int
) -> None:
    """Parents, primary companies, tickets' people, lines of deals: in the right direction."""
    record, other = portal.add(object_), portal.add(to_object)
    portal.link(record, other, type_id)
    found = linked_of(portal, linked_source(kind, object_, to_object, type_id))
    assert found[record.id] == [other.id]
    assert found.get(other.id, []) == []


def test_a_label_of_the_portal_is_no_type_of_hubspots(portal: Portal) -> None:
    """The portal counts its own labels from one; number one of HubSpot's is the primary company."""
    person, home, other = portal.add("contacts"), portal.add("companies"), portal.add("companies")
    portal.link(person, home, 1)
    portal.link(person, other, category=USER_DEFINED, label="Billing contact")
    labelled = portal.world.associations.of("contacts", person.id, "companies")[1][1]
    assert 1 in {kind.type_id for kind in labelled}
    found = linked_of(portal, linked_source(Kind.CONTACT, "contacts", "companies", 1))
    assert found == {person.id: [home.id]}


def test_labels_at_the_primary_company_are_read(portal: Portal) -> None:
    """What somebody is at a further company says nothing of where they work."""
    person, home, other = portal.add("contacts"), portal.add("companies"), portal.add("companies")
    portal.link(person, home, 1)
    portal.link(person, home, category=USER_DEFINED, label="Decision maker")
    portal.link(person, home, category=USER_DEFINED, label="Champion")
    portal.link(person, other, category=USER_DEFINED, label="Supplier")
    nobody = portal.add("contacts")
    rows = rows_of(pages_of(portal.crm(), LABELLED))
    labels = {row.ref: row.values["@labels.companies"] for row in rows}
    assert labels == {person.id: "Champion;Decision maker", nobody.id: None}


def test_labels_between_contacts_say_who_reports_to_whom(portal: Portal) -> None:
    """The paired label is read from the one who reports; the manager's side says nothing."""
    report, boss = portal.add("contacts"), portal.add("contacts")
    links = portal.world.associations
    label = links.ensure_label("contacts", "contacts", "Manager", inverse_label="Direct report")
    portal.link(report, boss, label.type_id, category=USER_DEFINED)
    pages = pages_of(portal.crm(), PEOPLE)
    managers = {row.ref: row.values["@manager"] for row in rows_of(pages)}
    assert managers == {report.id: boss.id, boss.id: None}
    assert pages[-1].notes == ()


def test_without_labels_a_property_of_ours_tells_the_manager(portal: Portal) -> None:
    """Free and Starter have no labels: the manager's id stands in kam_manager."""
    crm = portal.crm()
    field = {"name": "kam_manager", "label": "Manager", "type": "string", "fieldType": "text"}
    crm._client.create_properties("contacts", [field | {"groupName": "kam"}])
    boss = portal.add("contacts")
    report = portal.add("contacts", kam_manager=boss.id)
    pages = pages_of(crm, PEOPLE)
    managers = {row.ref: row.values["@manager"] for row in rows_of(pages)}
    assert managers == {boss.id: None, report.id: boss.id}
    assert pages[-1].notes == ()
    assert portal.count("/contacts/contacts/batch/read") == 0


def test_a_portal_with_neither_says_so(portal: Portal) -> None:
    """One note; nobody reports to anybody, as far as this portal tells."""
    portal.add("contacts")
    pages = pages_of(portal.crm(), PEOPLE)
    assert rows_of(pages)[0].values["@manager"] is None
    missing = "no label Manager between contacts, and no property kam_manager"
    told = [note for page in pages for note in page.notes]
    assert told == [f"who reports to whom is not read: {missing}"]


def test_labels_that_our_token_may_not_see_empty_nothing(portal: Portal) -> None:
    """What is not shown is not absent: the row does not speak of managers at all."""
    scopes = {"crm.objects.contacts.read", "crm.objects.companies.read"}
    portal.add("contacts")
    crm = portal.crm()
    crm.describe("contacts")
    portal.world.hubspot_scopes = frozenset(scopes)
    pages = pages_of(crm, PEOPLE)
    assert "@manager" not in rows_of(pages)[0].values
    assert "crm.schemas.contacts.read" in pages[0].notes[0]


def test_meetings_bring_everybody_who_took_part(portal: Portal) -> None:
    """Contacts by association, ours by owner and among the attendees, each once."""
    owners = [portal.add("owners", email=f"{name}@us.example") for name in ("ana", "ben")]
    people = [portal.add("contacts") for _ in range(2)]
    attendees = ";".join(owner.id for owner in owners)
    meeting = portal.add("meetings", hubspot_owner_id=owners[0].id, hs_attendee_owner_ids=attendees)
    portal.link(meeting, people[1])
    portal.link(meeting, people[0])
    source = make_source(Kind.ACTIVITY, "meetings", virtual=("@associations",))
    row = rows_of(pages_of(portal.crm(), source))[0]
    assert row.values["@associations"] == [
        {"kind": "contact", "ref": people[0].id},
        {"kind": "contact", "ref": people[1].id},
        {"kind": "user", "ref": owners[0].id},
        {"kind": "user", "ref": owners[1].id},
    ]
