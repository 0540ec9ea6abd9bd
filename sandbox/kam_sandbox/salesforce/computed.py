"""Fields that Salesforce works out itself, from the record or from its relatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.computed_selling import SELLING
from kam_sandbox.state import World

__all__ = ["CLOSED_TASK", "COMPUTED", "STAGES", "TASK_STATUSES", "Stage", "is_archived"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One opportunity stage of a standard org."""

    label: str
    probability: int
    category: str
    category_name: str
    closed: bool = False
    won: bool = False


STAGES = (
    Stage("Prospecting", 10, "Pipeline", "Pipeline"),
    Stage("Qualification", 10, "Pipeline", "Pipeline"),
    Stage("Needs Analysis", 20, "Pipeline", "Pipeline"),
    Stage("Value Proposition", 50, "Pipeline", "Pipeline"),
    Stage("Id. Decision Makers", 60, "Pipeline", "Pipeline"),
    Stage("Perception Analysis", 70, "Pipeline", "Pipeline"),
    Stage("Proposal/Price Quote", 75, "Pipeline", "Pipeline"),
    Stage("Negotiation/Review", 90, "Pipeline", "Pipeline"),
    Stage("Closed Won", 100, "Closed", "Closed", closed=True, won=True),
    Stage("Closed Lost", 0, "Omitted", "Omitted", closed=True),
)
"""The stages and probabilities of a new org."""

_BY_LABEL = {stage.label: stage for stage in STAGES}
_UNKNOWN = Stage("", 0, "Pipeline", "Pipeline")

CLOSED_TASK = "Completed"
"""The one status of a new org that means closed (TaskStatus.IsClosed)."""

TASK_STATUSES = ("Not Started", "In Progress", CLOSED_TASK, "Waiting on someone else", "Deferred")

_ARCHIVED_AFTER_DAYS = 365
"""Closed activities this old leave ``query`` and stay in ``queryAll`` (queryAll's page)."""


def is_archived(world: World, record: Record) -> bool:
    """Tell whether a task or event is old enough to have been archived."""
    if record.object == "Task" and record.fields.get("Status") != CLOSED_TASK:
        return False
    if record.object not in ("Task", "Event"):
        return False
    due = _activity_date(world, record) or record.created_at.date().isoformat()
    limit = world.clock.now().date() - timedelta(days=_ARCHIVED_AFTER_DAYS)
    return str(due) < limit.isoformat()


def _activity_date(_world: World, record: Record) -> str | None:
    due = record.fields.get("ActivityDate")
    if due or record.object == "Task":
        return due or None
    start = record.fields.get("StartDateTime") or record.fields.get("ActivityDateTime")
    return start[:10] if start else None


def _is_assigned(world: World, record: Record) -> bool:
    ends = record.fields.get("ExpirationDate")
    return ends is None or str(ends) > world.clock.now().isoformat()


def _full_name(_world: World, record: Record) -> str | None:
    parts = [record.fields.get("FirstName"), record.fields.get("LastName")]
    name = " ".join(part for part in parts if part)
    return name or record.fields.get("Name")


def _stage(record: Record) -> Stage:
    return _BY_LABEL.get(record.fields.get("StageName") or "", _UNKNOWN)


def _probability(_world: World, record: Record) -> Any:
    given = record.fields.get("Probability")
    return _stage(record).probability if given is None else given


def _expected(world: World, record: Record) -> Decimal | None:
    amount = record.fields.get("Amount")
    if amount is None:
        return None
    share = Decimal(str(_probability(world, record))) / 100
    return (Decimal(str(amount)) * share).quantize(Decimal("0.01"))


def _closes(record: Record) -> date | None:
    day = record.fields.get("CloseDate")
    return date.fromisoformat(day) if day else None


def _fiscal_year(_world: World, record: Record) -> int | None:
    day = _closes(record)
    return day.year if day else None


def _fiscal_quarter(_world: World, record: Record) -> int | None:
    day = _closes(record)
    return (day.month + 2) // 3 if day else None


