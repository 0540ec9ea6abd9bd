"""How each method of the store is treated when a person asks; what is not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

__all__ = ["HANDLING", "Handling"]


class Handling(Enum):
    """What becomes of a call."""

    FILTERED = "filtered"
    """`SeenStore` has a method of its own, which goes by account."""
    OPEN = "open"
    """Tells nothing of a customer: our people, rates, the state of connections."""
    CONTROL = "control"
    """Runs, previews, journals, errors: for those who control or operate, over all accounts."""
    SYSTEM = "system"
    """The engine's own tables: for who operates."""


_FILTERED = """
accounts actions business conflict conflicts copies drop facts former_key_accounts hidden homes
keep kept kept_changes kept_records key_accounts measures mirror_rows objectives outcomes plan
plans refs save_actions save_key_accounts save_objectives save_plan save_renewals save_signals
scores seen_by signals strengths won_sales
"""
_OPEN = "audit close connection lease rates unit users"
_CONTROL = """
approvals audit_log held_back hints identities journal last_schema outbox
paused_fields preview previews
quarantined recent_writes run runs stops verify_audit
"""
_SYSTEM = """
allow_again drop_marks erase_person erased_marks people person_file purge purge_owed stray_tasks
acquire_lease add_hints agreed agreed_of alias aliases apply_merge begin_sweep children
clear_quarantined confirm count_unswept cursor dirty drop_hints enqueue first_heard forget heard
journal_place lift_stop losers mark_dirty mark_sent mark_swept mark_undone naming open_run
pause_fields release_lease renew_lease repoint restage resume_fields retire save_approval
save_conflicts save_connection save_heard save_identities save_outcomes save_preview
save_quarantined save_run save_schema save_scores save_sealed_token save_stop save_strengths
sealed_token
set_preview_state stage staged unswept update_staged
"""

HANDLING: Mapping[str, Handling] = {
    name: handling
    for handling, names in (
        (Handling.FILTERED, _FILTERED),
        (Handling.OPEN, _OPEN),
        (Handling.CONTROL, _CONTROL),
        (Handling.SYSTEM, _SYSTEM),
    )
    for name in names.split()
}
"""Every method of ``ports.Store``; a test fails when a new one is not here."""
