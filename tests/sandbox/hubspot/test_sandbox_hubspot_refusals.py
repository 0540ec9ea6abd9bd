"""Hostile and careless requests are refused in HubSpot's own shape, and change nothing."""

from __future__ import annotations

import json
import uuid

import pytest
import requests

from kam_sandbox.hubspot.limiter import Limits

pytestmark = pytest.mark.enable_socket

OBJECTS = "/crm/objects/2026-09"
LINKS = "/crm/associations/2026-09"
PROPERTIES = "/crm/properties/2026-09/companies"
SEARCH = f"{OBJECTS}/companies/search"
NAME = {"propertyName": "name", "operator": "HAS_PROPERTY"}
TEXT = {"type": "string", "fieldType": "text", "groupName": "companyinformation", "label": "L"}

DATE = {"type": "date", "fieldType": "date"}


def inputs(*ids, **more):
    """Return batch inputs of these ids."""
    return {"inputs": [{"id": id_, "properties": {}} | more for id_ in ids]}


def filters(count):
    """Return one group of so many filters."""
    return {"filters": [NAME] * count}


HOSTILE = [
    ("GET", f"{OBJECTS}/companies?limit=101", None),
    ("GET", f"{OBJECTS}/companies?limit=0", None),
    ("GET", f"{OBJECTS}/companies?limit=ten", None),
    ("GET", f"{OBJECTS}/companies?limit=51&propertiesWithHistory=name", None),
    ("GET", f"{OBJECTS}/companies?after=x", None),
    ("GET", f"{OBJECTS}/planets", None),
    ("GET", f"{OBJECTS}/companies/1?idProperty=domain", None),
    ("POST", f"{OBJECTS}/companies", []),
    ("POST", f"{OBJECTS}/companies", {"properties": ["name"]}),
    ("POST", f"{OBJECTS}/companies", {"properties": {"city": "Lyon"}}),
    ("POST", f"{OBJECTS}/companies", {"properties": {"name": {"text": "x"}}}),
    ("POST", f"{OBJECTS}/tasks", {"properties": {"hs_task_subject": "no date"}}),
    ("POST", f"{OBJECTS}/tickets", {"properties": {"subject": "no stage"}}),
    ("POST", f"{OBJECTS}/tasks/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"}),
    ("POST", f"{OBJECTS}/companies/batch/read", {"inputs": []}),
    ("POST", f"{OBJECTS}/companies/batch/read", {"inputs": ["1"]}),
    ("POST", f"{OBJECTS}/companies/batch/read", inputs("1", "1")),
    ("POST", f"{OBJECTS}/companies/batch/read", inputs(*map(str, range(101)))),
    (
        "POST",
        f"{OBJECTS}/companies/batch/read",
        inputs(*map(str, range(51))) | {"propertiesWithHistory": ["name"]},
    ),
    ("POST", f"{OBJECTS}/companies/batch/update", {"inputs": [{"properties": {}}]}),
    ("POST", f"{OBJECTS}/companies/batch/update", inputs("1", "2", objectWriteTraceId="same")),
    ("POST", f"{OBJECTS}/companies/batch/update", inputs("1", idProperty="hs_object_id")),
    ("POST", f"{OBJECTS}/companies/batch/upsert", inputs("1")),
    ("POST", f"{OBJECTS}/companies/batch/upsert", inputs("a.fr", idProperty="domain")),
    ("POST", SEARCH, {"limit": 201}),
    ("POST", SEARCH, {"limit": 100, "after": "9901"}),
    ("POST", SEARCH, {"filterGroups": [filters(1)] * 6}),
    ("POST", SEARCH, {"filterGroups": [filters(7)]}),
    ("POST", SEARCH, {"filterGroups": [filters(5)] * 4}),
    ("POST", SEARCH, {"sorts": [{"propertyName": "name"}, {"propertyName": "city"}]}),
    ("POST", SEARCH, {"query": "x" * 3_000}),
    ("POST", SEARCH, {"filterGroups": [{"filters": [NAME | {"operator": "LIKE"}]}]}),
    ("POST", SEARCH, {"filterGroups": [{"filters": [NAME | {"operator": "IN"}]}]}),
    ("POST", SEARCH, {"filterGroups": [{"filters": [NAME | {"operator": "EQ"}]}]}),
    ("POST", SEARCH, {"filterGroups": [{"filters": [NAME | {"propertyName": "nope"}]}]}),
    ("POST", f"{LINKS}/companies/contacts/batch/read", {"inputs": [{"id": "1"}, {"id": "1"}]}),
    ("POST", f"{LINKS}/companies/contacts/batch/read", {"inputs": [{"id": ""}]}),
    ("POST", f"{LINKS}/contacts/contacts/labels", {"name": "Has Spaces", "label": "x"}),
    ("POST", f"{LINKS}/contacts/contacts/labels", {"name": "no_label"}),
    ("POST", PROPERTIES, TEXT | {"name": "Upper"}),
    ("POST", PROPERTIES, TEXT | {"name": "1st"}),
    ("POST", PROPERTIES, TEXT | {"name": "x" * 101}),
    ("POST", PROPERTIES, TEXT | {"name": "a", "type": "text"}),
    ("POST", PROPERTIES, TEXT | {"name": "a", "fieldType": "checkbox"}),
    ("POST", PROPERTIES, TEXT | {"name": "a", "groupName": "nowhere"}),
    ("POST", PROPERTIES, {"name": "a"}),
    (
        "POST",
        PROPERTIES,
        TEXT | {"name": "a", "type": "date", "fieldType": "date"} | {"hasUniqueValue": True},
    ),
    ("PATCH", f"{PROPERTIES}/name", {"type": "number", "fieldType": "number"}),
    ("DELETE", f"{PROPERTIES}/name", None),
    ("DELETE", f"{PROPERTIES}/groups/companyinformation", None),
]


