"""What an org has or lacks by its features, and what the plan objects are made of."""

from __future__ import annotations

from typing import Any

import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket

PLANS = frozenset({"account_plans"})


def fields_of(sandbox: Any, object_: str) -> dict[str, dict[str, Any]]:
    """Return an object's described fields by name."""
    described = sandbox.call("GET", f"sobjects/{object_}/describe").json()
    return {field["name"]: field for field in described["fields"]}


@pytest.mark.parametrize(
    ("object_", "feature"),
    [
        ("AccountTeamMember", "account_teams"),
        ("OpportunityLineItem", "products"),
        ("PricebookEntry", "products"),
        ("Product2", "products"),
    ],
)
def test_usual_features_can_be_missing(make_sandbox: Any, object_: str, feature: str) -> None:
    """Without the feature its objects are unknown to describe, queries and bulk jobs."""
    sandbox = make_sandbox(without=frozenset({feature}))
    described = sandbox.call("GET", f"sobjects/{object_}/describe")
    asked = sandbox.call("GET", "query", params={"q": f"SELECT Id FROM {object_}"})
    job = {"operation": "queryAll", "query": f"SELECT Id FROM {object_}"}
    started = sandbox.call("POST", "jobs/query", json=job)
    listed = sandbox.call("GET", "sobjects").json()["sobjects"]
    codes = [answer.json()[0]["errorCode"] for answer in (described, asked, started)]
    assert codes == ["NOT_FOUND", "INVALID_TYPE", "INVALID_TYPE"]
    assert object_ not in {one["name"] for one in listed}


def test_what_is_not_usual_cannot_be_missing(make_sandbox: Any) -> None:
    """Only the usual features can be turned off; the message names them."""
    with pytest.raises(ValueError, match=r"known: \['account_teams', 'products'\]"):
        make_sandbox(without=frozenset({"contacts"}))


def test_a_world_without_features_has_none_of_their_rows() -> None:
    """Neither products nor teams are written, and the same accounts are there."""
    clock = WorldClock(monotonic=lambda: 0.0)
    usual = build_world(scale=0.02, clock=clock)
    less = build_world(scale=0.02, clock=clock, without=("account_teams", "products"))
    missing = ("AccountTeamMember", "OpportunityLineItem", "Product2")
    assert [sum(1 for _ in less.salesforce.all(name)) for name in missing] == [0, 0, 0]
    assert [sum(1 for _ in usual.salesforce.all(name)) > 0 for name in missing] == [True] * 3
    assert [row.id for row in less.salesforce.all("Account")] == [
        row.id for row in usual.salesforce.all("Account")
    ]


def test_a_plan_has_its_documented_fields(make_sandbox: Any) -> None:
    """Statuses are the documented ones; an objective is a detail of its plan."""
    sandbox = make_sandbox(features=PLANS)
    plan = fields_of(sandbox, "AccountPlan")
    objective = fields_of(sandbox, "AccountPlanObjective")
    values = [value["value"] for value in plan["Status"]["picklistValues"]]
    master = objective["AccountPlanId"]
    assert (values, plan["Status"]["defaultValue"]) == (
        ["Not Started", "Active", "Inactive"],
        "Not Started",
    )
    assert (master["updateable"], master["cascadeDelete"], master["relationshipOrder"]) == (
        False,
        True,
        0,
    )
    assert not plan["RelationshipThreats"]["filterable"]
    assert objective["Status"]["restrictedPicklist"]


def test_a_measure_shows_its_value_in_its_type(make_sandbox: Any) -> None:
    """Text is written; the read-only twin of the chosen type tells the number."""
    sandbox = make_sandbox(features=PLANS)
    plan = sandbox.call("POST", "sobjects/AccountPlan", json={"Name": "2027"}).json()["id"]
    row = {"Name": "Renew", "AccountPlanId": plan}
    objective = sandbox.call("POST", "sobjects/AccountPlanObjective", json=row).json()["id"]
    row = {"Name": "Won", "AccountPlanObjectiveId": objective, "ValueType": "Percent"}
    row |= {"TargetValue": "80", "CurrentValue": "12.5"}
    assert sandbox.call("POST", "sobjects/AccountPlanObjectiveMeasure", json=row).ok
    (found,) = sandbox.query(
        "SELECT TargetPercentValue, CurrentPercentValue, CurrentNumberValue, CurrentValueTimestamp,"
        " AccountPlanObjective.AccountPlan.Status FROM AccountPlanObjectiveMeasure"
    )
    twin = {"TargetPercentValue": 80}
    refused = sandbox.call("POST", "sobjects/AccountPlanObjectiveMeasure", json=row | twin)
    sandbox.call("DELETE", f"sobjects/AccountPlan/{plan}")
    assert (found["TargetPercentValue"], found["CurrentPercentValue"]) == (80.0, 12.5)
    assert found["CurrentNumberValue"] is None
    assert found["CurrentValueTimestamp"].startswith("2026-11-21T06:")
    assert found["AccountPlanObjective"]["AccountPlan"]["Status"] == "Not Started"
    assert refused.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert sandbox.query("SELECT Id FROM AccountPlanObjectiveMeasure") == []


