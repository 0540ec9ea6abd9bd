"""The hard edges of the sandbox's Bulk API 2.0: refusals, ends of jobs, odd uploads."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
import requests

pytestmark = pytest.mark.enable_socket

CSV = {"Content-Type": "text/csv"}


def ask(sandbox: Any, soql: str) -> requests.Response:
    """Create a query job."""
    document = {"operation": "query", "query": soql}
    answer: requests.Response = sandbox.call("POST", "jobs/query", json=document)
    return answer


def finished(sandbox: Any, path: str) -> dict[str, Any]:
    """Look until a job has ended."""
    states = [sandbox.call("GET", path).json() for _ in range(2)]
    last: dict[str, Any] = states[-1]
    return last


def open_load(sandbox: Any, **job: Any) -> str:
    """Open an ingest job for accounts and return its path."""
    document = {"object": "Account", "operation": "insert"} | job
    created = sandbox.call("POST", "jobs/ingest", json=document)
    assert created.status_code == 200, created.text
    return f"jobs/ingest/{created.json()['id']}"


def loaded(sandbox: Any, csv: bytes, **job: Any) -> tuple[str, dict[str, Any]]:
    """Load a CSV to its end; return the job's path and its last state."""
    path = open_load(sandbox, **job)
    assert sandbox.call("PUT", f"{path}/batches", data=csv, headers=CSV).status_code == 201
    sandbox.call("PATCH", path, json={"state": "UploadComplete"})
    return path, finished(sandbox, path)


def rows(sandbox: Any, path: str, which: str) -> list[str]:
    """Return the lines of one of a job's result files, without the header."""
    text: str = sandbox.call("GET", f"{path}/{which}").content.decode()
    return text.splitlines()[1:]


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM TaskStatus", "INVALIDENTITY"),
        ("SELECT Owner.Id, BillingAddress FROM Account", "FEATURENOTENABLED"),
        ("SELECT Account.BillingAddress FROM Contact", "FEATURENOTENABLED"),
        ("SELECT FIELDS(STANDARD) FROM Account", "FEATURENOTENABLED"),
        ("SELECT COUNT() FROM Account", "API_ERROR"),
        ("SELECT Name, (SELECT Id FROM Contacts) FROM Account", "API_ERROR"),
        ("SELECT TYPEOF Who WHEN Contact THEN Id END FROM Task", "API_ERROR"),
        ("SELECT Rating FROM Account GROUP BY Rating", "API_ERROR"),
        ("SELECT Id FROM Account OFFSET 2", "API_ERROR"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
    ],
)
def test_bulk_says_what_it_cannot(sandbox: Any, soql: str, code: str) -> None:
    """Each has its error, at the creation of the job."""
    answer = ask(sandbox, soql)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_limit_and_order_are_taken_without_chunks(sandbox: Any) -> None:
    """They are honoured, and switch PK chunking off; a word in a literal is no clause."""
    for name in ("b OFFSET 1", "a", "c"):
        sandbox.add("Account", Name=name)
    plain = f"jobs/query/{ask(sandbox, 'SELECT Name FROM Account').json()['id']}"
    soql = "SELECT Name FROM Account WHERE Name != 'x GROUP BY y' ORDER BY Name LIMIT 2"
    path = f"jobs/query/{ask(sandbox, soql).json()['id']}"
    chunked = [finished(sandbox, one)["isPkChunkingSupported"] for one in (plain, path)]
    assert chunked == [True, False]
    assert rows(sandbox, path, "results") == ['"a"', '"b OFFSET 1"']


@pytest.mark.parametrize(
    ("doom", "state", "message"),
    [
        ({}, "Failed", "InternalServerError : Retried more than 15 times"),
        ({"state": "Aborted", "message": "by an administrator"}, "Aborted", "by an administrator"),
    ],
)
def test_a_query_job_can_end_badly(
    sandbox: Any, doom: dict[str, str], state: str, message: str
) -> None:
    """A failed or aborted job says why and has no results."""
    sandbox.control("POST", "faults", json={"kind": "bulk_failed", "body": doom})
    path = f"jobs/query/{ask(sandbox, 'SELECT Id FROM Account').json()['id']}"
    end = finished(sandbox, path)
    results = [sandbox.call("GET", f"{path}/{page}") for page in ("results", "resultPages")]
    assert (end["state"], end["errorMessage"]) == (state, message)
    assert [answer.json()[0]["errorCode"] for answer in results] == ["INVALIDJOBSTATE"] * 2


