"""More of SOQL: groups and their totals, dates, TYPEOF, lists of fields and of choices."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.records import Records
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import IdSource
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.select import run
from kam_sandbox.state import World


def make_org(*features: str) -> Org:
    """Return an empty org whose clock stands still."""
    clock = WorldClock(monotonic=lambda: 0.0)
    records, hubspot = Records(clock, IdSource()), Records(clock, str)
    links = Associations()
    world = World(clock=clock, salesforce=records, hubspot=hubspot, associations=links)
    world.features = frozenset(features)
    return Org(world)


@pytest.fixture
def org() -> Org:
    """Return an empty org."""
    return make_org()


@pytest.fixture
def sales(org: Org) -> Org:
    """Add opportunities of two years to the org."""
    for close, stage, amount in (
        ("2025-03-01", "Closed Won", 10),
        ("2025-11-30", "Closed Won", 20),
        ("2026-02-14", "Closed Won", 40),
        ("2026-12-24", "Prospecting", None),
    ):
        row = {"Name": close, "StageName": stage, "CloseDate": close, "Amount": amount}
        org.records.insert("Opportunity", row, by="x")
    return org


def plain(org: Org, soql: str) -> list[dict[str, Any]]:
    """Return the rows of a statement without their attributes."""
    cursor = run(org, soql, everything=False, version="66.0")
    rows: list[dict[str, Any]] = orjson.loads(orjson.dumps(list(map(cursor.show, cursor.records))))
    return [{name: row[name] for name in row if name != "attributes"} for row in rows]


def test_groups_are_chosen_and_ordered_by_what_they_add_up_to(sales: Org) -> None:
    """HAVING and ORDER BY take aggregates; GROUP BY takes functions of a date."""
    soql = (
        "SELECT CALENDAR_YEAR(CloseDate) year, SUM(Amount) total FROM Opportunity "
        "GROUP BY CALENDAR_YEAR(CloseDate) HAVING COUNT(Id) > 1 ORDER BY SUM(Amount) DESC"
    )
    rows = plain(sales, soql)
    won = plain(
        sales,
        "SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY StageName "
        "HAVING SUM(Amount) >= 70 AND StageName = 'closed won'",
    )
    assert rows == [{"year": 2026, "total": 40.0}, {"year": 2025, "total": 30.0}]
    assert won == [{"StageName": "Closed Won", "expr0": 3}]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("CALENDAR_YEAR(CloseDate) = 2025", 2),
        ("CALENDAR_QUARTER(CloseDate) IN (1, 4)", 4),
        ("DAY_ONLY(CreatedDate) = 2026-11-21", 4),
        ("CloseDate = LAST_YEAR", 2),
        ("CloseDate = NEXT_MONTH", 1),
        ("CloseDate = LAST_N_MONTHS:12", 2),
        ("CloseDate = THIS_FISCAL_YEAR", 2),
        ("CloseDate < LAST_N_QUARTERS:4", 1),
        ("CreatedDate = THIS_WEEK", 4),
        ("CreatedDate = N_DAYS_AGO:1", 0),
    ],
)
def test_dates_are_chosen_by_literal_and_by_function(sales: Org, where: str, found: int) -> None:
    """Periods around the world's day, and parts of a date."""
    assert len(plain(sales, f"SELECT Id FROM Opportunity WHERE {where}")) == found


def test_typeof_shows_a_parent_by_what_it_is(org: Org) -> None:
    """Each case has its own fields; what no case names falls to ELSE, or is null."""
    who = org.records.insert("Contact", {"LastName": "Roy", "Email": "i@roy.example"}, by="x").id
    lead = org.records.insert("Lead", {"LastName": "Vogt", "Company": "V"}, by="x").id
    for subject, id_ in (("a", who), ("b", lead), ("c", None)):
        org.records.insert("Task", {"Subject": subject, "WhoId": id_}, by="x")
    cases = "WHEN Contact THEN Email, LastName"
    soql = "SELECT Subject, TYPEOF Who {} END FROM Task ORDER BY Subject"
    with_else = plain(org, soql.format(f"{cases} ELSE Name"))
    without = plain(org, soql.format(cases))
    assert [row["Who"] and row["Who"].get("Name") for row in with_else] == [None, "Vogt", None]
    assert with_else[0]["Who"]["Email"] == "i@roy.example"
    assert [bool(row["Who"]) for row in without] == [True, False, False]


def test_lists_of_fields_spell_themselves_out(org: Org) -> None:
    """FIELDS(STANDARD) has every standard field and none of ours; ALL needs a small LIMIT."""
    org.records.insert("Account", {"Name": "A"}, by="x")
    standard = plain(org, "SELECT FIELDS(STANDARD) FROM Account LIMIT 1")[0]
    everything = plain(org, "SELECT FIELDS(ALL) FROM Account LIMIT 200")[0]
    assert "BillingAddress" in standard
    assert "KAM_Tier__c" not in standard
    assert "KAM_Tier__c" in everything
    for soql in ("SELECT FIELDS(ALL) FROM Account", "SELECT FIELDS(CUSTOM) FROM Account LIMIT 201"):
        with pytest.raises(ApiError, match="LIMIT of at most 200"):
            run(org, soql, everything=False, version="66.0")


def test_a_list_of_choices_is_searched(org: Org) -> None:
    """INCLUDES wants all values of one literal; EXCLUDES is its opposite."""
    full = make_org("contacts_to_multiple_accounts")
    for roles in ("Influencer;Evaluator", "Influencer", None):
        full.records.insert("AccountContactRelation", {"Roles": roles}, by="x")
    soql = "SELECT Id FROM AccountContactRelation WHERE Roles "
    assert len(plain(full, soql + "INCLUDES ('influencer')")) == 2
    assert len(plain(full, soql + "INCLUDES ('Evaluator;Influencer', 'Other')")) == 1
    assert len(plain(full, soql + "EXCLUDES ('Evaluator')")) == 2
    with pytest.raises(ApiError, match="only valid on multipicklist"):
        plain(org, "SELECT Id FROM Account WHERE Name INCLUDES ('A')")


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT StageName FROM Opportunity GROUP BY StageName HAVING Amount > 1",
        "SELECT COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY Name",
        "SELECT Id FROM Opportunity WHERE SUM(Amount) > 1",
        "SELECT TYPEOF Owner WHEN User THEN Id END FROM Account",
        "SELECT TYPEOF Who END FROM Task",
        "SELECT FIELDS(SOME) FROM Account",
        "SELECT Id FROM Opportunity WHERE CloseDate = LAST_DECADE",
        "SELECT Id FROM Opportunity WHERE CloseDate = NEXT_N_DAYS:x",
        "SELECT Id FROM Opportunity FOR UPDATE",
    ],
)
def test_what_does_not_belong_is_malformed(org: Org, soql: str) -> None:
    """An aggregate out of place, a field that is not grouped, an unknown word."""
    with pytest.raises(ApiError) as caught:
        run(org, soql, everything=False, version="66.0")
    assert caught.value.code == "MALFORMED_QUERY"
