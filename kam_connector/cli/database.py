"""kam db upgrade | check."""

from __future__ import annotations

from kam_connector.cli.command import Result, Session, command
from kam_connector.errors import CheckFailed

__all__ = ["check", "upgrade"]


@command("upgrade", help="Bring the tables to this release. Make a backup first.")
def upgrade(session: Session) -> Result:
    """Migrate."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import upgrade as upgrade_store  # noqa: PLC0415 - heavy

    reached = upgrade_store(database_url(session.config))
    lines = [f"The database is of this release (revision {reached})."]
    return Result(data={"revision": reached}, lines=lines)


@command("check", help="Check that the tables are of this release and the file is sound.")
def check(session: Session) -> Result:
    """Check."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import check as check_store  # noqa: PLC0415 - heavy

    state = check_store(database_url(session.config))
    found = state.revision or "nothing yet"
    lines = [f"  revision  {found}, this program's is {state.expected}"]
    lines += [f"  damaged   {one}" for one in state.findings]
    error = None
    if not state.sound:
        hint = "Restore the last backup."
        error = CheckFailed("The database file is damaged.", code="KAM-6007", hint=hint)
    elif not state.current and state.revision is not None:
        hint = "Back it up, then  kam db upgrade ."
        error = CheckFailed("The database is of another release.", code="KAM-6002", hint=hint)
    return Result(data=state, lines=lines, error=error)
