"""Records as they are now, by their ids."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.model.pull import PulledRow
from kam_salesforce import query
from kam_salesforce.answers import retrieved
from kam_salesforce.client import Client, chunks
from kam_salesforce.plan import Plan
from kam_salesforce.rows import rows_of

__all__ = ["present", "winners"]

READ_SIZE = 2000
"""Most ids of one collections retrieve."""
_IN_SIZE = 300
"""300 quoted ids stay below 9,000 characters; Salesforce ends a URI at 16,384."""
_CHAIN = 10
"""Our choice: deeper chains of merges are not met in practice."""


def present(client: Client, plan: Plan, refs: Sequence[str]) -> dict[str, PulledRow]:
    """Return rows that are there, by the ref asked for; one call per 2,000."""
    found: dict[str, PulledRow] = {}
    for part in chunks(refs, READ_SIZE):
        body = {"ids": list(part), "fields": list(plan.columns)}
        answer = client.call(f"composite/sobjects/{plan.source.object}", method="POST", body=body)
        with client.reading():
            told = retrieved(answer, count=len(part))
        records = [r for r in told if r is not None and r.get("IsDeleted") is not True]
        by_id = {row.ref[:15]: row for row in rows_of(client, plan, records)}
        found |= {ref: by_id[ref[:15]] for ref in part if ref[:15] in by_id}
    return found


def winners(client: Client, object_: str, refs: Sequence[str]) -> dict[str, str]:
    """Follow merges to the end; a chain that comes back to itself ends there."""
    found = {ref: ref for ref in refs}
    for _ in range(_CHAIN):
        asked = sorted({winner for winner in found.values() if winner})
        masters: dict[str, str] = {}
        for part in chunks(asked, _IN_SIZE):
            soql = query.select(("Id", "MasterRecordId"), object_, [query.is_in("Id", part)])
            rows = client.query(soql, deleted=True)
            masters |= {r["Id"]: r["MasterRecordId"] for r in rows if r["MasterRecordId"]}
        moved = {ref: masters[w] for ref, w in found.items() if w in masters}
        if not moved:
            break
        found |= moved
    return {ref: winner for ref, winner in found.items() if winner != ref}