def _fiscal(_world: World, record: Record) -> str | None:
    day = _closes(record)
    return f"{day.year} {(day.month + 2) // 3}" if day else None


def _activity_account(world: World, record: Record) -> str | None:
    """An activity's account: of what it is about, else of whom it is with."""
    what = record.fields.get("WhatId") or ""
    if what.startswith("001"):
        return str(what)
    found = (world.salesforce.get(name, what) for name in ("Opportunity", "Contract", "Case"))
    owner = next((record for record in found if record is not None), None)
    if owner is None:
        owner = world.salesforce.get("Contact", record.fields.get("WhoId") or "")
    return owner.fields.get("AccountId") if owner else None


def _end_of_event(_world: World, record: Record) -> str | None:
    end = record.fields.get("EndDateTime")
    start = record.fields.get("StartDateTime")
    minutes = record.fields.get("DurationInMinutes")
    if end or not start or minutes is None:
        return end or None
    at = datetime.fromisoformat(start) + timedelta(minutes=int(minutes))
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _duration(_world: World, record: Record) -> int | None:
    given = record.fields.get("DurationInMinutes")
    start, end = record.fields.get("StartDateTime"), record.fields.get("EndDateTime")
    if given is not None or not (start and end):
        return given
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return int(seconds // 60)


def _relation_object(_world: World, record: Record) -> str | None:
    kinds = {"003": "Contact", "00Q": "Lead", "005": "User"}
    return kinds.get((record.fields.get("RelationId") or "")[:3])


def _relation_account(world: World, record: Record) -> str | None:
    """The account of the task that the row belongs to."""
    task = world.salesforce.get("Task", record.fields.get("TaskId") or "")
    return _activity_account(world, task) if task else None


_Work = Callable[[World, Record], Any]

COMPUTED: dict[tuple[str, str], _Work] = {
    **SELLING,
    ("Contact", "Name"): _full_name,
    ("User", "Name"): _full_name,
    ("Contact", "IsEmailBounced"): lambda _world, record: bool(
        record.fields.get("EmailBouncedDate") or record.fields.get("IsEmailBounced")
    ),
    ("Opportunity", "IsClosed"): lambda _world, record: _stage(record).closed,
    ("Opportunity", "IsWon"): lambda _world, record: _stage(record).won,
    ("Opportunity", "Probability"): _probability,
    ("Opportunity", "ExpectedRevenue"): _expected,
    ("Opportunity", "ForecastCategory"): lambda _world, record: _stage(record).category,
    ("Opportunity", "ForecastCategoryName"): lambda _world, record: (
        record.fields.get("ForecastCategoryName") or _stage(record).category_name
    ),
    ("Opportunity", "FiscalYear"): _fiscal_year,
    ("Opportunity", "FiscalQuarter"): _fiscal_quarter,
    ("Opportunity", "Fiscal"): _fiscal,
    ("Task", "AccountId"): _activity_account,
    ("Task", "IsArchived"): is_archived,
    ("Task", "IsClosed"): lambda _world, record: record.fields.get("Status") == CLOSED_TASK,
    ("Task", "IsHighPriority"): lambda _world, record: record.fields.get("Priority") == "High",
    ("Task", "TaskSubtype"): lambda _world, record: record.fields.get("TaskSubtype") or "Task",
    ("Event", "AccountId"): _activity_account,
    ("Event", "ActivityDate"): _activity_date,
    ("Event", "ActivityDateTime"): lambda _world, record: (
        record.fields.get("ActivityDateTime") or record.fields.get("StartDateTime")
    ),
    ("Event", "DurationInMinutes"): _duration,
    ("Event", "EndDateTime"): _end_of_event,
    ("Event", "EventSubtype"): lambda _world, record: record.fields.get("EventSubtype") or "Event",
    ("Event", "IsArchived"): is_archived,
    ("EmailMessageRelation", "RelationObjectType"): _relation_object,
    ("PermissionSetAssignment", "IsActive"): _is_assigned,
    ("Lead", "Name"): _full_name,
    ("TaskRelation", "AccountId"): _relation_account,
}
