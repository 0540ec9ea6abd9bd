"""simple-salesforce, used alone and by its own calls, works with the sandbox as with an org."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SFType
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.server import Addresses, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world

pytestmark = [pytest.mark.enable_socket]

CONTACTS = 2_100
"""More than one page of 2,000."""


class Rewriting(HTTPAdapter):
    """Sends what simple-salesforce insists on sending by https to the sandbox instead."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send the request to the sandbox."""
        split = urlsplit(request.url)
        request.url = f"{self._base}{split.path}" + (f"?{split.query}" if split.query else "")
        return super().send(request, *args, **kwargs)


def _world() -> World:
    clock = WorldClock()
    world = empty_world(seed=7, bare=False, clock=clock, multi_currency=False)
    records, by = world.salesforce, INTEGRATION_USER
    parent = records.insert("Account", {"Name": "Parent"}, by=by, at=START - timedelta(1)).id
    for number in range(CONTACTS):
        row = {"LastName": f"C{number:04d}", "AccountId": parent}
        records.insert("Contact", row, by=by, at=START - timedelta(1))
    return world


@pytest.fixture(scope="module")
def served() -> Iterator[Addresses]:
    """Serve a world with one account and its contacts."""
    with running(_world()) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def session(served: Addresses) -> Iterator[requests.Session]:
    """Give a session that reaches the sandbox whatever the address."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Rewriting(served.salesforce))
        yield session


@pytest.fixture(scope="module")
def client(session: requests.Session) -> Salesforce:
    """Sign in by client credentials."""
    return Salesforce(
        consumer_key="sandbox",
        consumer_secret="sandbox",
        domain="acme.my",
        version="66.0",
        session=session,
    )


def test_it_signs_in_with_a_key(served: Addresses, session: requests.Session) -> None:
    """The JWT bearer flow gives a session that the API takes."""
    signed = Salesforce(
        username="kam.connector@sandbox.example",
        consumer_key="sandbox",
        privatekey_file=str(served.jwt_key),
        version="66.0",
        session=session,
    )
    assert signed.query("SELECT COUNT() FROM Contact")["totalSize"] == CONTACTS
    assert signed.oauth2("userinfo")["user_id"] == INTEGRATION_USER


def test_it_reads_across_pages(client: Salesforce) -> None:
    """Every contact once, by one list and by an iterator, with parents nested."""
    soql = "SELECT Id, Account.Name FROM Contact ORDER BY LastName"
    rows = list(client.query_all_iter(soql))
    whole = client.query_all(soql)
    assert len({row["Id"] for row in rows}) == CONTACTS == whole["totalSize"]
    assert {row["Account"]["Name"] for row in rows} == {"Parent"}
    assert client.query_more(client.query(soql)["nextRecordsUrl"], identifier_is_url=True)["done"]


def test_it_describes(client: Salesforce) -> None:
    """Global and single describes, limits, and the calls counted."""
    described = client.Account.describe()
    limits = client.limits()["DailyApiRequests"]
    names = {row["name"] for row in client.describe()["sobjects"]}
    assert {"Account", "Task", "Opportunity"} <= names
    assert described["keyPrefix"] == "001"
    assert client.Account.metadata()["objectDescribe"]["name"] == "Account"
    assert limits["Remaining"] < limits["Max"]
    assert client.api_usage["api-usage"].total == limits["Max"]
    assert client.is_sandbox()


def test_it_writes_rows(client: Salesforce) -> None:
    """Create, read, change, upsert by key, list changes, delete."""
    made = client.Account.create({"Name": "Made"})["id"]
    assert client.Account.update(made, {"Site": "Lyon"}) == 204
    assert client.Account.get(made)["Site"] == "Lyon"
    assert client.Task.upsert("KAM_Key__c/ss-1", {"Subject": "One"}) == 201
    assert client.Task.upsert("KAM_Key__c/ss-1", {"Subject": "Two"}) == 200
    assert client.Task.get_by_custom_id("KAM_Key__c", "ss-1")["Subject"] == "Two"
    assert client.Account.delete(made) == 204
    gone = client.query_all(f"SELECT Id FROM Account WHERE Id = '{made}'", include_deleted=True)
    start, end = START - timedelta(hours=1), START + timedelta(hours=1)
    assert gone["totalSize"] == 1
    assert made in {row["id"] for row in client.Account.deleted(start, end)["deletedRecords"]}
    assert made not in client.Account.updated(start, end)["ids"]


def test_it_calls_collections_and_composite(client: Salesforce) -> None:
    """What it has no call for goes through restful()."""
    kind = {"attributes": {"type": "Task"}}
    records = [kind | {"KAM_Key__c": f"c{number}", "Subject": "C"} for number in range(3)]
    path = "composite/sobjects/Task/KAM_Key__c"
    done = client.restful(path, method="PATCH", json={"allOrNone": False, "records": records})
    url = "/services/data/v66.0/limits"
    part = {"method": "GET", "url": url, "referenceId": "limits"}
    both = client.restful("composite", method="POST", json={"compositeRequest": [part]})
    counted = client.restful("limits/recordCount", {"sObjects": "Contact"})
    assert [row["created"] for row in done] == [True] * 3
    assert both["compositeResponse"][0]["httpStatusCode"] == 200
    assert counted["sObjects"] == [{"count": CONTACTS, "name": "Contact"}]


def test_it_reads_in_bulk(client: Salesforce, tmp_path: Path) -> None:
    """Pages of text, and files: every row once either way."""
    bulk = client.bulk2.Contact
    soql = "SELECT Id, LastName FROM Contact"
    pages = list(bulk.query(soql, max_records=1_000, wait=0.01))
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page))]
    files = bulk.download(soql, str(tmp_path), max_records=1_500, wait=0.01)
    assert (len(pages), len({row["Id"] for row in rows})) == (3, CONTACTS)
    assert sum(file["number_of_records"] for file in files) == CONTACTS


def test_it_loads_in_bulk(client: Salesforce) -> None:
    """Insert, upsert, update, delete: counts, and the rows that failed."""
    bulk, tasks = client.bulk2.Account, client.bulk2.Task
    (inserted,) = bulk.insert(records=[{"Name": "B1"}, {"Name": "B2"}, {"Name": ""}], wait=0.01)
    failed = bulk.get_failed_records(inserted["job_id"])
    rows = csv.DictReader(io.StringIO(bulk.get_successful_records(inserted["job_id"])))
    ids = [row["sf__Id"] for row in rows]
    (updated,) = bulk.update(records=[{"Id": id_, "Site": "Lyon"} for id_ in ids], wait=0.01)
    (deleted,) = bulk.delete(records=[{"Id": id_} for id_ in ids], wait=0.01)
    (keyed,) = tasks.upsert(
        records=[{"KAM_Key__c": "b1", "Subject": "é"}], external_id_field="KAM_Key__c", wait=0.01
    )
    assert (inserted["numberRecordsProcessed"], inserted["numberRecordsFailed"]) == (3, 1)
    assert "REQUIRED_FIELD_MISSING" in failed
    assert (len(ids), updated["numberRecordsFailed"], deleted["numberRecordsFailed"]) == (2, 0, 0)
    assert keyed["numberRecordsFailed"] == 0


def test_it_understands_our_errors(client: Salesforce, session: requests.Session) -> None:
    """Its own classes of errors, by status."""
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        client.query("SELECT Nope FROM Account")
    with pytest.raises(SalesforceResourceNotFound):
        client.Account.get("001000000000000AAA")
    with pytest.raises(SalesforceExpiredSession):
        Salesforce(
            session_id="wrong", instance_url="https://acme.my.salesforce.com", session=session
        ).query("SELECT Id FROM Account")
    assert malformed.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_several_rows_of_one_key_are_told(client: Salesforce) -> None:
    """A key that is not unique answers 300 with the addresses of all."""
    lead = SFType("Lead", client.session_id, client.sf_instance, session=client.session)
    for _ in range(2):
        client.Lead.create({"LastName": "Twin", "Company": "T", "Email": "twin@t.example"})
    with pytest.raises(SalesforceMoreThanOneRecord) as several:
        lead.get_by_custom_id("Email", "twin@t.example")
    assert len(several.value.content) == 2
