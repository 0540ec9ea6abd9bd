"""Which playbooks start by themselves, and how early their steps become tasks."""

from __future__ import annotations

from dataclasses import dataclass

from kam_connector.model.journey import PlaybookKind
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Maturity, Programme

__all__ = ["PlaybookSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookSettings:
    """How much the layer starts by itself."""

    enabled: frozenset[PlaybookKind] | None = None
    """None: all once the programme calls itself standard or advanced, none before. Our choice:
    a series of tasks nobody agreed on is noise; a programme says when it is ready (S1.14)."""
    lead_working_days: int = 10
    """A step becomes a task this long before its day. Our choice: the two weeks in which it is
    planned; a task for next quarter would hold one of five places."""

    def starts(self, kind: PlaybookKind, kept: KeptRecords) -> bool:
        """Whether playbooks of a kind start by themselves under the programme kept."""
        if self.enabled is not None:
            return kind in self.enabled
        return any(one.maturity is not Maturity.STARTER for one in kept.of(Programme))
