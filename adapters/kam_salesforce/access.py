"""Rights to our fields: one permission set of ours, which only ever grows, and who has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import ConfigError, RecordError, SignInError
from kam_salesforce import query
from kam_salesforce.client import Client
from kam_salesforce.codes import CODES
from kam_salesforce.describe import user_ref

__all__ = ["LABEL", "NAME", "PACKAGED", "assign", "grant"]

NAME = "KAM_Connector_Fields"
LABEL = "KAM Connector Fields"
PACKAGED = "KAM_Connector_Integration"
"""The permission set that crm/salesforce deploys: our fields, objects, tasks and the API."""
_PLANS = "KAM_Connector_Account_Plans"
"""The one of its package for Account Plans, where they are turned on."""
_DESCRIPTION = "Reads and edits the fields of kam-connector; grants nothing else."


def grant(client: Client, fields: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Let the signed-in user read and edit fields named ``Object.Field__c``.

    Returns why fields were not granted, by name, and what a person should know. Rows that
    exist are left as they are; up to six calls.
    """
    try:
        set_ref = _permission_set(client)
        refused = _permissions(client, set_ref, fields)
        _assign(client, set_ref, user_ref(client))
    except (RecordError, SignInError) as error:
        if isinstance(error, SignInError) and error.code != "KAM-3003":
            raise
        why = f"our user may not manage permission sets ({error.message})"
        return dict.fromkeys(fields, why), ()
    return refused, (f"The permission set {LABEL} is assigned to the signed-in user.",)


def assign(
    client: Client, fields: Sequence[str], user_name: str, *, dry_run: bool
) -> tuple[str, ...]:
    """Give a user the permission sets of ours that the org has; see the port.

    The deployed one comes first; without it, ours for fields is made sure of.
    """
    assignee = _user(client, user_name)
    where = [query.is_in("Name", [PACKAGED, _PLANS, NAME])]
    rows = client.query(query.select(["Id", "Name", "Label"], "PermissionSet", where))
    sets = {str(row["Label"]): str(row["Id"]) for row in rows}
    if dry_run:
        return _planned(client, sets or {LABEL: ""}, assignee, user_name)
    if not sets:
        sets = {LABEL: _permission_set(client)}
        _permissions(client, sets[LABEL], fields)
    told = []
    for label, set_ref in sorted(sets.items(), reverse=True):
        fresh = _assign(client, set_ref, assignee)
        what = "is assigned to" if fresh else "was assigned already to"
        told.append(f"The permission set {label} {what} {user_name}.")
    return tuple(told)


def _planned(
    client: Client, sets: Mapping[str, str], assignee: str, user_name: str
) -> tuple[str, ...]:
    held = {label: bool(ref) and _holds(client, ref, assignee) for label, ref in sets.items()}
    return tuple(
        f"The permission set {label} "
        f"{'is assigned already' if held[label] else 'would be assigned'} to {user_name}."
        for label in sorted(sets, reverse=True)
    )


def _permission_set(client: Client) -> str:
    where = [query.is_in("Name", [NAME])]
    found = client.query(query.select(["Id"], "PermissionSet", where))
    if found:
        return str(found[0]["Id"])
    body = {"Name": NAME, "Label": LABEL, "Description": _DESCRIPTION}
    return str(client.call("sobjects/PermissionSet", method="POST", body=body)["id"])


def _permissions(client: Client, set_ref: str, fields: Sequence[str]) -> dict[str, str]:
    """Add the rows that are missing; return why some were refused."""
    where = [query.is_in("ParentId", [set_ref])]
    soql = query.select(["Field"], "FieldPermissions", where)
    known = {row["Field"] for row in client.query(soql)}
    records = [
        {
            "attributes": {"type": "FieldPermissions"},
            "ParentId": set_ref,
            "SobjectType": name.partition(".")[0],
            "Field": name,
            "PermissionsRead": True,
            "PermissionsEdit": True,
        }
        for name in fields
        if name not in known
    ]
    if not records:
        return {}
    body = {"allOrNone": False, "records": records}
    answers = client.call("composite/sobjects", method="POST", body=body)
    return {
        str(record["Field"]): _reason(answer)
        for record, answer in zip(records, answers, strict=True)
        if answer.get("success") is not True
    }


def _assign(client: Client, set_ref: str, assignee: str) -> bool:
    """Give a set to a user; returns False where they had it already."""
    if _holds(client, set_ref, assignee):
        return False
    body = {"PermissionSetId": set_ref, "AssigneeId": assignee}
    client.call("sobjects/PermissionSetAssignment", method="POST", body=body)
    return True


def _holds(client: Client, set_ref: str, assignee: str) -> bool:
    where = [query.is_in("PermissionSetId", [set_ref]), query.is_in("AssigneeId", [assignee])]
    return bool(client.query(query.select(["Id"], "PermissionSetAssignment", where)))


def _user(client: Client, user_name: str) -> str:
    """Return the id of an active user.

    Raises:
        ConfigError: There is none of this name (KAM-3243).
    """
    where = [query.is_in("Username", [user_name]), query.is_true("IsActive")]
    found = client.query(query.select(["Id"], "User", where))
    if not found:
        raise ConfigError(
            f'no active user has the user name "{user_name}"',
            crm=client.name,
            code="KAM-3243",
            hint=CODES["KAM-3243"].fix,
        )
    return str(found[0]["Id"])


def _reason(answer: Mapping[str, Any]) -> str:
    """Return the code of a refused row, without the row's own words."""
    errors = answer.get("errors") or [{}]
    return f"Salesforce refused the permission: {errors[0].get('statusCode', 'no reason given')}"