def test_a_client_aborts_and_deletes(sandbox: Any) -> None:
    """An aborted job cannot be aborted again; a deleted one is not there."""
    path = f"jobs/query/{ask(sandbox, 'SELECT Id FROM Account').json()['id']}"
    too_soon = sandbox.call("DELETE", path)
    abort = [sandbox.call("PATCH", path, json={"state": "Aborted"}) for _ in range(2)]
    removed = sandbox.call("DELETE", path)
    assert too_soon.json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert [answer.status_code for answer in abort] == [200, 400]
    assert removed.status_code == 204
    assert sandbox.call("GET", path).status_code == 404


@pytest.mark.parametrize("way", ["after seven days", "fault"])
def test_results_expire(sandbox: Any, way: str) -> None:
    """After a week, or when a fault says so, results are a 404."""
    sandbox.add("Account")
    path = f"jobs/query/{ask(sandbox, 'SELECT Id FROM Account').json()['id']}"
    finished(sandbox, path)
    before = sandbox.call("GET", f"{path}/results").status_code
    acts = {
        "after seven days": ("clock", {"advance_s": 7 * 86_400 + 60}),
        "fault": ("faults", {"kind": "results_expired"}),
    }
    page, body = acts[way]
    sandbox.control("POST", page, json=body)
    after = sandbox.call("GET", f"{path}/results")
    assert (before, after.status_code, after.json()[0]["errorCode"]) == (200, 404, "NOT_FOUND")


def test_results_are_compressed_for_who_can_read_them(sandbox: Any) -> None:
    """With Accept-Encoding: gzip the body is gzip; with identity it is plain."""
    sandbox.add("Account", Name="Énergie")
    path = f"jobs/query/{ask(sandbox, 'SELECT Name FROM Account').json()['id']}"
    finished(sandbox, path)
    headers = {"Accept-Encoding": "gzip"}
    packed = sandbox.call("GET", f"{path}/results", headers=headers, stream=True)
    plain = sandbox.call("GET", f"{path}/results", headers={"Accept-Encoding": "identity"})
    raw = packed.raw.read(decode_content=False)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content == '"Name"\n"Énergie"\n'.encode()


def test_pages_are_listed_five_at_a_time(sandbox: Any) -> None:
    """The sixth page is behind nextRecordsUrl; each page has what it says."""
    for number in range(6):
        sandbox.add("Account", Name=f"A{number}")
    path = f"jobs/query/{ask(sandbox, 'SELECT Name FROM Account ORDER BY Name').json()['id']}"
    finished(sandbox, path)
    first = sandbox.call("GET", f"{path}/resultPages", params={"maxRecords": 1}).json()
    url = sandbox.addresses.salesforce + first["nextRecordsUrl"]
    second = sandbox.session.get(url, timeout=10).json()
    fifth = sandbox.session.get(
        sandbox.addresses.salesforce + first["resultPages"][4]["resultUrl"], timeout=10
    )
    assert (len(first["resultPages"]), first["done"]) == (5, False)
    assert (len(second["resultPages"]), second["done"]) == (1, True)
    assert fifth.text == '"Name"\n"A4"\n'


def test_a_result_can_be_short_or_lead_elsewhere(sandbox: Any) -> None:
    """A row is lost while the header still counts it; a link points to another host."""
    for number in range(3):
        sandbox.add("Account", Name=f"A{number}")
    path = f"jobs/query/{ask(sandbox, 'SELECT Name FROM Account').json()['id']}"
    finished(sandbox, path)
    for kind in ("short_result", "foreign_link"):
        sandbox.control("POST", "faults", json={"kind": kind})
    short = sandbox.call("GET", f"{path}/results")
    listed = sandbox.call("GET", f"{path}/resultPages").json()["resultPages"]
    assert (len(short.text.splitlines()) - 1, short.headers["Sforce-NumberOfRecords"]) == (2, "3")
    assert listed[0]["resultUrl"].startswith("https://elsewhere.example/")


def test_a_load_can_stop_in_the_middle(sandbox: Any) -> None:
    """What was written stays; the rest is unprocessed, to be sent again."""
    doom = {"rows": 2, "message": "InternalServerError : stopped"}
    sandbox.control("POST", "faults", json={"kind": "bulk_failed", "body": doom})
    path, end = loaded(sandbox, b"Name\nA\nB\nC\n")
    assert (end["state"], end["numberRecordsProcessed"]) == ("Failed", 2)
    assert len(rows(sandbox, path, "successfulResults")) == 2
    assert rows(sandbox, path, "unprocessedRecords") == ['"C"']
    assert len(sandbox.query("SELECT Id FROM Account")) == 2


