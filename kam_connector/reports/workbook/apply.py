"""Writes what a workbook changes: all of it in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime

from kam_connector.model.plan import Action, Objective
from kam_connector.ports import Store
from kam_connector.reports.workbook.difference import Difference

__all__ = ["apply_difference"]


def apply_difference(store: Store, difference: Difference, *, by: str, at: datetime) -> int:
    """Write the records that stand; return how many changed. A problem anywhere: none.

    Args:
        store: Where they are kept.
        difference: What `compare` found.
        by: Who gave the workbook back.
        at: When.
    """
    edits = difference.to_write
    after = [one.after for one in edits if one.after is not None]
    gone = [one.before for one in edits if one.after is None]
    with store.unit():
        store.save_objectives([one for one in after if isinstance(one, Objective)])
        store.save_actions([one for one in after if isinstance(one, Action)])
        kept = [one for one in after if not isinstance(one, Objective | Action)]
        store.keep(kept, by=by, at=at)
        store.drop(gone, by=by, at=at)
    return len(edits)
