"""The values of a chart: seats, ties between them, circles, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kam_connector.kam.chart.titles import TitleReading
from kam_connector.kam.people import Departure
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.judgement import Evidence
from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import EdgeKind, Seniority

__all__ = ["Basis", "Chart", "Gap", "GapKind", "Overlay", "Seat"]


class Basis(StrEnum):
    """Why somebody stands below somebody."""

    TOLD = "told"
    """A person of ours says so; it stands before the CRM."""
    CRM = "crm"
    NONE = "none"
    """No manager is known, or the circle was cut here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place on the chart and who holds it."""

    contact: Contact
    """With the title of the day."""
    level: int
    """0 at the top."""
    parent_id: str | None
    """The contact id of the seat above."""
    basis: Basis
    evidence: Evidence | None = None
    """Of what was told."""
    told_by: str | None = None
    crm_parent_id: str | None = None
    """Whom the CRM names, where a person says otherwise."""
    reading: TitleReading
    profiles: frozenset[Profile] = frozenset()
    vacant: bool = False
    """Its holder has left and people still report here."""
    visiting: bool = False
    """Works at another account and is tied to this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A tie beside the lines of the chart, in force on the day."""

    kind: EdgeKind
    from_id: str
    to_id: str
    strength: int
    evidence: Evidence
    asserted_by: str


class GapKind(StrEnum):
    """What is missing on a chart."""

    NO_MANAGER = "no_manager"
    MANAGER_LEFT = "manager_left"
    MANAGER_UNKNOWN = "manager_unknown"
    EMPTY_SEAT = "empty_seat"
    NOBODY_IN_FUNCTION = "nobody_in_function"
    NOBODY_IN_DEPARTMENT = "nobody_in_department"
    NOBODY_AT_LEVEL = "nobody_at_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that nobody knows, or that nobody fills."""

    kind: GapKind
    contact_id: str | None = None
    """Whom it is about: who has no manager, or whose seat is empty."""
    other_id: str | None = None
    """The manager who left or is not known here."""
    function: Function | None = None
    level: Seniority | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Who reports to whom at one account on one day."""

    account_id: str
    account: str
    as_of: date
    seats: tuple[Seat, ...]
    """Top down, branch by branch; siblings by rank, then by name."""
    overlays: tuple[Overlay, ...] = ()
    circles: tuple[tuple[str, ...], ...] = ()
    """People who report to each other in a ring, begun with the one where it was cut."""
    gaps: tuple[Gap, ...] = ()
    departed: Mapping[str, Departure]
    """Who is gone, by contact."""
    names: Mapping[str, str]
    """Of everybody the chart speaks of, those who left included."""

    @property
    def by_id(self) -> dict[str, Seat]:
        """The seats by contact."""
        return {seat.contact.id: seat for seat in self.seats}

    @property
    def people(self) -> int:
        """How many are there: empty seats are not counted."""
        return sum(not seat.vacant for seat in self.seats)
