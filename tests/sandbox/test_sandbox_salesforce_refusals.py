"""Requests that an org refuses, each with the code that it answers."""

from __future__ import annotations

from typing import Any

import pytest

from kam_sandbox.salesforce.ids import to_18

pytestmark = pytest.mark.enable_socket

ACCOUNT = to_18("001KS0000000001")


def code(answer: Any) -> tuple[int, str]:
    """Return status and code of an answer."""
    return answer.status_code, answer.json()[0]["errorCode"]


@pytest.mark.parametrize(
    ("soql", "expected", "words"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD", "ERROR at Row:1:Column:8\nNo such column"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "ERROR at Row:1:Column:16\nsObject type 'Nope'"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY", "Column:37"),
        ("SELECT Id FROM Account WHERE Name = 'a\\qb'", "MALFORMED_QUERY", "Illegal character"),
        ("SELECT Id Name FROM Account", "MALFORMED_QUERY", "only aggregate expressions use"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Account WHERE BillingAddress = 'x'", "INVALID_FIELD", "Distance"),
        ("SELECT Id FROM Opportunity WHERE HasOpenActivity = true", "INVALID_FIELD", "filtered"),
        ("SELECT Id FROM Account ORDER BY Description", "MALFORMED_QUERY", "can not be sorted"),
        ("SELECT COUNT(Id) FROM Account GROUP BY AnnualRevenue", "MALFORMED_QUERY", "grouped"),
        ("SELECT COUNT(Id) FROM Case GROUP BY CaseNumber", "MALFORMED_QUERY", "grouped"),
        ("SELECT COUNT(Id) FROM Event GROUP BY Subject", "MALFORMED_QUERY", "grouped"),
        ("SELECT COUNT() FROM Account GROUP BY Type", "MALFORMED_QUERY", "stand alone"),
        ("SELECT MAX(BillingAddress) FROM Account", "MALFORMED_QUERY", "aggregate operator MAX"),
        ("SELECT MAX(IsDeleted) FROM Account", "MALFORMED_QUERY", "aggregate operator MAX"),
        ("SELECT Type x, COUNT(Id) X FROM Account GROUP BY Type", "MALFORMED_QUERY", "duplicate"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-02-30T00:00:00Z", "INVALID_FIELD", ""),
        ("SELECT Id FROM Account WHERE LastActivityDate > 2026-02-30", "INVALID_FIELD", "date"),
        ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:9999999", "MALFORMED_QUERY", ""),
        (
            "SELECT Id FROM Account WHERE Id = '001KS0000000abcAAZ'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID field",
        ),
        (
            "SELECT Id FROM Account WHERE IsDeleted > true",
            "INVALID_QUERY_FILTER_OPERATOR",
            "boolean",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)",
            "MALFORMED_QUERY",
            "should point to the same object type",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)",
            "MALFORMED_QUERY",
            "should point to the same object type",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Id, AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "one field",
        ),
        (
            "SELECT Owner.Manager.Manager.Manager.Manager.Manager.Name FROM Account",
            "INVALID_FIELD",
            "5",
        ),
        ("SELECT Id FROM Account" + ", x" * 4 + " LIMIT 1", "MALFORMED_QUERY", "unexpected token"),
    ],
)
def test_a_statement_is_refused_with_its_code(
    sandbox: Any, soql: str, expected: str, words: str
) -> None:
    """The code is Salesforce's, and the message draws where it is wrong."""
    answer = sandbox.call("GET", "query", params={"q": soql})
    assert code(answer) == (400, expected)
    assert words in answer.json()[0]["message"]


def test_a_statement_has_at_most_100_000_characters(sandbox: Any) -> None:
    """A bulk job, which no address limits, is refused by the statement's length."""
    soql = "SELECT Id FROM Account WHERE Name IN ('" + "','".join(["name"] * 15_000) + "')"
    job = {"operation": "query", "query": soql}
    assert code(sandbox.call("POST", "jobs/query", json=job)) == (400, "MALFORMED_QUERY")


