"""The numbers behind the key figures: windows and limits."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KpiSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiSettings:
    """Over which time figures are taken, and from when they mean something."""

    active_days: int = 90
    """A contact is active with a two-way exchange this recent. Our choice: a quarter, the
    slowest cadence of somebody who decides."""
    engaged_from: int = 40
    """A function is engaged with a tie this strong: developing (sources 1)."""
    late_months: int = 2
    """Closed months that an import of revenue may be late before they count as nothing
    billed. Our choice: books close within two months."""
    margin_known_share: float = 0.5
    """Share of the revenue whose cost must be known for a margin. Our choice: as for the
    verdict, less than half is no picture."""
    daily_days: int = 35
    """Figures of each day are kept this long, then the first of each month. Our choice: the
    month just gone can be read day by day, years month by month."""
    year_slack_days: int = 45
    """How far from a year earlier a kept figure may lie to be compared with. Our choice: with
    monthly figures the nearest is never further away."""
