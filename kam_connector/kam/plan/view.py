"""A whole account plan as values: facts and words by section, with how each stands.

The workbook, the deck, the one page, the commands and the kept versions are all made from a
`PlanPage`; none of them looks anything up by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.language import Language
from kam_connector.model.plan import Action, Objective, Plan
from kam_connector.model.plan_content import (
    PlanFrame,
    PlanSection,
    PlanVersion,
    SectionKind,
    SwotItem,
)
from kam_connector.model.programme import Maturity
from kam_connector.model.score import Contribution

__all__ = [
    "Attained",
    "AttainmentState",
    "FactLine",
    "PlanPage",
    "PlanQuality",
    "SectionView",
    "SmartCheck",
    "SmartLetter",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One fact, said in the page's language; nobody wrote it, so nobody has to keep it up."""

    group: str
    """The heading it stands under within its section; may be empty."""
    label: str
    value: str
    note: str = ""
    """What stands behind it in small print: a date, a reason, an owner."""
    on: date | None = None
    """The day it speaks of."""
    record_id: str | None = None
    """The record it was read from."""
    opinion: bool = False
    """Somebody's judgement of a person: never to be shown outside the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section: what the CRM and the layer say, and beside it what a person wrote."""

    kind: SectionKind
    title: str
    asked: bool
    """The method asks for it; else it is here because somebody wrote in it."""
    facts: tuple[FactLine, ...]
    words: tuple[PlanSection, ...]
    """People's own words with author and day, newest first; no run ever changes them."""
    missing: tuple[str, ...]
    """What is not there yet, in words."""
    completeness: int
    """Percent of what the section should hold."""
    freshness: int | None
    """0 to 100; 50: one half-life since somebody last read it. None: nothing to be fresh."""
    spoken_on: date | None
    """The day its newest words, or records of people's, were written or last read."""


class AttainmentState(StrEnum):
    """How an objective does against its pace."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """How far one objective has got, and how far it should be by now."""

    objective: Objective
    state: AttainmentState
    progress: int | None
    """Percent of the way from start to target; None: not known."""
    expected: int | None
    """Percent of its time that has passed; None: judged, not counted."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartLetter:
    """One of the five questions, answered."""

    name: str
    """specific, measurable, achievable, relevant, time-bound; in the page's language."""
    met: bool
    reason: str
    hint: str
    """What to do about it; empty when met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartCheck:
    """Whether an objective is one that can be reached and checked (S2.22)."""

    objective: Objective
    letters: tuple[SmartLetter, ...]

    @property
    def is_smart(self) -> bool:
        """Whether all five are met."""
        return all(letter.met for letter in self.letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuality:
    """How good the plan itself is, apart from how well the account does (S1.30)."""

    value: Decimal | None
    """0-100, one decimal, the ledger's sum; None below half of the weight known."""
    ledger: tuple[Contribution, ...]
    data_coverage: Decimal
    """Share of the weight that could be judged, 0 to 1."""
    rule_version: str = "plan-quality-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan of one key account, whole, in one language, as of one day."""

    account_id: str
    account: str
    as_of: date
    facts_on: date
    """The day of the run that the facts are from."""
    language: Language
    maturity: Maturity
    plan: Plan | None
    frame: PlanFrame | None
    sections: tuple[SectionView, ...]
    completeness: int
    """Percent, over the sections asked for."""
    freshness: int
    quality: PlanQuality
    objectives: tuple[Attained, ...]
    smart: tuple[SmartCheck, ...]
    """Of open objectives."""
    results: str
    """In one sentence: does the plan bring results (S1.22)."""
    unanswered: tuple[SwotItem, ...]
    """Weaknesses and threats that no objective answers."""
    overdue: tuple[Action, ...]
    versions: tuple[PlanVersion, ...]
    """Newest first."""
    next_steps: tuple[str, ...]
    """What would help the plan most, first things first."""

    @property
    def approved(self) -> PlanVersion | None:
        """The version that holds."""
        return _in_state(self.versions, "approved")

    @property
    def waiting(self) -> PlanVersion | None:
        """The version that waits for somebody's decision."""
        return _in_state(self.versions, "in_review")

    def section(self, kind: SectionKind) -> SectionView | None:
        """Return one section; None when it is neither asked for nor written in."""
        return next((one for one in self.sections if one.kind is kind), None)


def _in_state(versions: Sequence[PlanVersion], state: str) -> PlanVersion | None:
    return next((one for one in versions if one.state.value == state), None)
