"""Once a night: let go of what is older than its class."""

from __future__ import annotations

from datetime import date

import structlog

from kam_connector.bootstrap import App
from kam_connector.model.audit import Act
from kam_connector.model.retention import Purged

__all__ = ["JOB", "is_done", "run"]

JOB = "retention"

log = structlog.get_logger()


def is_done(app: App, night: date) -> bool:
    """Say whether the audit log tells of a retention run of this night or a later one."""
    latest = app.store.audit_log(act=Act.PURGED, limit=1)
    zone = app.config.schedule.zone
    return bool(latest) and latest[0].at.astimezone(zone).date() >= night


def run(app: App, *, by: str = "") -> Purged:
    """Remove what is older than ``[retention]`` allows; running it twice removes nothing more.

    Raises:
        StorageError: The database is busy or cannot be written; the next attempt takes all.
    """
    purged = app.store.retire(app.config.retention.days(), by=by)
    log.info("retention_ended", rows=sum(purged.rows.values()), left=purged.left)
    return purged
