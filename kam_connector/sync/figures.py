"""Key figures, kept night by night so that trends can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kam_connector.kam.assess import Assessment
from kam_connector.kam.kpis.history import superseded, thinning_due
from kam_connector.model.figures import KpiValue
from kam_connector.model.kept import PROGRAM
from kam_connector.ports import Store

__all__ = ["keep_figures"]


def keep_figures(
    store: Store, assessments: Sequence[Assessment], *, as_of: date, now: datetime
) -> None:
    """Keep the night's figures, one per account, key and day, and thin out old ones.

    Idempotent: the same night again replaces its own. An account's history is read only on
    its day of thinning.
    """
    store.keep([one for each in assessments for one in each.kpis], by=PROGRAM, at=now)
    for each in assessments:
        if thinning_due(each.account_id, as_of):
            history = store.kept(KpiValue, account_id=each.account_id)
            gone = superseded(history, as_of, each.situation.settings.kpis)
            if gone:
                store.drop(gone, by=PROGRAM, at=now)
