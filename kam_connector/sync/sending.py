"""A decided record as the CRM is sent it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from kam_connector.model.change import Change
from kam_connector.model.preview import OutboxItem, OutboxState
from kam_connector.sync.decide import Decision

__all__ = ["as_change", "unanswered"]


def unanswered(batches: Iterable[Sequence[OutboxItem]]) -> set[str]:
    """Return what may have been made already, by an attempt without an answer."""
    sent = (one for batch in batches for one in batch if one.state is OutboxState.SENT)
    return {item.change.kam_id for item in sent}


def as_change(decision: Decision, *, compared_at: datetime, asked: Collection[str]) -> Change:
    """Return what the CRM is sent for one record.

    Args:
        decision: What goes, and what an unanswered attempt wrote already.
        compared_at: When it was compared with the record, by the CRM's clock.
        asked: Our ids of what may have been made already.
    """
    wanted = decision.item.change
    confirmed = [one for one in decision.confirmed if one.shared]
    looked_at = [one for one in (*decision.send, *confirmed) if one.shared]
    return Change(
        id=decision.item.id,
        kind=wanted.kind,
        object=wanted.object,
        ref=wanted.ref,
        values={one.field: one.after for one in decision.send},
        key_field=wanted.key_field,
        key=wanted.key,
        shared=frozenset(one.field for one in decision.send if one.shared),
        expected={one.field: one.before for one in looked_at},
        seen_modified_at=decision.seen_modified_at,
        compared_at=compared_at,
        confirmed={one.field: one.after for one in confirmed},
        links=wanted.links,
        asked_before=wanted.kam_id in asked,
    )
