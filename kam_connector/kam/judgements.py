"""Which of the judgements of a person is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kam_connector.model.stakeholder import Stakeholder

__all__ = ["judgements_on"]


def judgements_on(told: Iterable[Stakeholder], day: date) -> dict[str, Stakeholder]:
    """Return the judgement in force of each contact: the newest that holds on the day."""
    ordered = sorted(told, key=lambda one: (one.asserted_on, one.id))
    return {one.contact_id: one for one in ordered if one.holds_on(day)}
