"""Writing to HubSpot: trace ids, halved batches, a person's value put back, no duplicates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import responses

from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, Link, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_hubspot.push import push

ROOT = "https://api.hubapi.com/crm/objects/2026-09"
UPDATE = f"{ROOT}/companies/batch/update"
READ = f"{ROOT}/companies/batch/read"


def make_change(number: int = 1, **facts: Any) -> Change:
    """Return an update of one company."""
    given: dict[str, Any] = {"id": f"c{number}", "kind": Kind.ACCOUNT, "object": "companies"}
    given |= {"ref": str(number), "values": {"kam_tier": "A"}}
    return Change(**(given | facts))


def make_shared(number: int = 1) -> Change:
    """Return an update of a field that people write too."""
    return make_change(
        number,
        values={"city": "ours"},
        shared=frozenset({"city"}),
        expected={"city": "before"},
        seen_modified_at="2026-11-20T10:00:00.000Z",
    )


def make_task(key: str, **facts: Any) -> Change:
    """Return an upsert of one task."""
    given: dict[str, Any] = {"id": f"t-{key}", "kind": Kind.TASK, "object": "tasks", "ref": None}
    given |= {"key": key, "key_field": "kam_key", "values": {"hs_task_subject": "Call"}}
    return Change(**(given | facts))


def describe(object_: str, *, unique: bool = True) -> ObjectSchema:
    """Return a schema with the properties that the tests write."""
    names = ("kam_tier", "city", "hs_task_subject")
    fields = {n: FieldSchema(name=n, label=n, type=FieldType.TEXT) for n in names}
    key = FieldSchema(name="kam_key", label="Key", type=FieldType.TEXT, unique=unique)
    return ObjectSchema(object=object_, fields=fields | {"kam_key": key})


def describe_without_unique(object_: str) -> ObjectSchema:
    """Return the schema of a portal that allowed no unique property on tasks."""
    return describe(object_, unique=False)


def record(ref: str, **more: Any) -> dict[str, Any]:
    """Return a record as batches answer."""
    return {"id": ref, "properties": {}, **more}


def bodies(web: responses.RequestsMock, end: str) -> list[Mapping[str, Any]]:
    """Return the JSON bodies sent to paths with an ending."""
    sent = [c.request for c in web.calls if str(c.request.url).endswith(end)]
    return [json.loads(request.body) for request in sent]


def test_rows_of_a_207_are_told_by_trace_id(web: responses.RequestsMock, make_hubspot: Any) -> None:
    """Results come sorted by id, errors apart: the trace id says which is whose."""
    listed = [{"error": "INVALID_OPTION", "name": "kam_tier", "message": "Nordwind"}]
    refusal = {
        "category": "VALIDATION_ERROR",
        "message": f"Property values were not valid: {json.dumps(listed)}",
        "context": {"objectWriteTraceId": ["c1"]},
    }
    rows = [record("2", objectWriteTraceId="c2"), record("3", objectWriteTraceId="c3")]
    web.post(UPDATE, status=207, json={"results": rows, "errors": [refusal], "numErrors": 1})
    batch = [make_change(3), make_change(1), make_change(2)]
    results = push(make_hubspot(), batch, describe=describe)
    assert [r.change_id for r in results] == ["c3", "c1", "c2"]
    assert [r.ref for r in results] == ["3", "1", "2"]
    assert (results[1].state, results[1].code) == (PushState.REFUSED, "KAM-3203")
    assert "Nordwind" not in results[1].message


def test_upsert_without_trace_ids_in_the_answer_is_told_by_key(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """The answer need not repeat trace ids; our key in the record says whose it is."""
    rows = [{"id": "9", "properties": {"kam_key": "act_2"}, "new": False}]
    rows.append({"id": "10", "properties": {"kam_key": "act_1"}, "new": True})
    web.post(f"{ROOT}/tasks/batch/upsert", json={"results": rows})
    batch = [make_task("act_1"), make_task("act_2")]
    results = push(make_hubspot(), batch, describe=describe)
    assert [(r.ref, r.created) for r in results] == [("10", True), ("9", False)]


def test_error_that_names_nobody_is_found_by_asking_alone(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """A 207 whose error carries no context leaves nobody guessing."""
    error = {"category": "CONFLICT", "message": "taken"}
    web.post(UPDATE, status=207, json={"results": [record("2")], "errors": [error]})
    web.post(UPDATE, status=207, json={"results": [], "errors": [error]})
    results = push(make_hubspot(), [make_change(1), make_change(2)], describe=describe)
    assert [r.state for r in results] == [PushState.REFUSED, PushState.DONE]
    assert results[0].code == "KAM-3207"


def test_batch_refused_as_a_whole_is_halved_down_to_the_record(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """INV6: HubSpot may refuse a hundred for one; we find the one."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        inputs = json.loads(request.body)["inputs"]
        if any(one["properties"]["kam_tier"] == "poison" for one in inputs):
            return 400, {}, json.dumps({"category": "VALIDATION_ERROR", "message": "no"})
        return 200, {}, json.dumps({"results": [record(one["id"]) for one in inputs]})

    web.add_callback("POST", UPDATE, callback=answer)
    batch = [make_change(1), make_change(2, values={"kam_tier": "poison"}), make_change(3)]
    states = [r.state for r in push(make_hubspot(), batch, describe=describe)]
    assert states == [PushState.DONE, PushState.REFUSED, PushState.DONE]


