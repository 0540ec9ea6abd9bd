"""Property definitions: what a property is, and how the API shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["FIELD_TYPES", "TYPES", "Group", "Option", "Property", "choices"]

TYPES = frozenset({"string", "number", "date", "datetime", "enumeration", "bool", "phone_number"})
FIELD_TYPES = frozenset(
    [
        "booleancheckbox",
        "calculation_equation",
        "checkbox",
        "date",
        "file",
        "html",
        "number",
        "phonenumber",
        "radio",
        "select",
        "text",
        "textarea",
    ]
)
"""Source: the vendor's property creation page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of an enumeration."""

    value: str
    label: str
    display_order: int = -1
    hidden: bool = False
    description: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the option as the API shows it."""
        return {
            "label": self.label,
            "value": self.value,
            "displayOrder": self.display_order,
            "hidden": self.hidden,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading under which a record's properties are shown."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the group as the API shows it."""
        return {
            "name": self.name,
            "label": self.label,
            "displayOrder": self.display_order,
            "archived": self.archived,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """The definition of one property of one object."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str
    description: str = ""
    options: tuple[Option, ...] = ()
    unique: bool = False
    read_only: bool = False
    """The value is worked out, or set only by HubSpot."""
    calculated: bool = False
    external_options: bool = False
    """The choices live elsewhere (owners, pipelines): ``options`` is empty."""
    referenced: str | None = None
    hidden: bool = False
    form_field: bool = False
    display_order: int = -1
    hubspot_defined: bool = True
    show_currency_symbol: bool | None = None
    max_length: int = 65_536
    """Longest text (knowledge base, property field types); a schema drift may shorten it."""
    created_at: str = "2020-06-30T15:57:37.186Z"
    updated_at: str = "2020-06-30T15:57:37.186Z"
    archived_at: str | None = None

    @property
    def multiple(self) -> bool:
        """Whether several options may be set at once, joined by semicolons."""
        return self.field_type == "checkbox"

    def as_json(self) -> dict[str, Any]:
        """Return the definition with every key of the API."""
        own = not self.hubspot_defined
        shown: dict[str, Any] = {
            "updatedAt": self.updated_at,
            "createdAt": self.created_at,
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [option.as_json() for option in self.options],
            "displayOrder": self.display_order,
            "calculated": self.calculated,
            "externalOptions": self.external_options,
            "archived": self.archived_at is not None,
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.hubspot_defined,
            "modificationMetadata": {
                "archivable": own,
                "readOnlyDefinition": not own,
                "readOnlyOptions": not own,
                "readOnlyValue": self.read_only,
            },
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
        }
        if own:
            shown |= {"createdUserId": "70000001", "updatedUserId": "70000001"}
        if self.referenced:
            shown["referencedObjectType"] = self.referenced
        if self.show_currency_symbol is not None:
            shown["showCurrencySymbol"] = self.show_currency_symbol
        if self.archived_at:
            shown["archivedAt"] = self.archived_at
        return shown


def choices(values: Iterable[str]) -> tuple[Option, ...]:
    """Return options from ``value`` or ``value=Label`` texts, in order."""
    options = []
    for order, text in enumerate(values):
        value, _, label = text.partition("=")
        label = label or value.replace("_", " ").capitalize()
        options.append(Option(value=value, label=label, display_order=order))
    return tuple(options)
