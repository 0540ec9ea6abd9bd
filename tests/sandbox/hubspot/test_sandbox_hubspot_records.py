"""Single records over the API: listing, reading, writing, merging, forgetting."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.enable_socket

BOTH_FAMILIES = pytest.mark.parametrize(
    "objects", ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"]
)


def test_an_independent_client_pages_through_all_records_in_order_of_number(rig):
    """The ids gain a digit within the list: order is by number, not by text."""
    made = [rig.add("companies", name=f"Company {n}").id for n in range(105)]
    listed = [one.id for one in rig.client.crm.companies.get_all()]
    assert listed == made
    assert listed != sorted(listed)


@BOTH_FAMILIES
def test_both_path_families_answer_a_page_with_a_cursor(rig, objects):
    """The cursor is the last id, and the last page has none."""
    first, second, third = [rig.add("companies", name=n).id for n in "abc"]
    page = rig.call("GET", f"{objects}/companies", params={"limit": "2"}).json()
    rest = rig.call("GET", f"{objects}/companies", params={"after": second}).json()
    assert [one["id"] for one in page["results"]] == [first, second]
    assert page["paging"]["next"]["after"] == second
    assert [one["id"] for one in rest["results"]] == [third]
    assert "paging" not in rest


def test_a_page_above_one_hundred_is_refused(rig):
    """The list takes at most 100 records a page."""
    answer = rig.call("GET", "/crm/v3/objects/companies", params={"limit": "101"})
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_a_projection_shows_what_is_asked_for_and_defined_with_null_when_unset(rig):
    """Unknown names are left out silently; values are texts or null."""
    company = rig.add("companies", name="ACME", annualrevenue="1200000.50")
    asked = "name,annualrevenue,city,no_such_property"
    path = f"/crm/objects/2026-09/companies/{company.id}"
    shown = rig.call("GET", path, params={"properties": asked}).json()
    assert shown["properties"] == {
        "name": "ACME",
        "annualrevenue": "1200000.50",
        "city": None,
        "createdate": "2026-01-25T06:00:00.000Z",
        "hs_lastmodifieddate": "2026-01-25T06:00:00.000Z",
        "hs_object_id": company.id,
    }
    assert shown["url"].endswith(f"/0-2/{company.id}")


def test_contacts_carry_their_own_modification_property(rig):
    """Contacts have lastmodifieddate, all others hs_lastmodifieddate."""
    contact = rig.add("contacts", email="a@b.fr")
    shown = rig.client.crm.contacts.basic_api.get_by_id(contact.id).properties
    assert sorted(shown) == [
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    ]


def test_a_write_is_stamped_with_the_worlds_time_and_kept_as_text(rig):
    """Numbers come back as texts, and every write moves the modification date."""
    company = rig.add("companies", name="ACME")
    rig.wait(10)
    path = f"/crm/v3/objects/companies/{company.id}"
    answer = rig.call("PATCH", path, {"properties": {"kam_health": 52, "city": "Lyon"}})
    assert answer.status_code == 200
    assert answer.json()["properties"]["kam_health"] == "52"
    assert answer.json()["updatedAt"] == "2026-11-21T06:00:10.000Z"
    assert rig.stored(company, "city") == "Lyon"


def test_an_empty_text_clears_a_value(rig):
    """HubSpot has no other way to say null."""
    company = rig.add("companies", name="ACME", kam_next_action="Call the CFO")
    path = f"/crm/v3/objects/companies/{company.id}"
    shown = rig.call("PATCH", path, {"properties": {"kam_next_action": ""}}).json()
    assert shown["properties"]["kam_next_action"] is None


@pytest.mark.parametrize(
    ("object_", "name", "value", "code"),
    [
        ("companies", "kam_nothing", "x", "PROPERTY_DOESNT_EXIST"),
        ("companies", "lifecyclestage", "Customer", "INVALID_OPTION"),
        ("companies", "hs_is_target_account", "perhaps", "INVALID_OPTION"),
        ("companies", "kam_health", "fifty", "INVALID_INTEGER"),
        ("companies", "annualrevenue", "1,200", "INVALID_INTEGER"),
        ("companies", "kam_next_review", "2026-12-01T09:00:00Z", "INVALID_DATE"),
        ("companies", "hs_lastmodifieddate", "2026-12-01", "READ_ONLY_VALUE"),
        ("companies", "hs_parent_company_id", "1", "READ_ONLY_VALUE"),
        ("companies", "hubspot_owner_id", "1", "INVALID_OWNER_ID"),
        ("companies", "name", "x" * 65_537, "INVALID_LENGTH"),
        ("contacts", "email", "nobody", "INVALID_EMAIL"),
        ("contacts", "hs_buying_role", "CHAMPION;BOSS", "INVALID_OPTION"),
        ("deals", "closedate", "tomorrow", "INVALID_LONG"),
        ("deals", "dealstage", "148210001", "INVALID_OPTION"),
        ("deals", "pipeline", "none", "INVALID_OPTION"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name_inside_the_message(
    rig, object_, name, value, code
):
    """The message holds a JSON list that names the property and the reason."""
    record = rig.add(object_, name="ACME", dealname="Renewal", dealstage="closedwon")
    path = f"/crm/v3/objects/{object_}/{record.id}"
    answer = rig.call("PATCH", path, {"properties": {name: value}})
    head, _, listed = answer.json()["message"].partition(": ")
    assert (answer.status_code, head) == (400, "Property values were not valid")
    assert [(i["name"], i["error"]) for i in json.loads(listed)] == [(name, code)]
    assert rig.stored(record, name) != value


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("kam_next_review", "2026-12-01", "2026-12-01"),
        ("kam_next_review", "1796083200000", "2026-12-01"),
        ("kam_next_review", "2026-12-01T00:00:00Z", "2026-12-01"),
        ("kam_relationship", "7.50", "7.50"),
        ("hs_is_target_account", True, "true"),
    ],
)
def test_a_value_is_kept_in_its_own_form(rig, name, value, kept):
    """Dates are kept as days, numbers as their decimal text, booleans as words."""
    company = rig.add("companies", name="ACME")
    rig.call("PATCH", f"/crm/v3/objects/companies/{company.id}", {"properties": {name: value}})
    assert rig.stored(company, name) == kept


@pytest.mark.parametrize(
    ("object_", "properties", "missing"),
    [
        ("tasks", {"hs_task_subject": "Call"}, ["hs_timestamp"]),
        ("notes", {"hs_note_body": "Met"}, ["hs_timestamp"]),
        ("companies", {"city": "Lyon"}, ["name", "domain"]),
        ("contacts", {"jobtitle": "CFO"}, ["email", "firstname", "lastname"]),
        ("deals", {"amount": "1"}, ["dealname"]),
    ],
)
def test_a_creation_without_a_required_property_is_refused(rig, object_, properties, missing):
    """Tasks and engagements need their time, the others a name."""
    answer = rig.call("POST", f"/crm/v3/objects/{object_}", {"properties": properties})
    assert answer.status_code == 400
    assert answer.json()["context"] == {"properties": missing}


def test_a_task_is_created_with_its_associations_and_answers_both_ways(rig):
    """The task hangs on company and contact, and they know it."""
    company, contact = rig.add("companies", name="ACME"), rig.add("contacts", email="a@b.fr")
    task = {
        "properties": {"hs_timestamp": "2026-11-25T08:00:00Z", "hs_task_subject": "Call"},
        "associations": [
            {
                "to": {"id": end.id},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
            }
            for end, type_id in ((company, 192), (contact, 204))
        ],
    }
    made = rig.call("POST", "/crm/objects/2026-09/tasks", task)
    assert made.status_code == 201
    links = rig.world.associations
    id_ = made.json()["id"]
    assert [one for one, _ in links.of("companies", company.id, "tasks")] == [id_]
    assert [kind.type_id for kind in links.of("tasks", id_, "contacts")[0][1]] == [204]


def test_a_task_for_a_company_that_does_not_exist_is_refused_and_nothing_is_written(rig):
    """A creation with a broken association leaves no record behind."""
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 192}]
    task = {
        "properties": {"hs_timestamp": "2026-11-25T08:00:00Z"},
        "associations": [{"to": {"id": "12"}, "types": types}],
    }
    assert rig.call("POST", "/crm/v3/objects/tasks", task).status_code == 400
    assert list(rig.world.hubspot.all("tasks")) == []


def test_a_unique_value_is_given_once(rig):
    """A second task with the same key is refused with 409, archived ones do not count."""
    first = rig.add("tasks", kam_key="A-1")
    wanted = {"properties": {"hs_timestamp": "2026-11-25T08:00:00Z", "kam_key": "A-1"}}
    refused = rig.call("POST", "/crm/v3/objects/tasks", wanted)
    rig.call("DELETE", f"/crm/v3/objects/tasks/{first.id}")
    accepted = rig.call("POST", "/crm/v3/objects/tasks", wanted)
    assert (refused.status_code, refused.json()["category"]) == (409, "CONFLICT")
    assert accepted.status_code == 201


def test_a_contact_is_known_by_its_secondary_address_too(rig):
    """A creation with a secondary address names the contact that has it."""
    known = rig.add("contacts", email="a@b.fr", hs_additional_emails="old@b.fr;x@y.fr")
    answer = rig.call("POST", "/crm/v3/objects/contacts", {"properties": {"email": "X@y.fr"}})
    assert answer.status_code == 409
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {known.id}"


def test_a_contact_is_read_by_its_address(rig):
    """The query's idProperty names the unique property that the path holds."""
    known = rig.add("contacts", email="a@b.fr")
    path = "/crm/v3/objects/contacts/A@b.fr"
    assert rig.call("GET", path, params={"idProperty": "email"}).json()["id"] == known.id
    assert rig.call("GET", path, params={"idProperty": "city"}).status_code == 400


