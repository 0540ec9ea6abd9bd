"""The sandbox's Salesforce: writes, and everything it refuses as the real one does."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce import Salesforce, SalesforceMoreThanOneRecord, SalesforceResourceNotFound

from kam_sandbox.salesforce.ids import INTEGRATION_USER

pytestmark = pytest.mark.enable_socket

EARLY = "Fri, 20 Nov 2026 05:59:59 GMT"
LATER = "Sat, 21 Nov 2026 05:59:59 GMT"


def collection(*rows: dict[str, Any], kind: str = "Task", **more: Any) -> dict[str, Any]:
    """Return a collection's document."""
    return {"records": [{"attributes": {"type": kind}} | row for row in rows], **more}


def test_a_minimal_task_gets_the_defaults(simple: Salesforce, sandbox: Any) -> None:
    """Subject is enough: status, priority and owner are defaulted, the account follows WhatId."""
    account = sandbox.add("Account")
    made = simple.Task.create({"Subject": "Appeler", "WhatId": account})
    task = simple.Task.get(made["id"])
    assert (task["Status"], task["Priority"]) == ("Not Started", "Normal")
    assert task["OwnerId"] == task["CreatedById"] == INTEGRATION_USER
    assert task["AccountId"] == account
    assert task["IsClosed"] is False


def test_completing_a_task_closes_it(simple: Salesforce, sandbox: Any) -> None:
    """Status Completed sets IsClosed and CompletedDateTime; reopening clears them."""
    task = sandbox.add("Task")
    simple.Task.update(task, {"Status": "Completed"})
    closed = simple.Task.get(task)
    simple.Task.update(task, {"Status": "In Progress"})
    reopened = simple.Task.get(task)
    assert closed["IsClosed"] is True
    assert closed["CompletedDateTime"].startswith("2026-11-21T06:00:")
    assert (reopened["IsClosed"], reopened["CompletedDateTime"]) == (False, None)


