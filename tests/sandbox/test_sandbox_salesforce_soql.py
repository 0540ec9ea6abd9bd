"""SOQL as the sandbox reads it: rules of comparison, order, and what it refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.records import Records
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import INTEGRATION_USER, ORG_ID, IdSource, sf_id, to_18
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.select import run
from kam_sandbox.salesforce.values import java_double
from kam_sandbox.state import World


@pytest.fixture
def org() -> Org:
    """Return an org of three accounts, two contacts and one opportunity."""
    clock = WorldClock(monotonic=lambda: 0.0)
    records = Records(clock, IdSource())
    hubspot = Records(clock, str)
    world = World(clock=clock, salesforce=records, hubspot=hubspot, associations=Associations())
    nord = records.insert("Account", {"Name": "Nord", "AnnualRevenue": 10}, by=INTEGRATION_USER)
    records.insert("Account", {"Name": "sud", "Rating": "Hot"}, by=INTEGRATION_USER)
    records.insert("Account", {"Name": "Est", "ParentId": nord.id}, by=INTEGRATION_USER)
    contact = {"LastName": "Martin", "AccountId": nord.id, "Email": "m@nord.example"}
    records.insert("Contact", contact, by=INTEGRATION_USER)
    records.insert("Contact", {"LastName": "O'Neil"}, by=INTEGRATION_USER)
    deal = {"Name": "Deal", "StageName": "Closed Won", "CloseDate": "2026-11-21"}
    records.insert("Opportunity", deal | {"AccountId": nord.id}, by=INTEGRATION_USER)
    return Org(world)


def names(org: Org, soql: str) -> list[str]:
    """Return the Name of each row found."""
    cursor = run(org, soql, everything=False, version="66.0")
    return [cursor.show(record)["Name"] for record in cursor.records]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'nord'", ["Nord"]),
        ("Name != 'nord'", ["sud", "Est"]),
        ("Rating != 'Hot'", ["Nord", "Est"]),
        ("Rating = null", ["Nord", "Est"]),
        ("Rating = ''", ["Nord", "Est"]),
        ("Rating NOT IN ('Hot')", ["Nord", "Est"]),
        ("Name IN ('NORD', 'EST')", ["Nord", "Est"]),
        ("Name LIKE '%u_'", ["sud"]),
        ("AnnualRevenue > 9.5", ["Nord"]),
        ("AnnualRevenue < 11", ["Nord"]),
        ("AnnualRevenue <= null", []),
        ("Parent.Name = 'Nord'", ["Est"]),
        ("Account.Name = 'Nord'", ["Nord"]),
        ("NOT (Name = 'Nord' OR Name = 'sud')", ["Est"]),
        ("NOT Name = 'Nord' AND Rating = 'Hot'", ["sud"]),
        ("(Name = 'Nord' AND AnnualRevenue = 10) OR Name = 'Est'", ["Nord", "Est"]),
        ("CreatedDate = TODAY AND IsDeleted = FALSE AND Rating = 'Hot'", ["sud"]),
        ("SystemModstamp >= 2026-11-21T06:00:00Z AND Rating = 'Hot'", ["sud"]),
        ("SystemModstamp < 2026-11-21T07:00:00+01:00", []),
        ("Id IN (SELECT AccountId FROM Contact WHERE Email != null)", ["Nord"]),
        ("Id NOT IN (SELECT AccountId FROM Opportunity)", ["sud", "Est"]),
        (f"Id = '{sf_id('001', 1)[:15]}'", ["Nord"]),
    ],
)
def test_where_compares_as_soql_does(org: Org, where: str, found: list[str]) -> None:
    """Text without case, blank as null, unequal to null counts as unequal."""
    assert names(org, f"SELECT Name FROM Account WHERE {where}") == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("Name", ["Est", "Nord", "sud"]),
        ("Name DESC", ["sud", "Nord", "Est"]),
        ("Rating, Name", ["Est", "Nord", "sud"]),
        ("Rating NULLS LAST, Name DESC", ["sud", "Nord", "Est"]),
        ("Name LIMIT 1 OFFSET 1", ["Nord"]),
    ],
)
def test_order_limit_and_offset(org: Org, order: str, found: list[str]) -> None:
    """Blanks come first unless told otherwise; later terms break ties."""
    assert names(org, f"SELECT Name FROM Account ORDER BY {order}") == found


def test_quotes_and_children(org: Org) -> None:
    """Escaped quotes are read; children come nested, or null when there are none."""
    assert names(org, r"SELECT Name FROM Contact WHERE LastName = 'O\'Neil'") == ["O'Neil"]
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Rating = null"
    soql += " OR Name = 'sud' ORDER BY Name DESC"
    cursor = run(org, soql, everything=False, version="66.0")
    sud, nord = [cursor.show(record) for record in cursor.records][:2]
    assert nord["Contacts"]["records"][0]["LastName"] == "Martin"
    assert sud["Contacts"] is None


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ('SELECT Id FROM Account WHERE Name = "Nord"', "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT ten", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account; DELETE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Nothings) FROM Account", "INVALID_TYPE"),
        ("SELECT Id, id FROM Account", "INVALID_FIELD"),
        ("SELECT Nothing.Name FROM Account", "INVALID_FIELD"),
        ("SELECT CurrencyIsoCode FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 3", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE IsDeleted = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE SystemModstamp > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account ORDER BY Description", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_what_is_no_soql_is_refused(org: Org, soql: str, code: str) -> None:
    """Each statement that the real parser refuses is refused with its code."""
    with pytest.raises(ApiError) as caught:
        names(org, soql)
    assert caught.value.code == code


def aggregate(org: Org, soql: str) -> list[dict[str, object]]:
    """Return the rows of an aggregate query without their attributes."""
    cursor = run(org, soql, everything=False, version="66.0")
    rows = [cursor.show(row) for row in cursor.records]
    assert {row.pop("attributes")["type"] for row in rows} == {"AggregateResult"}
    return rows


def test_aggregates_count_and_group(org: Org) -> None:
    """Functions skip nulls; groups come in the order asked for, with names or aliases."""
    totals = aggregate(org, "SELECT COUNT(Id), MAX(Name) last, SUM(AnnualRevenue) FROM Account")
    soql = "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name"
    grouped = aggregate(org, f"{soql} ORDER BY Account.Name")
    assert totals == [{"expr0": 3, "last": "sud", "expr1": 10.0}]
    assert grouped == [{"Name": None, "n": 1}, {"Name": "Nord", "n": 1}]


def test_a_field_beside_an_aggregate_has_to_be_grouped(org: Org) -> None:
    """A plain field without GROUP BY is a malformed query."""
    with pytest.raises(ApiError, match="must be grouped"):
        aggregate(org, "SELECT Name, COUNT(Id) FROM Account")


def test_the_last_activity_is_an_events_day_or_a_closed_tasks(org: Org) -> None:
    """Open tasks do not count; the account hears of what happened with its people."""
    records, account, person = org.world.salesforce, sf_id("001", 1), sf_id("003", 1)
    event = {"StartDateTime": "2026-11-03T09:00:00.000Z", "WhoId": person}
    records.insert("Event", event, by=INTEGRATION_USER)
    task = {"Status": "Not Started", "ActivityDate": "2026-11-30", "WhatId": account}
    records.insert("Task", task, by=INTEGRATION_USER)
    cursor = run(
        org, "SELECT LastActivityDate FROM Account ORDER BY Id", everything=False, version="66.0"
    )
    days = [cursor.show(record)["LastActivityDate"] for record in cursor.records]
    assert days == ["2026-11-03", None, None]


def test_computed_fields(org: Org) -> None:
    """Stage flags, fiscal period and the polymorphic owner are worked out when read."""
    soql = "SELECT Name, IsWon, IsClosed, FiscalYear, Fiscal, CreatedBy.Name FROM Opportunity"
    cursor = run(org, soql, everything=False, version="66.0")
    row = cursor.show(cursor.records[0])
    assert (row["IsWon"], row["IsClosed"]) == (True, True)
    assert (row["FiscalYear"], row["Fiscal"]) == (2026, "2026 4")
    assert row["CreatedBy"]["Name"] == "Kam Connector"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0.0"),
        (51, "51.0"),
        (Decimal("2400000.00"), "2400000.0"),
        (Decimal(24000000), "2.4E7"),
        (-12345678.25, "-1.234567825E7"),
        (Decimal("0.001"), "0.001"),
        (Decimal("0.0005"), "5.0E-4"),
    ],
)
def test_doubles_are_printed_as_java_does(number: Decimal, text: str) -> None:
    """Salesforce's doubles change to powers of ten at ten million."""
    assert java_double(number) == text


def test_ids_have_their_checksum() -> None:
    """The suffix of a published id (001D000000IRFma) is IAH, as Salesforce gives it."""
    assert to_18("001D000000IRFma") == "001D000000IRFmaIAH"
    assert to_18(ORG_ID[:15]) == ORG_ID
    assert sf_id("001", 61) < sf_id("001", 62)
