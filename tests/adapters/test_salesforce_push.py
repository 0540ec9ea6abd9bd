"""Writing to Salesforce: results per record, no duplicates, no person overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable
from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_connector.model.settings import Secret
from kam_salesforce.push import batch_size, push

ROOT = "https://acme.my.salesforce.com/services/data/v66.0"
COLLECTION = f"{ROOT}/composite/sobjects"
GIVEN = {"client_id": "app", "client_secret": Secret("hush-secret")}
REFS = [f"00100000000000{n}" for n in range(1, 10)]


def make_change(number: int = 1, **values: Any) -> Change:
    """Return an update of one account."""
    given = {"KAM_Tier__c": "A"} | values
    ref = REFS[number - 1]
    return Change(id=f"c{number}", kind=Kind.ACCOUNT, object="Account", ref=ref, values=given)


def make_task(key: str, **facts: Any) -> Change:
    """Return an upsert of one task."""
    given = {"id": f"t-{key}", "kind": Kind.TASK, "object": "Task", "ref": None, "key": key}
    given |= {"key_field": "KAM_Key__c", "values": {"KAM_Key__c": key, "Subject": "Call"}}
    return Change(**(given | facts))


def describe(object_: str, *, unique: bool = True) -> ObjectSchema:
    """Return a schema with the fields that the tests write."""
    kinds = {"Id": FieldType.ID, "KAM_Tier__c": FieldType.TEXT, "Subject": FieldType.TEXT}
    kinds |= {"KAM_Health__c": FieldType.NUMBER, "LastModifiedDate": FieldType.DATETIME}
    fields = {n: FieldSchema(name=n, label=n, type=t) for n, t in kinds.items()}
    key = FieldSchema(
        name="KAM_Key__c", label="Key", type=FieldType.TEXT, unique=unique, external_id=True
    )
    locked = FieldSchema(name="IsWon", label="Won", type=FieldType.BOOLEAN, updateable=False)
    return ObjectSchema(object=object_, fields=fields | {"KAM_Key__c": key, "IsWon": locked})


def describe_without_unique(object_: str) -> ObjectSchema:
    """Return the schema of an org whose key field is not unique."""
    return describe(object_, unique=False)


def bodies(web: responses.RequestsMock, method: str) -> list[Mapping[str, Any]]:
    """Return the JSON bodies sent with a method, the sign-in apart."""
    sent = [c.request for c in web.calls if c.request.method == method]
    return [json.loads(r.body) for r in sent if "oauth2" not in str(r.url)]


def ok(ref: str, **more: Any) -> dict[str, Any]:
    """Return a row's success."""
    return {"id": ref, "success": True, "errors": [], **more}


def bad(code: str, *fields: str) -> dict[str, Any]:
    """Return a row's refusal, with a customer's text in it."""
    error = {"statusCode": code, "message": "Nordwind is wrong", "fields": list(fields)}
    return {"success": False, "errors": [error]}


@pytest.mark.parametrize(
    ("code", "ours", "state"),
    [
        ("REQUIRED_FIELD_MISSING", "KAM-3201", PushState.REFUSED),
        ("STRING_TOO_LONG", "KAM-3202", PushState.REFUSED),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "KAM-3203", PushState.REFUSED),
        ("ENTITY_IS_DELETED", "KAM-3206", PushState.REFUSED),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "KAM-3208", PushState.REFUSED),
        ("INACTIVE_OWNER_OR_USER", "KAM-3209", PushState.REFUSED),
        ("A_CODE_FROM_NEXT_YEAR", "KAM-3200", PushState.REFUSED),
        ("UNABLE_TO_LOCK_ROW", "KAM-3212", PushState.RETRY),
    ],
)
def test_refused_row_gets_our_code_and_none_of_its_text(
    web: responses.RequestsMock, make_salesforce: Any, code: str, ours: str, state: PushState
) -> None:
    """Each code has one of ours; the vendor's sentence may hold customers' data."""
    web.patch(COLLECTION, json=[ok(REFS[0]), bad(code, "KAM_Tier__c")])
    batch = [make_change(1), make_change(2)]
    results = push(make_salesforce(), batch, describe=describe)
    assert results[0].state is PushState.DONE
    assert (results[1].state, results[1].code) == (state, ours)
    assert results[1].fields == ("KAM_Tier__c",)
    assert "Nordwind" not in results[1].message