def test_many_values_are_no_limit_in_themselves(sandbox: Any) -> None:
    """Thousands of values in one IN are taken, as long as the statement is not too long."""
    soql = "SELECT Id FROM Account WHERE Name IN ('" + "','".join(["n"] * 9_000) + "')"
    job = {"operation": "query", "query": soql}
    assert sandbox.call("POST", "jobs/query", json=job).status_code == 200


def test_groups_come_in_one_batch(sandbox: Any) -> None:
    """More groups than a page holds cannot be read on."""
    for number in range(201):
        sandbox.add("Account", Name=f"A{number}")
    params = {"q": "SELECT Name n, COUNT(Id) FROM Account GROUP BY Name"}
    headers = {"Sforce-Query-Options": "batchSize=200"}
    refused = sandbox.call("GET", "query", params=params, headers=headers)
    taken = sandbox.call("GET", "query", params=params).json()
    assert code(refused) == (400, "EXCEEDED_ID_LIMIT")
    assert (taken["done"], taken["records"][0]["n"]) == (True, "A0")


def test_children_of_children_are_shown(sandbox: Any) -> None:
    """Five levels of subqueries are read since version 58."""
    account = sandbox.add("Account")
    contact = sandbox.add("Contact", AccountId=account)
    sandbox.add("Case", ContactId=contact, Subject="S")
    soql = "SELECT Id, (SELECT Id, (SELECT Subject FROM Cases) FROM Contacts) FROM Account"
    (row,) = sandbox.query(soql)
    assert row["Contacts"]["records"][0]["Cases"]["records"][0]["Subject"] == "S"


def test_dates_of_whole_periods_ago_are_known(sandbox: Any) -> None:
    """N_MONTHS_AGO:1 is the calendar month before this one."""
    sandbox.add("Opportunity", CloseDate="2026-10-31")
    sandbox.add("Opportunity", CloseDate="2026-11-01")
    soql = "SELECT CloseDate FROM Opportunity WHERE CloseDate = N_MONTHS_AGO:1"
    assert [row["CloseDate"] for row in sandbox.query(soql)] == ["2026-10-31"]


@pytest.mark.parametrize(
    ("object_", "row", "expected"),
    [
        ("Account", {"Name": "x", "OwnerId": None}, "REQUIRED_FIELD_MISSING"),
        ("Account", {"Name": "x", "ParentId": "001KS0000000abcAAZ"}, "MALFORMED_ID"),
        ("Account", {"Name": "x", "ParentId": ACCOUNT}, "INVALID_CROSS_REFERENCE_KEY"),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG"),
        ("Account", {"Name": 5}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "CleanStatus": "No"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Account", {"Name": "x", "Open_Pipeline__c": 1}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Task", {"ReminderDateTime": "0001-01-01T00:00:00+14:00"}, "JSON_PARSER_ERROR"),
        ("Event", {"Subject": "no time"}, "REQUIRED_FIELD_MISSING"),
        (
            "Event",
            {"StartDateTime": "2026-12-01T10:00:00Z", "EndDateTime": "2026-12-01T09:00:00Z"},
            "FIELD_INTEGRITY_EXCEPTION",
        ),
    ],
)
def test_a_row_is_refused_with_its_code(
    sandbox: Any, object_: str, row: dict[str, Any], expected: str
) -> None:
    """Nothing is written."""
    answer = sandbox.call("POST", f"sobjects/{object_}", json=row)
    assert code(answer) == (400, expected)
    assert sandbox.query(f"SELECT Id FROM {object_}") == []


def test_an_id_may_have_lost_its_case(sandbox: Any) -> None:
    """Eighteen characters bring the case back; fifteen have to be right."""
    account = sandbox.add("Account")
    upper = sandbox.call("GET", f"sobjects/Account/{account.upper()}")
    assert upper.json()["Id"] == account
    assert code(sandbox.call("GET", f"sobjects/Account/{account[:15].lower()}")) == (
        404,
        "NOT_FOUND",
    )
    assert code(sandbox.call("GET", f"sobjects/Account/{account[:17]}9")) == (400, "MALFORMED_ID")


