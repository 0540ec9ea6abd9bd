"""Batches: what is written, what is refused, and how partial failure is told."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.enable_socket

DUE = "2026-11-25T08:00:00Z"


def task(key, **more):
    """Return one input that creates a task."""
    return {"properties": {"hs_timestamp": DUE, "kam_key": key}} | more


def test_a_batch_read_names_the_ids_it_did_not_find_in_one_error(rig):
    """207, and the number of errors counts entries, not ids."""
    company = rig.add("companies", name="ACME")
    body = {"inputs": [{"id": "3"}, {"id": company.id}, {"id": "4"}], "properties": ["name"]}
    answer = rig.call("POST", "/crm/objects/2026-09/companies/batch/read", body)
    content = answer.json()
    assert answer.status_code == 207
    assert [one["id"] for one in content["results"]] == [company.id]
    assert content["numErrors"] == 1
    assert content["errors"][0]["context"] == {"ids": ["3", "4"]}
    assert content["errors"][0]["message"].startswith("Could not get some COMPANY objects")


def test_an_independent_client_reads_a_batch(rig):
    """The client's own models accept the answer."""
    company = rig.add("companies", name="ACME")
    body = {"inputs": [{"id": company.id}], "properties": ["name"], "propertiesWithHistory": []}
    answer = rig.client.crm.companies.batch_api.read(body)
    assert answer.status == "COMPLETE"
    assert answer.results[0].properties["name"] == "ACME"


@pytest.mark.parametrize("action", ["read", "update", "archive"])
def test_a_batch_of_more_than_one_hundred_is_refused(rig, action):
    """100 inputs at most."""
    body = {"inputs": [{"id": str(n), "properties": {}} for n in range(1, 102)]}
    assert rig.call("POST", f"/crm/v3/objects/companies/batch/{action}", body).status_code == 400


@pytest.mark.parametrize("action", ["read", "update", "archive"])
def test_the_same_id_twice_in_a_batch_is_refused(rig, action):
    """Inputs must be joined before they are sent."""
    company = rig.add("companies", name="ACME")
    body = {"inputs": [{"id": company.id, "properties": {}}] * 2}
    answer = rig.call("POST", f"/crm/v3/objects/companies/batch/{action}", body)
    assert answer.status_code == 400
    assert "Duplicate IDs" in answer.json()["message"]


