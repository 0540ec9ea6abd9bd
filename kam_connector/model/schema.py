"""What a CRM says about its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["FieldSchema", "FieldType", "ObjectSchema"]


class FieldType(StrEnum):
    """A field's type, the same words for every CRM."""

    ID = "id"
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    PICKLIST = "picklist"
    MULTI_PICKLIST = "multi_picklist"
    REFERENCE = "reference"
    EMAIL = "email"
    URL = "url"
    PHONE = "phone"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSchema:
    """One field as the signed-in user may use it."""

    name: str
    label: str
    type: FieldType
    length: int | None = None
    """Characters a text may have; None: no limit known."""
    digits: int | None = None
    """Digits a number may have before the point; None: no limit known."""
    readable: bool = True
    updateable: bool = True
    createable: bool = True
    required: bool = False
    """A create is refused without it."""
    unique: bool = False
    external_id: bool = False
    """Records may be addressed by it."""
    calculated: bool = False
    options: tuple[str, ...] = ()
    """Values a picklist takes, as written over the API."""
    restricted: bool = False
    """Other values than the options are refused."""
    refers_to: tuple[str, ...] = ()
    """Objects a reference may point at."""
    permissioned: bool = True
    """The right to it is given by itself; False: whoever reads the record reads it."""
    part_of: str = ""
    """The field whose right holds for this one, such as an address for its city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSchema:
    """One CRM object with the fields the signed-in user sees."""

    object: str
    fields: Mapping[str, FieldSchema]
    queryable: bool = True
    record_types: Mapping[str, str] = field(default_factory=dict)
    """The CRM's own kinds of this object: API name by ref."""
