"""One record has one canonical form, whichever transport of Salesforce brought it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.model.schema import FieldSchema, FieldType
from kam_salesforce.api import read_json
from kam_salesforce.canonical import RowReader

T = FieldType
FIELDS = [
    FieldSchema(name=type_.name, label=type_.name, type=type_)
    for type_ in (T.TEXT, T.INTEGER, T.NUMBER, T.MONEY, T.BOOLEAN, T.DATE, T.DATETIME)
]
NUMBERS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.integers(0, 18),
)
"""Salesforce's numbers have up to eighteen digits, wherever their point is."""
MOMENTS = st.datetimes(
    datetime(1700, 1, 1),  # noqa: DTZ001  the strategy adds the zone
    datetime(4000, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"))
RECORDS = st.fixed_dictionaries(
    {
        "TEXT": st.none() | TEXTS,
        "INTEGER": st.none() | st.integers(-(10**17), 10**17),
        "NUMBER": st.none() | NUMBERS,
        "MONEY": st.none() | st.decimals("0", "99999999999999.99", places=2),
        "BOOLEAN": st.booleans(),
        "DATE": st.none() | st.dates(date(1700, 1, 1), date(4000, 12, 31)),
        "DATETIME": st.none() | MOMENTS,
    }
)


def in_json(value: Any) -> str:
    """Return a value as a query's page has it: numbers bare, instants with an offset."""
    if isinstance(value, datetime):
        return json.dumps(f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}+0000")
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(str(value) if isinstance(value, date) else value)


def in_csv(value: Any) -> str:
    """Return a value as a bulk result has it: everything text, nothing empty."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def by_rest(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records as they come through a page of JSON."""
    bodies = (", ".join(f'"{name}":{in_json(v)}' for name, v in r.items()) for r in records)
    page = read_json(f'{{"records":[{",".join(f"{{{body}}}" for body in bodies)}]}}'.encode())
    return RowReader(FIELDS).page(page["records"])


def by_bulk(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records as they come through a bulk result."""
    text = io.StringIO(newline="")
    lines = [[in_csv(record[field.name]) for field in FIELDS] for record in records]
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(lines)
    cells = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    return RowReader(FIELDS).columns(list(zip(*cells, strict=True)))


@settings(max_examples=200)
@given(records=st.lists(RECORDS, min_size=1, max_size=5))
def test_json_and_csv_of_a_record_are_one_row(records: list[dict[str, Any]]) -> None:
    """A change of transport is no change of any record: the digests stay (INV8)."""
    assert by_rest(records) == by_bulk(records)


@settings(max_examples=200)
@given(number=NUMBERS)
def test_numbers_keep_every_digit(number: Decimal) -> None:
    """Money is exact, however the page with it was decoded."""
    row = by_rest([dict.fromkeys(field.name for field in FIELDS) | {"MONEY": number}])[0]
    assert Decimal(row["MONEY"]) == number


@pytest.mark.parametrize(
    "text", ["0.1", "1.0E7", "123456789012345.6", "1234567890123456.78", "5E-324", "1e400", "-0.0"]
)
def test_a_number_is_the_same_beside_a_long_one(text: str) -> None:
    """Which decoder reads a page depends on all its numbers, the value of one on itself."""
    alone = read_json(f'{{"a":{text}}}'.encode())["a"]
    beside = read_json(f'{{"a":{text},"b":12345678901234567890.5}}'.encode())["a"]
    reader = RowReader([FieldSchema(name="a", label="a", type=T.MONEY)])
    assert reader.values({"a": alone}) == reader.values({"a": beside})


def test_an_instant_without_a_zone_is_read_once() -> None:
    """The forms of one instant meet."""
    moment = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)
    reader = RowReader([FieldSchema(name="at", label="at", type=T.DATETIME)])
    forms = ["2026-11-20T10:11:12.000+0000", "2026-11-20T10:11:12.000Z", moment.isoformat()]
    assert {reader.values({"at": form})["at"] for form in forms} == {"2026-11-20T10:11:12.000Z"}