@pytest.mark.parametrize(("method", "path", "body"), HOSTILE)
def test_a_careless_request_is_refused(rig, method, path, body):
    """400 with status, category, message and a correlation id that is a UUID."""
    rig.add("companies", name="A")
    before = len(rig.world.hubspot.history)
    answer = rig.call(method, path, body)
    told = answer.json()
    assert (answer.status_code, told["status"], told["category"]) == (
        400,
        "error",
        "VALIDATION_ERROR",
    )
    assert uuid.UUID(told["correlationId"])
    assert answer.headers["X-HubSpot-Correlation-Id"] == told["correlationId"]
    assert told["message"]
    assert len(rig.world.hubspot.history) == before


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("no_such", "x", "PROPERTY_DOESNT_EXIST"),
        ("hs_object_id", "1", "READ_ONLY_VALUE"),
        ("hs_parent_company_id", "1", "READ_ONLY_VALUE"),
        ("createdate", "0", "READ_ONLY_VALUE"),
        ("annualrevenue", "1,000", "INVALID_INTEGER"),
        ("annualrevenue", "NaN", "INVALID_INTEGER"),
        ("lifecyclestage", "Lead", "INVALID_OPTION"),
        ("hs_is_target_account", "yes", "INVALID_OPTION"),
        ("kam_next_review", "2026-11-21T10:00:00Z", "INVALID_DATE"),
        ("kam_next_review", "21/11/2026", "INVALID_DATE"),
        ("hubspot_owner_id", "999", "INVALID_OWNER_ID"),
        ("description", "x" * 65_537, "INVALID_LENGTH"),
    ],
)
def test_a_wrong_value_is_named_with_its_code(rig, name, value, code):
    """The message carries a JSON list; ``errors`` names code and property once more."""
    company = rig.add("companies", name="A")
    answer = rig.call("PATCH", f"{OBJECTS}/companies/{company.id}", {"properties": {name: value}})
    told = answer.json()
    (issue,) = json.loads(told["message"].partition(": ")[2])
    assert (answer.status_code, told["category"]) == (400, "VALIDATION_ERROR")
    assert (issue["name"], issue["error"], issue["isValid"]) == (name, code, False)
    assert told["errors"][0]["code"] == code
    assert told["errors"][0]["context"] == {"propertyName": [name]}


def test_every_wrong_value_of_a_record_is_told(rig):
    """Not only the first."""
    company = rig.add("companies", name="A")
    wrong = {"properties": {"no_such": "x", "lifecyclestage": "odd", "city": "Lyon"}}
    told = rig.call("PATCH", f"{OBJECTS}/companies/{company.id}", wrong).json()
    assert sorted(error["code"] for error in told["errors"]) == [
        "INVALID_OPTION",
        "PROPERTY_DOESNT_EXIST",
    ]
    assert rig.stored(company, "city") is None


def test_the_ids_that_are_there_twice_are_named(rig):
    """In the message and in the context, with or without trace ids."""
    ids = [{"id": "7", "properties": {}, "objectWriteTraceId": t} for t in ("a", "b")]
    told = rig.call("POST", f"{OBJECTS}/companies/batch/update", {"inputs": ids}).json()
    assert told["message"] == "Duplicate IDs found in batch input: [7]. IDs must be unique"
    assert told["context"] == {"ids": ["7"]}


@pytest.mark.parametrize(
    ("method", "path", "status", "category"),
    [
        ("GET", f"{OBJECTS}/companies/1", 404, "OBJECT_NOT_FOUND"),
        ("GET", "/crm/objects/2025-09/companies", 404, "OBJECT_NOT_FOUND"),
        ("GET", "/crm/v3/objects/companies/1/2/3", 404, "OBJECT_NOT_FOUND"),
        ("PUT", f"{OBJECTS}/companies/1", 405, "METHOD_NOT_ALLOWED"),
        ("GET", f"{OBJECTS}/companies/1/associations/contacts", 404, "OBJECT_NOT_FOUND"),
        ("GET", f"{PROPERTIES}/no_such", 404, "OBJECT_NOT_FOUND"),
        ("GET", "/crm-object-schemas/2026-09/schemas/planets", 404, "OBJECT_NOT_FOUND"),
        ("GET", "/crm/limits/2026-09/custom-object-types", 403, "FORBIDDEN"),
    ],
)
def test_what_is_not_there_is_told(rig, method, path, status, category):
    """Unknown ids, versions, paths and methods."""
    answer = rig.call(method, path)
    assert (answer.status_code, answer.json()["category"]) == (status, category)


