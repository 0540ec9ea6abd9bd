"""How a record is shown: the asked-for properties, their history, its associations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kam_sandbox.hubspot.association_types import AssociationType
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, SINGULARS
from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.lifecycle import linked
from kam_sandbox.hubspot.portal import PORTAL_ID, Portal
from kam_sandbox.hubspot.values import as_text, iso, read_value, source_of, user_id
from kam_sandbox.records import Record

__all__ = ["View", "associated", "default_properties"]

_MODIFIED = {"contacts": "lastmodifieddate"}
_CREATED = dict.fromkeys(
    ("companies", "contacts", "deals", "tickets", "products", "line_items"), "createdate"
)
_DEFAULTS = {
    "companies": ("name", "domain"),
    "contacts": ("firstname", "lastname", "email"),
    "deals": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    "line_items": ("name", "price", "quantity", "amount"),
    "products": ("name", "price"),
    "tickets": ("subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority"),
}
_NAMED_TYPES = {
    13: "parent_to_child_company",
    14: "child_to_parent_company",
}
_ASSOCIATIONS_SHOWN = 100
"""Associated ids listed inside a record before paging begins (vendor's object guide)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a request wants to see of each record."""

    properties: Sequence[str] = ()
    history: Sequence[str] = ()
    associations: Sequence[str] = ()
    dated: bool = False
    """A dated path: records carry their address."""

    def show(self, portal: Portal, record: Record) -> dict[str, Any]:
        """Return the record as the API shows it: requested and defined, null when unset."""
        known = portal.definitions(record.object)
        names = [*_always(record.object), *(self.properties or _DEFAULTS.get(record.object, ()))]
        shown: dict[str, Any] = {
            "id": record.id,
            "properties": {
                name: read_value(portal, record, name) for name in sorted(set(names) & set(known))
            },
            "createdAt": iso(record.created_at),
            "updatedAt": iso(record.modified_at),
            "archived": record.deleted_at is not None,
        }
        if record.deleted_at is not None:
            shown["archivedAt"] = iso(record.deleted_at)
        if self.dated:
            shown["url"] = _address(record)
        if self.history:
            shown["propertiesWithHistory"] = {
                name: _history(portal, record, name) for name in self.history if name in known
            }
        if self.associations:
            listed = associated(portal, record, self.associations)
            if listed:
                shown["associations"] = listed
        return shown


def default_properties(object_: str) -> list[str]:
    """Return what is shown of *object_* when nothing is asked for."""
    return sorted({*_always(object_), *_DEFAULTS.get(object_, ())})


def associated(portal: Portal, record: Record, objects: Sequence[str]) -> dict[str, Any]:
    """Return the ids associated with *record*, by object, as listed inside a record."""
    listed: dict[str, Any] = {}
    for to_object in objects:
        found = linked(portal.world, record.object, record.id, to_object)
        entries = [{"id": id_, "type": _type_name(kind)} for id_, kinds in found for kind in kinds]
        if not entries:
            continue
        listed[to_object] = {"results": entries[:_ASSOCIATIONS_SHOWN]}
        if len(entries) > _ASSOCIATIONS_SHOWN:
            after = entries[_ASSOCIATIONS_SHOWN - 1]["id"]
            listed[to_object]["paging"] = {"next": {"after": after}}
    return listed


def _always(object_: str) -> tuple[str, str, str]:
    return (
        "hs_object_id",
        _CREATED.get(object_, "hs_createdate"),
        _MODIFIED.get(object_, "hs_lastmodifieddate"),
    )


def _address(record: Record) -> str:
    type_id = OBJECT_TYPE_IDS[record.object]
    return f"https://app.hubspot.com/contacts/{PORTAL_ID}/record/{type_id}/{record.id}"


def _type_name(kind: AssociationType) -> str:
    if kind.category == "USER_DEFINED":
        return str(kind.label).lower().replace(" ", "_")
    if kind.type_id in _NAMED_TYPES:
        return _NAMED_TYPES[kind.type_id]
    name = f"{SINGULARS[kind.from_object]}_to_{SINGULARS[kind.to_object]}"
    labelled_pair = kind.label is None and kind.type_id in (279, 280, 341, 342, 339, 340)
    return f"{name}_unlabeled" if labelled_pair else name


def _history(portal: Portal, record: Record, name: str) -> list[dict[str, Any]]:
    edits = portal.edits(record.object, record.id, name)
    first = as_text(edits[0].before) if edits else read_value(portal, record, name)
    versions = [_version(portal, edit.after, iso(edit.at), edit.by) for edit in reversed(edits)]
    if first is not None:
        versions.append(_version(portal, first, iso(record.created_at), record.created_by))
    return versions


def _version(portal: Portal, value: Any, at: str, by: str) -> dict[str, Any]:
    user = user_id(portal, by)
    version: dict[str, Any] = {
        "value": as_text(value) or "",
        "timestamp": at,
        "sourceType": source_of(by),
        "sourceId": f"userId:{user}" if user else by,
        "sourceLabel": "Kam Connector" if by == APP_ID else None,
    }
    if user and user.isdigit():
        version["updatedByUserId"] = int(user)
    return version