def test_an_archived_record_leaves_the_list_keeps_its_date_and_is_listed_as_archived(rig):
    """Archiving does not move the modification date; archivedAt tells when."""
    company = rig.add("companies", name="ACME")
    path = "/crm/v3/objects/companies"
    assert rig.call("DELETE", f"{path}/{company.id}").status_code == 204
    assert rig.call("GET", f"{path}/{company.id}").status_code == 404
    assert rig.call("GET", path).json()["results"] == []
    (gone,) = rig.call("GET", path, params={"archived": "true"}).json()["results"]
    assert gone["archivedAt"] == "2026-11-21T06:00:00.000Z"
    assert gone["updatedAt"] == "2026-01-25T06:00:00.000Z"
    assert rig.call("DELETE", f"{path}/{company.id}").status_code == 204


def test_a_merge_makes_a_new_record_and_old_ids_answer_it(rig):
    """Both old ids become aliases, leave every list, and their links move along."""
    first = rig.add("companies", name="ACME", city="Lyon")
    second = rig.add("companies", name="Acme SA", domain="acme.fr")
    contact = rig.add("contacts", email="a@acme.fr")
    rig.link(contact, second, 1)
    body = {"primaryObjectId": first.id, "objectIdToMerge": second.id}
    merged = rig.client.crm.companies.basic_api.merge(body)
    names = "name,domain,city,hs_merged_object_ids"
    path = f"/crm/v3/objects/companies/{second.id}"
    alias = rig.call("GET", path, params={"properties": names}).json()
    assert merged.id not in (first.id, second.id)
    assert alias["id"] == merged.id
    assert alias["properties"]["hs_merged_object_ids"] == f"{first.id};{second.id}"
    assert (alias["properties"]["name"], alias["properties"]["domain"]) == ("ACME", "acme.fr")
    archived = rig.call("GET", "/crm/v3/objects/companies", params={"archived": "true"}).json()
    assert archived["results"] == []
    assert [one for one, _ in rig.world.associations.of("contacts", contact.id, "companies")] == [
        merged.id
    ]


