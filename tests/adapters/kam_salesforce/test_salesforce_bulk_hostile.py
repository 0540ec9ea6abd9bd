"""Bulk results that lie: every row in the end, or one of our errors; never a circle."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from tests.factories.doctored import doctored, merged
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

Doctor = Callable[[bytes], tuple[bytes, dict[str, str]]]
ACCOUNTS = make_source(Kind.ACCOUNT, "Account", "Name", "BillingCity")
RESULTS = r"GET .*/results\?"
LISTS = r"/resultPages"
LOOK = r"GET .*/jobs/(query|ingest)/\w+$"


def refs_read(org: Org, where: str, change: Doctor, **table: int) -> list[str]:
    """Pull all accounts in bulk with doctored answers; return the refs, each once."""
    crm = doctored(org.crm(**({"bulk_read_from": 0} | table)), where, change)
    return sorted({row.ref for row in rows_of(pages_of(crm, ACCOUNTS, size=3))})


def refs_there(org: Org) -> list[str]:
    """Return what the org holds."""
    return sorted(record.id for record in org.world.salesforce.all("Account"))


def next_page(locator: str) -> Doctor:
    """Return that there is always another page."""
    return lambda body: (body, {"Sforce-Locator": locator})


def ever_on() -> Doctor:
    """Return that there is always another page, with another name."""
    number = count()
    return lambda body: (body, {"Sforce-Locator": f"Mj{next(number)}"})


def cut_columns(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Leave out the last column."""
    return b"\n".join(line.rpartition(b",")[0] for line in body.split(b"\n")), {}


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize(
    "change",
    [
        next_page("MjAw"),
        ever_on(),
        next_page("../../query?q=SELECT"),
        next_page(""),
        lambda body: (body, {"Sforce-NumberOfRecords": "7"}),
        lambda body: (body, {"Sforce-NumberOfRecords": "9" * 5000}),
        lambda body: (body, {"Sforce-NumberOfRecords": "many"}),
        lambda body: (b"\xef\xbb\xbf" + body, {}),
        lambda body: (body.replace(b"a", b"a\0"), {}),
        lambda body: (body.replace(b"e", b"\xe9"), {}),
        lambda body: (body.replace(b"\n", b"\r\n"), {}),
        lambda body: (body + body.split(b"\n")[1] + b"\n", {}),
        lambda body: (body.split(b"\n")[0], {}),
        lambda body: (body[:-3], {}),
        lambda _: (b"", {}),
        lambda _: (b"<html>Please log in</html>", {}),
        cut_columns,
    ],
)
def test_a_result_that_lies_costs_no_row(org: Org, change: Doctor) -> None:
    """Circles, wrong counts, other columns, other encodings: read again, or by REST."""
    assert refs_read(org, RESULTS, change) == refs_there(org)


@pytest.mark.parametrize("change", [next_page("MjAw"), ever_on()])
def test_pages_without_a_list_have_an_end_too(org: Org, change: Doctor) -> None:
    """An older API: each page names the next, and the last one never comes."""
    org.fault("status", status=404, match="resultPages", times=9, body=[{"errorCode": "NOT_FOUND"}])
    assert refs_read(org, RESULTS, change) == refs_there(org)


@pytest.mark.parametrize(
    "members",
    [
        {"done": False, "nextRecordsUrl": "/services/data/v66.0/jobs/query/750/resultPages?a=b"},
        {"done": False, "nextRecordsUrl": "https://evil.example/resultPages"},
        {"done": False},
        {"resultPages": None},
        {"resultPages": "x"},
        {"resultPages": [None]},
        {"resultPages": [{"resultUrl": None}]},
        {"resultPages": []},
    ],
)
def test_a_list_of_pages_that_lies_costs_no_row(org: Org, members: dict[str, Any]) -> None:
    """Links elsewhere are not followed, and what is no list is none."""
    assert refs_read(org, LISTS, merged(**members)) == refs_there(org)


