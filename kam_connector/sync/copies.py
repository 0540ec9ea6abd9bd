"""Copies: records that a CRM's own integration took over from another connected CRM (pure).

Such a copy says itself which record it is of: a strong key, for accounts and people as for
opportunities and activities. Both are one of ours from then on, and count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kam_connector.model.identity import CopiedRecord, IdentityLink, MatchState, RecordKey
from kam_connector.model.kind import Kind

__all__ = ["COPIED", "copy_links", "originals_of"]

COPIED = (Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, Kind.ACTIVITY)
"""Kinds with a path ``copy_of``."""


def originals_of(copies: Iterable[CopiedRecord], connections: Sequence[str]) -> list[RecordKey]:
    """Return the keys that the originals may have: any connection but the copy's own."""
    return [
        RecordKey(connection, one.key.kind, one.copy_of)
        for one in copies
        for connection in connections
        if connection != one.key.connection
    ]


def copy_links(
    copies: Iterable[CopiedRecord],
    originals: Mapping[RecordKey, str],
    known: Mapping[RecordKey, IdentityLink],
    source_order: Sequence[str],
) -> list[IdentityLink]:
    """Return automatic links between copies and their originals.

    The later record in the source order follows the earlier one, whichever is the copy. What
    a person decided otherwise stays.

    Args:
        copies: What says of itself to be a copy.
        originals: Our ids of the records that exist under the originals' keys.
        known: All links so far.
        source_order: Connections by precedence.
    """
    rank = {name: place for place, name in enumerate(source_order)}
    links: dict[RecordKey, IdentityLink] = {}
    for one in copies:
        for key in originals_of([one], source_order):
            kam_id = originals.get(key)
            if kam_id is None or kam_id == one.kam_id:
                continue
            copy_later = rank.get(one.key.connection, len(rank)) > rank[key.connection]
            later, followed = (one.key, kam_id) if copy_later else (key, one.kam_id)
            if later not in links and _is_open(known.get(later)):
                links[later] = IdentityLink(
                    key=later,
                    kam_id=followed,
                    state=MatchState.AUTOMATIC,
                    evidence=f"{one.key.connection} holds a copy of {key.connection}'s record",
                )
    return list(links.values())


def _is_open(link: IdentityLink | None) -> bool:
    return link is None or link.state == MatchState.PROPOSED
