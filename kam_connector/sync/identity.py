"""The identity map: which KAM record a CRM record belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kam_connector.model.identity import IdentityLink, MatchState, RecordKey, kam_id
from kam_connector.model.kind import Kind
from kam_connector.ports import Store

__all__ = ["IdentityMap", "load_identity_map"]

_EFFECTIVE = (MatchState.AUTOMATIC, MatchState.CONFIRMED)

Aliases = Mapping[tuple[Kind, str], str]


class IdentityMap:
    """Resolves CRM refs to our ids: derived by default, links and merges where they differ.

    Args:
        links: All links of the store; only automatic and confirmed ones count.
        aliases: By connection: the direct winner of each record that lost a merge.
    """

    def __init__(self, links: Sequence[IdentityLink], aliases: Mapping[str, Aliases]) -> None:
        self._aliases = aliases
        self._linked: dict[RecordKey, str] = {}
        self._moved: dict[str, str] = {}
        for link in links:
            if link.state in _EFFECTIVE:
                self._linked[link.key] = link.kam_id
                if link.own_id != link.kam_id:
                    self._moved[link.own_id] = link.kam_id
        self._shared = set(self._moved.values())
        self._parents = {
            self.current(link.own_id): link.kam_id
            for link in links
            if link.state == MatchState.SUBSIDIARY
        }

    def survivor(self, connection: str, kind: Kind, ref: str) -> str:
        """Return the ref at the end of any chain of merges (INV10)."""
        aliases = self._aliases.get(connection)
        if not aliases:
            return ref
        seen = {ref}
        while (winner := aliases.get((kind, ref))) and winner not in seen:
            seen.add(winner)
            ref = winner
        return ref

    def heirs(self, connection: str, kind: Kind) -> frozenset[str]:
        """Return the refs that others were merged into."""
        aliases = self._aliases.get(connection, {})
        return frozenset(winner for (one, _), winner in aliases.items() if one is kind)

    def resolve(self, connection: str, kind: Kind, ref: str) -> str:
        """Return our id of a CRM record, whether or not it was ever pulled."""
        survivor = self.survivor(connection, kind, ref)
        if not self._linked:
            return kam_id(kind, connection, survivor)
        linked = self._linked.get(RecordKey(connection, kind, survivor))
        return self.current(linked or kam_id(kind, connection, survivor))

    def current(self, id_: str) -> str:
        """Return the id that *id_* has become after matches across CRMs."""
        if not self._moved:
            return id_
        seen = {id_}
        while (moved := self._moved.get(id_)) and moved not in seen:
            seen.add(moved)
            id_ = moved
        return id_

    def parent(self, id_: str) -> str | None:
        """Return the account above *id_*, where a person said so across CRMs."""
        above = self._parents.get(id_)
        return self.current(above) if above else None

    def is_shared(self, id_: str) -> bool:
        """Tell whether several CRM records stand behind this id."""
        return id_ in self._shared


def load_identity_map(store: Store, connections: Iterable[str]) -> IdentityMap:
    """Read the identity map of these connections (two queries, then none)."""
    return IdentityMap(store.identities(), {name: store.aliases(name) for name in connections})
