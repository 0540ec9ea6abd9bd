"""Backfills through Bulk 2.0: the same rows as by REST, resumable, counted, tidied up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Page, PullRequest, PullSource
from kam_salesforce import bulk_pages
from kam_salesforce.bulk_jobs import BulkJobs, Listed
from kam_sandbox.salesforce import bulk as sandbox_bulk
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

CONTACTS = make_source(
    Kind.CONTACT,
    "Contact",
    *("AccountId", "Birthdate", "CreatedDate", "Email", "FirstName", "IsEmailBounced"),
    *("LastName", "ReportsToId", "Title"),
)
ACCOUNTS = make_source(
    Kind.ACCOUNT, "Account", "AnnualRevenue", "Description", "Industry", "Name", "NumberOfEmployees"
)
DEALS = make_source(
    Kind.OPPORTUNITY, "Opportunity", "Amount", "CloseDate", "IsWon", "Name", "Probability"
)
EVENTS = make_source(Kind.ACTIVITY, "Event", "StartDateTime", virtual=("@relations",))
ALWAYS = {"bulk_read_from": 0}
NEVER = {"bulk_read_from": 10**9}


@pytest.mark.parametrize("source", [CONTACTS, ACCOUNTS, DEALS, EVENTS], ids=lambda s: s.object)
def test_both_transports_give_the_same_rows(org: Org, source: PullSource) -> None:
    """A change of transport changes no value: no record looks edited by it."""
    by_rest = rows_of(pages_of(org.crm(**NEVER), source))
    asked = org.count("jobs/query")
    by_bulk = rows_of(pages_of(org.crm(**ALWAYS), source))
    assert by_bulk == by_rest
    assert len(by_rest) > 40
    assert (asked, org.count("POST /services/data/v66.0/jobs/query")) == (0, 1)


@pytest.mark.parametrize(
    "text",
    ["line\nbreak", 'a "quoted", part', "\u2028é😀", "N/A", "null", "x" * 31_000, "tab\there"],
    ids=["newline", "quotes", "unicode", "na", "null", "long", "tab"],
)
def test_texts_come_through_csv_as_they_are(org: Org, text: str) -> None:
    """Line breaks, quotes and words that look empty are text like any other."""
    record = next(iter(org.world.salesforce.all("Account")))
    org.world.salesforce.update(record, {"Description": text}, by=record.modified_by)
    org.world.clock.advance(2)
    rows = {row.ref: row for row in rows_of(pages_of(org.crm(**ALWAYS), ACCOUNTS))}
    assert rows[record.id].values["Description"] == text


def test_nul_is_left_out(org: Org) -> None:
    """NUL breaks CSV readers and databases; Salesforce has no use for it."""
    record = next(iter(org.world.salesforce.all("Account")))
    org.world.salesforce.update(record, {"Description": "a\0b"}, by=record.modified_by)
    org.world.clock.advance(2)
    rows = {row.ref: row for row in rows_of(pages_of(org.crm(**ALWAYS), ACCOUNTS))}
    assert rows[record.id].values["Description"] == "ab"


@pytest.mark.parametrize(("least", "jobs"), [(546, 1), (547, 0)])
def test_the_number_of_records_decides(org: Org, least: int, jobs: int) -> None:
    """From the threshold on a job, below it pages."""
    pages_of(org.crm(bulk_read_from=least), CONTACTS)
    assert org.count("POST /services/data/v66.0/jobs/query") == jobs


def test_result_pages_are_fetched_and_the_job_is_deleted(org: Org) -> None:
    """Each result page is one call; what is staged is deleted when the next stream begins."""
    crm = org.crm(**ALWAYS)
    rows = rows_of(pages_of(crm, CONTACTS, size=10))
    assert len({row.ref for row in rows}) == len(rows) == 546
    assert org.count("/results?") == 6
    assert org.count("DELETE") == 0
    pages_of(crm, ACCOUNTS, size=10)
    assert org.count("DELETE") == 1
    crm.close()
    assert org.count("DELETE") == 2


@pytest.mark.parametrize("pages", [1, 2, 3, 11, 12, 25, 40])
def test_interrupted_backfill_resumes_at_its_page(org: Org, pages: int) -> None:
    """INV4: another process goes on with the same job and reads nothing twice."""
    pulled = org.crm(**ALWAYS).pull(PullRequest(source=CONTACTS, page_size=10))
    first = list(islice(pulled, pages))
    pulled.close()
    second = pages_of(org.crm(**ALWAYS), CONTACTS, cursor=first[-1].next_cursor, size=10)
    refs = [row.ref for page in (*first, *second) for row in page.rows]
    assert len(refs) == len(set(refs)) == 546
    assert org.count("POST /services/data/v66.0/jobs/query") == 1
    assert second[-1].complete


def test_places_only_move_forward(org: Org) -> None:
    """INV2: the cursor's text sorts as the backfill goes."""
    pages = pages_of(org.crm(**ALWAYS), CONTACTS, size=10)
    refs = [page.next_cursor.ref for page in pages if page.next_cursor.since is None]
    assert refs == sorted(refs)
    assert len(refs) > 40


