"""How much method a programme carries: what starter, standard and advanced switch on (S1.14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kam_connector.kam.programme.page import programme_of
from kam_connector.kam.settings.plan import PlanSettings, asked_sections
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import SectionKind
from kam_connector.model.programme import Maturity, RitualKind

__all__ = ["METHODS", "MethodProfile", "asked_method", "method_in_force"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodProfile:
    """What one degree of maturity asks for; what it leaves out is neither asked nor missed."""

    maturity: Maturity
    sections: tuple[SectionKind, ...]
    """Sections of a plan, in the order in which they are read."""
    signals: frozenset[str] | None
    """Kinds of signals that are told; None: all but *silent* ones."""
    silent: frozenset[str] = frozenset()
    """Kinds that are not told although all others are."""
    checks: tuple[str, ...]
    """Checks of `kam programme check` and `kam team check` that count."""
    rituals: tuple[RitualKind, ...]

    def asks_section(self, kind: SectionKind) -> bool:
        """Whether a plan wants this section."""
        return kind in self.sections

    def asks_signal(self, kind: str) -> bool:
        """Whether signals of this kind are told."""
        return kind not in self.silent if self.signals is None else kind in self.signals

    def asks_check(self, key: str) -> bool:
        """Whether this check counts."""
        return key in self.checks


_STARTER_CHECKS = ("accounts_per_kam", "objectives_per_plan", "account_cap", "contact_covered")
_STANDARD_CHECKS = (
    *_STARTER_CHECKS,
    "actions_per_plan",
    "horizon_mix",
    "ritual_hours",
    "empty_sections",
    "time_share",
    "time_agreed",
    "team_size",
    "executive_pair",
)
_ADVANCED_CHECKS = (
    *_STANDARD_CHECKS,
    "training_spread",
    "raci",
    "internal_promises",
    "team_pulse",
    "local_kam",
    "outside_the_kam",
)
METHODS: Mapping[Maturity, MethodProfile] = {
    Maturity.STARTER: MethodProfile(
        maturity=Maturity.STARTER,
        sections=asked_sections(Maturity.STARTER, PlanSettings()),
        signals=frozenset({"contact_left", "champion_silent", "renewal_window"}),
        checks=_STARTER_CHECKS,
        rituals=(RitualKind.ACCOUNT_REVIEW, RitualKind.PROGRAMME_REVIEW),
    ),
    Maturity.STANDARD: MethodProfile(
        maturity=Maturity.STANDARD,
        sections=asked_sections(Maturity.STANDARD, PlanSettings()),
        signals=None,
        silent=frozenset({"intent_signal", "weak_signal", "declared_observed_gap"}),
        checks=_STANDARD_CHECKS,
        rituals=(
            RitualKind.ACCOUNT_REVIEW,
            RitualKind.PROGRAMME_REVIEW,
            RitualKind.PORTFOLIO_REVIEW,
            RitualKind.TEAM_MEETING,
            RitualKind.EXECUTIVE_REVIEW,
        ),
    ),
    Maturity.ADVANCED: MethodProfile(
        maturity=Maturity.ADVANCED,
        sections=asked_sections(Maturity.ADVANCED, PlanSettings()),
        signals=None,
        checks=_ADVANCED_CHECKS,
        rituals=tuple(kind for kind in RitualKind if kind is not RitualKind.OTHER),
    ),
}
"""Four sections and three signals to start with (docs/programme.md). Which signals: our choice,
the three things that lose accounts without notice: somebody left, the sponsor fell silent, the
contract ends. Which sections: the plan's room says."""


def asked_method(maturity: Maturity) -> MethodProfile:
    """Return what one degree of maturity asks for."""
    return METHODS[maturity]


def method_in_force(kept: KeptRecords, *, setting: Maturity = Maturity.STANDARD) -> MethodProfile:
    """Return the method that holds: the programme's own degree, else the setting's.

    Args:
        kept: What people told, the programme's own records among it.
        setting: ``[kam] method``, until somebody describes the programme.
    """
    programme = programme_of(kept)
    return METHODS[programme.maturity if programme else setting]