def test_a_hierarchy_has_no_circle(sandbox: Any) -> None:
    """Neither an account above itself nor people who report to each other."""
    account, boss = sandbox.add("Account"), sandbox.add("Contact")
    report = sandbox.add("Contact", ReportsToId=boss)
    itself = sandbox.call("PATCH", f"sobjects/Account/{account}", json={"ParentId": account})
    circle = sandbox.call("PATCH", f"sobjects/Contact/{boss}", json={"ReportsToId": report})
    assert code(itself) == (400, "CIRCULAR_DEPENDENCY")
    assert code(circle) == (400, "CIRCULAR_DEPENDENCY")


def test_a_leads_task_is_about_nothing(sandbox: Any) -> None:
    """Who is a lead leaves no place for what."""
    lead = sandbox.add("Lead", LastName="Roy", Company="Roy SA")
    row = {"Subject": "Call", "WhoId": lead, "WhatId": sandbox.add("Account")}
    answer = sandbox.call("POST", "sobjects/Task", json=row)
    assert code(answer) == (400, "FIELD_INTEGRITY_EXCEPTION")


def test_a_direct_relation_stays(make_sandbox: Any) -> None:
    """It goes with the contact's account only, and no pair has two relations."""
    sandbox = make_sandbox(features=frozenset({"contacts_to_multiple_accounts"}))
    account = sandbox.add("Account")
    row = {"LastName": "Roy", "AccountId": account}
    contact = sandbox.call("POST", "sobjects/Contact", json=row).json()["id"]
    (relation,) = sandbox.query("SELECT Id FROM AccountContactRelation")
    path = f"sobjects/AccountContactRelation/{relation['Id']}"
    again = {"AccountId": account, "ContactId": contact}
    second = sandbox.call("POST", "sobjects/AccountContactRelation", json=again)
    assert code(sandbox.call("DELETE", path)) == (400, "DELETE_FAILED")
    assert code(sandbox.call("PATCH", path, json={"IsDirect": False}))[1] == (
        "INVALID_FIELD_FOR_INSERT_UPDATE"
    )
    assert code(second) == (400, "DUPLICATE_VALUE")


def test_a_record_stands_once_in_a_collection(sandbox: Any) -> None:
    """Both rows that name it fail, whichever form its id has; deletes too."""
    account, other = sandbox.add("Account"), sandbox.add("Account")
    kind = {"attributes": {"type": "Account"}}
    rows = [kind | {"Id": id_, "Site": "x"} for id_ in (account, account[:15], other)]
    changed = sandbox.call("PATCH", "composite/sobjects", json={"records": rows}).json()
    params = {"ids": f"{account},{account}"}
    gone = sandbox.call("DELETE", "composite/sobjects", params=params).json()
    codes = [row["errors"][0]["statusCode"] for row in changed[:2] + gone]
    assert codes == ["DUPLICATE_VALUE"] * 4
    assert changed[2]["success"]


def test_a_collection_changes_its_type_nine_times(sandbox: Any) -> None:
    """Ten runs of one type are taken, eleven are not."""
    one = {"attributes": {"type": "Account"}, "Name": "x"}
    two = {"attributes": {"type": "Contact"}, "LastName": "x"}
    taken = sandbox.call("POST", "composite/sobjects", json={"records": [one, two] * 5})
    refused = sandbox.call("POST", "composite/sobjects", json={"records": [one, two] * 6})
    assert all(row["success"] for row in taken.json())
    assert code(refused) == (400, "LIMIT_EXCEEDED")