@pytest.mark.parametrize("lost", ["job", "locator"])
def test_lost_result_begins_anew(org: Org, lost: str) -> None:
    """A job or a locator that is gone costs a second reading, never a record."""
    pulled = org.crm(**ALWAYS).pull(PullRequest(source=CONTACTS, page_size=10))
    first = list(islice(pulled, 15))
    pulled.close()
    cursor = first[-1].next_cursor
    faults: dict[str, Callable[[], Any]] = {
        "job": lambda: org.fault("status", status=404, match="GET .*jobs/query/750", body=GONE),
        "locator": lambda: org.fault("locator_expired", match="results"),
    }
    faults[lost]()
    second = pages_of(org.crm(**ALWAYS), CONTACTS, cursor=cursor, size=10)
    assert len({row.ref for page in second for row in page.rows}) == 546
    assert [p.next_cursor.ref for p in second[:2]] > [cursor.ref]
    assert org.count("POST /services/data/v66.0/jobs/query") == 2


GONE = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]


def test_a_result_lost_twice_is_read_by_rest(org: Org) -> None:
    """Two jobs are enough: REST has no result to lose."""
    org.fault("locator_expired", match="results", times=8)
    rows = rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=100))
    assert len(rows) == 546
    assert org.count("POST /services/data/v66.0/jobs/query") == 2
    assert org.count("/queryAll") > 0


def test_short_result_is_never_taken_for_whole(org: Org) -> None:
    """G8: fewer rows than the header announces are noticed before the last one is staged."""
    org.fault("short_result", times=1_000)
    rows = rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=100))
    assert len({row.ref for row in rows}) == 546
    assert org.count("/queryAll") > 0


@pytest.mark.parametrize("kind", ["expire_token", "html", "drop_before", "truncate"])
def test_bulk_survives_trouble(org: Org, kind: str) -> None:
    """INV4: trouble on the way changes nothing in what is read."""
    org.fault(kind, match="jobs/query/750.*results")
    assert len(rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=100))) == 546


def test_a_page_that_never_comes_keeps_the_place(org: Org) -> None:
    """An org that is down ends the pull with an error; the next run goes on from there."""
    org.fault("status", status=503, match="results[?]", after=2, times=9)
    pages: list[Page] = []
    with pytest.raises(CrmUnavailable):
        pages.extend(org.crm(**ALWAYS).pull(PullRequest(source=CONTACTS, page_size=10)))
    org.world.faults.clear()
    pages += pages_of(org.crm(**ALWAYS), CONTACTS, cursor=pages[-1].next_cursor, size=10)
    refs = [row.ref for page in pages for row in page.rows]
    assert len(refs) == len(set(refs)) == 546


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALIDENTITY"),
        (400, "FEATURENOTENABLED"),
        (400, "LIMIT_EXCEEDED"),
        (400, "API_ERROR"),
        (403, "INSUFFICIENT_ACCESS"),
    ],
)
def test_what_bulk_refuses_is_read_by_rest(org: Org, status: int, code: str) -> None:
    """Objects that Bulk does not know, compounds, no job left: the rows come all the same."""
    body = [{"errorCode": code, "message": "Bulk does not do this"}]
    org.fault("status", status=status, match="POST .*jobs/query", body=body)
    assert len(rows_of(pages_of(org.crm(**ALWAYS), CONTACTS))) == 546
    assert org.count("jobs/query") == 1


