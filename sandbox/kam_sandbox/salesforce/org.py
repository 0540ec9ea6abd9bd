"""The org: the world as Salesforce sees it, its schema of the moment, its sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.computed import is_archived
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.field_security import owned_set, profile_rows
from kam_sandbox.salesforce.ids import KEY_PREFIXES, ORG_ID, REFRESHED_ORG_ID
from kam_sandbox.salesforce.key_index import KeyIndex
from kam_sandbox.salesforce.made_fields import MadeFields
from kam_sandbox.salesforce.objects import standard_objects
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.setup import add_setup_rows
from kam_sandbox.state import World

__all__ = ["Org"]

_SCHEMA_SET = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""Our choice: when the org's fields were last changed before the world began."""
_OF_SCHEMA = ("CustomField", "FieldPermissions", "PermissionSetAssignment")

_NO_TYPE = (
    "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to "
    "append the '__c' after the entity name. Please reference your WSDL or the describe call for "
    "the appropriate names."
)


class Org:
    """One org over one world.

    Args:
        world: Its records, clock, faults and log.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.records = world.salesforce
        self.calls = 0
        """API calls counted against the daily limit."""
        self._objects: dict[str, ObjectDef] = {}
        self._names: dict[str, str] = {}
        self.made = MadeFields(self.records)
        self._keys = KeyIndex(self.records)
        self._switched_at = _SCHEMA_SET
        self._take_up()

    def set_up(self) -> None:
        """Take up what the world has turned on now, and remember when."""
        self._switched_at = self.world.clock.now()
        self._take_up()

    def schema_changed(self) -> datetime:
        """Return when objects, fields or who may see them last changed."""
        rows = (row for name in _OF_SCHEMA for row in self.records.all(name, deleted=True))
        return max([self._switched_at, *(row.modified_at for row in rows)])

    def _take_up(self) -> None:
        """Build objects and fields of the features, and add the rows that they bring."""
        self._objects = standard_objects(
            bare=self.world.bare,
            multi_currency=self.world.multi_currency,
            features=self.world.features,
            without=self.world.without,
        )
        self._names = {name.lower(): name for name in self._objects}
        add_setup_rows(self.world)

    @property
    def id(self) -> str:
        """The organisation's id, which a refresh of a sandbox changes."""
        refreshed = self.world.faults.standing("org_refreshed", "salesforce")
        return REFRESHED_ORG_ID if refreshed else ORG_ID

    def object_names(self) -> list[str]:
        """Return the API names of all objects."""
        return sorted(self._objects)

    def custom_fields(self, name: str) -> dict[str, FieldDef]:
        """Return the fields that administrators made on an object, hidden ones too."""
        shipped = {f.name: f for f in self._objects[name].fields if f.custom}
        return shipped | self.made.of(name)

    def object(self, name: str) -> ObjectDef:
        """Return an object's definition as it is now, drift included.

        Raises:
            ApiError: INVALID_TYPE.
        """
        proper = self._names.get(name.lower())
        if proper is None:
            raise ApiError(400, "INVALID_TYPE", _NO_TYPE.format(name))
        definition = self.made.added_to(self._objects[proper])
        for fault in self.world.faults.standing("schema_drift", "salesforce"):
            if fault.object == proper:
                definition = _drifted(definition, fault.field, fault.change)
        return definition

    def object_of_id(self, id_: str) -> str | None:
        """Return the object that an id's key prefix names."""
        return next((name for name, key in KEY_PREFIXES.items() if id_.startswith(key)), None)

    def visible(self, object_: str, *, everything: bool) -> Iterator[Record]:
        """Yield the records that ``query`` sees, or ``queryAll`` with *everything*."""
        hidden = self._late(object_)
        yield from profile_rows(
            self.world, object_, names=self.object_names(), define=self._objects.__getitem__
        )
        for record in self.records.all(object_, deleted=everything):
            if record.deleted_at is not None and not lifecycle.is_binned(record):
                continue
            if hidden and record.modified_at > self.world.clock.now() - hidden:
                continue
            if everything or not is_archived(self.world, record):
                yield replace(record, id=self.id) if record.id == ORG_ID else record

    def parent(self, object_: str, id_: str) -> Record | None:
        """Return the record that a lookup points at, those that profiles bring included."""
        found = self.records.get(object_, id_)
        owned = found is None and object_ == "PermissionSet"
        return owned_set(self.records, id_) if owned else found

    def _late(self, object_: str) -> timedelta | None:
        """Return how fresh a row may be and still be hidden: a commit that is not out yet."""
        for fault in self.world.faults.standing("late_visible", "salesforce"):
            if fault.object in ("", object_):
                return timedelta(seconds=fault.seconds)
        return None

    def holder(self, object_: ObjectDef, field: FieldDef, value: Any) -> list[Record]:
        """Return the live records whose external id *field* has this value, in any case."""
        if field.name == "Id":
            record = self.records.get(object_.name, str(value))
            return [record] if record is not None and record.deleted_at is None else []
        return self._keys.find(object_.name, field.name, str(value))

    def forget_keys(self) -> None:
        """Drop what is known of external ids, after changes were taken back."""
        self._keys = KeyIndex(self.records)


def _drifted(definition: ObjectDef, name: str, change: str) -> ObjectDef:
    kept = []
    for field in definition.fields:
        if field.name != name:
            kept.append(field)
        elif change == "readonly":
            kept.append(replace(field, createable=False, updateable=False))
        elif change == "shorter":
            kept.append(replace(field, length=max(1, field.length // 2)))
        elif change == "retyped":
            kept.append(replace(field, type="double", length=0, precision=18, values=()))
        elif change == "narrower":
            values = field.values[: max(1, len(field.values) // 2)]
            kept.append(replace(field, values=values, restricted=True))
    return definition.with_fields(tuple(kept))