@pytest.mark.parametrize(
    "body",
    [
        {"compositeRequest": [{"method": "GET", "url": 5, "referenceId": "r"}]},
        {
            "compositeRequest": [
                {"method": "GET", "url": "/x", "referenceId": "r", "httpHeaders": 1}
            ]
        },
        {"compositeRequest": [{"method": "GET", "url": "/x", "referenceId": "not a name"}]},
        {"compositeRequest": []},
        {"batchRequests": [1]},
        {"batchRequests": [{}]},
    ],
)
def test_a_misshapen_composite_is_refused_whole(sandbox: Any, body: dict[str, Any]) -> None:
    """A part of another shape is no crash."""
    page = "composite/batch" if "batchRequests" in body else "composite"
    assert code(sandbox.call("POST", page, json=body))[0] == 400


@pytest.mark.parametrize("body", [{"ids": [1], "fields": ["Id"]}, {"ids": "x"}, {"ids": [ACCOUNT]}])
def test_a_misshapen_retrieve_is_refused(sandbox: Any, body: dict[str, Any]) -> None:
    """Ids and fields are both lists of text."""
    answer = sandbox.call("POST", "composite/sobjects/Account", json=body)
    assert code(answer) == (400, "MISSING_ARGUMENT")


def test_other_content_is_refused(sandbox: Any) -> None:
    """A form or plain text is not read as JSON."""
    headers = {"Content-Type": "text/plain"}
    answer = sandbox.call("POST", "sobjects/Account", data='{"Name": "x"}', headers=headers)
    assert code(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("object_", ["CaseStatus", "ContractStatus", "TaskPriority", "TaskStatus"])
def test_bulk_does_not_read_lists_of_values(sandbox: Any, object_: str) -> None:
    """REST reads them, a bulk job does not."""
    job = {"operation": "queryAll", "query": f"SELECT Id FROM {object_}"}
    assert code(sandbox.call("POST", "jobs/query", json=job)) == (400, "INVALIDENTITY")
    assert len(sandbox.query(f"SELECT MasterLabel FROM {object_} ORDER BY SortOrder")) >= 3


def _load(sandbox: Any, operation: str, csv: str) -> tuple[dict[str, Any], str]:
    """Run an ingest job on Account to its end; return it and its failed rows."""
    job = {"object": "Account", "operation": operation, "contentType": "CSV", "lineEnding": "LF"}
    path = f"jobs/ingest/{sandbox.call('POST', 'jobs/ingest', json=job).json()['id']}"
    headers = {"Content-Type": "text/csv"}
    sandbox.call("PUT", f"{path}/batches", data=csv.encode(), headers=headers)
    sandbox.call("PATCH", path, json={"state": "UploadComplete"})
    looks = [sandbox.call("GET", path).json() for _ in range(2)]
    return looks[-1], sandbox.call("GET", f"{path}/failedResults").text


def test_a_cell_of_the_wrong_type_fails_its_row(sandbox: Any) -> None:
    """Bulk has its own code for what REST calls a parser error."""
    _, failed = _load(sandbox, "insert", "Name,AnnualRevenue,IsDeleted\nA,lots,\nB,1,maybe\n")
    assert failed.count("INVALID_TYPE_ON_FIELD_IN_RECORD") == 2


def test_an_open_quote_fails_the_whole_file(sandbox: Any) -> None:
    """Nothing of a file that does not read is written."""
    job, _ = _load(sandbox, "insert", 'Name\nA\n"B\n')
    assert job["state"] == "Failed"
    assert job["errorMessage"].startswith("InvalidBatch : Failed to parse CSV")
    assert sandbox.query("SELECT Id FROM Account") == []


def test_a_record_stands_once_in_a_chunk_of_a_load(sandbox: Any) -> None:
    """Rows of one chunk that name the same record fail, the others do not."""
    account, other = sandbox.add("Account"), sandbox.add("Account")
    job, failed = _load(sandbox, "update", f"Id,Site\n{account},1\n{account},2\n{other},3\n")
    assert (job["numberRecordsFailed"], failed.count("DUPLICATE_VALUE")) == (2, 2)
