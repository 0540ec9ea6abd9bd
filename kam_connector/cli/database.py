"""kam db upgrade | check."""

from __future__ import annotations

from kam_connector.cli.command import Result, Session, command

__all__ = ["check", "upgrade"]


@command("upgrade", help="Bring the tables to this release. Make a backup first.")
def upgrade(session: Session) -> Result:
    """Migrate."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import upgrade as upgrade_store  # noqa: PLC0415 - heavy

    upgrade_store(database_url(session.config))
    return Result(data={"upgraded": True}, lines=["The database is of this release."])


@command("check", help="Check that the tables are of this release and the file is sound.")
def check(session: Session) -> Result:
    """Check."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import check as check_store  # noqa: PLC0415 - heavy

    check_store(database_url(session.config))
    return Result(data={"sound": True}, lines=["The database is sound and of this release."])
