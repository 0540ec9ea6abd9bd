"""A truncated answer is never data: every answer, cut at every byte; and what is no JSON."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from kam_connector.errors import KamError
from kam_connector.model.pull import PulledRow
from kam_hubspot.answers import read_json as read_hubspot
from kam_hubspot.answers import records_of
from kam_hubspot.export_check import Findings, check_sample
from kam_hubspot.export_files import ExportFile
from kam_salesforce.answers import saved
from kam_salesforce.api import read_json as read_salesforce
from kam_salesforce.bulk_pages import ResultPage
from kam_salesforce.bulk_rows import result_rows
from tests.guarantees import Figures
from tests.security.test_addresses import HOME, Answer, hubspot, salesforce, token

ROOT = f"{HOME}/services/data/v66.0"
HUB = "https://api.hubapi.com/crm/objects/2026-09/companies"
TRICKY = 'Müller & Söhne "GmbH", \U0001f600\n{"Id": "x"}]}'
PAGE = {
    "totalSize": 2,
    "done": True,
    "records": [
        {"attributes": {"type": "Account"}, "Id": f"00100000000000{n}AAA", "Name": TRICKY}
        for n in (1, 2)
    ],
}
SAVED = [{"id": "001000000000001AAA", "success": True, "errors": []}]
LISTED = {"results": [{"id": str(n), "properties": {"name": TRICKY}} for n in (1, 2)]}


def wire(document: Any) -> bytes:
    """Return a document as an answer's body."""
    return json.dumps(document, ensure_ascii=False).encode()


def query(body: bytes) -> Any:
    """Query an org that answers so."""
    answers = token(HOME) | {f"{ROOT}/query/": (200, {}, body)}
    return salesforce(answers)._client.query("SELECT Id, Name FROM Account")


def save(body: bytes) -> Any:
    """Save in an org that answers so."""
    answers = token(HOME) | {f"{ROOT}/composite/sobjects": (200, {}, body)}
    client = salesforce(answers)._client
    answer = client.call("composite/sobjects", method="POST", body={"records": []})
    with client.reading():
        return saved(answer, count=1)


def sign_in(body: bytes) -> Any:
    """Sign in to an org that answers so."""
    answers: dict[str, Answer] = {f"{HOME}/services/oauth2/token": (200, {}, body)}
    return salesforce(answers)._client.transport.sign_in.session()


def listing(body: bytes) -> Any:
    """List a portal's records that answers so."""
    client = hubspot({HUB: (200, {}, body)})._client
    return records_of(client.page("companies", after=None, limit=2, properties=()), crm="acme")


def searching(body: bytes) -> Any:
    """Search a portal that answers so."""
    client = hubspot({f"{HUB}/search": (200, {}, body)})._client
    return records_of(client.search("companies", {}), crm="acme")


def batch(body: bytes) -> Any:
    """Read a batch from a portal that answers so."""
    client = hubspot({f"{HUB}/batch/read": (200, {}, body)})._client
    return records_of(client.batch("companies", "read", {}), crm="acme")


def table(rows: list[list[str]], *, quoting: Any = csv.QUOTE_ALL) -> bytes:
    """Return rows as a CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue().encode()


ROWS = [["Id", "Name"], ["001000000000001AAA", TRICKY], ["001000000000002AAA", "Nordwind"]]


def bulk_page(body: bytes) -> Any:
    """Read the page of a bulk result that states two rows."""
    with tempfile.TemporaryFile() as file:
        file.write(body)
        page = ResultPage(locator="", next_locator="", stated=2, file=file)
        return [row for part, _more in page.parts(["Id", "Name"], size=10) for row in part]


def bulk_results(body: bytes) -> Any:
    """Read the results of an ingest job."""
    with tempfile.TemporaryFile() as file:
        file.write(body)
        found = list(result_rows(file))
    if len(found) != 2:  # what ingest asks: every row sent has its result
        raise KamError("rows are missing")
    return found


def export(body: bytes) -> Any:
    """Read a portal's export as the backfill does: count, then a sample by id."""
    with tempfile.TemporaryFile() as file:
        file.write(body)
        rows = [row for part in ExportFile(file).parts(10) for row in part]
    if len(rows) != 2:
        raise KamError("rows are missing")
    findings = Findings(total=2)
    findings.add(_Plain(), rows)  # type: ignore[arg-type]  # cells of one form
    check_sample([_pulled(row) for row in findings.end()], lambda _refs: _BY_ID)
    return rows


