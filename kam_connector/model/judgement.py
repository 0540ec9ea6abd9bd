"""What a person says of something, and how long it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Evidence", "Judged"]


class Evidence(StrEnum):
    """How sure somebody is."""

    ASSUMED = "assumed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A statement with its author: typed judgements decay, so each has a day and an end."""

    asserted_by: str
    """Our user's id, or a name where the person is no user."""
    asserted_on: date
    evidence: Evidence = Evidence.ASSUMED
    expires_on: date | None = None
    """Its last day; None: until somebody says otherwise."""

    def holds_on(self, day: date) -> bool:
        """Whether the judgement counts on this day."""
        return self.asserted_on <= day and (self.expires_on is None or day <= self.expires_on)
