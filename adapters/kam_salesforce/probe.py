"""Whether our user may give tasks to others: tried, because no description tells it.

Activities may be private, users hidden from each other and tasks under rules of the org's own.
Two tasks are sent in one request that is all or nothing; the second is related to a user, which
no task can be, so that Salesforce takes the first one back. Only how it is refused is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_salesforce import query
from kam_salesforce.access import PACKAGED
from kam_salesforce.client import Client
from kam_salesforce.codes import CODES
from kam_salesforce.describe import user_ref

__all__ = ["probe_tasks"]

_SUBJECT = "kam-connector: a probe, taken back at once"
_TAKEN_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
_NO_ACCESS = (
    "INSUFFICIENT_ACCESS",
    "CANNOT_INSERT_UPDATE",
    "INVALID_CROSS_REFERENCE_KEY",
    "TRANSFER_REQUIRES_READ",
)
"""Beginnings of the codes that speak of rights; an owner we may not see is an unknown key."""


def probe_tasks(client: Client) -> str:
    """Return what was found good: up to four calls, and nothing stays in the org.

    Raises:
        SignInError: "Access Activities", "Edit Tasks" or sight of the owners is missing
            (KAM-3003).
        RecordError: A rule or a required field of the org refuses the task (KAM-3244).
    """
    _check_described(client)
    other = _somebody_else(client)
    if other is None:
        return "tasks may be made; there is no other user to give one to"
    first = _sent(client, other)
    if first.get("success"):
        _delete(client, str(first["id"]))
        return "tasks may be given to other users"
    codes = [str(one.get("statusCode", "")) for one in first.get("errors") or ()]
    if codes == [_TAKEN_BACK]:
        return "tasks may be given to other users"
    raise _refused(client, codes)


def _check_described(client: Client) -> None:
    try:
        described = client.call("sobjects/Task/describe")
    except RecordError as error:
        if error.code != "KAM-3210":
            raise
        raise _lacking(client, "our user sees no tasks", "Access Activities") from error
    if described.get("createable") is False:
        raise _lacking(client, "our user may not make tasks", "Edit Tasks")


def _somebody_else(client: Client) -> str | None:
    """Return an active person other than us: owners of tasks are people like them."""
    where = [query.is_true("IsActive"), query.is_in("UserType", ["Standard"])]
    rows = client.query(query.select(["Id"], "User", where, order=["Id"], limit=2))
    ours = user_ref(client)[:15]
    return next((str(row["Id"]) for row in rows if str(row["Id"])[:15] != ours), None)


def _sent(client: Client, owner: str) -> Mapping[str, Any]:
    task = {"attributes": {"type": "Task"}, "Subject": _SUBJECT, "OwnerId": owner}
    body = {"allOrNone": True, "records": [task, {**task, "WhatId": owner}]}
    answers = client.call("composite/sobjects", method="POST", body=body)
    with client.reading():
        answer: Mapping[str, Any] = answers[0]
    for one in answers[1:]:
        if one.get("success"):  # no org is known to take it
            _delete(client, str(one["id"]))
    return answer


def _delete(client: Client, ref: str) -> None:
    if query.check_ref(ref):
        client.call(f"sobjects/Task/{ref}", method="DELETE")


def _refused(client: Client, codes: Sequence[str]) -> SignInError | RecordError:
    if any(code.startswith(_NO_ACCESS) for code in codes):
        message = f"our user may not give tasks to others ({', '.join(codes)})"
        return _lacking(client, message, "Edit Tasks", "and let it see their owners (sharing)")
    return RecordError(
        f"the org refuses the tasks we would make: {', '.join(codes) or 'without a reason'}",
        crm=client.name,
        code="KAM-3244",
        hint=CODES["KAM-3244"].fix,
    )


def _lacking(client: Client, message: str, permission: str, more: str = "") -> SignInError:
    told = f'grant "{permission}" to the integration user: the permission set {PACKAGED} has it'
    hint = f"{told}; {more}" if more else told
    return SignInError(message, crm=client.name, code="KAM-3003", hint=hint)
