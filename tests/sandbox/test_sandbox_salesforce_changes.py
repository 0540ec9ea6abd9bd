"""What changed and what went: replication calls, the bin, merges, late rows, slow queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kam_sandbox.salesforce.ids import INTEGRATION_USER, ORG_ID, REFRESHED_ORG_ID

pytestmark = pytest.mark.enable_socket


def window(sandbox: Any, page: str, *, days: float = 2) -> Any:
    """Return the answer of ``updated`` or ``deleted`` for the last days."""
    now = sandbox.world.clock.now()
    start, end = now - timedelta(days=days), now + timedelta(minutes=1)
    bounds = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    return sandbox.call("GET", f"sobjects/{page}/", params=bounds).json()


def gone(sandbox: Any, object_: str) -> list[str]:
    """Return the ids that getDeleted tells of."""
    return [row["id"] for row in window(sandbox, f"{object_}/deleted")["deletedRecords"]]


def binned(sandbox: Any, object_: str) -> list[str]:
    """Return the ids of deleted rows that queryAll shows."""
    soql = f"SELECT Id FROM {object_} WHERE IsDeleted = true"
    return [row["Id"] for row in sandbox.query(soql, resource="queryAll")]


def edit(sandbox: Any, object_: str, id_: str, **action: Any) -> Any:
    """Do what a person does at the screen."""
    return sandbox.control("POST", "edit", json={"object": object_, "id": id_} | action)


def test_a_relation_row_is_seen_gone_only_by_get_deleted(make_sandbox: Any) -> None:
    """It skips the bin: queryAll never shows it again."""
    sandbox = make_sandbox(features=frozenset({"shared_activities"}))
    contact = sandbox.add("Contact")
    row = {"Subject": "Call", "WhoId": contact}
    sandbox.call("POST", "sobjects/Task", json=row)
    (relation,) = sandbox.query("SELECT Id FROM TaskRelation")
    sandbox.call("DELETE", f"sobjects/TaskRelation/{relation['Id']}")
    assert binned(sandbox, "TaskRelation") == []
    assert gone(sandbox, "TaskRelation") == [relation["Id"]]


@pytest.mark.parametrize("way", ["bulk", "person"])
def test_a_hard_delete_leaves_nothing_in_the_bin(sandbox: Any, way: str) -> None:
    """Past the bin only getDeleted still tells of the row; it cannot be restored."""
    account = sandbox.add("Account")
    hard_delete = {"bulk": _hard_delete, "person": lambda s, i: edit(s, "Account", i, purge=True)}
    hard_delete[way](sandbox, account)
    back = edit(sandbox, "Account", account, restore=True)
    again = sandbox.call("PATCH", f"sobjects/Account/{account}", json={"Site": "Lyon"})
    assert binned(sandbox, "Account") == []
    assert gone(sandbox, "Account") == [account]
    assert "not in the bin" in back["error"]
    assert again.json()[0]["errorCode"] == "ENTITY_IS_DELETED"


def _hard_delete(sandbox: Any, account: str) -> None:
    job = {"object": "Account", "operation": "hardDelete"}
    path = f"jobs/ingest/{sandbox.call('POST', 'jobs/ingest', json=job).json()['id']}"
    headers = {"Content-Type": "text/csv"}
    sandbox.call("PUT", f"{path}/batches", data=f"Id\n{account}\n".encode(), headers=headers)
    sandbox.call("PATCH", path, json={"state": "UploadComplete"})


def test_an_undeleted_row_is_back_with_its_children(sandbox: Any) -> None:
    """It leaves the deleted ones and counts as updated, and so does what went with it."""
    account = sandbox.add("Account")
    contact = sandbox.add("Contact", AccountId=account)
    edit(sandbox, "Account", account, delete=True)
    both = binned(sandbox, "Account") + binned(sandbox, "Contact")
    edit(sandbox, "Account", account, restore=True)
    assert both == [account, contact]
    assert gone(sandbox, "Account") + gone(sandbox, "Contact") == []
    assert window(sandbox, "Contact/updated", days=0.5)["ids"] == [contact]


def test_a_merge_moves_children_without_their_stamps(sandbox: Any) -> None:
    """Cases, contracts and team members follow the winner; only the winner's stamp moves."""
    winner, loser = sandbox.add("Account"), sandbox.add("Account")
    children = {
        "Case": sandbox.add("Case", AccountId=loser),
        "Contact": sandbox.add("Contact", AccountId=loser),
        "Contract": sandbox.add("Contract", AccountId=loser),
        "AccountTeamMember": sandbox.add(
            "AccountTeamMember", AccountId=loser, UserId=INTEGRATION_USER
        ),
    }
    soql = "SELECT AccountId, SystemModstamp FROM {}"
    before = {name: sandbox.query(soql.format(name))[0] for name in children}
    edit(sandbox, "Account", loser, merge_into=winner)
    after = {name: sandbox.query(soql.format(name))[0] for name in children}
    (lost,) = sandbox.query(
        "SELECT MasterRecordId FROM Account WHERE IsDeleted = true", resource="queryAll"
    )
    assert lost["MasterRecordId"] == winner
    assert {row["AccountId"] for row in after.values()} == {winner}
    assert [row["SystemModstamp"] for row in after.values()] == [
        row["SystemModstamp"] for row in before.values()
    ]
    assert window(sandbox, "Account/updated", days=0.5)["ids"] == [winner]