def test_request_refused_as_a_whole_is_halved_down_to_the_record(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """INV6: one unreadable record does not hold up the others."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        records = json.loads(request.body)["records"]
        poisoned = any(r.get("KAM_Tier__c") == "poison" for r in records)
        refusal = [{"errorCode": "JSON_PARSER_ERROR", "message": "Nordwind"}]
        good = [ok(r["id"]) for r in records]
        return (400, {}, json.dumps(refusal)) if poisoned else (200, {}, json.dumps(good))

    web.add_callback("PATCH", COLLECTION, callback=answer)
    batch = [make_change(n) for n in (1, 2)] + [make_change(3, KAM_Tier__c="poison")]
    batch += [make_change(4)]
    states = [r.state for r in push(make_salesforce(), batch, describe=describe)]
    done, refused = PushState.DONE, PushState.REFUSED
    assert states == [done, done, refused, done]


def test_numbers_go_out_as_numbers_and_none_as_null(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """The wire form follows the field's type."""
    web.patch(COLLECTION, json=[ok(REFS[0])])
    push(
        make_salesforce(), [make_change(1, KAM_Health__c="52", KAM_Tier__c=None)], describe=describe
    )
    record = bodies(web, "PATCH")[0]["records"][0]
    assert (record["KAM_Health__c"], record["KAM_Tier__c"]) == (52, None)
    assert record["attributes"] == {"type": "Account"}


def test_two_hundred_to_a_request(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """Salesforce takes 200 records a call; results keep the order of the changes."""
    web.add_callback(
        "PATCH",
        COLLECTION,
        callback=lambda r: (
            200,
            {},
            json.dumps([ok(x["id"]) for x in json.loads(r.body)["records"]]),
        ),
    )
    refs = [f"001{n:012d}" for n in range(450)]
    batch = [
        Change(id=f"c{r}", kind=Kind.ACCOUNT, object="Account", ref=r, values={"KAM_Tier__c": "A"})
        for r in refs
    ]
    results = push(make_salesforce(), batch, describe=describe)
    assert [r.ref for r in results] == refs
    assert [len(b["records"]) for b in bodies(web, "PATCH")] == [200, 200, 50]


def test_the_mapping_may_ask_for_smaller_calls(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """``batch = { size = 2 }``: an org with slow triggers is spared."""
    web.add_callback(
        "PATCH",
        COLLECTION,
        callback=lambda r: (
            200,
            {},
            json.dumps([ok(x["id"]) for x in json.loads(r.body)["records"]]),
        ),
    )
    refs = [f"001{n:012d}" for n in range(5)]
    batch = [
        Change(id=f"c{r}", kind=Kind.ACCOUNT, object="Account", ref=r, values={"KAM_Tier__c": "A"})
        for r in refs
    ]
    push(make_salesforce(), batch, describe=describe, batching=Batching(size=2))
    assert [len(b["records"]) for b in bodies(web, "PATCH")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("batching", "waiting", "size"),
    [
        (Batching(), 1999, 200),
        (Batching(), 2000, 2000),
        (Batching(), 60_000, 50_000),
        (Batching(bulk_from=300, size=50), 299, 50),
        (Batching(bulk_from=300, size=50), 300, 300),
        (Batching(api=Api.BULK), 3, 3),
        (Batching(api=Api.REST), 60_000, 200),
    ],
)
def test_how_many_go_at_once_follows_the_mapping(
    batching: Batching, waiting: int, size: int
) -> None:
    """A job takes all that wait, up to 50,000; a call what the mapping allows, up to 200."""
    assert batch_size(waiting, usual=2000, batching=batching) == size


def test_conditional_writes_go_twenty_five_to_a_call(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """A composite call takes no more parts, and each part has its own condition."""
    web.add_callback(
        "POST",
        f"{ROOT}/composite",
        callback=lambda r: (
            200,
            {},
            json.dumps(
                {
                    "compositeResponse": [
                        {"httpStatusCode": 204, "body": None}
                        for _ in json.loads(r.body)["compositeRequest"]
                    ]
                }
            ),
        ),
    )
    shared = frozenset({"KAM_Tier__c"})
    batch = [
        Change(
            id=f"c{n}",
            kind=Kind.ACCOUNT,
            object="Account",
            ref=f"001{n:012d}",
            values={"KAM_Tier__c": "A"},
            shared=shared,
            seen_modified_at=f"2026-11-20T10:00:{n:02d}.000Z",
        )
        for n in range(51)
    ]
    results = push(make_salesforce(), batch, describe=describe)
    calls = [body["compositeRequest"] for body in bodies(web, "POST")]
    since = [part["httpHeaders"]["If-Unmodified-Since"] for part in calls[1]]
    assert [r.change_id for r in results] == [c.id for c in batch]
    assert [len(call) for call in calls] == [25, 25, 1]
    assert since[0] == "Fri, 20 Nov 2026 10:00:25 GMT"


@pytest.mark.parametrize("ref", ["../../query", "001000000000001AAZ", "'"])
def test_what_is_no_id_never_reaches_a_url(make_salesforce: Any, ref: str) -> None:
    """D3: a ref is checked before anything is sent."""
    change = Change(
        id="c", kind=Kind.ACCOUNT, object="Account", ref=ref, values={"KAM_Tier__c": "A"}
    )
    result = push(make_salesforce(), [change], describe=describe)[0]
    assert (result.state, result.code) == (PushState.REFUSED, "KAM-3214")


def test_read_only_field_is_refused_before_sending(make_salesforce: Any) -> None:
    """A field our user may not write is named, at no cost."""
    result = push(make_salesforce(), [make_change(1, IsWon=True)], describe=describe)[0]
    assert (result.code, result.fields) == ("KAM-3205", ("IsWon",))


def test_task_without_unique_key_is_looked_up_first(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Where the key is not unique in the org, a look-up stands before each create."""
    found = {"records": [{"Id": REFS[0], "KAM_Key__c": "act_1"}], "done": True, "totalSize": 1}
    web.get(f"{ROOT}/queryAll/", json=found)
    web.patch(COLLECTION, json=[ok(REFS[0])])
    web.post(COLLECTION, json=[ok(REFS[1])])
    results = push(
        make_salesforce(),
        [make_task("act_1"), make_task("act_2")],
        describe=describe_without_unique,
    )
    assert [(r.ref, r.created) for r in results] == [(REFS[0], False), (REFS[1], True)]
    assert bodies(web, "POST")[0]["records"][0]["KAM_Key__c"] == "act_2"
    asked = next(str(c.request.url) for c in web.calls if "queryAll" in str(c.request.url))
    assert "IsDeleted+%3D+false" in asked  # one in the bin is no place to write to


def describe_with_parent(object_: str) -> ObjectSchema:
    """Return the schema of a detail object: its parent is given once."""
    plain = describe(object_)
    parent = FieldSchema(
        name="AccountPlanId", label="Plan", type=FieldType.REFERENCE, updateable=False
    )
    return replace(plain, fields={**plain.fields, "AccountPlanId": parent})


def make_objective(key: str) -> Change:
    """Return an upsert of one objective of a plan."""
    values = {"KAM_Key__c": key, "Subject": "Reach", "AccountPlanId": REFS[8]}
    return make_task(key, kind=Kind.OBJECTIVE, object="AccountPlanObjective", values=values)


def test_a_parent_is_given_once_and_never_again(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """An upsert would be refused where an earlier, unanswered one made the record."""
    found = {"records": [{"Id": REFS[0], "KAM_Key__c": "obj_1"}], "done": True, "totalSize": 1}
    web.get(f"{ROOT}/queryAll/", json=found)
    web.patch(COLLECTION, json=[ok(REFS[0])])
    web.post(COLLECTION, json=[ok(REFS[1])])
    batch = [make_objective("obj_1"), make_objective("obj_2")]
    results = push(make_salesforce(), batch, describe=describe_with_parent)
    assert [(r.ref, r.created) for r in results] == [(REFS[0], False), (REFS[1], True)]
    assert "AccountPlanId" not in bodies(web, "PATCH")[0]["records"][0]
    assert bodies(web, "POST")[0]["records"][0]["AccountPlanId"] == REFS[8]


def test_a_create_that_meets_our_own_key_is_tried_again(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """The request came twice: the record is there, and the next look finds it."""
    web.get(f"{ROOT}/queryAll/", json={"records": [], "done": True, "totalSize": 0})
    web.post(COLLECTION, json=[bad("DUPLICATE_VALUE", "KAM_Key__c")])
    batch = [make_objective("obj_1")]
    (result,) = push(make_salesforce(), batch, describe=describe_with_parent)
    assert result.state is PushState.RETRY


def test_key_on_several_records_is_refused(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Which of two tasks is ours cannot be known."""
    twice = [{"Id": ref, "KAM_Key__c": "act_1"} for ref in REFS[:2]]
    web.get(f"{ROOT}/queryAll/", json={"records": twice, "done": True, "totalSize": 2})
    result = push(make_salesforce(), [make_task("act_1")], describe=describe_without_unique)[0]
    assert (result.state, result.code) == (PushState.REFUSED, "KAM-3217")


def test_lost_answer_to_the_first_request_leaves_all_unknown(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Nothing is known: the caller may send the whole batch again."""
    web.patch(COLLECTION, status=503, body="<html>")
    with pytest.raises(CrmUnavailable):
        push(make_salesforce(attempts=1, **GIVEN), [make_change(1)], describe=describe)


def test_lost_answer_later_keeps_what_is_known(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Results that came stand; the rest waits."""
    web.patch(COLLECTION, json=[ok(REFS[0])])
    web.patch(f"{COLLECTION}/Task/KAM_Key__c", status=503, body="<html>")
    batch = [make_task("act_1"), make_change(1)]
    results = push(make_salesforce(attempts=1, **GIVEN), batch, describe=describe)
    assert [r.state for r in results] == [PushState.RETRY, PushState.DONE]
    assert results[0].code == "KAM-3103"


def test_conditional_write_whose_answer_was_lost_is_recognised(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """412 on a record that already holds our value means: it went through before."""
    change = Change(
        id="c",
        kind=Kind.ACCOUNT,
        object="Account",
        ref=REFS[0],
        values={"KAM_Tier__c": "ours"},
        shared=frozenset({"KAM_Tier__c"}),
        expected={"KAM_Tier__c": "before"},
        seen_modified_at="2026-11-20T10:00:00.000Z",
    )
    moved = {"httpStatusCode": 412, "body": [{"errorCode": "PRECONDITION_FAILED"}]}
    web.post(f"{ROOT}/composite", json={"compositeResponse": [moved]})
    current = {"Id": REFS[0], "KAM_Tier__c": "ours", "LastModifiedDate": "2026-11-21T06:00:00Z"}
    web.post(f"{COLLECTION}/Account", json=[current])
    result = push(make_salesforce(), [change], describe=describe)[0]
    sent = bodies(web, "POST")[0]["compositeRequest"][0]
    assert result.state is PushState.DONE
    assert sent["httpHeaders"] == {"If-Unmodified-Since": "Fri, 20 Nov 2026 10:00:00 GMT"}
