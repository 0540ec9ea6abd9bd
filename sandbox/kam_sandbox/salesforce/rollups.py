"""Roll-ups and formulas: values that change without their record's SystemModstamp moving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.activity_dates import last_activity
from kam_sandbox.salesforce.computed import CLOSED_TASK, COMPUTED
from kam_sandbox.state import World

__all__ = ["FORMULAS", "rolled_up"]

FORMULAS = {"Days_As_Customer__c": "TODAY() - DATEVALUE(CreatedDate)"}
"""The text of each formula, as describe tells it; a roll-up has none."""

_Reader = Callable[[Record], Any]


def rolled_up(world: World, object_: str, field: str) -> _Reader | None:
    """Return the reader of a roll-up or formula, or None when the field is neither.

    A roll-up reads its children once, when it is first asked.
    """
    if field == "LastActivityDate":
        return last_activity(world)
    factory = _FACTORIES.get((object_, field))
    return factory(world) if factory else None


def _open_pipeline(world: World) -> _Reader:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    is_read = False

    def read(record: Record) -> Decimal:
        nonlocal is_read
        if not is_read:
            is_read = True
            is_closed = COMPUTED["Opportunity", "IsClosed"]
            for sale in world.salesforce.all("Opportunity"):
                if not is_closed(world, sale):
                    amount = Decimal(str(sale.fields.get("Amount") or 0))
                    sums[sale.fields.get("AccountId") or ""] += amount
        return sums.get(record.id, Decimal(0))

    return read


def _days_as_customer(world: World) -> _Reader:
    today = world.clock.now().date()
    return lambda record: Decimal((today - record.created_at.date()).days)


def _open_tasks(*, overdue: bool) -> Callable[[World], _Reader]:
    """Return the factory of "has an open task", or an overdue one, about the record."""

    def factory(world: World) -> _Reader:
        today = world.clock.now().date().isoformat()
        about: set[str] = set()
        is_read = False

        def read(record: Record) -> bool:
            nonlocal is_read
            if not is_read:
                is_read = True
                for task in world.salesforce.all("Task"):
                    late = (task.fields.get("ActivityDate") or today) < today
                    if task.fields.get("Status") != CLOSED_TASK and (late or not overdue):
                        about.add(task.fields.get("WhatId") or "")
            return record.id in about

        return read

    return factory


_FACTORIES: dict[tuple[str, str], Callable[[World], _Reader]] = {
    ("Account", "Open_Pipeline__c"): _open_pipeline,
    ("Account", "Days_As_Customer__c"): _days_as_customer,
    ("Opportunity", "HasOpenActivity"): _open_tasks(overdue=False),
    ("Opportunity", "HasOverdueTask"): _open_tasks(overdue=True),
}
