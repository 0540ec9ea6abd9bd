"""The control plane: faults, the clock, a person's edits, the log."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from kam_sandbox.faults import Faults

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop_before"}, requests.ConnectionError),
        ({"kind": "commit_then_drop"}, requests.ConnectionError),
        ({"kind": "truncate"}, requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_line_fault_strikes_once(sandbox: Any, fault: dict[str, Any], error: type) -> None:
    """The matching call breaks in the named way, the next one is served."""
    sandbox.control("POST", "faults", json=fault | {"match": "GET /services/data/v66.0/limits"})
    with pytest.raises(error):
        sandbox.call("GET", "limits")
    assert sandbox.call("GET", "limits").status_code == 200


def test_commit_then_drop_has_written(sandbox: Any) -> None:
    """The row is there although no answer came; drop_before writes nothing."""
    sandbox.control("POST", "faults", json=[{"kind": "commit_then_drop"}, {"kind": "drop_before"}])
    with pytest.raises(requests.ConnectionError):
        sandbox.call("POST", "sobjects/Account", json={"Name": "Written"})
    with pytest.raises(requests.ConnectionError):
        sandbox.call("POST", "sobjects/Account", json={"Name": "Lost"})
    assert [row["Name"] for row in sandbox.query("SELECT Name FROM Account")] == ["Written"]


def test_status_and_html_faults_answer_in_place_of_the_crm(sandbox: Any) -> None:
    """A scheduled status comes with its headers and body; html is a page of text."""
    body = [{"errorCode": "SERVER_UNAVAILABLE", "message": "later"}]
    status = {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}, "body": body}
    sandbox.control("POST", "faults", json=[status, {"kind": "html", "status": 502}])
    first, second = sandbox.call("GET", "limits"), sandbox.call("GET", "limits")
    assert (first.status_code, first.headers["Retry-After"], first.json()) == (503, "1", body)
    assert (second.status_code, second.headers["Content-Type"]) == (502, "text/html")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("garble", "Extra data|Expecting|Invalid|Unterminated|control"),
        ("zip_truncate", "Expecting"),
    ],
)
def test_a_spoiled_answer_is_whole_in_length_and_no_json(
    sandbox: Any, kind: str, told: str
) -> None:
    """Nothing on the line tells: only who reads the body finds out."""
    sandbox.control("POST", "faults", json={"kind": kind, "match": "limits"})
    answer = sandbox.call("GET", "limits")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=told):
        answer.json()


def test_an_answer_can_be_mislabelled_and_a_page_served_twice(sandbox: Any) -> None:
    """The label is wrong and the body right; a repeated answer is the one before it."""
    sandbox.control("POST", "faults", json={"kind": "mislabel", "match": "limits"})
    assert sandbox.call("GET", "limits").headers["Content-Type"] == "text/html"
    first = sandbox.query("SELECT Id FROM Account")
    sandbox.call("POST", "sobjects/Account", json={"Name": "New"})
    sandbox.control("POST", "faults", json={"kind": "repeat", "match": "query"})
    assert sandbox.query("SELECT Id FROM Account") == first


def test_a_fault_waits_for_its_turn(sandbox: Any) -> None:
    """With after=1 and times=1 only the second matching call suffers."""
    sandbox.control("POST", "faults", json={"kind": "status", "after": 1, "match": "limits"})
    codes = [sandbox.call("GET", "limits").status_code for _ in range(3)]
    assert codes == [200, 503, 200]


@pytest.mark.parametrize(
    "wrong", [{"kind": "flood"}, {"kind": "slow", "every": 2}, {"kind": "slow", "times": "2"}, {}]
)
def test_a_fault_that_is_not_known_is_refused(wrong: dict[str, Any]) -> None:
    """A typing error in a test's fault must not pass in silence."""
    with pytest.raises(ValueError, match="known"):
        Faults().schedule(wrong)


