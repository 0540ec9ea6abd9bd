"""Associations over the API: directions, primaries, labels, pages, and none at all."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.enable_socket

READ = "/crm/v4/associations/{}/{}/batch/read"


def types_of(link):
    """Return the type numbers of one answered association."""
    return [kind["typeId"] for kind in link["associationTypes"]]


def test_a_record_without_associations_is_a_partial_failure_of_its_own_kind(rig):
    """207 with NO_ASSOCIATIONS_FOUND beside the results of the others."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    alone = rig.add("contacts", email="alone@b.fr")
    rig.link(contact, company, 1)
    body = {"inputs": [{"id": contact.id}, {"id": alone.id}]}
    answer = rig.call("POST", READ.format("contacts", "companies"), body)
    content = answer.json()
    assert answer.status_code == 207
    assert content["results"][0]["to"][0]["toObjectId"] == int(company.id)
    assert types_of(content["results"][0]["to"][0]) == [1, 279]
    (error,) = content["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == [alone.id]


def test_the_other_direction_has_its_own_numbers_and_dated_paths_answer_texts(rig):
    """Company to contact is 2 and 280; ids are texts on dated paths."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    rig.link(contact, company, 1)
    path = "/crm/associations/2026-09/companies/contacts/batch/read"
    answer = rig.call("POST", path, {"inputs": [{"id": company.id}]})
    assert answer.status_code == 200
    (link,) = answer.json()["results"][0]["to"]
    assert (link["toObjectId"], types_of(link)) == (contact.id, [2, 280])


def test_a_contact_has_one_primary_company(rig):
    """A new primary leaves the old one as a plain association."""
    first, second = rig.add("companies", name="A"), rig.add("companies", name="B")
    contact = rig.add("contacts", email="a@b.fr")
    rig.link(contact, first, 1)
    rig.link(contact, second, 1)
    body = {"inputs": [{"id": contact.id}]}
    links = rig.call("POST", READ.format("contacts", "companies"), body).json()["results"][0]["to"]
    assert [types_of(link) for link in links] == [[279], [1, 279]]


def test_many_associations_come_in_pages_of_their_own_record(rig):
    """500 a page; the cursor is given per input."""
    company = rig.add("companies", name="A")
    for n in range(501):
        rig.link(rig.add("contacts", email=f"{n}@b.fr"), company)
    path = READ.format("companies", "contacts")
    (first,) = rig.call("POST", path, {"inputs": [{"id": company.id}]}).json()["results"]
    after = first["paging"]["next"]["after"]
    body = {"inputs": [{"id": company.id, "after": after}]}
    (second,) = rig.call("POST", path, body).json()["results"]
    assert (len(first["to"]), len(second["to"])) == (500, 1)
    assert "paging" not in second


@pytest.mark.parametrize(("count", "status"), [(1_000, 207), (1_001, 400)])
def test_one_read_takes_a_thousand_records(rig, count, status):
    """The vendor's limit since February 2025."""
    body = {"inputs": [{"id": str(n)} for n in range(1, count + 1)]}
    assert rig.call("POST", READ.format("contacts", "companies"), body).status_code == status


def test_an_independent_client_links_reads_and_unlinks(rig):
    """Create with a type, read, archive."""
    company, task = rig.add("companies", name="A"), rig.add("tasks", kam_key="A-1")
    api = rig.client.crm.associations.v4.basic_api
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 192}]
    api.create("tasks", task.id, "companies", company.id, spec)
    listed = api.get_page("companies", company.id, "tasks").results
    api.archive("tasks", task.id, "companies", company.id)
    assert [one.association_types[0].type_id for one in listed] == [191]
    assert rig.world.associations.of("companies", company.id, "tasks") == []


