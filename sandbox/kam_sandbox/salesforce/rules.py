"""What single objects refuse beyond what their fields say: rules that the CRM ships with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.computed import COMPUTED
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org

__all__ = ["check_delete", "check_row"]

_Values = Mapping[str, Any]
_UPWARDS = {
    "Account": "ParentId",
    "Campaign": "ParentId",
    "Case": "ParentId",
    "Contact": "ReportsToId",
    "User": "ManagerId",
}
"""By object: the lookup that makes a hierarchy of its rows."""
_ACTIVITIES = ("Task", "Event")
_LEAD = "00Q"


def check_row(org: Org, object_: str, row: _Values, record: Record | None) -> None:
    """Check a row about to be written.

    Args:
        org: Where it is written.
        object_: What it is.
        row: What is written.
        record: The row as it stands; None for a new one.

    Raises:
        ApiError: CIRCULAR_DEPENDENCY, FIELD_INTEGRITY_EXCEPTION, DUPLICATE_VALUE,
            REQUIRED_FIELD_MISSING.
    """
    after = {**(record.fields if record else {}), **row}
    upwards = _UPWARDS.get(object_, "")
    if record is not None and upwards in row:
        _check_circle(org, record, upwards, row[upwards])
    if object_ in _ACTIVITIES:
        _check_subject(after)
    if object_ == "Event" and (record is None or {"StartDateTime", "EndDateTime"} & row.keys()):
        _check_times(after)
    if object_ == "AccountContactRelation" and record is None:
        _check_pair(org, after)


def check_delete(org: Org, record: Record) -> None:
    """Check a row about to be deleted.

    A direct relation goes only with the contact's account (Considerations for Relating a
    Contact to Multiple Accounts); the page names no code, this one is our choice.

    Raises:
        ApiError: DELETE_FAILED.
    """
    is_direct = COMPUTED["AccountContactRelation", "IsDirect"]
    if record.object == "AccountContactRelation" and is_direct(org.world, record):
        message = "You can't remove a direct account-contact relationship."
        raise ApiError(400, "DELETE_FAILED", message, fields=[])


def _check_circle(org: Org, record: Record, lookup: str, parent: Any) -> None:
    at, seen = parent, set[str]()
    while at and at not in seen:
        if at == record.id:
            message = "attempt to violate hierarchy constraints"
            raise ApiError(400, "CIRCULAR_DEPENDENCY", message, fields=[lookup])
        seen.add(at)
        above = org.records.get(record.object, at)
        at = above.fields.get(lookup) if above else None


def _check_subject(after: _Values) -> None:
    """A lead has no account: what a lead's activity is about has to stay empty (Task, WhatId)."""
    if str(after.get("WhoId") or "").startswith(_LEAD) and after.get("WhatId"):
        message = "field integrity exception: WhoId, WhatId (A lead's activity is about nothing)"
        raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields=["WhoId", "WhatId"])


def _check_times(after: _Values) -> None:
    """An event starts, and ends no earlier (Event, StartDateTime and EndDateTime)."""
    start = after.get("StartDateTime") or after.get("ActivityDateTime")
    if not start and not (after.get("IsAllDayEvent") and after.get("ActivityDate")):
        message = "Required fields are missing: [StartDateTime]"
        raise ApiError(400, "REQUIRED_FIELD_MISSING", message, fields=["StartDateTime"])
    end = after.get("EndDateTime")
    if start and end and end < start:
        message = "End Date/Time: an event cannot end before it starts"
        raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields=["EndDateTime"])


def _check_pair(org: Org, row: _Values) -> None:
    """A contact and an account have one relation (AccountContactRelation)."""
    pair = row.get("AccountId"), row.get("ContactId")
    for other in org.records.all("AccountContactRelation"):
        if (other.fields.get("AccountId"), other.fields.get("ContactId")) == pair:
            message = "There's already a relationship between this contact and this account"
            raise ApiError(400, "DUPLICATE_VALUE", message, fields=[])
