"""What a CRM answers and what people hand in, torn and twisted: refused as it says, or read."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from xlsxwriter import Workbook

from kam_connector.errors import KamError
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_connector.reports.export import as_text
from kam_connector.reports.intake.json_rows import read_json as read_rows
from kam_connector.reports.intake.problem import Unreadable
from kam_connector.reports.workbook.read import read_workbook
from kam_connector.store.backup import inspect_backup
from kam_connector.store.marks_file import MarksFile
from kam_connector.store.migrate import HEAD
from kam_hubspot import query as searches
from kam_hubspot.answers import read_json as read_hubspot
from kam_hubspot.answers import records_of
from kam_hubspot.export_cells import Cells
from kam_hubspot.export_files import ExportFile
from kam_salesforce import query
from kam_salesforce.answers import saved
from kam_salesforce.api import read_json as read_salesforce
from kam_salesforce.bulk_pages import ResultPage
from kam_salesforce.bulk_rows import result_rows
from tests.guarantees import Figures
from tests.security.mutation import RUNS, mutated, torn

SLOW = 10
"""Parsers of files take milliseconds: they get so many times fewer inputs."""
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
_TYPES = {"name": FieldType.TEXT, "amount": FieldType.NUMBER, "day": FieldType.DATE,
          "stamp": FieldType.DATETIME, "flag": FieldType.BOOLEAN}  # fmt: skip
_SCHEMA = ObjectSchema(
    object="deals",
    fields={name: FieldSchema(name=name, label=name, type=one) for name, one in _TYPES.items()},
)
ANSWERS = tuple(
    json.dumps(one, ensure_ascii=False)
    for one in (
        {"results": [{"id": "7", "properties": {"name": 'M\u00fcller "x"', "amount": "1.5"}}]},
        {"results": [], "errors": [{"category": "OBJECT_NOT_FOUND"}], "status": "COMPLETE"},
        [{"id": "001000000000001AAA", "success": True, "errors": []}],
        {"totalSize": 1, "done": True, "records": [{"Id": "001000000000001AAA", "N": 1.25e3}]},
    )
)
_HEAD = "Record ID,name,amount,day,stamp,flag,Associated Company IDs"
TABLES = (
    f'{_HEAD}\n7,"M\u00fcller ""x""","1.5",2026-11-21,1795240795000,true,"1;2"\n',
    '"sf__Id","sf__Created","sf__Error","Name"\n"001000000000001AAA","true","","a\nb"\n',
    '"Id","Name"\n"001000000000001AAA","x"\n"001000000000002AAA",""\n',
)
ROWS = (
    as_text(pd.DataFrame({"a": ["=1", "x\u2028y"], "b": [1, None]}, dtype=object), form="jsonl"),
    '[{"account": "Nordwind", "month": "2026-10", "revenue": 12.50}, {"a": null}]',
    '{"a": true}\n\n{"a": 1e3, "b": "\\ud83d\\ude00"}\n',
)
MARKS = (
    f'{{"key": "{"ab" * 32}"}}\n{{"mark": "m1", "kind": "contact", "at": "2026-11-21"}}\n',
    f'{{"key": "{"ab" * 32}"}}\n{{"key": "{"cd" * 32}"}}\n',
)


def hubspot_answer(text: str) -> None:
    """Read a page of records, as the client does."""
    with suppress(KamError, ValueError, RecursionError):
        document = read_hubspot(text.encode("utf-8", "replace"))
        if isinstance(document, dict):
            records_of(document, crm="acme")


def salesforce_answer(text: str) -> None:
    """Read results of a save, as the client does within ``reading``."""
    with suppress(KamError, ValueError, RecursionError):
        document = read_salesforce(text.encode("utf-8", "replace"))
        with suppress(KeyError, TypeError, AttributeError):  # what ``reading`` answers for
            saved(document, count=1)


def hubspot_export(text: str) -> None:
    """Read an export's cells as records and links."""
    _export(text.encode("utf-8", "surrogatepass"))


def _export(body: bytes) -> None:
    file = ExportFile(io.BytesIO(body))
    with suppress(KamError), closing(file), closing(file.parts(10)) as parts:
        for rows in parts:
            cells = Cells(_SCHEMA, tuple(_TYPES), file.header, filled="stamp")
            assert len(cells.records(rows)) == len(cells.ids(rows)) == len(rows)
            cells.linked_ids(rows, "companies")


def bulk_result(text: str) -> None:
    """Read the result of an ingest job."""
    with suppress(KamError):
        list(result_rows(io.BytesIO(text.encode("utf-8", "surrogatepass"))))


def bulk_page(text: str) -> None:
    """Read a page of a query job's result."""
    file = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    page = ResultPage(locator="", next_locator="", stated=2, file=file)
    with suppress(KamError):
        list(page.parts(["Id", "Name"], size=10))


def json_rows(text: str) -> None:
    """Read JSON, or jsonl as we export it, that somebody hands in."""
    with suppress(Unreadable):
        read_rows(text.encode("utf-8", "surrogatepass"))


PARSERS: dict[Callable[[str], None], tuple[str, ...]] = {
    hubspot_answer: ANSWERS,
    salesforce_answer: ANSWERS,
    hubspot_export: TABLES,
    bulk_result: TABLES,
    bulk_page: TABLES,
    json_rows: ROWS,
}


def broken(parse: Callable[[Any], None], inputs: Iterator[Any]) -> tuple[int, list[str]]:
    """Return how many inputs a parser got, and what it fell over."""
    count, found = 0, []
    for one in inputs:
        count += 1
        try:
            parse(one)
        except Exception as error:  # noqa: BLE001  what is counted here
            found.append(f"{type(error).__name__}: {error} {one!r:.200}")
    return count, found