def test_a_body_that_is_no_json_is_refused(rig):
    """400, whatever the path."""
    headers = {"Authorization": "Bearer pat-sandbox-0000", "Content-Type": "application/json"}
    answer = requests.post(rig.url + SEARCH, data=b'{"limit": ', headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["message"].startswith("Invalid input JSON")


def test_a_refused_batch_writes_no_row(rig):
    """Without trace ids one bad row keeps the others out too."""
    one, two = rig.add("companies", name="A"), rig.add("companies", name="B")
    rows = [
        {"id": one.id, "properties": {"city": "Lyon"}},
        {"id": two.id, "properties": {"lifecyclestage": "odd"}},
    ]
    answer = rig.call("POST", f"{OBJECTS}/companies/batch/update", {"inputs": rows})
    assert (answer.status_code, rig.stored(one, "city")) == (400, None)


def test_too_many_calls_are_refused_in_full(make_rig):
    """The body names policy and category and correlates; a link of one too many is no call."""
    rig = make_rig(limits=Limits(burst=1, window_s=600))
    rig.call("GET", "/crm/v3/owners")
    told = rig.call("GET", "/crm/v3/owners").json()
    assert told["message"] == "You have reached your ten_secondly_rolling limit."
    assert (told["errorType"], told["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert (told["category"], told["status"]) == ("RATE_LIMITS", "error")
    assert uuid.UUID(told["correlationId"])


def test_an_administrator_can_take_a_property_or_an_option_away(rig):
    """What was valid a moment ago is refused; a deleted property is listed as archived."""
    company = rig.add("companies", name="A")
    path = f"{OBJECTS}/companies/{company.id}"
    url = f"{rig.url}/_sandbox/property"
    option = {"object": "companies", "name": "lifecyclestage", "remove_option": "lead"}
    requests.post(url, json=option, timeout=5)
    gone = {"object": "companies", "name": "kam_tier", "delete": True}
    requests.post(url, json=gone, timeout=5)
    odd = rig.call("PATCH", path, {"properties": {"lifecyclestage": "lead"}}).json()
    missing = rig.call("PATCH", path, {"properties": {"kam_tier": "A"}}).json()
    archived = rig.call("GET", PROPERTIES, params={"archived": "true"}).json()["results"]
    assert odd["errors"][0]["code"] == "INVALID_OPTION"
    assert missing["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert [one["name"] for one in archived] == ["kam_tier"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("removed", "PROPERTY_DOESNT_EXIST"),
        ("readonly", "READ_ONLY_VALUE"),
        ("narrower", "INVALID_OPTION"),
    ],
)
def test_a_drifted_property_refuses_what_it_took(rig, change, code):
    """Gone, read-only or with fewer options, until the fault is cleared."""
    company = rig.add("companies", name="A")
    path, body = f"{OBJECTS}/companies/{company.id}", {"properties": {"lifecyclestage": "lead"}}
    drift = {"kind": "schema_drift", "crm": "hubspot", "field": "lifecyclestage", "change": change}
    rig.world.faults.schedule(drift)
    refused = rig.call("PATCH", path, body).json()
    rig.world.faults.clear()
    assert refused["errors"][0]["code"] == code
    assert rig.call("PATCH", path, body).status_code == 200


def test_the_portal_tells_its_allowances(rig):
    """Records, properties, labels and pipelines, each with usage and limit."""
    rig.add("companies", name="A")
    label = {"name": "kam_manager", "label": "Manager", "inverseLabel": "Direct report"}
    rig.call("POST", f"{LINKS}/contacts/contacts/labels", label)
    base = "/crm/limits/2026-09"
    records = rig.call("GET", f"{base}/records").json()["hubspotDefinedObjectTypes"]
    (labels,) = rig.call("GET", f"{base}/associations/labels").json()["results"]
    properties = rig.call("GET", f"{base}/custom-properties").json()["byObjectType"]
    pipelines = rig.call("GET", f"{base}/pipelines").json()["hubspotDefinedObjectTypes"]
    company = next(row for row in records if row["objectTypeId"] == "0-2")
    ours = next(row for row in properties if row["objectTypeId"] == "0-2")
    assert (company["usage"], ours["usage"], ours["limit"]) == (1, 20, 1_000)
    assert (labels["allLabels"], labels["limit"]) == (["Manager", "Direct report"], 10)
    assert [row["usage"] for row in pipelines] == [2, 1]


def test_a_standard_objects_schema_is_told(rig):
    """With its properties and its associations; the list of custom objects is empty."""
    base = "/crm-object-schemas/2026-09/schemas"
    schema = rig.call("GET", f"{base}/companies").json()
    assert (schema["objectTypeId"], schema["name"]) == ("0-2", "COMPANY")
    assert "kam_tier" in [one["name"] for one in schema["properties"]]
    assert rig.call("GET", base).json() == {"results": []}
