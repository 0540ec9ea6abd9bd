"""The label between contacts that says who reports to whom; a property where there is none.

Labels are for Professional portals and above, and for each pair of objects there is room for
a number of them that the portal tells.
"""

from __future__ import annotations

from typing import NamedTuple

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.provision import FieldSpec
from kam_connector.model.schema import FieldType
from kam_hubspot.answers import reading
from kam_hubspot.client import Client
from kam_hubspot.managers import MANAGER_FIELD, MANAGER_LABEL, REPORT_LABEL

__all__ = ["MANAGER_SPEC", "Labelled", "ensure_label"]

CONTACTS = "contacts"
_CONTACT_TYPE = "0-1"
_ABSENT_RIGHT = "KAM-3003"

MANAGER_SPEC = FieldSpec(
    kind=Kind.CONTACT,
    name=MANAGER_FIELD,
    path="manager",
    type=FieldType.TEXT,
    label="KAM Manager",
    description="Record id of the contact whom this one reports to.",
    help="Whom this person reports to: the number in the address of their record.",
    length=20,
)
"""Takes the label's place in a portal without labels."""


class Labelled(NamedTuple):
    """How a portal can say who reports to whom."""

    by_label: bool
    note: str = ""
    """What was done, or why there is no label."""


def ensure_label(client: Client, *, dry_run: bool) -> Labelled:
    """Create the label if it is missing and the portal has room: two or three calls.

    Nothing that exists is changed: a label of the same words is ours, whoever made it.
    """
    told = f"The label {MANAGER_LABEL} / {REPORT_LABEL} between contacts"
    try:
        found = client.labels(CONTACTS, CONTACTS)
        if any(one.get("label") == MANAGER_LABEL for one in found if _is_own(one)):
            return Labelled(by_label=True)
        if not _has_room(client):
            return Labelled(by_label=False, note=f"{told} finds no room: the portal has its limit.")
        if dry_run:
            return Labelled(by_label=True, note=f"{told} would be created.")
        return _created(client, told)
    except SignInError as error:
        if error.code != _ABSENT_RIGHT:
            raise
        return Labelled(by_label=False, note=f"{told} is not possible here: {error.message}.")


def _created(client: Client, told: str) -> Labelled:
    body = {"name": MANAGER_FIELD, "label": MANAGER_LABEL, "inverseLabel": REPORT_LABEL}
    try:
        client.ask("POST", f"/crm/v4/associations/{CONTACTS}/{CONTACTS}/labels", body=body)
    except RecordError as error:
        if error.http_status == 409:  # somebody was faster
            return Labelled(by_label=True)
        return Labelled(by_label=False, note=f"{told} was refused: {error.message}.")
    return Labelled(by_label=True, note=f"{told} was created.")


def _has_room(client: Client) -> bool:
    """Tell whether the portal takes another label; one that does not tell is asked to."""
    pair = {"fromObjectTypeId": _CONTACT_TYPE, "toObjectTypeId": _CONTACT_TYPE}
    try:
        answer = client.ask("GET", "/crm/v3/limits/associations/labels", query=pair)
    except (RecordError, SignInError) as error:
        if isinstance(error, SignInError) and error.code != _ABSENT_RIGHT:
            raise
        return True
    with reading(client.name):
        return all(int(one["usage"]) < int(one["limit"]) for one in answer.get("results") or ())


def _is_own(one: object) -> bool:
    return isinstance(one, dict) and one.get("category") != "HUBSPOT_DEFINED"
