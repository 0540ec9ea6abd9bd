"""What binds a customer and us for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kam_connector.model.money import Money

__all__ = ["Contract"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract of the CRM."""

    id: str
    account_id: str | None
    number: str = ""
    status: str = ""
    active: bool | None = None
    """In force; None: the CRM does not say."""
    starts_on: date | None = None
    ends_on: date | None = None
    """Its last day."""
    notice_days: int | None = None
    """Days before the end on which it must be said how it goes on."""
    value: Money | None = None
    owner_id: str | None = None

    @property
    def decision_on(self) -> date | None:
        """The day by which it is decided how it goes on: its end, less the notice."""
        if self.ends_on is None:
            return None
        return self.ends_on - timedelta(days=max(0, self.notice_days or 0))