def test_our_key_can_be_made_on_plans(make_sandbox: Any) -> None:
    """A bare org has no key on plans; made over the Tooling API and granted, it upserts."""
    sandbox = make_sandbox(features=PLANS, bare=True)
    metadata = {"type": "Text", "label": "KAM key", "length": 64, "externalId": True}
    body = {"FullName": "AccountPlan.KAM_Key__c", "Metadata": metadata | {"unique": True}}
    assert sandbox.call("POST", "tooling/sobjects/CustomField", json=body).status_code == 201
    row = {"Name": "KAM", "Label": "KAM"}
    set_ = sandbox.call("POST", "sobjects/PermissionSet", json=row).json()["id"]
    right = {"ParentId": set_, "SobjectType": "AccountPlan", "Field": "AccountPlan.KAM_Key__c"}
    right |= {"PermissionsRead": True, "PermissionsEdit": True}
    assert sandbox.call("POST", "sobjects/FieldPermissions", json=right).ok
    given = {"PermissionSetId": set_, "AssigneeId": INTEGRATION_USER}
    assert sandbox.call("POST", "sobjects/PermissionSetAssignment", json=given).ok
    key = fields_of(sandbox, "AccountPlan")["KAM_Key__c"]
    path = "sobjects/AccountPlan/KAM_Key__c/p1"
    made = sandbox.call("PATCH", path, json={"Name": "2027"})
    again = sandbox.call("PATCH", path, json={"Status": "Active"})
    assert (key["externalId"], key["unique"]) == (True, True)
    assert (made.json()["created"], again.json()["created"]) == (True, False)


def test_a_record_type_belongs_to_its_object(make_sandbox: Any) -> None:
    """A row without one gets the first; another object's is refused."""
    sandbox = make_sandbox(features=frozenset({"record_types"}))
    types = {
        row["DeveloperName"]: row["Id"]
        for row in sandbox.query("SELECT Id, DeveloperName FROM RecordType")
    }
    account = {"Name": "Nordwind"}
    assert sandbox.call("POST", "sobjects/Account", json=account).ok
    wrong = sandbox.call(
        "POST", "sobjects/Account", json=account | {"RecordTypeId": types["Renewal"]}
    )
    (row,) = sandbox.query("SELECT RecordType.DeveloperName FROM Account")
    assert row["RecordType"]["DeveloperName"] == "Customer"
    assert wrong.json()[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_persons_and_businesses_have_their_record_types(make_sandbox: Any) -> None:
    """Person accounts bring a type for persons beside one for businesses."""
    sandbox = make_sandbox(features=frozenset({"person_accounts"}))
    for row in ({"Name": "Nordwind"}, {"LastName": "Kerguelen"}):
        assert sandbox.call("POST", "sobjects/Account", json=row).ok
    rows = sandbox.query("SELECT IsPersonAccount, RecordType.IsPersonType FROM Account")
    assert [row["RecordType"]["IsPersonType"] for row in rows] == [
        row["IsPersonAccount"] for row in rows
    ]


def test_features_are_switched_while_it_runs(sandbox: Any) -> None:
    """The control plane turns them on with the rows they bring, and off again."""
    account = sandbox.add("Account")
    sandbox.add("Contact", AccountId=account)
    wanted = {"on": ["contacts_to_multiple_accounts", "account_plans"], "off": ["products"]}
    told = sandbox.control("POST", "features", json=wanted)
    relations = sandbox.query("SELECT IsDirect FROM AccountContactRelation")
    plans = sandbox.call("GET", "sobjects/AccountPlan/describe").status_code
    products = sandbox.call("GET", "sobjects/Product2/describe").status_code
    back = sandbox.control("POST", "features", json={"on": ["products"], "off": ["account_plans"]})
    after = [
        sandbox.call("GET", f"sobjects/{name}/describe").status_code
        for name in ("AccountPlan", "Product2")
    ]
    wrong = sandbox.control("POST", "features", json={"on": ["sharing"]})
    since = {"If-Modified-Since": "Sat, 21 Nov 2026 05:00:00 GMT"}
    assert sandbox.call("GET", "sobjects/Account/describe", headers=since).status_code == 200
    assert "products" in told["off"]
    assert [row["IsDirect"] for row in relations] == [True]
    assert (plans, products, after) == (200, 404, [404, 200])
    assert "contacts_to_multiple_accounts" in back["on"]
    assert "known:" in wrong["error"]
