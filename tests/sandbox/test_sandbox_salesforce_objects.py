"""Objects beyond the core ones, and those that an org has only with a feature turned on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.objects import FEATURES
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.select import run
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from kam_sandbox.world.stories import nordwind

pytestmark = pytest.mark.enable_socket

NORDWIND = nordwind.ACCOUNT
ALWAYS = (
    "AccountTeamMember",
    "Case",
    "Contract",
    "Lead",
    "OpportunityLineItem",
    "Pricebook2",
    "PricebookEntry",
    "Product2",
    "Profile",
    "RecordType",
)
CASE_FIELDS = """\
AccountId AssetId CaseNumber ClosedDate Comments ContactEmail ContactFax ContactId ContactMobile
ContactPhone CreatedById CreatedDate Description Id IsClosed IsDeleted IsEscalated
LastModifiedById LastModifiedDate LastReferencedDate LastViewedDate MasterRecordId Origin
OwnerId ParentId Priority Reason Status Subject SuppliedCompany SuppliedEmail SuppliedName
SuppliedPhone SystemModstamp Type\
"""
"""The fields of a recorded describe of Case."""


@pytest.fixture(scope="module")
def world() -> World:
    """The stories with every feature on, and a clock that stands still."""
    return build_world(
        scale=0.02,
        clock=WorldClock(monotonic=lambda: 0.0),
        multi_currency=True,
        features=FEATURES,
    )


def rows(world: World, soql: str) -> list[dict[str, Any]]:
    """Return what a query shows."""
    cursor = run(Org(world), soql, everything=False, version="66.0")
    shown: list[dict[str, Any]] = orjson.loads(orjson.dumps(list(map(cursor.show, cursor.records))))
    return shown


@pytest.mark.parametrize("object_", ALWAYS)
def test_every_org_has_them(sandbox: Any, object_: str) -> None:
    """Their describes have the recorded key set, and every field of them can be read."""
    described = sandbox.call("GET", f"sobjects/{object_}/describe").json()
    fields = [field["name"] for field in described["fields"]]
    assert (len(described), {len(field) for field in described["fields"]}) == (45, {57})
    assert isinstance(sandbox.query(f"SELECT {', '.join(fields)} FROM {object_}"), list)


@pytest.mark.parametrize(
    ("object_", "feature"),
    [
        ("AccountContactRelation", {"features": frozenset({"contacts_to_multiple_accounts"})}),
        ("AccountPlan", {"features": frozenset({"account_plans"})}),
        ("AccountPlanObjective", {"features": frozenset({"account_plans"})}),
        ("AccountPlanObjectiveMeasure", {"features": frozenset({"account_plans"})}),
        ("CurrencyType", {"multi_currency": True}),
        ("DatedConversionRate", {"multi_currency": True}),
        ("TaskRelation", {"features": frozenset({"shared_activities"})}),
    ],
)
def test_an_org_lacks_what_is_not_turned_on(
    make_sandbox: Any, object_: str, feature: dict[str, Any]
) -> None:
    """Without its feature an object is a 404 to describe and INVALID_TYPE to query."""
    without, with_it = make_sandbox(), make_sandbox(**feature)
    missing = without.call("GET", f"sobjects/{object_}/describe")
    asked = without.call("GET", "query", params={"q": f"SELECT Id FROM {object_}"})
    described = with_it.call("GET", f"sobjects/{object_}/describe").json()
    assert (missing.status_code, missing.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert (asked.status_code, asked.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
    assert described["name"] == object_


def test_a_case_has_the_recorded_fields(sandbox: Any) -> None:
    """No field more, no field less, and the number numbers itself."""
    described = sandbox.call("GET", "sobjects/Case/describe").json()
    number = next(field for field in described["fields"] if field["name"] == "CaseNumber")
    assert sorted(field["name"] for field in described["fields"]) == CASE_FIELDS.split()
    assert (number["autoNumber"], number["createable"], number["nameField"]) == (True, False, True)


def test_a_closed_case_says_when(sandbox: Any) -> None:
    """The number and the closing time are the CRM's own."""
    account = sandbox.add("Account")
    row = {"Subject": "Stopped", "AccountId": account}
    case = sandbox.call("POST", "sobjects/Case", json=row).json()["id"]
    sandbox.call("PATCH", f"sobjects/Case/{case}", json={"Status": "Closed"})
    found = sandbox.query("SELECT CaseNumber, IsClosed, ClosedDate, Priority FROM Case")[0]
    assert (found["CaseNumber"], found["IsClosed"], found["Priority"]) == (
        "00000001",
        True,
        "Medium",
    )
    assert found["ClosedDate"].startswith("2026-11-21T06:")