class _Plain:
    """Cells whose values are their texts."""

    def records(self, rows: Any) -> Any:
        """Take every cell."""

    def ids(self, rows: Any) -> list[int]:
        """Return the numbers of the ids."""
        return [int(row[0][3:15]) for row in rows]


def _pulled(row: list[str]) -> PulledRow:
    return PulledRow(row[0], "2026-11-21T06:00:00.000Z", {"name": row[1]}, False)


_BY_ID = {row[0]: _pulled(row) for row in ROWS[1:]}

READERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "salesforce query": (query, wire(PAGE)),
    "salesforce save": (save, wire(SAVED)),
    "salesforce sign-in": (sign_in, next(iter(token(HOME).values()))[2]),
    "salesforce bulk result": (bulk_page, table(ROWS)),
    "salesforce bulk result, unquoted": (bulk_page, table(ROWS, quoting=csv.QUOTE_MINIMAL)),
    "salesforce ingest result": (bulk_results, table(ROWS)),
    "hubspot listing": (listing, wire(LISTED)),
    "hubspot search": (searching, wire(LISTED)),
    "hubspot batch": (batch, wire(LISTED)),
    "hubspot export": (export, table(ROWS)),
    "hubspot export, unquoted": (export, table(ROWS, quoting=csv.QUOTE_MINIMAL)),
}


def accepts(read: Callable[[bytes], Any], body: bytes) -> bool:
    """Tell whether rows come of an answer; an error must be one of ours."""
    try:
        read(body)
    except KamError:
        return False
    return True


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("name", READERS)
def test_an_answer_cut_at_any_byte_gives_no_row(name: str, figure: Figures) -> None:
    """Whole it is taken; cut anywhere it is an error of ours, and not one row of it is kept."""
    read, body = READERS[name]
    cuts = range(len(body) - (name.startswith("hubspot export")))  # its last line's end is no data
    taken = [cut for cut in cuts if accepts(read, body[:cut])]
    assert accepts(read, body)
    figure("G16", f"{name}: {len(cuts)} cuts, {len(taken)} accepted", met=taken == [])


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("read", [read_salesforce, read_hubspot])
@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a" : 1, "b": {"c": 1, "c" :1}}',
        b'{"a": "\\ud83d", "b": NaN}',
        b'{"a": 123456789012345678, "b": NaN}',
        b'{"a": "\\ud83d", "b": 1, "b": 2}',
        b'[{"\\u0061": 1, "a": 2}]',
    ],
)
def test_defect_d12_json_that_says_two_things_is_refused(
    read: Callable[[bytes], Any], body: bytes
) -> None:
    """P3: Python's reader takes NaN, infinity and a member given twice; ours does not."""
    with pytest.raises(ValueError, match=r"number|twice|JSON|char"):
        read(body)


@pytest.mark.parametrize("read", [read_salesforce, read_hubspot])
@pytest.mark.parametrize(
    "document",
    [{"a": '"b": 1, "b": 2'}, {"a": {"b": 1}, "c": [{"b": 1}, {"b": 2}]}, [":", '":'], {'"': 1}],
)
def test_texts_that_look_like_members_are_texts(
    read: Callable[[bytes], Any], document: Any
) -> None:
    """What a person types into a field is no reason to refuse a record."""
    assert read(wire(document)) == document


@pytest.mark.guarantee("G16", "TM17")
@pytest.mark.parametrize("read", [query, listing, searching, batch, save, sign_in])
@pytest.mark.parametrize(
    "body", [b"[" * 100_000 + b"]" * 100_000, b'{"results":' * 100_000 + b"1" + b"}" * 100_000]
)
def test_a_hundred_thousand_levels_are_no_answer(read: Callable[[bytes], Any], body: bytes) -> None:
    """P20: an error of ours, and no crash."""
    assert not accepts(read, body)
