"""Field-level security for our fields: one permission set of ours, which only ever grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_salesforce import query
from kam_salesforce.client import Client
from kam_salesforce.describe import user_ref

__all__ = ["LABEL", "NAME", "grant"]

NAME = "KAM_Connector_Fields"
LABEL = "KAM Connector Fields"
_DESCRIPTION = "Reads and edits the fields of kam-connector; grants nothing else."


def grant(client: Client, fields: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Let the signed-in user read and edit fields named ``Object.Field__c``.

    Returns why fields were not granted, by name, and what a person should know. Rows that
    exist are left as they are; up to six calls.
    """
    try:
        set_ref = _permission_set(client)
        refused = _permissions(client, set_ref, fields)
        _assign(client, set_ref)
    except (RecordError, SignInError) as error:
        if isinstance(error, SignInError) and error.code != "KAM-3003":
            raise
        why = f"our user may not manage permission sets ({error.message})"
        return dict.fromkeys(fields, why), ()
    return refused, (f"The permission set {LABEL} is assigned to the signed-in user.",)


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


def _assign(client: Client, set_ref: str) -> None:
    assignee = user_ref(client)
    where = [query.is_in("PermissionSetId", [set_ref]), query.is_in("AssigneeId", [assignee])]
    if client.query(query.select(["Id"], "PermissionSetAssignment", where)):
        return
    body = {"PermissionSetId": set_ref, "AssigneeId": assignee}
    client.call("sobjects/PermissionSetAssignment", method="POST", body=body)


def _reason(answer: Mapping[str, Any]) -> str:
    """Return the code of a refused row, without the row's own words."""
    errors = answer.get("errors") or [{}]
    return f"Salesforce refused the permission: {errors[0].get('statusCode', 'no reason given')}"
