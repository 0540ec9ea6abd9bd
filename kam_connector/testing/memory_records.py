"""What a MemoryCrm holds: records with all their versions, and when each becomes visible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kam_connector.errors import (
    BudgetExhausted,
    CrmUnavailable,
    KamError,
    RateLimited,
    SignInError,
)
from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema

__all__ = [
    "Author",
    "MemoryFault",
    "MemoryRecord",
    "Version",
    "Written",
    "derive_schema",
    "with_calculated",
]


class Author(StrEnum):
    """Who made a version."""

    PERSON = "person"
    CONNECTOR = "connector"


class MemoryFault(StrEnum):
    """What can go wrong with the next call."""

    DROP_BEFORE = "drop_before"
    """The request never arrives."""
    DROP_ACK = "drop_ack"
    """The request is carried out, its answer is lost."""
    DUPLICATE = "duplicate"
    """The request arrives twice; the answer is that of the second time."""
    HALF = "half"
    """The first half of a push is carried out, then the connection breaks."""
    RATE_LIMITED = "rate_limited"
    BUDGET = "budget"
    SIGN_IN = "sign_in"
    LOCKED = "locked"
    """Every record of the next push is locked: RETRY."""

    def error(self, crm: str) -> KamError:
        """Return what the caller sees."""
        if self is MemoryFault.RATE_LIMITED:
            return RateLimited("the CRM asks for patience", crm=crm, retry_after_s=1.0)
        if self is MemoryFault.BUDGET:
            return BudgetExhausted("the day's calls are used up", crm=crm)
        if self is MemoryFault.SIGN_IN:
            return SignInError("the token is refused", crm=crm, code="KAM-3001")
        return CrmUnavailable("the connection broke", crm=crm, code="KAM-3101")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A record's state from one moment on."""

    modified_at: datetime
    visible_at: datetime
    """When readers see it; writers meet it at once."""
    values: Row
    deleted: bool = False
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    author: Author = Author.PERSON


@dataclass(slots=True, kw_only=True)
class MemoryRecord:
    """One record; the last version is the truth, an earlier one may be what readers see."""

    ref: str
    versions: list[Version] = field(default_factory=list)

    @property
    def latest(self) -> Version:
        """The truth."""
        return self.versions[-1]

    @property
    def values(self) -> Row:
        """The true values."""
        return self.latest.values

    @property
    def alive(self) -> bool:
        """Neither deleted nor merged away."""
        return not self.latest.deleted

    def seen_at(self, now: datetime) -> Version | None:
        """Return the version a reader sees, if any."""
        return next((v for v in reversed(self.versions) if v.visible_at <= now), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One change that reached the CRM, whatever became of its answer."""

    change: Change
    ref: str
    created: bool
    at: datetime


def derive_schema(object_: str, rows: Iterator[Row]) -> ObjectSchema:
    """Return a schema that fits the rows: every key seen, as a writable field."""
    kinds: dict[str, FieldType] = {}
    for row in rows:
        for name, value in row.items():
            if not name.startswith("@") and kinds.get(name, FieldType.OTHER) is FieldType.OTHER:
                kinds[name] = _type_of(value)
    return ObjectSchema(object=object_, fields=_fields(kinds))


def with_calculated(schema: ObjectSchema, names: Collection[str]) -> ObjectSchema:
    """Return the schema with some fields calculated."""
    calculated = {
        name: replace(field, calculated=True, updateable=False)
        for name, field in schema.fields.items()
        if name in names
    }
    return replace(schema, fields={**schema.fields, **calculated})


def _fields(kinds: Mapping[str, FieldType]) -> dict[str, FieldSchema]:
    return {name: FieldSchema(name=name, label=name, type=kind) for name, kind in kinds.items()}


def _type_of(value: JsonValue) -> FieldType:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    if isinstance(value, int):
        return FieldType.INTEGER
    return FieldType.TEXT if isinstance(value, str) else FieldType.OTHER
