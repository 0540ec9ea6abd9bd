"""How one source is read in this portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kam_connector.errors import ConfigError
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.canonical import RowReader
from kam_hubspot.client import Client
from kam_hubspot.people import VIRTUAL, Outside, extra_fields, is_virtual

__all__ = ["MERGED", "Describe", "Plan", "make_plan"]

MERGED = "hs_merged_object_ids"
_STAMPS = ("hs_lastmodifieddate", "lastmodifieddate")
"""All objects have the first, contacts the second; one takes the place of the other."""
_SEARCHED = 2000
"""Our choice: longer lists of names make a search in two steps. Its body may have 3,000
characters (search page), of which the filters need up to 700."""
_LISTED = 6000
"""Our choice: longer addresses make a listing in two steps. Threads report 414 from about
8,000 characters on."""
_NAMING = len("&properties=")
"""The client names each property anew."""


class Describe(Protocol):
    """How an object's fields are learned."""

    def __call__(self, object_: str, *, fresh: bool = False) -> ObjectSchema:
        """Return an object's fields: as last described, or as they are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source is read in this portal."""

    source: PullSource
    columns: tuple[str, ...]
    """Every property that is asked for."""
    state: tuple[str, ...]
    """Those among them that tell of the record itself: enough, where a batch read follows."""
    stamp: str
    """The timestamp to go by."""
    reader: RowReader
    empty: bool
    """The property that every row must have does not exist here."""
    without: str | None
    outside: Outside
    trusted: set[str]
    """Properties that an answer lacked, and that the portal has all the same."""
    missing: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What this portal lacks, in plain words."""
        return (*self.missing, *self.outside.notes)

    @property
    def listed(self) -> tuple[str, ...]:
        """The properties to name in a listing's address."""
        length = sum(len(name) + _NAMING for name in self.columns)
        return self.columns if length <= _LISTED else self.state

    @property
    def searched(self) -> tuple[str, ...]:
        """The properties to name in a search."""
        length = sum(len(name) + len('"",') for name in self.columns)
        return self.columns if length <= _SEARCHED else self.state

    def wants(self, properties: Mapping[str, Any]) -> bool:
        """Tell whether the source reads this record."""
        if self.source.only_with and not properties.get(self.source.only_with):
            return False
        return not (self.without and properties.get(self.without))


def make_plan(client: Client, source: PullSource, describe: Describe) -> Plan:
    """Return how to read a source.

    Raises:
        ConfigError: A property that is not optional does not exist (KAM-1050).
        RecordError: The portal has no such object (KAM-3210).
    """
    schema = describe(source.object)
    known = schema.fields
    missing = _missing(source, schema)
    wanted = [known[name] for name in source.fields if name in known]
    stamp = next((name for name in (source.cursor_field, *_STAMPS) if name in known), None)
    if stamp is None:
        raise _no_property(source, source.cursor_field)
    state = (stamp, MERGED, source.only_with, source.without)
    told = tuple(name for name in state if name is not None and name in known)
    columns = (*(field.name for field in wanted), *told, *extra_fields(schema, source.virtual))
    return Plan(
        source=source,
        columns=tuple(dict.fromkeys(columns)),
        state=tuple(dict.fromkeys(told)),
        stamp=stamp,
        reader=RowReader(wanted),
        empty=source.only_with is not None and source.only_with not in known,
        without=source.without if source.without in known else None,
        outside=Outside(client, source, schema),
        trusted=set(),
        missing=tuple(f"{source.object}.{name} does not exist in this portal" for name in missing),
    )


def _missing(source: PullSource, schema: ObjectSchema) -> list[str]:
    missing = [name for name in source.fields if name not in schema.fields]
    for name in missing:
        if name not in source.optional:
            raise _no_property(source, name)
    if unknown := [name for name in source.virtual if not is_virtual(name)]:
        raise ConfigError(
            f"{source.object} has no virtual field {unknown[0]}",
            code="KAM-1050",
            hint="known: " + ", ".join(VIRTUAL),
            field=unknown[0],
        )
    return missing


def _no_property(source: PullSource, name: str) -> ConfigError:
    return ConfigError(f"{source.object} has no property {name}", code="KAM-1050", field=name)
