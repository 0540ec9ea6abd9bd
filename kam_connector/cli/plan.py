"""kam plan show."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table

__all__ = ["show"]


@command("show", click.argument("account"), help="Show an account's plan and its actions.")
def show(session: Session, *, account: str) -> Result:
    """Show one plan."""
    store = session.app.store
    found = find_account(store, account)
    plan = store.plan(found.id)
    people = {one.id: one.name for one in store.users()}
    actions = sorted(
        (one for one in store.actions() if one.account_id == found.id), key=lambda one: one.due
    )
    status = plan.status.value if plan else "none"
    review = plan.next_review if plan and plan.next_review else "–"
    lines = [found.name, f"  plan {status}   next review {review}"]
    rows = [
        (one.state.value, one.due, people.get(one.owner_id or "", "nobody"), one.title, one.reason)
        for one in actions
    ]
    lines += table(("state", "due", "owner", "action", "because"), rows) or ["  No actions."]
    return Result(data={"account": found, "plan": plan, "actions": actions}, lines=lines)
