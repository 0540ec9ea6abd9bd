"""kam signal list."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.model.signal import Severity

__all__ = ["list_signals"]

_LOUDEST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@command(
    "list",
    click.argument("account", required=False),
    help="Show open signals, the gravest first.",
)
def list_signals(session: Session, *, account: str | None) -> Result:
    """List signals."""
    store = session.app.store
    account_id = find_account(store, account).id if account else None
    names = {one.id: one.name for one in store.accounts()}
    found = sorted(
        store.signals(account_id=account_id),
        key=lambda one: (_LOUDEST_FIRST.index(one.severity), names.get(one.account_id, "")),
    )
    rows = [
        (one.severity.value, names.get(one.account_id, one.account_id), one.summary, one.first_seen)
        for one in found
    ]
    lines = table(("severity", "account", "signal", "since"), rows)
    return Result(data={"signals": found}, lines=lines or ["No open signal."])