@pytest.mark.parametrize(("page", "days"), [("Account/updated", 31), ("Account/deleted", 16)])
def test_the_logs_do_not_reach_further_back(sandbox: Any, page: str, days: float) -> None:
    """Thirty days of updates, fifteen of deletions; before that is an error."""
    assert window(sandbox, page, days=days - 2)
    assert window(sandbox, page, days=days)[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_a_wide_query_can_run_out_of_time(sandbox: Any) -> None:
    """A query that finds too much is QUERY_TIMEOUT; a narrower one gets through."""
    ids = [sandbox.add("Account", Name=f"A{n}") for n in range(3)]
    fault = {"kind": "query_timeout", "match": "FROM Account", "times": 9, "body": {"rows": 2}}
    sandbox.control("POST", "faults", json=fault)
    wide = sandbox.call("GET", "query", params={"q": "SELECT Id FROM Account"})
    narrow = sandbox.query(f"SELECT Id FROM Account WHERE Id = '{ids[0]}'")
    assert (wide.status_code, wide.json()[0]["errorCode"]) == (400, "QUERY_TIMEOUT")
    assert len(narrow) == 1


def test_a_refreshed_sandbox_is_another_org(sandbox: Any) -> None:
    """Organization, userinfo and the token's identity name the new org together."""
    soql = "SELECT Id FROM Organization"
    (before,) = sandbox.query(soql)
    sandbox.control("POST", "faults", json={"kind": "org_refreshed"})
    (after,) = sandbox.query(soql)
    url = f"{sandbox.addresses.salesforce}/services/oauth2"
    told = sandbox.session.get(f"{url}/userinfo", timeout=10).json()
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    token = sandbox.session.post(f"{url}/token", data=form, timeout=10).json()
    assert before["Id"] == ORG_ID
    assert after["Id"] == told["organization_id"] == REFRESHED_ORG_ID
    assert f"/id/{REFRESHED_ORG_ID}/" in token["id"]


def test_a_picklist_can_be_narrowed(sandbox: Any) -> None:
    """Describe shows fewer values, and the others are refused from then on."""
    drift = {"kind": "schema_drift", "object": "Account", "field": "Rating", "change": "narrower"}
    sandbox.control("POST", "faults", json=drift)
    fields = sandbox.call("GET", "sobjects/Account/describe").json()["fields"]
    rating = next(field for field in fields if field["name"] == "Rating")
    refused = sandbox.call("POST", "sobjects/Account", json={"Name": "A", "Rating": "Cold"})
    assert [value["value"] for value in rating["picklistValues"]] == ["Hot"]
    assert refused.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
