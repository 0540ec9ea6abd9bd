"""What a guarantee rests on in the CRM itself: what to try there, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Asked", "Outcome", "Trial"]


class Outcome(StrEnum):
    """What a trial says about a promise of ours."""

    HOLDS = "holds"
    WEAKER = "weaker"
    """The promise is kept by another, slower or later way; the trial says which."""
    FAILS = "fails"
    UNTRIED = "untried"
    """There was nothing to try it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One object of the mapping, as far as a trial needs to know it."""

    object: str
    fields: tuple[str, ...] = ()
    """Fields that the mapping writes; none: it is only read."""
    key: str = ""
    """Our key, where the mapping makes records of this object; else empty."""
    is_task: bool = False
    """The records that it makes are tasks of people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing that was tried."""

    name: str
    outcome: Outcome
    said: str
    """What was found; never a value of a customer's."""
    touched: str = "nothing"
    """What was sent to the CRM beside reads, and what stays of it."""
    code: str | None = None
    hint: str = ""
