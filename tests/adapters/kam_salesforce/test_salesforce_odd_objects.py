"""Objects with ways of their own: no timestamp, no bin, types of records, people as accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, PullSource, Stream
from kam_salesforce import query
from kam_sandbox.clock import WorldClock
from kam_sandbox.records import Record
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

FEATURES = ("person_accounts", "record_types")
ALWAYS = {"bulk_read_from": 0}
NEVER = {"bulk_read_from": 10**9}
BOTH = pytest.mark.parametrize("table", [ALWAYS, NEVER], ids=["bulk", "rest"])

CURRENCIES = make_source(Kind.CURRENCY_RATE, "CurrencyType", "ConversionRate", "IsoCode")
RATES = make_source(
    Kind.CURRENCY_RATE, "DatedConversionRate", "ConversionRate", "IsoCode", "StartDate"
)
EVENTS = make_source(Kind.ACTIVITY, "Event", "Subject")
TYPED = make_source(Kind.ACCOUNT, "Account", "Name", virtual=("@record_type",))


@pytest.fixture
def rich() -> Iterator[Org]:
    """Serve an org with several currencies, record types and people as accounts."""
    world = build_world(clock=WorldClock(), scale=0.05, multi_currency=True, features=FEATURES)
    with running(world) as addresses:
        org = Org(world=world, address=addresses.salesforce)
        yield org
        for crm in org.opened:
            crm.close()


def queries(org: Org) -> list[str]:
    """Return the SOQL that went to the query pages."""
    return [unquote_plus(line.split("?q=")[1]) for line in org.asked if "?q=" in line]


# -- sweeps -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("names", "columns"),
    [((), "Id, SystemModstamp"), (("Phone",), "Id, SystemModstamp, Phone")],
)
def test_a_sweep_asks_for_what_was_named_and_nothing_else(
    org: Org, names: tuple[str, ...], columns: str
) -> None:
    """No state either: only living rows are read."""
    whole = make_source(Kind.CONTACT, "Contact", "LastName", "Phone", virtual=())
    crm = org.crm(**NEVER)
    rows = rows_of(pages_of(crm, whole.narrowed(names), stream=Stream.SWEEP))
    (swept,) = {soql.split(" WHERE")[0] for soql in queries(org) if "FROM Contact" in soql}
    assert swept == f"SELECT {columns} FROM Contact"
    assert {frozenset(row.values) for row in rows} == {frozenset(names)}


def test_a_sweep_of_activities_asks_for_no_people(org: Org) -> None:
    """Who took part is read with the activity, not again each week."""
    events = make_source(Kind.ACTIVITY, "Event", "Subject", virtual=("@relations",))
    assert rows_of(pages_of(org.crm(**NEVER), events.narrowed(()), stream=Stream.SWEEP))
    assert not any("EventRelation" in soql for soql in queries(org))


# -- archived activities ----------------------------------------------------------------------
@pytest.fixture
def archived(org: Org) -> Record:
    """Give a meeting of long ago, which Salesforce has archived by itself."""
    org.world.clock.advance(5)
    event = next(iter(org.world.salesforce.all("Event")))
    long_ago = {"StartDateTime": "2025-01-10T09:00:00.000Z", "ActivityDate": "2025-01-10"}
    long_ago["EndDateTime"] = "2025-01-10T10:00:00.000Z"
    org.world.salesforce.update(event, long_ago, by="person")
    org.world.clock.advance(5)
    crm = org.crm()
    found = query.is_in("Id", [event.id])
    assert crm._client.query(query.select(["Id"], "Event", [found])) == []
    return event


@BOTH
@pytest.mark.parametrize("stream", [Stream.CHANGES, Stream.SWEEP, Stream.FULL])
def test_archived_activities_are_read_like_any_other(
    org: Org, archived: Record, stream: Stream, table: dict[str, int]
) -> None:
    """Meetings older than a year are history, not deletions: queryAll alone shows them."""
    rows = {row.ref: row for row in rows_of(pages_of(org.crm(**table), EVENTS, stream=stream))}
    assert not rows[archived.id].deleted


def test_an_activity_archived_since_the_last_run_is_no_deletion(org: Org, archived: Record) -> None:
    """The increment shows it as it is, and no log of deletions names it."""
    since = Cursor(since=archived.modified_at - timedelta(seconds=1))
    rows = rows_of(pages_of(org.crm(), EVENTS, cursor=since))
    assert [(row.ref, row.deleted) for row in rows] == [(archived.id, False)]
    assert rows_of(pages_of(org.crm(), EVENTS, cursor=since, stream=Stream.ARCHIVED)) == []


# -- objects without this or that -------------------------------------------------------------
@BOTH
@pytest.mark.parametrize("source", [CURRENCIES, RATES], ids=lambda one: one.object)
def test_objects_without_a_bin_are_never_asked_through_query_all(
    rich: Org, source: PullSource, table: dict[str, int]
) -> None:
    """Nothing of theirs is deleted or archived; plain query reads them everywhere."""
    crm = rich.crm(**table)
    pages = pages_of(crm, source)
    rich.world.clock.advance(3600)
    pages_of(crm, source, cursor=pages[-1].next_cursor)
    assert rows_of(pages)
    assert not any(f"FROM {source.object}" in soql for soql in asked_of(rich, "/queryAll"))


def asked_of(org: Org, page: str) -> list[str]:
    """Return the SOQL sent to one page."""
    lines = [line for line in org.asked if f"{page}/?q=" in line or f"{page}?q=" in line]
    return [unquote_plus(line.split("?q=")[1]) for line in lines]


def test_an_object_without_a_timestamp_is_read_whole_each_time(rich: Org) -> None:
    """Its rows are equal until a value differs; small pages lose none."""
    rich.fault("schema_drift", object="CurrencyType", field="SystemModstamp", change="removed")
    rich.fault("schema_drift", object="CurrencyType", field="LastModifiedDate", change="removed")
    crm = rich.crm()
    first = pages_of(crm, CURRENCIES)
    rich.world.clock.advance(3600)
    again = pages_of(crm, CURRENCIES, cursor=first[-1].next_cursor, size=1)
    assert rows_of(first) == rows_of(again)
    assert len(rows_of(again)) > 1
    assert {row.modified_at for row in rows_of(again)} == {"1970-01-01T00:00:00.000Z"}


def test_another_timestamp_takes_the_place_of_a_missing_one(rich: Org) -> None:
    """LastModifiedDate is second best: windows go by it."""
    rich.fault("schema_drift", object="CurrencyType", field="SystemModstamp", change="removed")
    rich.world.clock.advance(60)
    crm = rich.crm()
    first = pages_of(crm, CURRENCIES)
    rich.world.clock.advance(3600)
    assert rows_of(pages_of(crm, CURRENCIES, cursor=first[-1].next_cursor)) == []
    assert any("LastModifiedDate <" in soql for soql in queries(rich))


# -- types of records, people as accounts -----------------------------------------------------
@BOTH
def test_a_record_type_is_named_as_the_administrator_named_it(
    rich: Org, table: dict[str, int]
) -> None:
    """By API name, which is the same in every org; ids are not."""
    source = make_source(Kind.ACCOUNT, "Account", "RecordTypeId", virtual=("@record_type",))
    rows = rows_of(pages_of(rich.crm(**table), source))
    names = {one.id: one.fields["DeveloperName"] for one in rich.world.salesforce.all("RecordType")}
    given = {(row.values["RecordTypeId"], row.values["@record_type"]) for row in rows}
    assert given <= set(names.items())
    assert {name for _, name in given} == {"Customer", "PersonAccount"}


def test_an_org_without_record_types_says_so(org: Org) -> None:
    """A note, and no value."""
    pages = pages_of(org.crm(), TYPED)
    assert "Account has no record types in this org" in pages[0].notes
    assert {row.values["@record_type"] for row in rows_of(pages)} == {None}


def test_a_person_account_is_one_account_with_one_person(rich: Org) -> None:
    """Its contact twin is that person: there is no second one, and it says what it is."""
    accounts = make_source(Kind.ACCOUNT, "Account", "IsPersonAccount", "PersonContactId")
    contacts = make_source(Kind.CONTACT, "Contact", "AccountId", "IsPersonAccount", "LastName")
    crm = rich.crm()
    people = [r for r in rows_of(pages_of(crm, accounts)) if r.values["IsPersonAccount"]]
    twins = [r for r in rows_of(pages_of(crm, contacts)) if r.values["IsPersonAccount"]]
    assert people
    assert {r.ref: r.values["PersonContactId"] for r in people} == {
        r.values["AccountId"]: r.ref for r in twins
    }
