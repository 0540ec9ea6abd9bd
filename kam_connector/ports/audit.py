"""The part of the store that remembers who did what, and cannot be made to forget it unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kam_connector.model.audit import Anchor, AuditCheck, AuditEntry, LoggedEntry

__all__ = ["Audits"]


class Audits(Protocol):
    """The audit log: append-only, hash-chained."""

    def audit(self, *entries: AuditEntry) -> None:
        """Add entries in the transaction of ``unit``, or in one of their own.

        They are numbered and chained at its very end, so that nobody waits for the log longer
        than a commit takes; if it fails, neither deed nor entry is kept.
        """

    def audit_log(
        self,
        *,
        run_id: str | None = None,
        account_id: str | None = None,
        since: datetime | None = None,
        by: str | None = None,
        act: str | None = None,
        limit: int = 100,
    ) -> list[LoggedEntry]:
        """Return entries, newest first.

        Args:
            run_id: Only of this run.
            account_id: Only of this account: its own record, and its people, business, plans
                and tasks.
            since: Only from this moment on.
            by: Only what this person asked for; empty: the schedule.
            act: Only deeds of this kind (``model.audit.Act``).
            limit: At most so many.
        """

    def verify_audit(self, anchors: Sequence[Anchor] = ()) -> AuditCheck:
        """Recompute the whole chain; compare it with anchors that were kept elsewhere."""