def test_a_list_of_pages_that_leads_to_itself_ends(org: Org) -> None:
    """The next part of the list is the same one, again and again."""

    def again(body: bytes) -> tuple[bytes, dict[str, str]]:
        said = json.loads(body)
        link = said["resultPages"][0]["resultUrl"].replace("/results?", "/resultPages?")
        return json.dumps(said | {"done": False, "nextRecordsUrl": link}).encode(), {}

    assert refs_read(org, LISTS, again) == refs_there(org)


@pytest.mark.parametrize("state", ["Aborted", "Failed"])
def test_a_job_that_comes_to_nothing_is_read_by_rest(org: Org, state: str) -> None:
    """Whoever stopped it: the rows are there all the same."""
    assert refs_read(org, LOOK, merged(state=state)) == refs_there(org)
    assert org.count("/queryAll") > 0


def test_a_job_without_a_number_of_rows_is_no_whole_one(org: Org) -> None:
    """Nothing would tell a result that was cut short."""
    assert refs_read(org, LOOK, merged(numberRecordsProcessed=None)) == refs_there(org)
    assert org.count("/queryAll") > 0


def test_a_job_that_never_ends_is_given_up_with_few_looks(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks in ten seconds once the first have passed: each is a counted call."""
    monkeypatch.setattr("kam_salesforce.bulk_query._LONGEST_WAIT_S", 200.0)
    assert refs_read(org, LOOK, merged(state="InProgress")) == refs_there(org)
    assert org.count("GET /services/data/v66.0/jobs/query/") < 2 * (15 + 2 * 20)


@pytest.mark.parametrize("state", [None, [], 7])
def test_a_job_without_a_state_is_no_answer(org: Org, state: Any) -> None:
    """What cannot be read is an error with its code; the next run resumes."""
    with pytest.raises(CrmUnavailable) as refused:
        refs_read(org, LOOK, merged(state=state))
    assert refused.value.code == "KAM-3103"


# -- writing --------------------------------------------------------------------------------


def states(org: Org, where: str, change: Doctor) -> list[PushState]:
    """Write a tier to three accounts as a job with doctored answers."""
    crm = doctored(org.crm(bulk_write_from=1), where, change)
    changes = [
        Change(
            id=f"u-{ref}",
            kind=Kind.ACCOUNT,
            object="Account",
            ref=ref,
            values={"KAM_Tier__c": "C"},
        )
        for ref in refs_there(org)[:3]
    ]
    return [result.state for result in crm.push(changes)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda body: (b"\xef\xbb\xbf" + body, {}), PushState.DONE),
        (lambda body: (body.replace(b",", b"\0,"), {}), PushState.DONE),
        (lambda body: (body.replace(b"\n", b",more,columns\n"), {}), PushState.DONE),
        (lambda body: (body + body, {}), PushState.DONE),
        (lambda _: (b"", {}), PushState.RETRY),
        (lambda _: (b"<html>Please log in</html>", {}), PushState.RETRY),
        (lambda _: (b"sf__Id,Id\n\xe9,\xe9\n", {}), PushState.RETRY),
        (lambda body: (body.partition(b"\n")[2], {}), PushState.RETRY),
        (lambda body: (body.lower(), {}), PushState.RETRY),
        (cut_columns, PushState.DONE),
    ],
)
def test_only_rows_that_a_result_names_are_done(org: Org, change: Doctor, told: PushState) -> None:
    """An id in other letters is another record; no header, no result."""
    assert states(org, "successfulResults", change) == [told] * 3
    assert org.count("PATCH /services/data/v66.0/composite") == 0


@pytest.mark.parametrize("state", ["InProgress", "Aborted", "Failed"])
def test_a_job_that_does_not_end_leaves_all_for_later(org: Org, state: str) -> None:
    """Nothing is claimed: the next pass reads and compares."""
    assert states(org, LOOK, merged(state=state)) == [PushState.RETRY] * 3