def test_record_that_is_not_named_is_not_called_done(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """A merged-away id is silently absent from HubSpot's answer."""
    web.post(UPDATE, json={"results": [record("2")]})
    results = push(make_hubspot(), [make_change(1), make_change(2)], describe=describe)
    assert [r.state for r in results] == [PushState.REFUSED, PushState.DONE]
    assert results[0].code == "KAM-3206"


def test_persons_value_beneath_ours_goes_back(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """INV8: what a person wrote between our look and our write is restored and reported."""
    before = record("1") | {"properties": {"city": "before"}}
    versions = [{"value": v, "timestamp": "x"} for v in ("ours", "theirs", "before")]
    after = record("1") | {"properties": {"city": "ours"}}
    web.post(READ, json={"results": [before]})
    web.post(READ, json={"results": [after | {"propertiesWithHistory": {"city": versions}}]})
    web.post(UPDATE, json={"results": [record("1")]})
    result = push(make_hubspot(), [make_shared()], describe=describe)[0]
    written = [body["inputs"][0]["properties"] for body in bodies(web, "/batch/update")]
    assert (result.state, result.restored) == (PushState.CONFLICT, ("city",))
    assert result.current == {"city": "theirs"}
    assert written == [{"city": "ours"}, {"city": "theirs"}]


@pytest.mark.parametrize(
    "versions", [["ours", "before"], ["later", "ours", "before"], ["ours"]], ids=str
)
def test_history_without_a_stranger_beneath_is_left_alone(
    web: responses.RequestsMock, make_hubspot: Any, versions: list[str]
) -> None:
    """Who wrote before we looked, or after we wrote, needs no restoring."""
    before = record("1") | {"properties": {"city": "before"}}
    history = {"city": [{"value": v, "timestamp": "x"} for v in versions]}
    web.post(READ, json={"results": [before]})
    web.post(READ, json={"results": [before | {"propertiesWithHistory": history}]})
    web.post(UPDATE, json={"results": [record("1")]})
    result = push(make_hubspot(), [make_shared()], describe=describe)[0]
    assert (result.state, result.restored) == (PushState.DONE, ())
    assert len(bodies(web, "/batch/update")) == 1


def test_task_without_unique_key_is_looked_up_in_search_and_listing(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """The search index lags: a task created a moment ago is in the listing only."""
    searched = record("11") | {"properties": {"kam_key": "act_1"}}
    listed = record("12") | {"properties": {"kam_key": "act_2"}}
    web.post(f"{ROOT}/tasks/search", json={"results": [searched]})
    web.get(f"{ROOT}/tasks", json={"results": [listed]})
    web.post(f"{ROOT}/tasks/batch/update", json={"results": [record("11"), record("12")]})
    web.post(f"{ROOT}/tasks/batch/create", status=201, json={"results": [_created("t-act_3")]})
    batch = [make_task(key) for key in ("act_1", "act_2", "act_3")]
    results = push(make_hubspot(), batch, describe=describe_without_unique)
    assert [r.ref for r in results] == ["11", "12", "13"]
    assert [r.created for r in results] == [False, False, True]
    assert bodies(web, "/batch/create")[0]["inputs"][0]["properties"]["kam_key"] == "act_3"


def test_new_task_is_linked_to_account_and_contact(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """An upsert makes no associations; they follow, with HubSpot's own type ids."""
    made = record("13", objectWriteTraceId="t-act_1", new=True)
    web.post(f"{ROOT}/tasks/batch/upsert", json={"results": [made]})
    links = "https://api.hubapi.com/crm/associations/2026-09/tasks"
    web.post(f"{links}/companies/batch/create", json={"results": []})
    web.post(f"{links}/contacts/batch/create", json={"results": []})
    to = (Link(object="companies", ref="7", type_id=192),)
    to += (Link(object="contacts", ref="8", type_id=204),)
    result = push(make_hubspot(), [make_task("act_1", links=to)], describe=describe)[0]
    sent = bodies(web, "companies/batch/create")[0]["inputs"][0]
    assert (result.state, result.created) == (PushState.DONE, True)
    assert (sent["from"], sent["to"]) == ({"id": "13"}, {"id": "7"})
    assert sent["types"][0]["associationTypeId"] == 192


def test_task_whose_links_failed_is_sent_again(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """Not linked is not done; the second sending finds the task by its key."""
    made = record("13", objectWriteTraceId="t-act_1", new=True)
    web.post(f"{ROOT}/tasks/batch/upsert", json={"results": [made]})
    links = "https://api.hubapi.com/crm/associations/2026-09/tasks/companies/batch/create"
    web.post(links, status=503, body="<html>")
    to = (Link(object="companies", ref="7", type_id=192),)
    client = make_hubspot(attempts=1)
    result = push(client, [make_task("act_1", links=to)], describe=describe)[0]
    assert result.state is PushState.RETRY


def test_the_mapping_may_ask_for_smaller_calls(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """``batch = { size = 2 }`` holds; HubSpot has no bulk job to choose."""
    web.add_callback(
        "POST",
        UPDATE,
        callback=lambda r: (
            200,
            {},
            json.dumps({"results": [record(x["id"]) for x in json.loads(r.body)["inputs"]]}),
        ),
    )
    batch = [make_change(number) for number in range(1, 6)]
    push(make_hubspot(), batch, describe=describe, batching=Batching(size=2, api=Api.BULK))
    assert [len(body["inputs"]) for body in bodies(web, "batch/update")] == [2, 2, 1]


def _created(trace: str) -> dict[str, Any]:
    return record("13", objectWriteTraceId=trace)
