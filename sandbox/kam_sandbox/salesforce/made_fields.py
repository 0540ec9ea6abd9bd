"""Fields made since the org began: nobody sees them until field-level security says so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from kam_sandbox.records import Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef

__all__ = ["MadeFields"]

_Rights = tuple[tuple[str, bool], ...]


class MadeFields:
    """Fields by object, and the definitions that our user sees.

    Args:
        records: Hold the permission sets, their rows and who has them.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._fields: defaultdict[str, dict[str, FieldDef]] = defaultdict(dict)
        self._seen: dict[tuple[str, _Rights], ObjectDef] = {}

    def add(self, object_: str, field: FieldDef) -> None:
        """Add a field that nobody may use yet."""
        self._fields[object_][field.name] = field
        self._seen.clear()

    def of(self, object_: str) -> dict[str, FieldDef]:
        """Return the fields made on an object, by name."""
        return self._fields.get(object_, {})

    def added_to(self, definition: ObjectDef) -> ObjectDef:
        """Return a definition with the fields that our user may read."""
        made = self.of(definition.name)
        if not made:
            return definition
        rights = self._rights(definition.name)
        key = (definition.name, rights)
        if key not in self._seen:
            visible = tuple(
                replace(made[name], createable=edit, updateable=edit) for name, edit in rights
            )
            self._seen[key] = definition.with_fields(definition.fields + visible)
        return self._seen[key]

    def _rights(self, object_: str) -> _Rights:
        """Return the fields that our user may read, and whether it may edit them."""
        ours = {
            row.fields["PermissionSetId"]
            for row in self._records.all("PermissionSetAssignment")
            if row.fields["AssigneeId"] == INTEGRATION_USER
        }
        edit: dict[str, bool] = {}
        for row in self._records.all("FieldPermissions"):
            owner, _, name = str(row.fields["Field"]).partition(".")
            readable = row.fields.get("PermissionsRead") and row.fields["ParentId"] in ours
            if owner == object_ and name in self.of(object_) and readable:
                edit[name] = edit.get(name, False) or bool(row.fields.get("PermissionsEdit"))
        return tuple(edit.items())
