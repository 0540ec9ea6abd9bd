"""The customer's people, and where they sit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["Affiliation", "Contact", "Position", "Profile"]


class Profile(StrEnum):
    """Stakeholder profiles of the articles (S2.15-S2.18), in neutral words."""

    ECONOMIC_DECIDER = "economic_decider"
    INTERNAL_SPONSOR = "internal_sponsor"
    OPERATIONAL_USER = "operational_user"
    TECHNICAL_INFLUENCER = "technical_influencer"
    LEGAL = "legal"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at a customer."""

    id: str
    account_id: str | None
    name: str
    email: str | None = None
    title: str | None = None
    department: str | None = None
    manager_id: str | None = None
    roles: tuple[str, ...] = ()
    """Profile values, from buying roles, opportunity roles or a person's word."""
    created_at: datetime | None = None
    """When the CRM first knew them."""
    bounced_at: datetime | None = None
    """When mail to them came back, a cue that they left."""
    left_at: datetime | None = None
    """When they left, if the CRM or a person says so."""
    deleted_at: datetime | None = None
    """When the CRM's record of them was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A person's job at an account over a span of time, for the chart as of any day."""

    contact_id: str
    account_id: str | None
    title: str | None
    manager_id: str | None
    from_on: date | None
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """A person's tie to an account, beside or instead of the one they work at."""

    id: str
    account_id: str | None
    contact_id: str | None
    direct: bool = False
    """The account they work at, which the contact names too."""
    active: bool = True
    roles: tuple[str, ...] = ()
    """Profile values that hold at this account."""
    starts_on: date | None = None
    ends_on: date | None = None
    """Its last day."""

    def holds_on(self, day: date) -> bool:
        """Whether the person belongs to the account on this day."""
        begun = self.starts_on is None or self.starts_on <= day
        return self.active and begun and (self.ends_on is None or day <= self.ends_on)
