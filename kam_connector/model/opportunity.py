"""Business in the making, and who takes part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kam_connector.model.money import Money

__all__ = ["Opportunity", "OpportunityRole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """An opportunity; its state comes from flags, never from labels."""

    id: str
    account_id: str | None
    name: str
    stage: str
    closed: bool
    won: bool
    amount: Money | None = None
    closes_on: date | None = None
    kind: str | None = None
    """``new``, ``upsell`` or ``renewal``."""
    owner_id: str | None = None
    created_at: datetime | None = None
    stage_changed_at: datetime | None = None
    home_connection: str = ""
    refs: tuple[tuple[str, str], ...] = ()
    contract_id: str | None = None
    """The contract it renews or came from."""
    record_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityRole:
    """A contact's part in one opportunity."""

    id: str
    opportunity_id: str | None
    contact_id: str | None
    role: str
    """A Profile value."""
