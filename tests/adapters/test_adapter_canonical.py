"""Values are the same whatever transport brought them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType
from kam_hubspot.canonical import RowReader as HubSpotReader
from kam_hubspot.canonical import to_wire as hubspot_wire
from kam_salesforce.canonical import RowReader as SalesforceReader
from kam_salesforce.canonical import to_wire as salesforce_wire

T = FieldType


def read(reader: Any, type_: FieldType, value: object) -> JsonValue:
    """Return one value as an adapter reads it."""
    field = FieldSchema(name="x", label="x", type=type_)
    answer: JsonValue = reader([field]).values({"x": value})["x"]
    return answer


@pytest.mark.parametrize(
    ("type_", "json_text", "canonical"),
    [
        (T.MONEY, "2400000.0", "2400000"),
        (T.MONEY, "2400000", "2400000"),
        (T.MONEY, "1.2E7", "12000000"),
        (T.MONEY, "1234567890123456.78", "1234567890123456.78"),
        (T.MONEY, "0.10", "0.1"),
        (T.MONEY, "-0.0", "0"),
        (T.PERCENT, "12.50", "12.5"),
        (T.INTEGER, "42", 42),
        (T.INTEGER, '"42.0"', 42),
        (T.BOOLEAN, "false", False),
        (T.BOOLEAN, '"true"', True),
        (T.DATE, '"2027-01-30"', "2027-01-30"),
        (T.DATETIME, '"2026-11-18T09:12:00.000+0000"', "2026-11-18T09:12:00.000Z"),
        (T.DATETIME, '"2026-11-18T09:12:00.000Z"', "2026-11-18T09:12:00.000Z"),
        (T.DATETIME, '"2026-11-18T10:12:00+01:00"', "2026-11-18T09:12:00.000Z"),
        (T.TEXT, '""', None),
        (T.TEXT, "null", None),
        (T.TEXT, '" padded "', " padded "),
        (T.NUMBER, '"not a number"', "not a number"),
        (T.NUMBER, '"NaN"', "NaN"),
    ],
)
def test_salesforce_values_from_rest_and_bulk_are_one(
    type_: FieldType, json_text: str, canonical: JsonValue
) -> None:
    """Numbers never pass through a float; forms of one instant are one."""
    value = json.loads(json_text, parse_float=str)
    assert read(SalesforceReader, type_, value) == canonical


@pytest.mark.parametrize("names", [(), ("x",), ("x", "y")])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_salesforce_pages_of_any_size_have_a_row_a_record(
    names: tuple[str, ...], count: int
) -> None:
    """No record, no field, one of each: a page is as long as its answer."""
    fields = [FieldSchema(name=name, label=name, type=T.NUMBER) for name in names]
    rows = SalesforceReader(fields).page([{"x": 1.50, "Id": "003"}] * count)
    assert rows == [{name: {"x": "1.5"}.get(name) for name in names}] * count


@pytest.mark.parametrize(
    ("type_", "text", "canonical"),
    [
        (T.NUMBER, "4800000.50", "4800000.5"),
        (T.NUMBER, "007", "7"),
        (T.NUMBER, "1E3", "1000"),
        (T.NUMBER, "1,234", "1,234"),
        (T.NUMBER, "1234567890123456.78", "1234567890123456.78"),
        (T.BOOLEAN, "true", True),
        (T.BOOLEAN, "false", False),
        (T.DATE, "2027-01-30", "2027-01-30"),
        (T.DATE, "1801267200000", "2027-01-30"),
        (T.DATETIME, "2026-11-18T09:12:00Z", "2026-11-18T09:12:00.000Z"),
        (T.DATETIME, "2026-11-18T09:12:00.123Z", "2026-11-18T09:12:00.123Z"),
        (T.DATETIME, "1795000320000", "2026-11-18T11:12:00.000Z"),
        (T.TEXT, "", None),
        (T.MULTI_PICKLIST, "A;B", "A;B"),
    ],
)
def test_hubspot_values_from_list_and_search_are_one(
    type_: FieldType, text: str, canonical: JsonValue
) -> None:
    """HubSpot says everything in text, in several forms."""
    assert read(HubSpotReader, type_, text) == canonical


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    [
        (T.NUMBER, "52", 52),
        (T.NUMBER, 52, 52),
        (T.MONEY, "12.5", 12.5),
        (T.MONEY, "1234567890123456.78", "1234567890123456.78"),
        (T.TEXT, "52", "52"),
        (T.TEXT, None, None),
        (T.MULTI_PICKLIST, ["a", "b"], "a;b"),
        (T.BOOLEAN, True, True),
    ],
)
def test_salesforce_gets_json_values(type_: FieldType, value: JsonValue, wire: object) -> None:
    """Exact numbers as numbers, too long ones as text, None to clear."""
    assert salesforce_wire(value, type_) == wire


@pytest.mark.parametrize(
    ("value", "wire"), [(None, ""), (True, "true"), (52, "52"), ("x", "x"), (["a", "b"], "a;b")]
)
def test_hubspot_gets_text(value: JsonValue, wire: str) -> None:
    """Everything goes out as text; nothing clears like an empty one."""
    assert hubspot_wire(value, T.TEXT) == wire
