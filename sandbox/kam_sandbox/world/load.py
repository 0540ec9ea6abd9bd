"""Loads a world from CSV files: a Salesforce data export, a HubSpot export, or both.

A file is named after its object (``Account.csv``, ``companies.csv``) and has API names in its
header. Salesforce rows need ``Id``; stamps, ``IsDeleted`` and ``MasterRecordId`` count when
present, and a ``CurrencyIsoCode`` makes it an org with multi-currency. HubSpot rows need
``hs_object_id`` (owners: ``id``); associations stand in columns such as
``associations.companies``, ids joined by semicolons, the primary company first, and a parent
in ``hs_parent_company_id``. Columns that the sandbox has no field for are left out.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

from kam_sandbox.clock import WorldClock
from kam_sandbox.features import turn_on
from kam_sandbox.hubspot.catalogue import OBJECTS
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER, to_18
from kam_sandbox.salesforce.objects import standard_objects
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from kam_sandbox.world.moments import stamp
from kam_sandbox.world.numbering import Numbering

__all__ = ["load_world"]

_PORTAL_OBJECTS = ("owners", *OBJECTS)
_ASSOCIATED = "associations."
_PRIMARY = {"contacts": 1, "deals": 5}
_CHILD_TO_PARENT = 14
_MADE = ("createdate", "hs_createdate")
_CHANGED = ("lastmodifieddate", "hs_lastmodifieddate")
_TRUE = {"1", "true"}
_SHORT_ID = 15
_WIDEST_CELL = 131_072


def load_world(
    directory: Path,
    *,
    clock: WorldClock,
    seed: int = 7,
    bare: bool = False,
    multi_currency: bool | None = None,
    features: Collection[str] = (),
    without: Collection[str] = (),
) -> World:
    """Return the world that the CSV files of *directory* describe.

    Args:
        directory: Where the files are.
        clock: Rules the world; records without stamps are as old as its time.
        seed: Kept with the world; nothing is left to chance here.
        bare: Leave out the connector's own fields.
        multi_currency: None finds out from the columns.
        features: What else org and portal have turned on; some of ``features.FEATURES``.
        without: What it lacks, though most orgs have it; some of ``state.USUAL``.

    Raises:
        ValueError: A file is named after no object, has no id column, an id twice, or a
            value that its field cannot hold; the message names file, line and column.
    """
    files = sorted(Path(directory).glob("*.csv"))
    if not files:
        raise ValueError(f"{directory}: no CSV files; expected names such as Account.csv")
    if multi_currency is None:
        multi_currency = any(
            "CurrencyIsoCode" in row for file in files for _, row in islice(_rows(file), 1)
        )
    world = empty_world(seed=seed, bare=bare, clock=clock, multi_currency=multi_currency)
    turn_on(world, features, without=without)
    objects = standard_objects(
        bare=bare, multi_currency=multi_currency, features=world.features, without=without
    )
    for file in files:
        if file.stem in objects:
            _load_object(world.salesforce, objects[file.stem], file)
        elif file.stem in _PORTAL_OBJECTS:
            _load_portal(world.hubspot, file)
        else:
            known = ", ".join((*sorted(objects), *_PORTAL_OBJECTS))
            raise ValueError(f"{file.name}: named after no object; the objects are {known}")
    for file in files:
        if file.stem in _PORTAL_OBJECTS:
            _link(world, file)
    return world


def _load_object(records: Records, definition: ObjectDef, file: Path) -> None:
    for place, row in _rows(file):
        values: dict[str, object] = {
            field.name: _value(field, text, f"{place}, column {name}")
            for name, text in row.items()
            if text and (field := definition.field(name)) is not None
        }
        changed = values.pop("SystemModstamp", None) or values.get("LastModifiedDate")
        record = _insert(
            records,
            definition.name,
            values.pop("Id", None),
            place,
            values,
            made=values.pop("CreatedDate", None),
            changed=changed,
            by=values.pop("CreatedById", None) or INTEGRATION_USER,
        )
        record.merged_into = _text(record.fields.pop("MasterRecordId", None))
        if record.fields.pop("IsDeleted", False) or record.merged_into:
            record.deleted_at = record.modified_at


def _load_portal(records: Records, file: Path) -> None:
    key = "id" if file.stem == "owners" else "hs_object_id"
    for place, row in _rows(file):
        values: dict[str, object] = {
            name: text
            for name, text in row.items()
            if text and not name.startswith(_ASSOCIATED) and name not in (*_MADE, *_CHANGED)
        }
        record = _insert(
            records,
            file.stem,
            values.pop(key, None),
            place,
            values,
            made=_first(row, _MADE),
            changed=_first(row, _CHANGED),
            by=row.get("hubspot_owner_id") or "1",
        )
        if str(record.fields.pop("archived", "")).lower() in _TRUE:
            record.deleted_at = record.modified_at


def _insert(
    records: Records,
    object_: str,
    id_: object,
    place: str,
    values: dict[str, object],
    **stamps: object,
) -> Record:
    if not id_:
        raise ValueError(f"{place}: the row has no id")
    if records.get(object_, str(id_)) is not None:
        raise ValueError(f"{place}: {object_} {id_} stands twice in the files")
    if isinstance(records.new_id, Numbering):
        records.new_id.reserve(str(id_))
    made = _instant(stamps["made"]) or records.clock.now().replace(microsecond=0)
    return records.insert(
        object_,
        values,
        by=str(stamps["by"]),
        id_=str(id_),
        at=made,
        modified_at=_instant(stamps["changed"]),
    )


def _link(world: World, file: Path) -> None:
    links, object_ = world.associations, file.stem
    for place, row in _rows(file):
        if parent := row.get("hs_parent_company_id"):
            links.link(object_, row["hs_object_id"], "companies", parent, _CHILD_TO_PARENT)
        for name, text in row.items():
            if not name.startswith(_ASSOCIATED):
                continue
            to_object = name.removeprefix(_ASSOCIATED)
            for order, to_id in enumerate(filter(None, text.split(";"))):
                if world.hubspot.get(to_object, to_id) is None:
                    raise ValueError(f"{place}, column {name}: no {to_object} {to_id}")
                first_company = to_object == "companies" and order == 0
                type_id = _PRIMARY.get(object_) if first_company else None
                links.link(object_, row["hs_object_id"], to_object, to_id, type_id)


def _rows(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row with the place that a message names."""
    csv.field_size_limit(_WIDEST_CELL)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        for row in reader:
            row.pop(None, None)  # cells beyond the header
            yield f"{file.name}, line {reader.line_num}", row


def _value(field: FieldDef, text: str, place: str) -> object:
    try:
        if field.type == "boolean":
            return text.lower() in _TRUE
        if field.numeric:
            return Decimal(text)
        if field.type == "int":
            return int(Decimal(text))
        if field.type == "datetime":
            return stamp(_aware(datetime.fromisoformat(text)))
    except (InvalidOperation, ValueError) as error:
        raise ValueError(f"{place}: {text!r} is no {field.type}") from error
    is_id = field.type in ("id", "reference") and len(text) == _SHORT_ID
    return to_18(text) if is_id else text


def _instant(text: object) -> datetime | None:
    if not text:
        return None
    return _aware(datetime.fromisoformat(str(text)))


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _first(row: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((row[name] for name in names if row.get(name)), None)


def _text(value: object) -> str | None:
    return str(value) if value else None
