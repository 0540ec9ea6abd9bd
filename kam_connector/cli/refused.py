"""kam errors list | retry | drop."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table

__all__ = ["drop", "list_errors", "retry"]

_code = click.option("--code", help="Only errors with this code, e.g. KAM-3203.")
_ref = click.option("--ref", help="Only this record, by the CRM's id.")
_connection = click.argument("connection", required=False)


@command(
    "list", _connection, help="Show records that could not be read or written, with the reason."
)
def list_errors(session: Session, *, connection: str | None) -> Result:
    """List what waits for a person."""
    if connection is not None:
        session.app.names([connection])
    entries = session.app.store.quarantined(connection=connection)
    rows = [
        (
            one.code,
            one.connection,
            one.ref,
            one.field or "(record)",
            one.direction,
            one.first_seen.strftime("%Y-%m-%d") if one.first_seen else None,
            one.times,
            one.message,
        )
        for one in entries
    ]
    head = ("code", "connection", "record", "field", "while", "since", "times", "reason")
    return Result(data={"errors": entries}, lines=table(head, rows) or ["No errors."])


@command("retry", _connection, _code, _ref, help="Try refused records again at the next run.")
def retry(session: Session, *, connection: str | None, code: str | None, ref: str | None) -> Result:
    """Wake refused records."""
    from kam_connector.sync.errors import retry_errors  # noqa: PLC0415 - heavy

    context = session.app.context(session.app.one(connection), actor=session.actor)
    count = retry_errors(context, code=code, ref=ref)
    return Result(
        data={"retried": count}, lines=[f"{count} records will be tried at the next run."]
    )


@command("drop", _connection, _code, _ref, help="Give refused records up; a new value starts anew.")
def drop(session: Session, *, connection: str | None, code: str | None, ref: str | None) -> Result:
    """Give refused records up."""
    from kam_connector.sync.errors import drop_errors  # noqa: PLC0415 - heavy

    context = session.app.context(session.app.one(connection), actor=session.actor)
    count = drop_errors(context, code=code, ref=ref)
    return Result(data={"dropped": count}, lines=[f"{count} records given up."])
