"""Which key figures are kept: each day's for a while, then the first of each month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import blake2b

from kam_connector.kam.settings.kpis import KpiSettings
from kam_connector.model.figures import KpiValue

__all__ = ["THINNED_EVERY_DAYS", "superseded", "thinning_due"]

THINNED_EVERY_DAYS = 28
"""An account's history is thinned this often. Our choice: more often than a month's days pile
up, seldom enough that a night reads few histories."""


def thinning_due(account_id: str, as_of: date) -> bool:
    """Tell whether an account's history is thinned on this day, staggered by its id."""
    digest = blake2b(account_id.encode(), digest_size=2).digest()
    return as_of.toordinal() % THINNED_EVERY_DAYS == int.from_bytes(digest) % THINNED_EVERY_DAYS


def superseded(
    kept: Iterable[KpiValue], as_of: date, settings: KpiSettings | None = None
) -> list[KpiValue]:
    """Return the figures that may go: older than the daily ones, and not a month's first."""
    floor = as_of - timedelta(days=(settings or KpiSettings()).daily_days)
    firsts: dict[tuple[str, str, int, int], KpiValue] = {}
    old = sorted((one for one in kept if one.as_of < floor), key=lambda one: (one.as_of, one.id))
    for one in old:
        firsts.setdefault((one.account_id, one.key, one.as_of.year, one.as_of.month), one)
    staying = {one.id for one in firsts.values()}
    return [one for one in old if one.id not in staying]
