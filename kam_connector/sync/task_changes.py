"""What only tasks know of: nobody gets one who is not there to do it."""

from __future__ import annotations

from collections.abc import Iterable

from kam_connector.model.kind import Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, ActionState
from kam_connector.sync.compare import Draft
from kam_connector.sync.made_changes import Refs

__all__ = ["note_handovers", "waits_for_owner"]

_NAMED = 5
"""Accounts that a note names: our choice, what a person takes up with tomorrow."""


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


def note_handovers(draft: Draft, actions: Iterable[Action]) -> None:
    """Say which accounts' actions wait for an active owner, in the account's home connection."""
    orphans: dict[str, int] = {}
    for action in actions:
        if action.owner_id is None and action.state in (ActionState.WAITING, ActionState.OPEN):
            orphans[action.account_id] = orphans.get(action.account_id, 0) + 1
    refs = draft.ctx.store.refs(Kind.ACCOUNT, orphans)
    here = [id_ for id_ in orphans if refs.get(id_) and refs[id_][0][0] == draft.ctx.connection]
    if not here:
        return
    names = sorted(draft.labels.get(id_) or id_ for id_ in here)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    count = sum(orphans[id_] for id_ in here)
    draft.note(
        f"{count} action{'s wait' if count > 1 else ' waits'} for an active owner (handover "
        f"list): {', '.join(names[:_NAMED])}{more}. Give the account an owner who is there."
    )