def test_a_chain_of_merges_lists_every_id_and_aliases_resolve_through_it(rig):
    """The first id still leads to the last survivor."""
    a, b, c = [rig.add("contacts", email=f"{n}@x.fr") for n in "abc"]
    path = "/crm/objects/2026-09/contacts"
    ab = rig.call("POST", f"{path}/merge", {"primaryObjectId": a.id, "objectIdToMerge": b.id})
    abc = rig.call(
        "POST", f"{path}/merge", {"primaryObjectId": c.id, "objectIdToMerge": ab.json()["id"]}
    ).json()
    shown = rig.call("GET", f"{path}/{a.id}", params={"properties": "hs_merged_object_ids"}).json()
    assert shown["id"] == abc["id"]
    merged = shown["properties"]["hs_merged_object_ids"].split(";")
    assert merged == [c.id, a.id, b.id, ab.json()["id"]]


def test_a_forgotten_contact_leaves_no_trace_in_any_listing(rig):
    """A privacy deletion is not an archive."""
    contact, company = rig.add("contacts", email="a@b.fr"), rig.add("companies", name="ACME")
    rig.link(contact, company, 1)
    body = {"objectId": "a@b.fr", "idProperty": "email"}
    assert rig.call("POST", "/crm/v3/objects/contacts/gdpr-delete", body).status_code == 204
    archived = rig.call("GET", "/crm/v3/objects/contacts", params={"archived": "true"}).json()
    assert archived["results"] == []
    assert rig.world.associations.of("companies", company.id, "contacts") == []