@pytest.mark.guarantee("G29", "G38")
@pytest.mark.parametrize("parse", PARSERS, ids=lambda one: one.__name__)
def test_no_answer_makes_a_reader_fail_otherwise_than_it_says(
    parse: Callable[[str], None], figure: Figures
) -> None:
    """Every refusal is one of ours; KAM_FUZZ=1000000 is the release's number."""
    count, found = broken(parse, mutated(PARSERS[parse], seed=31))
    said = f"{count:,} runs of the {parse.__name__} parser, {len(found)} uncaught"
    figure("G29", f"{said} {found[:2] or ''}".rstrip(), met=not found and count == RUNS)


def _zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", TABLES[0])
        archive.writestr("b.csv", TABLES[0])
    return content.getvalue()


def _workbook() -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        for title in ("Plan", "_kam_meta"):
            book.add_worksheet(title).write_row(0, 0, ["Title", "=1", 7, True])
    return content.getvalue()


def _backup(folder: Path) -> bytes:
    file = folder / "small.db"
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA page_size = 512")
        opened.execute("CREATE TABLE alembic_version (version_num TEXT)")
        opened.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        opened.execute("CREATE TABLE run (id TEXT PRIMARY KEY, started_at TEXT)")
        opened.executemany("INSERT INTO run VALUES (?, ?)", [(n, "2026") for n in range(50)])
        opened.commit()
    return file.read_bytes()


def _from_file(folder: Path, read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """Return a parser of bytes, by way of a file."""
    file = folder / "input"

    def parse(body: bytes) -> None:
        file.write_bytes(body)
        with suppress(KamError):
            read(file)

    return parse


def _marks(file: Path) -> object:
    marks = MarksFile(file)
    marks.path.write_bytes(file.read_bytes())
    return marks.read()


@pytest.mark.guarantee("G29", "G38")
@pytest.mark.parametrize("kind", ["zipped export", "workbook", "backup", "marks file"])
def test_no_file_makes_a_reader_fail_otherwise_than_it_says(
    kind: str, tmp_path: Path, figure: Figures
) -> None:
    """Bytes turned, cut and spliced: a message of ours."""
    parse, seed = {
        "zipped export": (_export, _zipped()),
        "workbook": (_from_file(tmp_path, read_workbook), _workbook()),
        "backup": (_from_file(tmp_path, inspect_backup), _backup(tmp_path)),
        "marks file": (_from_file(tmp_path, _marks), MARKS[0].encode()),
    }[kind]
    runs = RUNS // SLOW
    count, found = broken(parse, torn(seed, seed=37, runs=runs))
    said = f"{count:,} runs of the {kind} reader, {len(found)} uncaught"
    figure("G29", f"{said} {found[:2] or ''}".rstrip(), met=not found and count == runs)


def test_the_torn_files_are_sound_before_they_are_torn(tmp_path: Path) -> None:
    """A reader that refuses everything would prove nothing."""
    _export(_zipped())
    assert inspect_backup(_written(tmp_path, _backup(tmp_path))).runs == 50
    assert _marks(_written(tmp_path, MARKS[0].encode())) is not None


def _written(folder: Path, body: bytes) -> Path:
    file = folder / "sound"
    file.write_bytes(body)
    return file


@pytest.mark.guarantee("TM5")
def test_no_name_reaches_a_query_but_as_a_name(figure: Figures) -> None:
    """Names cannot be quoted in SOQL: what is no name is refused, what is one stands alone."""
    seeds = ("Name", "Account.Name", "KAM_Tier__c", "ns__KAM__r.Id", "Id FROM User--", "COUNT(Id)")
    wrong, refused = [], 0
    for text in mutated(seeds, seed=41):
        try:
            soql = query.select([text], "Account", [query.has_value(text)], order=[text])
        except KamError:
            refused += 1
            continue
        plain = text.replace("_", "").replace(".", "")
        parts = soql.split(" ")
        sound = parts[:4] == ["SELECT", text, "FROM", "Account"] and parts[-3:] == [
            "ORDER", "BY", text,
        ]  # fmt: skip
        if not (sound and plain.isascii() and plain.isalnum()):
            wrong.append(text)
    figure(
        "G29",
        f"{RUNS:,} names for SOQL: {refused:,} refused, {len(wrong)} taken for more {wrong[:2]}",
        met=not wrong and 0 < refused < RUNS,
    )


@pytest.mark.guarantee("TM5")
def test_no_value_is_more_than_a_value_in_a_search(figure: Figures) -> None:
    """HubSpot's searches are documents: what somebody typed stays one value of one filter."""
    seeds = ('"}, {"x": "', "\\", "\u2028", "a]}", "O'Hara", "\x00", '","operator":"NEQ', "{}")
    wrong = []
    for text in mutated(seeds, seed=43):
        sound = text.encode("utf-8", "replace").decode()
        asked = searches.holders("kam_key", [sound, "end"])
        read = json.loads(json.dumps(asked))
        filters = [one for group in read["filterGroups"] for one in group["filters"]]
        wanted = {"propertyName": "kam_key", "operator": "IN", "values": [sound.lower(), "end"]}
        if filters != [wanted]:
            wrong.append(text)
    figure(
        "G29", f"{RUNS:,} values in HubSpot searches, {len(wrong)} read back otherwise",
        met=not wrong,
    )  # fmt: skip
