"""How long what is kept is kept: classes, and the days of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["Purged", "RetentionClass", "RetentionDays"]


class RetentionClass(StrEnum):
    """Why a table's rows are kept, which says for how long."""

    WORKING = "working"
    """What the CRM has and people said of it: until some time after it was deleted there."""
    STATE = "state"
    """Where the installation stands: one row a thing, replaced in place; it never grows old."""
    DERIVED = "derived"
    """What every night computes anew."""
    HISTORY = "history"
    """How things were: scores, figures, signals that ended, who changed what."""
    LEDGER = "ledger"
    """That a run was, and how it ended; what could not be read or written."""
    JOURNAL = "journal"
    """Values from before our writing, previews, and what waited to be sent: what undo needs."""
    AUDIT = "audit"
    """Who did what."""
    SECURITY = "security"
    """Signatures heard, rights asked for: worthless after minutes or hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDays:
    """Days of each class (``[retention]``); the defaults are our choice, docs/audit.md says why."""

    journal: int = 30
    """Trust's own figure for an undo journal: a month covers a month's end and a holiday."""
    ledger: int = 400
    """Thirteen months: this quarter beside the same one a year ago."""
    history: int = 1095
    """Three years: the longest plan's horizon; figures compare with a year ago, so never less
    than 14 months."""
    audit: int = 1825
    """Five years: longer than any dispute about a contract we know of goes back."""
    deleted: int = 180
    """Twice the 90 days in which HubSpot can restore a record (Salesforce: 15)."""

    def cutoff(self, kept: RetentionClass, now: datetime) -> datetime | None:
        """Return the moment before which a class's rows are too old; None: they never are."""
        ages = {
            RetentionClass.WORKING: timedelta(days=self.deleted),
            RetentionClass.DERIVED: timedelta(days=self.history),
            RetentionClass.HISTORY: timedelta(days=self.history),
            RetentionClass.LEDGER: timedelta(days=self.ledger),
            RetentionClass.JOURNAL: timedelta(days=self.journal),
            RetentionClass.AUDIT: timedelta(days=self.audit),
            RetentionClass.SECURITY: timedelta(days=1),
        }
        return now - ages[kept] if kept in ages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a retention run removed, or would."""

    rows: dict[str, int] = field(default_factory=dict)
    """By table, those with any."""
    left: int = 0
    """Deleted people and accounts that the next run takes: each is searched for in all texts."""
    shrunk: bool = False
    """The file was written anew and gave its room back."""
