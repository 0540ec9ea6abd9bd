"""A person who asked to be forgotten, or to see what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kam_connector.model.identity import RecordKey

__all__ = ["ELSEWHERE", "Doubt", "ErasedMark", "Erasure", "Person", "PersonFile"]

ELSEWHERE = "(erased)"
"""Stands in the image and the bases of CRM records where a text named the person: other than
what we would write, so that the next run writes over what the CRM still holds of our own texts.
A field of theirs that only points at the person goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the layer knows from a CRM: one contact, with every record behind it."""

    id: str | None
    """Ours; None: a record that was read and never merged."""
    name: str
    email: str | None
    account: str | None
    """The account's name, to tell two people of one name apart."""
    records: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A piece of a text that may name the person; only somebody who reads it can tell."""

    table: str
    record: str
    """The row's key."""
    column: str
    text: str
    """The piece, with some letters around."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure took away, or would."""

    records: tuple[RecordKey, ...]
    rows: Mapping[str, int]
    """Rows that are gone, by table."""
    texts: Mapping[str, int]
    """Rows whose texts named the person and do no longer, by table."""
    marks: int
    """Marks made, so that neither record nor address comes back."""
    doubts: tuple[Doubt, ...] = ()
    """What may name the person and was left: for somebody to look at."""
    purged: bool = False
    """Whether the database was rewritten, so that no deleted byte is left in its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedMark:
    """A tombstone as it may be shown: when, and of which connection; never of whom."""

    what: str
    """``record`` or ``address``."""
    place: str
    """The connection; empty for an address."""
    made_on: str
    met_on: str | None
    """The last day on which the CRM still showed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """Everything the layer knows of one person."""

    person: Person
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Rows by table, documents in them opened."""
