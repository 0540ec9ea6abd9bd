"""How one source is read in this portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kam_connector.errors import ConfigError
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.canonical import RowReader
from kam_hubspot.people import VIRTUAL, extra_fields

__all__ = ["MERGED", "Describe", "Plan", "make_plan"]

MERGED = "hs_merged_object_ids"
_WIDE = 2000
"""Our choice: longer lists of names go into a batch read. A search body may have 3,000
characters, and a listing's URL fails from about 8,000."""

Describe = Callable[[str], ObjectSchema]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source is read in this portal."""

    source: PullSource
    columns: tuple[str, ...]
    reader: RowReader
    empty: bool
    """The property that every row must have does not exist here."""
    without: str | None
    notes: tuple[str, ...]

    @property
    def wide(self) -> bool:
        """Too many properties for a URL or a search body."""
        return sum(len(name) + 3 for name in self.columns) > _WIDE

    def wants(self, properties: Mapping[str, Any]) -> bool:
        """Tell whether the source reads this record."""
        if self.source.only_with and not properties.get(self.source.only_with):
            return False
        return not (self.without and properties.get(self.without))


def make_plan(source: PullSource, describe: Describe) -> Plan:
    """Return how to read a source.

    Raises:
        ConfigError: A property that is not optional does not exist (KAM-1050).
        RecordError: The portal has no such object (KAM-3210).
    """
    schema = describe(source.object)
    known = schema.fields
    missing = _missing(source, schema)
    wanted = [known[name] for name in source.fields if name in known]
    state = (source.cursor_field, MERGED, source.only_with, source.without)
    extra = [name for name in state if name is not None and name in known]
    columns = (*(f.name for f in wanted), *extra, *extra_fields(schema, source.virtual))
    return Plan(
        source=source,
        columns=tuple(dict.fromkeys(columns)),
        reader=RowReader(wanted),
        empty=source.only_with is not None and source.only_with not in known,
        without=source.without if source.without in known else None,
        notes=tuple(f"{source.object}.{name} does not exist in this portal" for name in missing),
    )


def _missing(source: PullSource, schema: ObjectSchema) -> list[str]:
    missing = [name for name in source.fields if name not in schema.fields]
    for name in missing:
        if name not in source.optional:
            raise ConfigError(
                f"{source.object} has no property {name}", code="KAM-1050", field=name
            )
    if unknown := [name for name in source.virtual if name not in VIRTUAL]:
        raise ConfigError(
            f"{source.object} has no virtual field {unknown[0]}",
            code="KAM-1050",
            hint="known: " + ", ".join(VIRTUAL),
            field=unknown[0],
        )
    return missing