@pytest.mark.parametrize(
    ("csv", "job", "error"),
    [
        (b"Name,Nope\nA,1\n", {}, "InvalidBatch : Field name not found : Nope"),
        (b"Name\r\nA\r\n", {}, "LineEnding is invalid on user data"),
        (b"Name\nA\n", {"lineEnding": "CRLF"}, "Current LineEnding setting is CRLF"),
        (b"", {}, "Header is missing"),
        (b"Name,name\nA,B\n", {}, "Duplicate column"),
        (b"Name\n\xe9\n", {}, "not UTF-8"),
        (b"Id,Name\n1,A\n", {"operation": "delete"}, "takes the column Id alone"),
    ],
)
def test_a_file_that_does_not_fit_fails_as_a_whole(
    sandbox: Any, csv: bytes, job: dict[str, str], error: str
) -> None:
    """The job says what is wrong, and writes nothing."""
    _, end = loaded(sandbox, csv, **job)
    assert end["state"] == "Failed"
    assert error in end["errorMessage"]
    assert (end["numberRecordsProcessed"], end["numberRecordsFailed"]) == (0, 0)
    assert sandbox.query("SELECT Id FROM Account") == []


def test_an_aborted_load_leaves_its_rows_unprocessed(sandbox: Any) -> None:
    """A job that was never closed has written nothing."""
    path = open_load(sandbox)
    sandbox.call("PUT", f"{path}/batches", data=b"Name\nA\n", headers=CSV)
    sandbox.call("PATCH", path, json={"state": "Aborted"})
    assert rows(sandbox, path, "unprocessedrecords") == ['"A"']
    assert sandbox.query("SELECT Id FROM Account") == []


def test_a_file_too_large_is_refused(make_sandbox: Any) -> None:
    """Above the limit the upload is a 413, and the job waits for a smaller one."""
    sandbox = make_sandbox(bulk_max_upload=64)
    path = open_load(sandbox)
    large = sandbox.call("PUT", f"{path}/batches", data=b"Name\n" + b"A" * 64, headers=CSV)
    small = sandbox.call("PUT", f"{path}/batches", data=b"Name\nA\n", headers=CSV)
    twice = sandbox.call("PUT", f"{path}/batches", data=b"Name\nA\n", headers=CSV)
    assert (large.status_code, small.status_code) == (413, 201)
    assert twice.json()[0]["errorCode"] == "INVALIDJOBSTATE"


def test_empty_cells_stay_and_na_empties(sandbox: Any) -> None:
    """Also in an upsert; a key that stands twice in a chunk fails both rows."""
    sandbox.add("Task", KAM_Key__c="k1", Subject="Call", Description="kept", CallObject="gone")
    csv = b"KAM_Key__c,Subject,Description,CallObject\nk1,Call 2,,#N/A\nk2,A,,\nK2,B,,\n"
    job = {"object": "Task", "operation": "upsert", "externalIdFieldName": "KAM_Key__c"}
    path, end = loaded(sandbox, csv, **job)
    (task,) = sandbox.query("SELECT Subject, Description, CallObject FROM Task")
    failed = rows(sandbox, path, "failedResults")
    assert (end["numberRecordsProcessed"], end["numberRecordsFailed"]) == (3, 2)
    assert (task["Subject"], task["Description"], task["CallObject"]) == ("Call 2", "kept", None)
    assert "DUPLICATE_VALUE:Duplicate external id specified: k2:KAM_Key__c --" in failed[0]


def test_results_wait_for_the_end_of_the_job(sandbox: Any) -> None:
    """Before that they are an error, not an empty file."""
    path = open_load(sandbox)
    early = sandbox.call("GET", f"{path}/successfulResults")
    assert early.json()[0]["errorCode"] == "INVALIDJOBSTATE"


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ({"object": "TaskStatus"}, "INVALIDENTITY"),
        ({"operation": "merge"}, "INVALIDJOB"),
        ({"contentType": "XML"}, "INVALIDJOB"),
        ({"operation": "upsert", "externalIdFieldName": "Site"}, "INVALIDJOB"),
        ({"columnDelimiter": "SPACE"}, "INVALIDJOB"),
    ],
)
def test_a_load_that_makes_no_sense_is_refused(
    sandbox: Any, job: dict[str, str], code: str
) -> None:
    """The object, the operation, the key and the dialect are checked at once."""
    document = {"object": "Account", "operation": "insert"} | job
    answer = sandbox.call("POST", "jobs/ingest", json=document)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
