"""Ids in requests: their form, what they point at, and whether that is still there."""

from __future__ import annotations

from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import KEY_PREFIXES, whole_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef

__all__ = ["by_external_id", "checked_reference", "existing", "full_id", "given_twice"]


def full_id(text: Any) -> str:
    """Return an id in its 18-character form.

    Raises:
        ApiError: MALFORMED_ID.
    """
    whole = whole_id(text) if isinstance(text, str) else None
    if whole is None:
        raise ApiError(400, "MALFORMED_ID", f"malformed id {text}", fields=["Id"])
    return whole


def existing(org: Org, object_: ObjectDef, id_: str) -> Record:
    """Return the live record of an id.

    Raises:
        ApiError: MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY or ENTITY_IS_DELETED.
    """
    wanted = full_id(id_)
    record = org.records.get(object_.name, wanted)
    if record is None:
        other = org.object_of_id(wanted)
        if other is not None and other != object_.name:
            message = f"{object_.label} ID: id value of incorrect type: {id_}"
            raise ApiError(400, "MALFORMED_ID", message, fields=["Id"])
        raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[])
    if record.deleted_at is not None:
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted", fields=[])
    return record


def checked_reference(org: Org, object_: ObjectDef, field: FieldDef, value: str) -> str:
    """Return the id that a lookup field of *object_* is to hold.

    Raises:
        ApiError: MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY, INACTIVE_OWNER_OR_USER.
    """
    wanted = whole_id(value)
    prefixes = tuple(KEY_PREFIXES.get(target, "?") for target in field.targets)
    if wanted is None or not wanted.startswith(prefixes):
        message = f"{field.name}: id value of incorrect type: {value}"
        raise ApiError(400, "MALFORMED_ID", message, fields=[field.name])
    found = [org.records.get(target, wanted) for target in field.targets]
    target = next((record for record in found if record is not None), None)
    if target is None or target.deleted_at is not None:
        message = "invalid cross reference id" if target is None else "entity is deleted"
        code = "INVALID_CROSS_REFERENCE_KEY" if target is None else "ENTITY_IS_DELETED"
        raise ApiError(400, code, message, fields=[field.name])
    if field.name == "RecordTypeId" and target.fields.get("SobjectType") != object_.name:
        message = f"Record Type ID: this ID value isn't valid for the user: {wanted}"
        raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", message, fields=["RecordTypeId"])
    if field.name == "OwnerId" and target.object == "User" and not target.fields.get("IsActive"):
        message = f"operation performed with inactive user [{wanted}] as owner"
        raise ApiError(400, "INACTIVE_OWNER_OR_USER", message, fields=[field.name])
    return wanted


def by_external_id(org: Org, field: FieldDef, given: dict[str, Any]) -> str:
    """Return the id of the parent that ``{"Parent": {"Ext__c": value}}`` names.

    Raises:
        ApiError: INVALID_FIELD when nothing, or more than one record, has that value.
    """
    keys = {name: value for name, value in given.items() if name != "attributes"}
    for target_name in field.targets:
        if target_name not in org.object_names() or len(keys) != 1:
            continue
        target = org.object(target_name)
        name, value = next(iter(keys.items()))
        key = target.field(name)
        if key is not None and (key.external_id or key.id_lookup):
            found = org.holder(target, key, value)
            if len(found) == 1:
                return found[0].id
    message = f"Foreign key external ID: {keys} not found for field {field.name}"
    raise ApiError(400, "INVALID_FIELD", message, fields=[])


def given_twice(key: str, value: str) -> ApiError:
    """Return the error of a row whose id another row of the same call has too.

    The words are those for external ids; for record ids no page tells them.
    """
    what = "id" if key == "Id" else "external id"
    message = f"Duplicate {what} specified: {value}"
    return ApiError(400, "DUPLICATE_VALUE", message, fields=[key])