def test_the_single_list_is_gone_from_the_latest_version(rig):
    """2026-03 still has it, 2026-09 does not."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    rig.link(contact, company)
    tail = f"/contacts/{contact.id}/associations/companies"
    assert rig.call("GET", "/crm/objects/2026-03" + tail).status_code == 200
    assert rig.call("GET", "/crm/objects/2026-09" + tail).status_code == 404


@pytest.mark.parametrize("type_id", [204, 191, 999])
def test_a_type_of_another_pair_or_direction_is_refused(rig, type_id):
    """Direction matters."""
    company, task = rig.add("companies", name="A"), rig.add("tasks", kam_key="A-1")
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    path = f"/crm/v4/objects/tasks/{task.id}/associations/companies/{company.id}"
    assert rig.call("PUT", path, spec).status_code == 400
    assert rig.world.associations.of("tasks", task.id, "companies") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/crm/v4/associations/contacts/companies/batch/create", 201),
        ("/crm/associations/2026-09/contacts/companies/batch/create", 200),
    ],
)
def test_a_batch_of_links_succeeds_with_the_status_of_its_version(rig, path, status):
    """The numbered version answers 201, the dated one 200; a lost end is an error of its own."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
    good = {"from": {"id": contact.id}, "to": {"id": company.id}, "types": types}
    lost = {"from": {"id": contact.id}, "to": {"id": "12"}, "types": types}
    assert rig.call("POST", path, {"inputs": [good]}).status_code == status
    assert rig.call("POST", path, {"inputs": [good, lost]}).status_code == 207


def test_a_label_has_a_number_of_the_portals_own_and_brings_the_plain_type(rig):
    """The category tells a label from HubSpot's type with the same number."""
    boss, report = rig.add("contacts", email="a@b.fr"), rig.add("contacts", email="c@b.fr")
    labels = "/crm/associations/2026-09/contacts/contacts/labels"
    body = {"name": "kam_manager", "label": "Manager", "inverseLabel": "Direct report"}
    made = rig.call("POST", labels, body).json()["results"]
    assert [one["label"] for one in made] == ["Manager", "Direct report"]
    spec = [{"associationCategory": "USER_DEFINED", "associationTypeId": made[0]["typeId"]}]
    path = f"/crm/v4/objects/contacts/{report.id}/associations/contacts/{boss.id}"
    assert rig.call("PUT", path, spec).status_code == 201
    body = {"inputs": [{"id": boss.id}]}
    (link,) = rig.call("POST", READ.format("contacts", "contacts"), body).json()["results"][0]["to"]
    shown = [(kind["category"], kind["label"]) for kind in link["associationTypes"]]
    assert shown == [("USER_DEFINED", "Direct report"), ("HUBSPOT_DEFINED", None)]
    assert rig.call("POST", labels, {"name": "again", "label": "Manager"}).status_code == 409


def test_a_dropped_label_leaves_every_record(rig):
    """The plain association stays."""
    contact, company = rig.add("contacts", email="a@b.fr"), rig.add("companies", name="A")
    links = rig.world.associations
    links.link(
        "contacts", contact.id, "companies", company.id, category="USER_DEFINED", label="Buyer"
    )
    type_id = links.ensure_label("contacts", "companies", "Buyer").type_id
    path = f"/crm/v4/associations/contacts/companies/labels/{type_id}"
    assert rig.call("DELETE", path).status_code == 204
    kinds = links.of("companies", company.id, "contacts")[0][1]
    assert [kind.type_id for kind in kinds] == [280]


def test_an_archived_end_hides_its_associations_until_it_is_restored(rig):
    """Neither end tells of the link while one of them is in the bin."""
    company, task = rig.add("companies", name="A"), rig.add("tasks", kam_key="A-1")
    rig.link(task, company)
    reads = [
        (READ.format("companies", "tasks"), {"inputs": [{"id": company.id}]}),
        (READ.format("tasks", "companies"), {"inputs": [{"id": task.id}]}),
    ]
    rig.call("DELETE", f"/crm/v3/objects/tasks/{task.id}")
    hidden = [rig.call("POST", path, body).json()["results"] for path, body in reads]
    rig.world.hubspot.restore(task, by="4711")
    shown = [len(rig.call("POST", path, body).json()["results"]) for path, body in reads]
    assert hidden == [[], []]
    assert shown == [1, 1]