def test_one_bad_value_refuses_a_whole_update_without_trace_ids(rig):
    """Nothing of the batch is written."""
    good, bad = rig.add("companies", name="A"), rig.add("companies", name="B")
    inputs = [
        {"id": good.id, "properties": {"kam_tier": "A"}},
        {"id": bad.id, "properties": {"kam_health": "high"}},
    ]
    answer = rig.call("POST", "/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    assert answer.status_code == 400
    assert rig.stored(good, "kam_tier") is None


def test_one_bad_value_refuses_only_its_own_row_with_trace_ids(rig):
    """207: what passed is written, what failed names its trace."""
    good, bad = rig.add("companies", name="A"), rig.add("companies", name="B")
    inputs = [
        {"id": good.id, "properties": {"kam_tier": "A"}, "objectWriteTraceId": "t1"},
        {"id": bad.id, "properties": {"kam_health": "high"}, "objectWriteTraceId": "t2"},
    ]
    answer = rig.call("POST", "/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    content = answer.json()
    assert answer.status_code == 207
    assert [(r["id"], r["objectWriteTraceId"]) for r in content["results"]] == [(good.id, "t1")]
    assert content["errors"][0]["context"]["objectWriteTraceId"] == ["t2"]
    assert rig.stored(good, "kam_tier") == "A"


def test_an_update_of_an_unknown_id_does_not_stop_the_others(rig):
    """207 even without trace ids, as for reads."""
    company = rig.add("companies", name="A")
    inputs = [{"id": i, "properties": {"kam_tier": "A"}} for i in ("12", company.id)]
    answer = rig.call("POST", "/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    assert answer.status_code == 207
    assert answer.json()["errors"][0]["context"] == {"ids": ["12"]}
    assert rig.stored(company, "kam_tier") == "A"


def test_an_update_of_a_merged_away_id_changes_the_survivor(rig):
    """The result carries the survivor's id, and the asked-for id appears nowhere."""
    old, other = rig.add("companies", name="A"), rig.add("companies", name="B")
    body = {"primaryObjectId": old.id, "objectIdToMerge": other.id}
    new = rig.call("POST", "/crm/v3/objects/companies/merge", body).json()["id"]
    inputs = [{"id": old.id, "properties": {"kam_tier": "A"}}]
    answer = rig.call("POST", "/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["results"]] == [new]


def test_a_create_batch_with_a_taken_key_is_refused_as_a_whole(rig):
    """409 and no task, unless every input carries a trace id."""
    rig.add("tasks", kam_key="A-1")
    answer = rig.call(
        "POST", "/crm/v3/objects/tasks/batch/create", {"inputs": [task("A-2"), task("A-1")]}
    )
    assert answer.status_code == 409
    assert len(list(rig.world.hubspot.all("tasks"))) == 1


def test_a_create_batch_with_trace_ids_writes_what_it_can(rig):
    """207 with the refused trace; two inputs with one key are one task."""
    inputs = [
        task("A-1", objectWriteTraceId="t1"),
        task("A-2", objectWriteTraceId="t2"),
        task("A-1", objectWriteTraceId="t3"),
    ]
    answer = rig.call("POST", "/crm/objects/2026-09/tasks/batch/create", {"inputs": inputs})
    content = answer.json()
    assert answer.status_code == 207
    assert [one["objectWriteTraceId"] for one in content["results"]] == ["t1", "t2"]
    assert content["errors"][0]["category"] == "CONFLICT"
    assert content["errors"][0]["context"]["objectWriteTraceId"] == ["t3"]


def test_an_upsert_by_our_key_creates_once_and_changes_afterwards(rig):
    """The flag ``new`` tells which it was."""
    inputs = [
        {
            "id": "A-1",
            "idProperty": "kam_key",
            "properties": {"hs_timestamp": DUE, "hs_task_subject": "Call"},
        }
    ]
    path = "/crm/v3/objects/tasks/batch/upsert"
    first = rig.call("POST", path, {"inputs": inputs})
    second = rig.call("POST", path, {"inputs": inputs})
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["results"][0]["new"] is True
    assert second.json()["results"][0]["new"] is False
    (made,) = rig.world.hubspot.all("tasks")
    assert rig.stored(made, "kam_key") == "A-1"


@pytest.mark.parametrize("name", ["hs_object_id", "hs_task_subject", "kam_nothing", None])
def test_an_upsert_needs_a_unique_property(rig, name):
    """Neither the record id nor a common property will do."""
    inputs = [{"id": "1", "idProperty": name, "properties": {"hs_timestamp": DUE}}]
    answer = rig.call("POST", "/crm/v3/objects/tasks/batch/upsert", {"inputs": inputs})
    assert answer.status_code == 400


def test_a_bare_portal_has_none_of_our_properties(make_rig):
    """The key is unknown until somebody installs it."""
    rig = make_rig(bare=True)
    answer = rig.call("POST", "/crm/v3/objects/tasks", task("A-1"))
    assert answer.status_code == 400
    assert "PROPERTY_DOESNT_EXIST" in answer.json()["message"]


def test_a_batch_archive_passes_over_what_is_not_there(rig):
    """204 with no body."""
    company = rig.add("companies", name="A")
    body = {"inputs": [{"id": company.id}, {"id": "12"}]}
    answer = rig.call("POST", "/crm/v3/objects/companies/batch/archive", body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert list(rig.world.hubspot.all("companies")) == []
