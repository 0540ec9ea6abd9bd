"""What our people say of the customer's people, in neutral words, and of who moves whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kam_connector.model.account_team import RelationshipLevel
from kam_connector.model.contact import Profile
from kam_connector.model.judgement import Judged

__all__ = [
    "Access",
    "DecisionStyle",
    "EdgeKind",
    "PeopleEdge",
    "ProfilePath",
    "Seniority",
    "Stakeholder",
    "Support",
]


class Support(StrEnum):
    """How somebody stands to us, in words fit for that person's own eyes, warmest first."""

    PROMOTER = "promoter"
    FAVOURABLE = "favourable"
    NEUTRAL = "neutral"
    RESERVED = "reserved"
    OPPOSED = "opposed"


class Access(StrEnum):
    """How we reach somebody."""

    NONE = "none"
    VIA_OTHER = "via_other"
    DIRECT = "direct"
    FREQUENT = "frequent"


class DecisionStyle(StrEnum):
    """What somebody weighs first."""

    FINANCIAL = "financial"
    TECHNICAL = "technical"
    RELATIONSHIP = "relationship"
    BUSINESS = "business"


class Seniority(StrEnum):
    """How high somebody stands, as their title says."""

    C_LEVEL = "c_level"
    VP = "vp"
    DIRECTOR = "director"
    MANAGER = "manager"
    INDIVIDUAL = "individual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakeholder(Judged):
    """One judgement of one contact: the three axes of S2.21, profile and needs."""

    id: str
    account_id: str
    contact_id: str
    profile: Profile | None = None
    influence: int | None = None
    """1 to 5."""
    support: Support | None = None
    engagement: int | None = None
    """1 to 5."""
    access: Access | None = None
    decides_by: DecisionStyle | None = None
    needs: str | None = None
    desired: RelationshipLevel | None = None


class EdgeKind(StrEnum):
    """What ties two of the customer's people."""

    REPORTS_TO = "reports_to"
    DOTTED_LINE = "dotted_line"
    INFLUENCES = "influences"
    TRUSTS = "trusts"
    CONFLICTS = "conflicts"
    MENTORS = "mentors"
    ALUMNI = "alumni"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEdge(Judged):
    """A dated tie between two contacts, beside or instead of the CRM's reports-to."""

    id: str
    account_id: str
    from_contact_id: str
    """For ``reports_to`` and ``dotted_line`` the one below."""
    to_contact_id: str
    kind: EdgeKind
    strength: int = 3
    """1 to 5."""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePath:
    """What people of one profile need from us, and how often (S2.15-S2.19)."""

    id: str
    profile: Profile
    needs: str
    proofs: str | None = None
    """What convinces them."""
    channels: tuple[str, ...] = ()
    cadence_days: int | None = None
