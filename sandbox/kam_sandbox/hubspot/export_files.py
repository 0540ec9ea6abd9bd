"""An export's file: a CSV, several when it is long, zipped when it is large.

The first column is always ``Record ID``. Times are written to the minute, in the portal's own
time zone (as in files that people exported); with ``VALUES`` as timestamps (vendor's export
guide), which we take for the milliseconds that HubSpot's other interfaces mean by the word.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from kam_sandbox.hubspot.catalogue import SINGULARS
from kam_sandbox.hubspot.definitions import Property
from kam_sandbox.hubspot.exports import Wanted
from kam_sandbox.hubspot.lifecycle import linked
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.settings import TIME_ZONE
from kam_sandbox.hubspot.validation import moment
from kam_sandbox.hubspot.values import read_value
from kam_sandbox.records import Record

__all__ = ["write_file"]

_PER_ROW = 1_000
"""Associated ids in one row unless more are asked for (vendor's exports guide)."""
_TITLES = {
    "companies": ("name",),
    "contacts": ("firstname", "lastname"),
    "deals": ("dealname",),
    "tickets": ("subject",),
    "line_items": ("name",),
    "products": ("name",),
}

_Cell = Callable[[Record], str]


def write_file(portal: Portal, wanted: Wanted, records: Iterable[Record]) -> tuple[str, bytes, int]:
    """Return name, content and number of rows of an export's file."""
    columns = list(_columns(portal, wanted))
    header = [title for title, _ in columns]
    cells = [cell for _, cell in columns]
    rows = [[cell(record) for cell in cells] for record in records]
    size = portal.settings.export_file_rows
    parts = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
    texts = [_csv([header, *part]) for part in parts]
    name = wanted.name.lower().replace(" ", "-").replace("/", "-")
    if len(texts) == 1 and len(texts[0]) <= portal.settings.export_zip_bytes:
        return f"{name}.csv", texts[0], len(rows)
    return f"{name}.zip", _zip(name, texts), len(rows)


def _columns(portal: Portal, wanted: Wanted) -> Iterable[tuple[str, _Cell]]:
    yield "Record ID", lambda record: record.id
    known = portal.definitions(wanted.object)
    for name in wanted.properties:
        definition = known[name]
        title = name if wanted.names else definition.label
        yield title, _property(portal, definition, plain=wanted.values)
    for to_object in wanted.associated:
        subject = SINGULARS[to_object].removesuffix("_event").replace("_", " ").title()
        yield f"Associated {subject} IDs", _ids(portal, wanted, to_object)
        if wanted.titles:
            yield f"Associated {subject}", _titles(portal, wanted, to_object)


def _property(portal: Portal, definition: Property, *, plain: bool) -> _Cell:
    zone = ZoneInfo(TIME_ZONE)
    labels = {option.value: option.label for option in definition.options}

    def cell(record: Record) -> str:
        text = read_value(portal, record, definition.name)
        if text is None:
            return ""
        at = moment(text) if definition.type in ("date", "datetime") else None
        if at and plain and portal.settings.export_plain_times:
            return str(round(at.timestamp() * 1000))
        if at and definition.type == "datetime":
            return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
        if plain:
            return text
        if definition.referenced == "OWNER":
            return ";".join(_owner(portal, one) for one in text.split(";"))
        return ";".join(labels.get(one, one) for one in text.split(";")) if labels else text

    return cell


def _owner(portal: Portal, id_: str) -> str:
    owner = portal.world.hubspot.get("owners", id_)
    if owner is None:
        return id_
    return f"{owner.fields.get('firstName', '')} {owner.fields.get('lastName', '')}".strip()


def _found(portal: Portal, wanted: Wanted, record: Record, to_object: str) -> list[str]:
    found = [id_ for id_, _ in linked(portal.world, record.object, record.id, to_object)]
    return found if wanted.all_associated else found[:_PER_ROW]


def _ids(portal: Portal, wanted: Wanted, to_object: str) -> _Cell:
    return lambda record: ";".join(_found(portal, wanted, record, to_object))


def _titles(portal: Portal, wanted: Wanted, to_object: str) -> _Cell:
    def cell(record: Record) -> str:
        ends = (
            portal.world.hubspot.get(to_object, id_)
            for id_ in _found(portal, wanted, record, to_object)
        )
        names = _TITLES.get(to_object, ())
        shown = [
            " ".join(read_value(portal, end, name) or "" for name in names).strip()
            for end in ends
            if end is not None
        ]
        return ";".join(shown)

    return cell


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _zip(name: str, texts: list[bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts, start=1):
            part = f"{name}.csv" if len(texts) == 1 else f"{name}-{number}.csv"
            archive.writestr(zipfile.ZipInfo(part, (2026, 11, 21, 6, 0, 0)), text)
    return packed.getvalue()