def test_the_history_of_a_property_tells_values_times_and_sources(rig):
    """Newest first; a person's value carries the user, ours the integration."""
    company = rig.add("companies", name="ACME", city="Lyon")
    rig.wait(30)
    path = f"/crm/v3/objects/companies/{company.id}"
    rig.call("PATCH", path, {"properties": {"city": "Paris"}})
    shown = rig.call("GET", path, params={"propertiesWithHistory": "city"}).json()
    newest, oldest = shown["propertiesWithHistory"]["city"]
    assert (newest["value"], newest["sourceType"]) == ("Paris", "INTEGRATION")
    assert newest["timestamp"] == "2026-11-21T06:00:30.000Z"
    assert (oldest["value"], oldest["sourceId"]) == ("Lyon", "userId:4711")


def test_what_a_deals_stage_means_comes_from_its_pipeline(rig):
    """Won is told by the stage's probability, in whichever pipeline and language."""
    deal = rig.add("deals", dealname="Renewal", pipeline="75210984", dealstage="148210003")
    names = "hs_is_closed,hs_is_closed_won,hs_deal_stage_probability"
    shown = rig.call("GET", f"/crm/v3/objects/deals/{deal.id}", params={"properties": names})
    properties = shown.json()["properties"]
    assert properties["hs_is_closed_won"] == "true"
    assert properties["hs_deal_stage_probability"] == "1.0"


def test_a_parent_company_shows_in_the_childs_property(rig):
    """hs_parent_company_id follows the association."""
    parent, child = rig.add("companies", name="Group"), rig.add("companies", name="Branch")
    rig.link(child, parent, 14)
    path = f"/crm/v3/objects/companies/{child.id}"
    shown = rig.call("GET", path, params={"properties": "hs_parent_company_id"}).json()
    assert shown["properties"]["hs_parent_company_id"] == parent.id


def test_a_listed_record_shows_its_associations_when_asked(rig):
    """The primary company appears under both its types."""
    contact, company = rig.add("contacts", email="a@b.fr"), rig.add("companies", name="ACME")
    rig.link(contact, company, 1)
    asked = {"associations": "companies"}
    (shown,) = rig.call("GET", "/crm/v3/objects/contacts", params=asked).json()["results"]
    assert shown["associations"]["companies"]["results"] == [
        {"id": company.id, "type": "contact_to_company"},
        {"id": company.id, "type": "contact_to_company_unlabeled"},
    ]


@pytest.mark.parametrize("path", ["/crm/v3/objects/gadgets", "/crm/objects/2025-01/companies"])
def test_an_unknown_object_or_version_is_refused(rig, path):
    """Neither is guessed."""
    assert rig.call("GET", path).status_code in (400, 404)


def test_errors_carry_the_same_correlation_id_in_every_run(make_rig):
    """Two portals of one seed answer alike, so that runs can be compared."""
    ids = [
        make_rig().call("GET", "/crm/v3/objects/companies/1").json()["correlationId"]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    assert re.fullmatch(r"[0-9a-f-]{36}", ids[0])


def test_a_request_longer_than_a_url_may_be_is_refused(rig):
    """Too many property names belong in a batch read."""
    names = ",".join(["hs_lastmodifieddate"] * 900)
    answer = rig.call("GET", "/crm/v3/objects/companies", params={"properties": names})
    assert answer.status_code == 414
