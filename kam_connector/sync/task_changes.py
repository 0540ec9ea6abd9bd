"""What only tasks know of: nobody gets one who is not there to do it."""

from __future__ import annotations

from kam_connector.model.kind import Kind
from kam_connector.model.outcome import Outcome
from kam_connector.sync.compare import Draft
from kam_connector.sync.made_changes import Refs

__all__ = ["waits_for_owner"]


def waits_for_owner(draft: Draft, outcome: Outcome, refs: Refs) -> bool:
    """Tell whether a new task has no active owner in this CRM; then the preview says so.

    Its action is on the handover list meanwhile.
    """
    if outcome.values.get("status") != "open":
        return False
    owner = outcome.values.get("owner")
    if isinstance(owner, str) and (Kind.USER, owner) in refs:
        return False
    draft.note(
        f"Task “{outcome.values.get('title')}” waits: its account has no active owner in "
        f"{draft.ctx.connection} (handover list)."
    )
    return True
