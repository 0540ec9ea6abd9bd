"""Requests for help: what a customer asks of us after the sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request for help, a case or a ticket; its state comes from flags, never from labels."""

    id: str
    account_id: str | None
    contact_id: str | None = None
    """Who asked."""
    subject: str = ""
    status: str = ""
    priority: str | None = None
    closed: bool = False
    escalated: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    owner_id: str | None = None
    """A queue's id is nobody's."""