@pytest.mark.parametrize(
    ("object_", "values", "code"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING"),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG"),
        ("Account", {"Name": "A", "Nope__c": 1}, "INVALID_FIELD"),
        ("Account", {"Name": "A", "CreatedDate": "2026-01-01"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", {"Name": "A", "Id": "001000000000001"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", {"Name": 7}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "A", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "A", "AnnualRevenue": 1e30}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Account", {"Name": "A", "KAM_As_Of__c": "tomorrow"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "A", "CurrencyIsoCode": "EUR"}, "INVALID_FIELD"),
        ("Account", {"Name": "A", "ParentId": "nonsense"}, "MALFORMED_ID"),
        ("Account", {"Name": "A", "ParentId": "003000000000001"}, "MALFORMED_ID"),
        ("Account", {"Name": "A", "ParentId": "001000000000001"}, "INVALID_CROSS_REFERENCE_KEY"),
        ("Contact", {"LastName": "A", "Email": "no address"}, "INVALID_EMAIL_ADDRESS"),
        (
            "Task",
            {"Subject": "A", "TaskSubtype": "Dance"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
        ("Opportunity", {"Name": "A", "StageName": "Prospecting"}, "REQUIRED_FIELD_MISSING"),
    ],
)
def test_what_the_real_one_refuses_is_refused(
    sandbox: Any, object_: str, values: dict[str, Any], code: str
) -> None:
    """A row that breaks the schema is a 400 with Salesforce's code, and nothing is written."""
    answer = sandbox.call("POST", f"sobjects/{object_}", json=values)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == code
    assert list(sandbox.world.salesforce.all(object_)) == []


def test_an_inactive_owner_is_refused(sandbox: Any) -> None:
    """A task cannot be given to a user who has left."""
    user = {"LastName": "Gone", "IsActive": False}
    gone = sandbox.world.salesforce.insert("User", user, by=INTEGRATION_USER).id
    answer = sandbox.call("POST", "sobjects/Task", json={"Subject": "A", "OwnerId": gone})
    assert answer.json()[0]["errorCode"] == "INACTIVE_OWNER_OR_USER"


def test_a_deleted_row_says_so(simple: Salesforce, sandbox: Any) -> None:
    """Deleting an account takes its contacts along; both answer 404 ENTITY_IS_DELETED."""
    account = sandbox.add("Account")
    contact = sandbox.add("Contact", AccountId=account)
    simple.Account.delete(account)
    with pytest.raises(SalesforceResourceNotFound) as caught:
        simple.Contact.get(contact)
    assert caught.value.content[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_conditional_patch_protects_a_persons_edit(sandbox: Any) -> None:
    """If-Unmodified-Since before the last change is 412 and writes nothing; after it is 204."""
    account = sandbox.add("Account", Rating="Warm")
    path, change = f"sobjects/Account/{account}", {"Rating": "Hot"}
    late = sandbox.call("PATCH", path, json=change, headers={"If-Unmodified-Since": EARLY})
    kept = sandbox.call("GET", path).json()["Rating"]
    in_time = sandbox.call("PATCH", path, json=change, headers={"If-Unmodified-Since": LATER})
    unread = sandbox.call(
        "GET", path, headers={"If-Modified-Since": "Sun, 22 Nov 2026 06:00:00 GMT"}
    )
    assert (late.status_code, kept, in_time.status_code) == (412, "Warm", 204)
    assert unread.status_code == 304


def test_upsert_by_external_id(sandbox: Any) -> None:
    """201 creates, 200 changes the same row; the key may not stand in the body as well."""
    path = "sobjects/Task/KAM_Key__c/a-1"
    first = sandbox.call("PATCH", path, json={"Subject": "One"})
    second = sandbox.call("PATCH", path, json={"Subject": "Two"})
    doubled = sandbox.call("PATCH", path, json={"Subject": "Two", "KAM_Key__c": "a-1"})
    wrong = sandbox.call("PATCH", "sobjects/Task/Subject/a-1", json={"Priority": "High"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    assert doubled.json()[0]["errorCode"] == "INVALID_FIELD"
    assert wrong.status_code == 404


def test_an_external_id_may_hold_any_text(sandbox: Any) -> None:
    """Slashes, percent signs and accents in the path are read once."""
    path = "sobjects/Task/KAM_Key__c/a%2Fb%2525%C3%A9"
    made = sandbox.call("PATCH", path, json={"Subject": "One"})
    key = sandbox.query("SELECT KAM_Key__c FROM Task")[0]["KAM_Key__c"]
    assert made.status_code == 201
    assert key == "a/b%25é"


def test_a_new_address_clears_the_bounce(simple: Salesforce, sandbox: Any) -> None:
    """Correcting a bounced e-mail address forgets that the old one bounced."""
    bounced = {"EmailBouncedDate": "2026-11-18T09:00:00.000Z", "Email": "old@acme.example"}
    contact = sandbox.add("Contact", **bounced)
    before = simple.Contact.get(contact)["IsEmailBounced"]
    simple.Contact.update(contact, {"Email": "new@acme.example"})
    after = simple.Contact.get(contact)
    assert before is True
    assert (after["IsEmailBounced"], after["EmailBouncedDate"]) == (False, None)


def test_an_ambiguous_external_id_is_300(simple: Salesforce, sandbox: Any) -> None:
    """An e-mail shared by two contacts answers the list of both."""
    sandbox.add("Contact", Email="a@acme.example")
    sandbox.add("Contact", Email="A@acme.example")
    with pytest.raises(SalesforceMoreThanOneRecord) as caught:
        simple.Contact.upsert("Email/a@acme.example", {"LastName": "Both"})
    assert len(caught.value.content) == 2


def test_a_unique_key_is_unique(sandbox: Any) -> None:
    """A second task with our key is DUPLICATE_VALUE, whatever its case."""
    sandbox.add("Task", KAM_Key__c="a-1")
    answer = sandbox.call("POST", "sobjects/Task", json={"Subject": "x", "KAM_Key__c": "A-1"})
    assert answer.json()[0]["errorCode"] == "DUPLICATE_VALUE"


def test_a_collection_answers_row_by_row(sandbox: Any) -> None:
    """One bad row does not stop the others; its error says statusCode and has no id."""
    rows = collection({"Subject": "Good"}, {"Subject": "x" * 256})
    answer = sandbox.call("POST", "composite/sobjects", json=rows)
    good, bad = answer.json()
    assert answer.status_code == 200
    assert good["success"]
    assert bad["errors"][0]["statusCode"] == "STRING_TOO_LONG"
    assert "id" not in bad


def test_all_or_none_takes_everything_back(sandbox: Any) -> None:
    """With allOrNone the good row is rolled back, and its history with it."""
    account, other = sandbox.add("Account", Rating="Warm"), sandbox.add("Account")
    rows = collection(
        {"id": account, "Rating": "Hot"},
        {"id": other, "Name": None},
        kind="Account",
        allOrNone=True,
    )
    before = len(sandbox.world.salesforce.history)
    answer = sandbox.call("PATCH", "composite/sobjects", json=rows).json()
    assert answer[0]["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert answer[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert sandbox.query("SELECT Rating FROM Account")[0]["Rating"] == "Warm"
    assert len(sandbox.world.salesforce.history) == before


def test_a_collection_upserts_by_key(simple: Salesforce) -> None:
    """Rows match on the external id in each; the same key twice in a call is refused."""
    path = "composite/sobjects/Task/KAM_Key__c"
    rows = collection({"KAM_Key__c": "a", "Subject": "A"}, {"KAM_Key__c": "b", "Subject": "B"})
    first = simple.restful(path, method="PATCH", json=rows)
    second = simple.restful(path, method="PATCH", json=rows)
    twice = collection({"KAM_Key__c": "c", "Subject": "A"}, {"KAM_Key__c": "c", "Subject": "B"})
    refused = simple.restful(path, method="PATCH", json=twice)
    assert [row["created"] for row in first] == [True, True]
    assert [row["created"] for row in second] == [False, False]
    assert [row["success"] for row in refused] == [False, False]


def test_a_collection_holds_200_rows(sandbox: Any) -> None:
    """The 201st row makes the whole call a 400."""
    rows = collection(*({"Subject": str(number)} for number in range(201)))
    answer = sandbox.call("POST", "composite/sobjects", json=rows)
    assert answer.status_code == 400
    assert list(sandbox.world.salesforce.all("Task")) == []


def test_rows_are_retrieved_and_deleted_together(sandbox: Any) -> None:
    """Retrieve keeps the order and gives null for what is gone."""
    one, two = sandbox.add("Account", Name="One"), sandbox.add("Account", Name="Two")
    deleted = sandbox.call("DELETE", "composite/sobjects", params={"ids": one}).json()
    wanted = {"ids": [two, one], "fields": ["Name"]}
    rows = sandbox.call("POST", "composite/sobjects/Account", json=wanted).json()
    assert deleted == [{"id": one, "success": True, "errors": []}]
    assert rows[0]["Name"] == "Two"
    assert rows[1] is None


def test_composite_honours_each_parts_headers(sandbox: Any) -> None:
    """A conditional PATCH inside a composite is refused alone; references are filled in."""
    account = sandbox.add("Account")
    root = "/services/data/v66.0/sobjects"
    document = {
        "compositeRequest": [
            {
                "method": "PATCH",
                "url": f"{root}/Account/{account}",
                "referenceId": "late",
                "body": {"Rating": "Hot"},
                "httpHeaders": {"If-Unmodified-Since": EARLY},
            },
            {
                "method": "POST",
                "url": f"{root}/Contact",
                "referenceId": "made",
                "body": {"LastName": "Martin", "AccountId": account},
            },
            {"method": "GET", "url": f"{root}/Contact/@{{made.id}}", "referenceId": "seen"},
        ]
    }
    answer = sandbox.call("POST", "composite", json=document).json()["compositeResponse"]
    assert [part["httpStatusCode"] for part in answer] == [412, 201, 200]
    assert answer[2]["body"]["AccountId"] == account
    assert sandbox.query("SELECT Rating FROM Account")[0]["Rating"] is None


def test_composite_all_or_none_halts_the_rest(sandbox: Any) -> None:
    """One failure takes every part back and marks the others PROCESSING_HALTED."""
    url = "/services/data/v66.0/sobjects/Account"
    parts = [
        {"method": "POST", "url": url, "referenceId": "good", "body": {"Name": "A"}},
        {"method": "POST", "url": url, "referenceId": "bad", "body": {}},
    ]
    document = {"allOrNone": True, "compositeRequest": parts}
    answer = sandbox.call("POST", "composite", json=document).json()["compositeResponse"]
    codes = [part["body"][0]["errorCode"] for part in answer]
    assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    assert list(sandbox.world.salesforce.all("Account")) == []


def test_composite_takes_25_parts(sandbox: Any) -> None:
    """The 26th part makes the call a 400."""
    part = {"method": "GET", "url": "/services/data/v66.0/limits"}
    parts = [part | {"referenceId": f"r{number}"} for number in range(26)]
    answer = sandbox.call("POST", "composite", json={"compositeRequest": parts})
    assert answer.status_code == 400


def test_numbers_are_rounded_to_their_scale(simple: Salesforce, sandbox: Any) -> None:
    """A score of 51.5 in a whole-number field is stored as 52, and read as 52.0."""
    account = sandbox.add("Account")
    simple.Account.update(account, {"KAM_Health__c": 51.5})
    assert simple.Account.get(account)["KAM_Health__c"] == 52.0


def test_a_stage_brings_its_probability(simple: Salesforce, sandbox: Any) -> None:
    """Moving an opportunity to Closed Won wins it and sets 100 per cent."""
    opportunity = sandbox.add("Opportunity", Probability=35, Amount=1000)
    simple.Opportunity.update(opportunity, {"StageName": "Closed Won"})
    row = simple.Opportunity.get(opportunity)
    assert (row["IsWon"], row["IsClosed"], row["Probability"]) == (True, True, 100.0)
    assert row["LastStageChangeDate"] is not None
