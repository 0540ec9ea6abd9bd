"""kam plan show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.model.plan import Measure, MeasureType, Objective

__all__ = ["show"]


@command("show", click.argument("account"), help="Show an account's plan: objectives and actions.")
def show(session: Session, *, account: str) -> Result:
    """Show one plan."""
    store = session.app.store
    found = find_account(store, account)
    plan = store.plan(found.id)
    people = {one.id: one.name for one in store.users()}
    actions = sorted(
        (one for one in store.actions() if one.account_id == found.id), key=lambda one: one.due
    )
    objectives = sorted(
        store.objectives(account_id=found.id), key=lambda one: (one.due, one.title, one.id)
    )
    measures = store.measures(account_id=found.id)
    status = plan.status.value if plan else "none"
    review = plan.next_review if plan and plan.next_review else "–"
    lines = [found.name, f"  plan {status}   next review {review}"]
    lines += _objective_lines(objectives, measures)
    rows = [
        (one.state.value, one.due, people.get(one.owner_id or "", "nobody"), one.title, one.reason)
        for one in actions
    ]
    lines += table(("state", "due", "owner", "action", "because"), rows) or ["  No actions."]
    data = {
        "account": found,
        "plan": plan,
        "objectives": objectives,
        "measures": measures,
        "actions": actions,
    }
    return Result(data=data, lines=lines)


def _objective_lines(objectives: Sequence[Objective], measures: Sequence[Measure]) -> list[str]:
    measured = {one.objective_id: one for one in measures}
    rows = [
        (
            one.status.value,
            one.due,
            one.title,
            _number(one.baseline, measured.get(one.id)),
            _number(measured[one.id].current, measured[one.id]) if one.id in measured else "–",
            _number(one.target, measured.get(one.id)),
            one.reason,
        )
        for one in objectives
    ]
    head = ("state", "due", "objective", "start", "now", "target", "because")
    return table(head, rows) or ["  No objectives."]


def _number(value: Decimal | None, measure: Measure | None) -> str:
    if value is None:
        return "unknown"
    unit = " %" if measure and measure.value_type is MeasureType.PERCENT else ""
    return f"{value.normalize():f}{unit}"
