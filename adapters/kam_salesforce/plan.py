"""How one source is read in this org."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kam_connector.errors import ConfigError
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_salesforce import query
from kam_salesforce.canonical import RowReader
from kam_salesforce.people import VIRTUAL as PEOPLE
from kam_salesforce.people import extra_fields

__all__ = ["PEOPLE", "RECORD_TYPE", "Describe", "Plan", "make_plan"]

RECORD_TYPE = "@record_type"
"""The API name of the record's type; ids differ from org to org."""
_VIRTUAL = (PEOPLE, RECORD_TYPE)
_STATE = ("IsDeleted", "MasterRecordId")
_STAMPS = ("LastModifiedDate",)
"""What takes the place of a cursor field that an object lacks."""

Describe = Callable[[str], ObjectSchema]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source is read in this org."""

    source: PullSource
    columns: tuple[str, ...]
    """What is selected; what only tells a record's state comes last."""
    living_columns: tuple[str, ...]
    """The same without the state, which is no question where only living rows are read."""
    stamp: str | None
    """The timestamp to go by; None: the object has none, and is read whole each time."""
    reader: RowReader
    conditions: tuple[str, ...]
    empty: bool
    """The field that every row must have does not exist here."""
    has_deleted: bool
    """Rows can be in the bin, or archived: queryAll shows them. Others have no use for it."""
    only_rest: bool
    """It reads a compound or other value that Bulk 2.0 refuses or writes differently."""
    places: tuple[int, ...]
    """Where the source's fields stand among the columns."""
    record_types: Mapping[str, str]
    describe: Describe
    notes: tuple[str, ...]

    @property
    def living(self) -> list[str]:
        """Conditions of a backfill: archived activities count, deleted rows do not."""
        alive = [query.is_true("IsDeleted", wanted=False)] if self.has_deleted else []
        return [*self.conditions, *alive]


def make_plan(source: PullSource, describe: Describe) -> Plan:
    """Return how to read a source.

    Raises:
        ConfigError: A field that is not optional does not exist (KAM-1050).
        RecordError: The org has no such object (KAM-3210).
    """
    schema = describe(source.object)
    known = schema.fields
    missing = _missing(source, known)
    wanted = [known[name] for name in source.fields if name in known]
    stamp = next((n for n in (source.cursor_field, *_STAMPS) if n in known), None)
    stamps = () if stamp is None else (stamp,)
    named = ("Id", *stamps, *(field.name for field in wanted), *_extra(source, schema))
    living = tuple(dict.fromkeys(named))
    columns = tuple(dict.fromkeys((*living, *(name for name in _STATE if name in known))))
    return Plan(
        source=source,
        columns=columns,
        living_columns=living,
        stamp=stamp,
        reader=RowReader(wanted),
        conditions=_conditions(source, known),
        empty=source.only_with is not None and source.only_with not in known,
        has_deleted="IsDeleted" in known,
        only_rest=any(field.type is FieldType.OTHER for field in wanted),
        places=tuple(columns.index(field.name) for field in wanted),
        record_types=schema.record_types,
        describe=describe,
        notes=_notes(source, known, missing),
    )


def _missing(source: PullSource, known: Mapping[str, FieldSchema]) -> list[str]:
    missing = [name for name in source.fields if name not in known]
    for name in missing:
        if name not in source.optional:
            raise ConfigError(f"{source.object} has no field {name}", code="KAM-1050", field=name)
    if unknown := [name for name in source.virtual if name not in _VIRTUAL]:
        raise ConfigError(
            f"{source.object} has no virtual field {unknown[0]}",
            code="KAM-1050",
            hint="known: " + ", ".join(_VIRTUAL),
            field=unknown[0],
        )
    return missing


def _extra(source: PullSource, schema: ObjectSchema) -> tuple[str, ...]:
    """Return the fields that virtual ones are made of."""
    people = extra_fields(schema) if PEOPLE in source.virtual else ()
    typed = RECORD_TYPE in source.virtual and "RecordTypeId" in schema.fields
    return (*people, "RecordTypeId") if typed else people


def _conditions(source: PullSource, known: Mapping[str, FieldSchema]) -> tuple[str, ...]:
    conditions = []
    if source.only_with is not None:
        conditions.append(query.has_value(source.only_with))
    if source.without is not None and source.without in known:
        conditions.append(query.is_no_value(source.without))
    return tuple(conditions)


def _notes(
    source: PullSource, known: Mapping[str, FieldSchema], missing: list[str]
) -> tuple[str, ...]:
    notes = [f"{source.object}.{name} does not exist in this org" for name in missing]
    if RECORD_TYPE in source.virtual and "RecordTypeId" not in known:
        notes.append(f"{source.object} has no record types in this org")
    return tuple(notes)
