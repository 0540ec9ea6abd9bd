"""Values that go into CRM fields which people edit: only who may edit the field changes them.

We write with our own user's rights. Without this, who may not set a date in the CRM would set it
here, and we would carry it there for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.errors import AccessDenied
from kam_connector.model.plan import Action, Measure, Objective, Plan

__all__ = ["CARRIED", "must_carry"]

CARRIED: Mapping[type[Any], Mapping[str, str]] = {
    Action: {
        "contact_id": "task.contact",
        "due": "task.due",
        "owner_id": "task.owner",
        "reason": "task.reason",
        "severity": "task.severity",
        "state": "task.status",
        "title": "task.title",
    },
    Measure: {
        "current": "measure.current",
        "name": "measure.title",
        "target": "measure.target",
    },
    Objective: {
        "baseline": "objective.baseline",
        "due": "objective.due",
        "level": "objective.level",
        "metric": "objective.metric",
        "reason": "objective.reason",
        "status": "objective.status",
        "target": "objective.target",
        "title": "objective.title",
    },
    Plan: {"next_review": "plan.next_review", "status": "plan.status"},
}
"""By type: the path under which each attribute goes to a CRM."""


def must_carry(record: object, before: object | None, locked: frozenset[str]) -> None:
    """Refuse a change of what goes into a field that a person may not edit in the CRM.

    Args:
        record: As it is to be.
        before: As it is stored; None: it is new, and each of its values is a change.
        locked: Paths that they may not edit.

    Raises:
        AccessDenied: It changes one of them (KAM-7052).
    """
    for name, path in CARRIED.get(type(record), {}).items():
        if path in locked and (before is None or getattr(before, name) != getattr(record, name)):
            raise AccessDenied(
                f"{path} goes into a field of the CRM that you may not edit there.",
                code="KAM-7052",
                hint="Its permissions decide: kam access show  lists what you may not edit.",
            )
