"""The sandbox's Bulk API 2.0, driven by simple-salesforce and by plain requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from simple_salesforce import Salesforce

pytestmark = pytest.mark.enable_socket


def query_job(sandbox: Any, soql: str, operation: str = "query") -> str:
    """Create a query job, look until it is done, and return its path."""
    document = {"operation": operation, "query": soql}
    created = sandbox.call("POST", "jobs/query", json=document).json()
    path = f"jobs/query/{created['id']}"
    states = [created["state"], *(sandbox.call("GET", path).json()["state"] for _ in range(2))]
    assert states == ["UploadComplete", "InProgress", "JobComplete"]
    return path


def ingest(sandbox: Any, csv: bytes, **job: Any) -> str:
    """Load a CSV in chunks and return the job's path."""
    created = sandbox.call("POST", "jobs/ingest", json={"object": "Account"} | job).json()
    path = f"jobs/ingest/{created['id']}"
    headers = {"Content-Type": "text/csv"}
    chunks = iter([csv[:10], csv[10:]])
    assert sandbox.call("PUT", f"{path}/batches", data=chunks, headers=headers).status_code == 201
    sandbox.call("PATCH", path, json={"state": "UploadComplete"})
    sandbox.call("GET", path)
    return path


def test_a_query_job_pages_by_locator(sandbox: Any) -> None:
    """Pages carry their count and the next locator, the last one the word null."""
    for number in range(5):
        sandbox.add("Account", Name=f"A{number}")
    path = query_job(sandbox, "SELECT Name FROM Account ORDER BY Name")
    first = sandbox.call("GET", f"{path}/results", params={"maxRecords": 3})
    locator = first.headers["Sforce-Locator"]
    last = sandbox.call("GET", f"{path}/results", params={"maxRecords": 3, "locator": locator})
    pages = sandbox.call("GET", f"{path}/resultPages", params={"maxRecords": 3}).json()
    assert first.content == b'"Name"\n"A0"\n"A1"\n"A2"\n'
    assert first.headers["Sforce-NumberOfRecords"] == "3"
    assert last.content == b'"Name"\n"A3"\n"A4"\n'
    assert last.headers["Sforce-Locator"] == "null"
    assert (len(pages["resultPages"]), pages["done"]) == (2, True)


def test_bulk_text_differs_from_rest(sandbox: Any) -> None:
    """Datetimes end in Z, numbers are plain, odd text survives quoting."""
    name = 'Énergie "Nord"\nline\u2028two'
    sandbox.add("Account", Name=name, AnnualRevenue=Decimal(350000000))
    path = query_job(sandbox, "SELECT Name, AnnualRevenue, CreatedDate, IsDeleted FROM Account")
    text = sandbox.call("GET", f"{path}/results").content.decode()
    line = '"Énergie ""Nord""\nline\u2028two","350000000","2026-11-20T06:00:00.000Z","false"\n'
    assert text == f'"Name","AnnualRevenue","CreatedDate","IsDeleted"\n{line}'


def test_a_query_job_refuses_what_bulk_cannot(sandbox: Any) -> None:
    """Offsets, unsupported objects and compound fields are 400s."""
    soql = [
        "SELECT Id FROM Account OFFSET 1",
        "SELECT Id FROM TaskStatus",
        "SELECT BillingAddress FROM Account",
        "SELECT Nothing FROM Account",
        "SELECT MAX(Name) FROM Account",
    ]
    answers = [
        sandbox.call("POST", "jobs/query", json={"operation": "query", "query": text})
        for text in soql
    ]
    assert [answer.status_code for answer in answers] == [400] * 5
    assert answers[1].json()[0]["errorCode"] == "INVALIDENTITY"


def test_an_ingest_job_reports_every_row(sandbox: Any) -> None:
    """Good rows, failed rows and their errors come back with the row's own columns."""
    kept = sandbox.add("Account", Rating="Hot", Site="Lyon")
    csv = f"Id,Rating,Site\n{kept},Warm,\n001000000000001,Warm,\n".encode()
    path = ingest(sandbox, csv, operation="update")
    info = sandbox.call("GET", path).json()
    good = sandbox.call("GET", f"{path}/successfulResults/").text
    bad = sandbox.call("GET", f"{path}/failedResults/").text
    row = sandbox.query("SELECT Rating, Site FROM Account")[0]
    assert (info["state"], info["numberRecordsProcessed"]) == ("JobComplete", 2)
    assert info["numberRecordsFailed"] == 1
    assert good.splitlines()[1] == f'"{kept}","false","{kept}","Warm",""'
    assert "INVALID_CROSS_REFERENCE_KEY" in bad
    assert (row["Rating"], row["Site"]) == ("Warm", "Lyon")


def test_na_empties_a_field(sandbox: Any) -> None:
    """An empty cell leaves a value alone; #N/A clears it."""
    account = sandbox.add("Account", Rating="Hot")
    ingest(sandbox, f"Id,Rating\n{account},#N/A\n".encode(), operation="update")
    assert sandbox.query("SELECT Rating FROM Account")[0]["Rating"] is None


def test_an_unknown_column_fails_the_job(sandbox: Any) -> None:
    """Nothing is written and every row is unprocessed, whatever the resource's case."""
    path = ingest(sandbox, b"Name,Nope__c\nA,B\n", operation="insert")
    info = sandbox.call("GET", path).json()
    left = sandbox.call("GET", f"{path}/unprocessedRecords/").text
    assert (info["state"], info["errorMessage"]) == (
        "Failed",
        "InvalidBatch : Field name not found : Nope__c",
    )
    assert left == '"Name","Nope__c"\n"A","B"\n'


def test_simple_salesforce_queries_and_upserts_in_bulk(
    simple: Salesforce, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own bulk2 client finishes both kinds of job."""
    monkeypatch.setattr("simple_salesforce.bulk2.sleep", lambda seconds: None)
    loaded = simple.bulk2.Task.upsert(
        records=[{"KAM_Key__c": "k1", "Subject": "One"}], external_id_field="KAM_Key__c"
    )
    pages = list(simple.bulk2.Task.query("SELECT KAM_Key__c, Subject FROM Task"))
    assert loaded[0]["numberRecordsProcessed"] == 1
    assert loaded[0]["numberRecordsFailed"] == 0
    assert pages == ['"KAM_Key__c","Subject"\n"k1","One"\n']
