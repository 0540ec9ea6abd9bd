"""What another user may see, as far as HubSpot tells: owners, and the teams they are in.

HubSpot gives each user a permission to view and to edit companies: everything, their team's,
or only what they own; and no API of general availability tells which one a user has (owners
carry teams and no permissions: its owners guide; "public permissions" is a beta that answers
for one record a call). What a user owns is theirs under any of them, so that is where it
stops, unless the connection's ``visibility`` says what the portal grants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.model.access import Right
from kam_hubspot.answers import reading
from kam_hubspot.client import Client, chunks

__all__ = ["visible"]

_BATCH = 100
"""Records of one batch read (CRM API guide: batch endpoints)."""
_OWNER = "hubspot_owner_id"


def visible(client: Client, user_ref: str, account_refs: Sequence[str]) -> dict[str, Right]:
    """Return what an owner may do with companies; see the port.

    One call per 100 companies and one or two for the owners. What they own they may edit; what
    they see besides, by ``visibility``, they may read.
    """
    owners = {str(one.get("id")): one for one in client.owners() if not one.get("archived")}
    if user_ref not in owners:
        return {}
    wider = _wider(client.settings.visibility, user_ref, owners)
    found: dict[str, Right] = {}
    for part in chunks(list(dict.fromkeys(account_refs)), _BATCH):
        body = {"inputs": [{"id": ref} for ref in part], "properties": [_OWNER]}
        answer = client.batch("companies", "read", body)
        with reading(client.name):
            for row in answer["results"]:
                ref, owner = str(row["id"]), row["properties"].get(_OWNER)
                if owner == user_ref:
                    found[ref] = Right.EDIT
                elif wider is None or owner in wider:
                    found[ref] = Right.READ
    return {ref: right for ref, right in found.items() if ref in set(account_refs)}


def _wider(
    visibility: str, user_ref: str, owners: Mapping[str, Mapping[str, Any]]
) -> set[str] | None:
    """Return the owners whose companies somebody sees besides their own; None: everybody's."""
    if visibility == "everything":
        return None
    teams = _teams(owners[user_ref]) if visibility == "team" else set()
    return {ref for ref, one in owners.items() if teams & _teams(one)}


def _teams(owner: Mapping[str, Any]) -> set[str]:
    """Return the ids of all teams of an owner, the main one and the others."""
    return {str(one.get("id")) for one in owner.get("teams") or ()}