def test_line_items_make_the_amount(sandbox: Any) -> None:
    """An opportunity with products is worth their sum, also after one is deleted."""
    sale = sandbox.add("Opportunity", Amount=Decimal(5))
    book = sandbox.add("Pricebook2", Name="Standard")
    product = sandbox.add("Product2", Name="Supervision", ProductCode="SUP")
    entry = sandbox.add(
        "PricebookEntry", Pricebook2Id=book, Product2Id=product, UnitPrice=Decimal(90)
    )
    line = {"OpportunityId": sale, "PricebookEntryId": entry, "Quantity": 2, "UnitPrice": 80}
    ids = [
        sandbox.call("POST", "sobjects/OpportunityLineItem", json=line).json()["id"]
        for _ in range(2)
    ]
    sandbox.call("DELETE", f"sobjects/OpportunityLineItem/{ids[0]}")
    soql = "SELECT ProductCode, ListPrice, TotalPrice, Opportunity.Amount FROM OpportunityLineItem"
    (row,) = sandbox.query(soql)
    assert (row["ProductCode"], row["ListPrice"], row["TotalPrice"]) == ("SUP", 90.0, 160.0)
    assert row["Opportunity"]["Amount"] == 160.0


def test_a_second_primary_role_unsets_the_first(sandbox: Any) -> None:
    """An opportunity has one primary contact."""
    sale, one, two = sandbox.add("Opportunity"), sandbox.add("Contact"), sandbox.add("Contact")
    for contact in (one, two):
        row = {"OpportunityId": sale, "ContactId": contact, "IsPrimary": True}
        assert sandbox.call("POST", "sobjects/OpportunityContactRole", json=row).ok
    found = sandbox.query("SELECT ContactId FROM OpportunityContactRole WHERE IsPrimary = true")
    assert [row["ContactId"] for row in found] == [two]


def test_a_contact_is_related_to_its_account(make_sandbox: Any) -> None:
    """The account makes the direct relation; the one it leaves stays, indirect; none without."""
    sandbox = make_sandbox(features=frozenset({"contacts_to_multiple_accounts"}))
    first, second = sandbox.add("Account"), sandbox.add("Account")
    row = {"LastName": "Roy", "AccountId": first}
    contact = sandbox.call("POST", "sobjects/Contact", json=row).json()["id"]
    sandbox.call("PATCH", f"sobjects/Contact/{contact}", json={"AccountId": second})
    soql = "SELECT AccountId, ContactId, IsDirect FROM AccountContactRelation"
    found = [(row["AccountId"], row["IsDirect"]) for row in sandbox.query(soql)]
    sandbox.call("PATCH", f"sobjects/Contact/{contact}", json={"AccountId": None})
    assert found == [(first, False), (second, True)]
    assert sandbox.query(soql) == []


def test_a_task_is_related_with_shared_activities(make_sandbox: Any) -> None:
    """Whom it is with and what it is about are rows, and follow the task's own lookups."""
    sandbox = make_sandbox(features=frozenset({"shared_activities"}))
    account, contact = sandbox.add("Account"), sandbox.add("Contact")
    row = {"Subject": "Call", "WhoId": contact, "WhatId": account}
    task = sandbox.call("POST", "sobjects/Task", json=row).json()["id"]
    soql = "SELECT RelationId, IsWhat FROM TaskRelation ORDER BY IsWhat"
    both = [(row["RelationId"], row["IsWhat"]) for row in sandbox.query(soql)]
    sandbox.call("PATCH", f"sobjects/Task/{task}", json={"WhoId": None})
    left = [row["RelationId"] for row in sandbox.query(soql)]
    assert both == [(contact, False), (account, True)]
    assert left == [account]


def test_a_person_account_is_a_contact_too(make_sandbox: Any) -> None:
    """One row makes both; its name and its contact's fields follow it."""
    sandbox = make_sandbox(features=frozenset({"person_accounts"}))
    person = {"FirstName": "Odile", "LastName": "Kerguelen", "PersonEmail": "o@k.example"}
    account = sandbox.call("POST", "sobjects/Account", json=person).json()["id"]
    sandbox.call("PATCH", f"sobjects/Account/{account}", json={"PersonTitle": "Architecte"})
    (row,) = sandbox.query("SELECT Name, IsPersonAccount, PersonContactId FROM Account")
    (contact,) = sandbox.query("SELECT Id, Email, Title, IsPersonAccount FROM Contact")
    assert (row["Name"], row["IsPersonAccount"]) == ("Odile Kerguelen", True)
    assert row["PersonContactId"] == contact["Id"]
    assert (contact["Email"], contact["Title"]) == ("o@k.example", "Architecte")
    assert contact["IsPersonAccount"]


def test_record_types_are_described(make_sandbox: Any) -> None:
    """An object's record types are those of the RecordType table, and the master."""
    sandbox = make_sandbox(features=frozenset({"record_types"}))
    infos = sandbox.call("GET", "sobjects/Account/describe").json()["recordTypeInfos"]
    ids = {
        row["DeveloperName"]: row["Id"]
        for row in sandbox.query(
            "SELECT Id, DeveloperName FROM RecordType WHERE SobjectType = 'Account'"
        )
    }
    assert [info["developerName"] for info in infos] == ["Customer", "Partner", "Master"]
    assert infos[0]["recordTypeId"] == ids["Customer"]