def test_faults_of_the_crm_itself(sandbox: Any) -> None:
    """An expired token, a locked row and a used-up allowance answer as Salesforce does."""
    account = sandbox.add("Account")
    for kind in ("expire_token", "lock_row", "rate_limit"):
        sandbox.control("POST", "faults", json={"kind": kind, "match": "PATCH"})
    path, change = f"sobjects/Account/{account}", {"Rating": "Hot"}
    answers = [sandbox.call("PATCH", path, json=change) for _ in range(4)]
    codes = [answer.json()[0]["errorCode"] for answer in answers[:3]]
    assert codes == ["INVALID_SESSION_ID", "REQUEST_LIMIT_EXCEEDED", "UNABLE_TO_LOCK_ROW"]
    assert answers[3].status_code == 204


def test_a_rule_of_the_org_can_refuse_a_row(sandbox: Any) -> None:
    """The scheduled refusal strikes one row of a collection, with the code asked for."""
    rule = {"code": "DUPLICATES_DETECTED", "message": "Use one of these records?"}
    sandbox.control("POST", "faults", json={"kind": "refuse_row", "body": rule, "after": 1})
    rows = [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", "B", "C")]
    answer = sandbox.call("POST", "composite/sobjects", json={"records": rows}).json()
    assert [row["success"] for row in answer] == [True, False, True]
    assert answer[1]["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"


def test_a_locator_can_expire(sandbox: Any) -> None:
    """The scheduled expiry makes the next page a 400."""
    for number in range(201):
        sandbox.add("Account", Name=str(number))
    sandbox.control("POST", "faults", json={"kind": "locator_expired"})
    headers = {"Sforce-Query-Options": "batchSize=200"}
    first = sandbox.call("GET", "query", params={"q": "SELECT Id FROM Account"}, headers=headers)
    url = sandbox.addresses.salesforce + first.json()["nextRecordsUrl"]
    answer = sandbox.session.get(url, timeout=10)
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_field_can_vanish(sandbox: Any) -> None:
    """Drift removes the field from describe, query and write, until the faults are cleared."""
    drift = {"kind": "schema_drift", "object": "Account", "field": "KAM_Risk__c"}
    sandbox.control("POST", "faults", json=drift)
    params = {"q": "SELECT KAM_Risk__c FROM Account"}
    gone = sandbox.call("GET", "query", params=params)
    names = [
        field["name"] for field in sandbox.call("GET", "sobjects/Account/describe").json()["fields"]
    ]
    sandbox.control("DELETE", "faults")
    assert gone.json()[0]["errorCode"] == "INVALID_FIELD"
    assert "KAM_Risk__c" not in names
    assert sandbox.call("GET", "query", params=params).status_code == 200


def test_a_late_row_appears_with_its_old_stamp(sandbox: Any) -> None:
    """A row committed late is hidden first and then shows a stamp from before."""
    late = {"kind": "late_visible", "object": "Account", "seconds": 60}
    sandbox.control("POST", "faults", json=late)
    sandbox.call("POST", "sobjects/Account", json={"Name": "Late"})
    hidden = sandbox.query("SELECT Id FROM Account")
    sandbox.control("POST", "clock", json={"advance_s": 61})
    seen = sandbox.query("SELECT SystemModstamp FROM Account")
    assert hidden == []
    assert seen[0]["SystemModstamp"].startswith("2026-11-21T06:00:")


def test_the_clock_rules_dates(sandbox: Any) -> None:
    """Setting the clock moves the Date header and every later stamp."""
    sandbox.control("POST", "clock", json={"set": "2027-01-30T08:00:00Z"})
    answer = sandbox.call("GET", "limits")
    assert answer.headers["Date"].startswith("Sat, 30 Jan 2027 08:00:")


def test_a_person_edits_and_history_tells(sandbox: Any) -> None:
    """An edit is stamped with the person, and its history keeps before and after."""
    account = sandbox.add("Account", Rating="Warm")
    edit = {"object": "Account", "id": account, "by": "005PERSON", "set": {"Rating": "Hot"}}
    after = sandbox.control("POST", "edit", json=edit)
    history = sandbox.control("GET", f"history?object=Account&id={account}")
    assert (after["fields"]["Rating"], after["modified_by"]) == ("Hot", "005PERSON")
    assert (history[-1]["before"], history[-1]["after"]) == ("Warm", "Hot")


def test_a_person_completes_a_task(sandbox: Any) -> None:
    """Completing a task on the screen closes it as the API would; nonsense is refused."""
    task = sandbox.add("Task")
    edit = {"object": "Task", "id": task}
    sandbox.control("POST", "edit", json=edit | {"set": {"Status": "Completed"}})
    refused = sandbox.control("POST", "edit", json=edit | {"set": {"Stattus": "Completed"}})
    row = sandbox.query("SELECT IsClosed, CompletedDateTime FROM Task")[0]
    assert row["IsClosed"]
    assert row["CompletedDateTime"]
    assert "Stattus" in refused["error"]


def test_a_person_edits_hubspot_too(sandbox: Any) -> None:
    """The same plane edits and merges in HubSpot, where a merge makes a new record."""
    new = {"crm": "hubspot", "object": "companies"}
    one = sandbox.control("POST", "edit", json=new | {"create": {"name": "One", "city": "Lyon"}})
    two = sandbox.control("POST", "edit", json=new | {"create": {"name": "Two"}})
    merge = new | {"id": one["id"], "merge_into": two["id"]}
    merged = sandbox.control("POST", "edit", json=merge)
    assert (merged["fields"]["name"], merged["fields"]["city"]) == ("Two", "Lyon")
    assert merged["id"] not in (one["id"], two["id"])


def test_a_merge_leaves_a_trail(sandbox: Any) -> None:
    """The loser is deleted with MasterRecordId, and its contacts move to the winner."""
    winner, loser = sandbox.add("Account", Name="Kept"), sandbox.add("Account", Name="Lost")
    sandbox.add("Contact", AccountId=loser)
    sandbox.control("POST", "edit", json={"object": "Account", "id": loser, "merge_into": winner})
    soql = "SELECT Id, MasterRecordId, IsDeleted FROM Account WHERE IsDeleted = true"
    gone = sandbox.query(soql, resource="queryAll")
    assert [(row["Id"], row["MasterRecordId"]) for row in gone] == [(loser, winner)]
    assert sandbox.query("SELECT AccountId FROM Contact")[0]["AccountId"] == winner


def test_delete_and_restore(sandbox: Any) -> None:
    """A restored account comes back with the contacts that went with it."""
    account = sandbox.add("Account")
    sandbox.add("Contact", AccountId=account)
    edit = {"object": "Account", "id": account}
    sandbox.control("POST", "edit", json=edit | {"delete": True})
    empty = sandbox.query("SELECT Id FROM Contact")
    sandbox.control("POST", "edit", json=edit | {"restore": True})
    assert empty == []
    assert len(sandbox.query("SELECT Id FROM Contact")) == 1


def test_the_log_keeps_every_call_and_no_secret(sandbox: Any) -> None:
    """Requests are logged with their JSON body; the sign-in's secret is masked."""
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    url = f"{sandbox.addresses.salesforce}/services/oauth2/token"
    requests.post(url, data=form, timeout=10)
    sandbox.call("POST", "sobjects/Account", json={"Name": "Logged"})
    signed_in, created = sandbox.control("GET", "log")
    assert "client_secret=***" in signed_in["body"]
    assert created["body"] == {"Name": "Logged"}
    assert (created["method"], created["status"], created["n"]) == ("POST", 201, 2)


def test_the_control_plane_answers_loopback_names_only(sandbox: Any) -> None:
    """A page elsewhere that points a name of its own at us is turned away."""
    url = f"{sandbox.addresses.salesforce}/_sandbox/log"
    answer = requests.get(url, headers={"Host": "evil.example"}, timeout=10)
    assert answer.status_code == 403
