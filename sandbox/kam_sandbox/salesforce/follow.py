"""What Salesforce writes by itself when a row is written: fields of the row, and other rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from kam_sandbox.records import Record
from kam_sandbox.salesforce.computed import CLOSED_TASK, COMPUTED
from kam_sandbox.salesforce.computed_selling import CLOSED_CASE
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.schema import ObjectDef

__all__ = ["Scribe", "changed_with", "follow"]

_Values = Mapping[str, Any]
_OF_BOUNCE = ("EmailBouncedDate", "EmailBouncedReason", "IsEmailBounced")
"""Cleared when the address changes."""
_OF_STAGE = ("Probability", "ForecastCategoryName")
"""Follow the stage unless they are written with it."""
_OF_PERSON = {
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Salutation": "Salutation",
    "PersonEmail": "Email",
    "PersonTitle": "Title",
    "PersonDepartment": "Department",
    "PersonMobilePhone": "MobilePhone",
    "Phone": "Phone",
    "OwnerId": "OwnerId",
}
"""Fields of a person account that are also its contact's."""


class Scribe(Protocol):
    """Writes rows that nobody asked for, and can take them back."""

    @property
    def org(self) -> Org:
        """The org written to."""

    def add(self, object_: str, values: _Values) -> Record:
        """Insert a row without checks."""

    def alter(self, record: Record, values: _Values) -> None:
        """Change a row without checks."""

    def drop(self, record: Record) -> None:
        """Delete a row without checks."""


def changed_with(object_: ObjectDef, row: _Values, before: _Values, now: str) -> dict[str, Any]:
    """Return the fields of the row itself that change with what is written.

    Args:
        object_: What the row is.
        row: What is written.
        before: The row as it stands; empty for a new one.
        now: The stamp of the write.
    """
    after: dict[str, Any] = {}

    def moves(field: str) -> bool:
        return bool(row.get(field, before.get(field)) != before.get(field))

    match object_.name:
        case "Task":
            after = _closes(row, before, "CompletedDateTime", CLOSED_TASK, now)
        case "Case":
            after = _closes(row, before, "ClosedDate", CLOSED_CASE, now)
        case "AccountPlanObjectiveMeasure" if moves("CurrentValue"):
            after = {"CurrentValueTimestamp": now}
        case "Contact" if moves("Email"):
            after = {name: None for name in _OF_BOUNCE if name not in row}
        case "Opportunity" if moves("StageName"):
            after = {name: None for name in _OF_STAGE if name not in row}
            after["LastStageChangeDate"] = now if before else None
    return after


def _closes(row: _Values, before: _Values, field: str, closed: str, now: str) -> dict[str, Any]:
    if "Status" not in row or (row["Status"] == closed) == (before.get("Status") == closed):
        return {}
    return {field: now if row["Status"] == closed else None}


def follow(scribe: Scribe, record: Record, before: _Values) -> None:
    """Write the other rows that change with *record*, which has just been written.

    Args:
        scribe: Writes them.
        record: The row as it stands now.
        before: The row as it stood; empty for a new one.
    """
    work = _FOLLOWERS.get(record.object)
    if work is not None:
        work(scribe, record, before)


def _after_role(scribe: Scribe, record: Record, before: _Values) -> None:
    """A new primary role takes the place of the one before it."""
    if not record.fields.get("IsPrimary") or before.get("IsPrimary"):
        return
    sale = record.fields.get("OpportunityId")
    for other in scribe.org.records.all(record.object):
        same = other is not record and other.fields.get("OpportunityId") == sale
        if same and other.fields.get("IsPrimary"):
            scribe.alter(other, {"IsPrimary": False})


def _after_line(scribe: Scribe, record: Record, _before: _Values) -> None:
    """An opportunity with products is worth their sum."""
    records, total_of = scribe.org.records, COMPUTED["OpportunityLineItem", "TotalPrice"]
    sale = records.get("Opportunity", record.fields.get("OpportunityId") or "")
    if sale is None:
        return
    lines = [r for r in records.all(record.object) if r.fields.get("OpportunityId") == sale.id]
    total = sum((Decimal(str(total_of(scribe.org.world, r) or 0)) for r in lines), Decimal())
    scribe.alter(sale, {"HasOpportunityLineItem": bool(lines), "Amount": total})


def _after_contact(scribe: Scribe, record: Record, before: _Values) -> None:
    """A contact's account is its direct relation, where relations exist.

    The relation with the account it leaves stays, as an indirect one: the default of "When
    users replace the primary account". A contact without account has no relations.
    """
    account = record.fields.get("AccountId")
    if not scribe.org.world.has("contacts_to_multiple_accounts") or account == before.get(
        "AccountId"
    ):
        return
    relation = "AccountContactRelation"
    mine = [r for r in scribe.org.records.all(relation) if r.fields.get("ContactId") == record.id]
    for row in mine:
        if not account:
            scribe.drop(row)
        elif row.fields.get("AccountId") in (account, before.get("AccountId")):
            scribe.alter(row, {})
    if account and all(row.fields.get("AccountId") != account for row in mine):
        scribe.add(relation, {"AccountId": account, "ContactId": record.id, "IsActive": True})


def _after_task(scribe: Scribe, record: Record, before: _Values) -> None:
    """Whom a task is with and what it is about are relation rows, with Shared Activities."""
    if not scribe.org.world.has("shared_activities"):
        return
    for lookup, is_what in (("WhoId", False), ("WhatId", True)):
        now, then = record.fields.get(lookup), before.get(lookup)
        if now == then:
            continue
        for row in list(scribe.org.records.all("TaskRelation")):
            if row.fields["TaskId"] == record.id and row.fields["RelationId"] == then:
                scribe.drop(row)
        if now:
            values = {"TaskId": record.id, "RelationId": now, "IsWhat": is_what}
            scribe.add("TaskRelation", values)


def _after_account(scribe: Scribe, record: Record, before: _Values) -> None:
    """A person account is an account and a contact in one."""
    if not scribe.org.world.has("person_accounts") or not record.fields.get("LastName"):
        return
    changed = {
        theirs: record.fields.get(ours)
        for ours, theirs in _OF_PERSON.items()
        if record.fields.get(ours) != before.get(ours)
    }
    contact = scribe.org.records.get("Contact", record.fields.get("PersonContactId") or "")
    if contact is not None:
        scribe.alter(contact, changed)
        return
    contact = scribe.add("Contact", {"AccountId": record.id, "IsPersonAccount": True} | changed)
    scribe.alter(record, {"PersonContactId": contact.id})


_FOLLOWERS: dict[str, Callable[[Scribe, Record, _Values], None]] = {
    "Account": _after_account,
    "Contact": _after_contact,
    "OpportunityContactRole": _after_role,
    "OpportunityLineItem": _after_line,
    "Task": _after_task,
}
