"""What is no object of the CRM, but a list of the account: its owners."""

from __future__ import annotations

from kam_connector.model.pull import PulledRow
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.plan import Plan

__all__ = ["owners"]


def owners(client: Client, plan: Plan) -> list[PulledRow]:
    """Return all owners at every pull: who leaves does not move a timestamp."""
    return [
        PulledRow(
            ref=str(owner["id"]),
            modified_at=as_instant(owner["updatedAt"]),
            values=plan.reader.values(owner),
        )
        for owner in client.owners()
    ]
