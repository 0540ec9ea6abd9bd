"""What the CRM refuses about permission sets and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org

__all__ = ["check_access"]

_SAME = {
    "FieldPermissions": ("ParentId", "Field"),
    "ObjectPermissions": ("ParentId", "SobjectType"),
    "PermissionSet": ("Name",),
    "PermissionSetAssignment": ("PermissionSetId", "AssigneeId"),
}
"""By object: what no two rows share."""


def check_access(org: Org, object_: str, row: Mapping[str, Any]) -> None:
    """Check a new row, if it is one of permissions.

    Raises:
        ApiError: INSUFFICIENT_ACCESS_OR_READONLY, DUPLICATE_VALUE, or a field that is none.
    """
    same = _SAME.get(object_)
    if same is None:
        return
    if not org.world.salesforce_setup:
        message = "insufficient access rights on object id"
        raise ApiError(403, "INSUFFICIENT_ACCESS_OR_READONLY", message, fields=[])
    for other in org.records.all(object_):
        if all(other.fields.get(name) == row.get(name) for name in same):
            message = f"duplicate value found: {same[-1]} duplicates value on record with id: "
            raise ApiError(400, "DUPLICATE_VALUE", message + other.id[:15], fields=[])
    if object_ == "FieldPermissions":
        _check_field(org, str(row["SobjectType"]), str(row["Field"]), row)


def _check_field(org: Org, object_: str, field: str, row: Mapping[str, Any]) -> None:
    known = object_ in org.object_names() and org.custom_fields(object_)
    if not known or field.removeprefix(f"{object_}.") not in known:
        message = f"Field Name: bad value for restricted picklist field: {field}"
        code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        raise ApiError(400, code, message, fields=["Field"])
    if row.get("PermissionsEdit") and not row.get("PermissionsRead"):
        message = "Permission Edit depends on permission(s): Read"
        raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields=[])
