"""What profiles let their users do with objects and fields, as rows of permission sets.

Every profile owns a permission set, which is assigned to its users (PermissionSet,
``IsOwnedByProfile``); its rows are the profile's object permissions and field-level security.
A row is a right, and no row is none. Fields that are not permissionable (required ones, system
fields) have no rows (Object Reference, FieldPermissions). A profile grants everything that the
org had from the start, less what ``World.hidden_fields`` and ``World.locked_fields`` say;
fields that somebody made since are nobody's until a set grants them.

The rows are worked out when they are asked for: nobody can change a profile here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kam_sandbox.clock import START
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER, KEY_PREFIXES, sf_id
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.state import World

__all__ = ["owned_set", "permissionable", "profile_rows"]

_FIRST = 10_000_000
"""Numbers of ids that no row which somebody made will reach."""
_ROWS = 10_000
"""Rows of one profile, at most."""
_OWN = frozenset(
    {"Account", "AccountPlan", "Campaign", "Case", "Contact", "Contract", "Lead", "Opportunity",
     "Pricebook2", "Product2"}
)  # fmt: skip
"""Standard objects with permissions of their own (Salesforce help, "Object Permissions")."""

_Define = Callable[[str], ObjectDef]


def permissionable(field: FieldDef) -> bool:
    """Tell whether a field's right is given by itself; formulas and auto numbers count too."""
    return (field.createable and field.nillable) or field.calculated or field.auto_number


def owned_set(records: Records, id_: str) -> Record | None:
    """Return the permission set of that id, if a profile owns it."""
    return next((one for one in _sets(records) if one.id == id_), None)


def profile_rows(
    world: World, object_: str, *, names: list[str], define: _Define
) -> Iterator[Record]:
    """Yield the rows of one table of permissions that profiles bring; none of another table.

    Args:
        world: Users, profiles, and what profiles hide.
        object_: The table.
        names: Of all objects of the org.
        define: Returns an object as the org had it from the start.
    """
    records = world.salesforce
    match object_:
        case "PermissionSet":
            yield from _sets(records)
        case "PermissionSetAssignment":
            yield from _assignments(records)
        case "ObjectPermissions":
            for start, set_ in enumerate(_sets(records)):
                for place, name in enumerate(sorted(_OWN.intersection(names))):
                    if name not in _of(world.hidden_fields, set_):
                        given = {"SobjectType": name, "PermissionsEdit": _edits(world, set_, name)}
                        yield _row("ObjectPermissions", set_, start * _ROWS + place, given)
        case "FieldPermissions":
            objects = [define(name) for name in names]
            for start, set_ in enumerate(_sets(records)):
                yield from _fields(world, set_, objects, start * _ROWS)


def _sets(records: Records) -> Iterator[Record]:
    for place, profile in enumerate(records.all("Profile")):
        fields = {
            "Name": f"X{profile.id[:15]}",
            "Label": profile.id,
            "IsOwnedByProfile": True,
            "ProfileId": profile.id,
        }
        yield _record("PermissionSet", _FIRST + place, fields)


def _assignments(records: Records) -> Iterator[Record]:
    owned = {one.fields["ProfileId"]: one.id for one in _sets(records)}
    for place, user in enumerate(records.all("User")):
        profile = user.fields.get("ProfileId")
        if profile in owned:
            fields = {"PermissionSetId": owned[profile], "AssigneeId": user.id}
            yield _record("PermissionSetAssignment", _FIRST + place, fields)


def _fields(world: World, set_: Record, objects: list[ObjectDef], place: int) -> Iterator[Record]:
    hidden = _of(world.hidden_fields, set_)
    for object_ in objects:
        for field in filter(permissionable, object_.fields):
            name, place = f"{object_.name}.{field.name}", place + 1
            if name not in hidden:
                editable = field.updateable and _edits(world, set_, name)
                given = {"SobjectType": object_.name, "Field": name, "PermissionsEdit": editable}
                yield _row("FieldPermissions", set_, place, given)


def _of(limits: dict[str, frozenset[str]], set_: Record) -> frozenset[str]:
    return limits.get(set_.fields["ProfileId"], frozenset())


def _edits(world: World, set_: Record, name: str) -> bool:
    return name not in _of(world.locked_fields, set_)


def _row(table: str, set_: Record, place: int, given: dict[str, Any]) -> Record:
    given = {"ParentId": set_.id, "PermissionsRead": True, **given}
    return _record(table, _FIRST + place, given)


def _record(table: str, number: int, fields: dict[str, Any]) -> Record:
    return Record(
        object=table,
        id=sf_id(KEY_PREFIXES[table], number),
        fields=fields,
        created_at=START,
        modified_at=START,
        created_by=INTEGRATION_USER,
        modified_by=INTEGRATION_USER,
    )