def test_nordwinds_contract_ends_with_its_renewal(world: World) -> None:
    """Three years from 31 January 2024 end on 30 January 2027."""
    soql = f"SELECT StartDate, ContractTerm, EndDate FROM Contract WHERE AccountId = '{NORDWIND}'"
    (contract,) = rows(world, soql)
    assert (contract["StartDate"], contract["EndDate"]) == ("2024-01-31", "2027-01-30")


def test_contracts_end_when_their_renewals_close(world: World) -> None:
    """Whoever reads both, the contract and the opportunity, finds one date."""
    soql = "SELECT AccountId, CloseDate FROM Opportunity WHERE Type LIKE '%Renewal' "
    renewals = rows(world, soql + "AND IsClosed = false")
    due = {row["AccountId"]: row["CloseDate"] for row in renewals}
    contracts = rows(world, "SELECT AccountId, EndDate FROM Contract")
    assert len(contracts) == 6
    assert [row["EndDate"] for row in contracts] == [due[row["AccountId"]] for row in contracts]


def test_the_world_has_cases_products_and_teams(world: World) -> None:
    """The incident is a closed case with its caller; line items add up to the amounts."""
    soql = (
        "SELECT Contact.LastName, IsEscalated, IsClosed FROM Case "
        f"WHERE AccountId = '{NORDWIND}' AND Subject LIKE 'Incident%'"
    )
    (incident,) = rows(world, soql)
    lines = rows(world, "SELECT TotalPrice, Opportunity.Amount FROM OpportunityLineItem")
    team = rows(world, f"SELECT User.Name FROM AccountTeamMember WHERE AccountId = '{NORDWIND}'")
    assert incident["Contact"]["LastName"] == "Benali"
    assert (incident["IsEscalated"], incident["IsClosed"]) == (True, True)
    assert [line["TotalPrice"] for line in lines] == [
        line["Opportunity"]["Amount"] for line in lines
    ]
    assert len(lines) > 20
    assert sorted(row["User"]["Name"] for row in team) == ["Camille Martin", "Isabelle Fontanel"]


def test_the_world_has_rows_of_its_features(world: World) -> None:
    """A plan with objective and measure, an adviser of two accounts, a private customer, rates."""
    counts = {
        name: len(rows(world, f"SELECT Id FROM {name}"))
        for name in ("AccountPlan", "AccountPlanObjective", "AccountPlanObjectiveMeasure")
    }
    indirect = rows(world, "SELECT Id FROM AccountContactRelation WHERE IsDirect = false")
    persons = rows(world, "SELECT Name FROM Account WHERE IsPersonAccount = true")
    rates = rows(world, "SELECT ConversionRate FROM DatedConversionRate WHERE IsoCode = 'USD'")
    assert set(counts.values()) == {1}
    assert len(indirect) == 1
    assert [row["Name"] for row in persons] == ["Odile Kerguelen"]
    assert len(rates) == 2


def test_features_have_to_be_known(make_sandbox: Any) -> None:
    """A misspelt feature is refused with the names of those there are."""
    with pytest.raises(ValueError, match=r"known: .*shared_activities"):
        make_sandbox(features=frozenset({"sharing"}))


def test_roll_ups_change_without_a_stamp(sandbox: Any) -> None:
    """The sum of open opportunities and the days as a customer move; SystemModstamp stays."""
    account = sandbox.add("Account")
    soql = "SELECT Open_Pipeline__c, Days_As_Customer__c, SystemModstamp FROM Account"
    (before,) = sandbox.query(soql)
    row = {"Name": "R", "StageName": "Prospecting", "CloseDate": "2027-01-30", "Amount": 700}
    sandbox.call("POST", "sobjects/Opportunity", json=row | {"AccountId": account})
    sandbox.control("POST", "clock", json={"advance_s": 86_400})
    (after,) = sandbox.query(soql)
    described = sandbox.call("GET", "sobjects/Account/describe").json()["fields"]
    formula = next(field for field in described if field["name"] == "Days_As_Customer__c")
    assert (before["Open_Pipeline__c"], after["Open_Pipeline__c"]) == (0.0, 700.0)
    assert after["Days_As_Customer__c"] == before["Days_As_Customer__c"] + 1
    assert after["SystemModstamp"] == before["SystemModstamp"]
    assert formula["calculated"]
    assert "TODAY()" in formula["calculatedFormula"]
    assert not formula["createable"]


def test_deleting_an_account_takes_its_contracts(sandbox: Any) -> None:
    """Contracts, team and relations go with it; cases stay."""
    account = sandbox.add("Account")
    sandbox.add("Contract", AccountId=account)
    sandbox.add("AccountTeamMember", AccountId=account, UserId=INTEGRATION_USER)
    sandbox.add("Case", AccountId=account)
    sandbox.call("DELETE", f"sobjects/Account/{account}")
    left = [
        len(sandbox.query(f"SELECT Id FROM {name}"))
        for name in ("Contract", "AccountTeamMember", "Case")
    ]
    assert left == [0, 0, 1]
