"""What stands where a score or a figure is that a person may not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from kam_connector.kam.access.made_of import made_of
from kam_connector.model.access import HIDDEN
from kam_connector.model.figures import KpiValue
from kam_connector.model.score import Band, Score

__all__ = ["masked_figure", "masked_figures", "masked_score"]


def masked_score(score: Score) -> Score:
    """Return a score that tells nothing but its name and its day."""
    return Score(
        account_id=score.account_id,
        name=score.name,
        as_of=score.as_of,
        value=None,
        band=Band.HIDDEN,
        data_coverage=Decimal(0),
        ledger=(),
        rule_version=score.rule_version,
    )


def masked_figure(figure: KpiValue, paths: Iterable[str]) -> KpiValue:
    """Return a figure that says which values it is made of, and neither value nor unit."""
    reason = f"made of what the CRM does not show you: {', '.join(sorted(paths))}"
    return replace(figure, value=None, before=None, unit=HIDDEN, reason=reason)


def masked_figures(figures: Iterable[KpiValue], hidden: frozenset[str]) -> tuple[KpiValue, ...]:
    """Return figures, those that may be made of a hidden value masked."""
    return tuple(
        masked_figure(one, paths) if (paths := made_of(one, hidden)) else one for one in figures
    )