def test_failed_job_is_read_by_rest(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that fails costs its looks, nothing else."""
    detail = sandbox_bulk.Job.detail
    failed = {"state": "Failed", "errorMessage": "no"}
    monkeypatch.setattr(sandbox_bulk.Job, "detail", lambda job: detail(job) | failed)
    assert len(rows_of(pages_of(org.crm(**ALWAYS), CONTACTS))) == 546
    assert org.count("POST /services/data/v66.0/jobs/query") == 2


def test_an_old_api_without_a_list_of_pages_is_walked(org: Org) -> None:
    """Where resultPages does not exist, each page names the next."""
    org.fault("status", status=404, match="resultPages", times=9, body=GONE)
    rows = rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=10))
    assert len({row.ref for row in rows}) == len(rows) == 546


def test_links_to_another_place_are_not_followed(org: Org) -> None:
    """G21: of a link only the locator is used, and only if it is this job's."""
    org.fault("foreign_link", times=9)
    assert len(rows_of(pages_of(org.crm(**ALWAYS), CONTACTS))) == 546
    assert org.count("elsewhere") == 0


def test_compound_fields_go_by_rest_at_once(org: Org) -> None:
    """An address has no CSV form: no job is tried."""
    rows = rows_of(pages_of(org.crm(**ALWAYS), replace(ACCOUNTS, fields=("BillingAddress",))))
    assert len(rows) == 59
    assert org.count("jobs/query") == 0


def test_a_backfill_of_nothing_is_complete(org: Org) -> None:
    """An empty result has a header and ends."""
    source = make_source(Kind.ACTIVITY, "Task", "Subject", only_with="KAM_Key__c")
    pages = pages_of(org.crm(**ALWAYS), replace(source, settle=timedelta(0)))
    assert rows_of(pages) == []
    assert pages[-1].complete


def test_a_wide_cell_is_read(monkeypatch: pytest.MonkeyPatch, org: Org) -> None:
    """Python's own limit of 131,072 characters a cell is lifted."""
    record = next(iter(org.world.salesforce.all("Account")))
    org.world.salesforce.update(record, {"Description": "y" * 200_000}, by=record.modified_by)
    org.world.clock.advance(2)
    rows = {row.ref: row for row in rows_of(pages_of(org.crm(**ALWAYS), ACCOUNTS))}
    assert len(str(rows[record.id].values["Description"])) == 200_000
    assert bulk_pages.AHEAD == 4


@pytest.mark.parametrize("ahead", [1, 2, 4])
def test_any_number_of_pages_may_be_fetched_side_by_side(
    org: Org, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """One by one or several at once: the same rows, each once."""
    monkeypatch.setattr(bulk_pages, "AHEAD", ahead)
    rows = rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=10))
    assert len({row.ref for row in rows}) == len(rows) == 546


def test_a_list_of_pages_that_ends_early_is_noticed(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: the last page says that it is the last; without it the result is not whole."""
    whole = BulkJobs.list_pages

    def short(*args: Any) -> Any:
        return Listed(links=whole(*args).links[:2], more="")

    monkeypatch.setattr(BulkJobs, "list_pages", short)
    rows = rows_of(pages_of(org.crm(**ALWAYS), CONTACTS, size=10))
    assert len({row.ref for row in rows}) == 546
    assert org.count("/queryAll") > 0
