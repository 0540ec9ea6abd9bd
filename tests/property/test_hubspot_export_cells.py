"""A record's values are the same from a listing's JSON and from an export's CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.errors import RecordError
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_connector.model.window import instant
from kam_hubspot.canonical import RowReader
from kam_hubspot.export_cells import Cells
from kam_hubspot.export_place import Place

TYPES = {
    "text": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "flag": FieldType.BOOLEAN,
    "day": FieldType.DATE,
    "at": FieldType.DATETIME,
    "stamp": FieldType.DATETIME,
}
FIELDS = [FieldSchema(name=name, label=name, type=type_) for name, type_ in TYPES.items()]
SCHEMA = ObjectSchema(object="contacts", fields={one.name: one for one in FIELDS})
MOMENTS = st.integers(631_152_000_000, 4_102_444_800_000).map(  # 1990 to 2100
    lambda ms: datetime.fromtimestamp(0, tz=UTC) + timedelta(milliseconds=ms)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(bool)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4).map(str)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    """Return the same, or nothing."""
    return st.none() | strategy


RECORDS = st.fixed_dictionaries(
    {
        "text": maybe(TEXTS),
        "number": maybe(NUMBERS),
        "flag": maybe(st.sampled_from(["true", "false"])),
        "day": maybe(st.dates().map(str)),
        "at": maybe(MOMENTS.map(instant)),
        "stamp": MOMENTS.map(instant),
    }
)


def as_exported(name: str, value: str | None) -> str:
    """Return a value as ``VALUES`` gives it: texts as they are, times as timestamps."""
    if value is None:
        return ""
    if TYPES[name] is FieldType.DATETIME:
        return str(round(datetime.fromisoformat(value).timestamp() * 1000))
    return value


@given(records=st.lists(RECORDS, min_size=1, max_size=5))
def test_listing_and_export_give_equal_values(records: list[dict[str, str | None]]) -> None:
    """INV5: no transport makes a change of what has not changed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["Record ID", *TYPES])
    for number, record in enumerate(records, start=1):
        writer.writerow([number, *(as_exported(name, record[name]) for name in TYPES)])
    text.seek(0)
    header, *rows = csv.reader(text)
    cells = Cells(SCHEMA, tuple(TYPES), header, filled="stamp")
    exported = [one["properties"] for one in cells.records(rows)]
    reader = RowReader(FIELDS)
    assert reader.page(exported) == reader.page(records)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("number", "1,234.5"),
        ("number", "1 234"),
        ("number", "€12"),
        ("flag", "Yes"),
        ("day", "01/31/2026"),
        ("day", "1769864460000"),
        ("at", "2026-01-31 13:01"),
        ("at", "2026-01-31T13:01:00"),
        ("at", "1769864460"),
        ("stamp", ""),
    ],
)
def test_other_forms_are_refused(name: str, cell: str) -> None:
    """What could mean two things means none."""
    good = {"text": "a", "number": "1", "flag": "true", "day": "2026-01-31", "at": "0"}
    row = {**good, "stamp": "1769864460000", name: cell}
    cells = Cells(SCHEMA, tuple(TYPES), ["Record ID", *TYPES], filled="stamp")
    with pytest.raises(RecordError):
        cells.records([["1", *row.values()]])


PLACES = st.builds(
    Place,
    export=st.text(st.sampled_from("0123456789"), min_size=1, max_size=12),
    rows=st.integers(0, 10**9),
    total=st.integers(0, 10**9),
)


@given(place=PLACES, count=st.integers(1, 10_000))
def test_places_are_kept_and_only_grow(place: Place, count: int) -> None:
    """INV2: the cursor's text names the place, and moves forward to the listing behind it."""
    further = place.moved(count)
    behind = Place(gave_up=True, listed=f"{7:020d}")
    assert Place.of(str(place)) == place
    assert Place.of(str(behind)) == behind
    assert str(place) < str(further) < str(further.given_up()) < str(behind)
