"""Combine: one record's values out of several CRMs', by precedence (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.model.kind import Row
from kam_connector.model.paths import READ_PATHS, PathType
from kam_connector.model.staging import Agreed, MirrorRow
from kam_connector.sync.identity import IdentityMap

__all__ = ["combine", "combined_row"]

_REFS = frozenset(type_ for type_ in PathType if type_.value.startswith("ref:"))
_REF_PATHS = {
    kind: tuple(path for path, spec in paths.items() if spec.type in _REFS)
    for kind, paths in READ_PATHS.items()
}


def combined_row(
    everyone: Sequence[Agreed], source_order: Sequence[str], identity: IdentityMap
) -> MirrorRow:
    """Return the KAM record behind several CRM records; its home is the first in order.

    Args:
        everyone: What each live CRM record of one KAM record says, at least one.
        source_order: Connections by precedence; unknown ones come last.
        identity: Says what the ids these records point at have become.
    """
    rank = {name: place for place, name in enumerate(source_order)}
    ordered = sorted(
        everyone, key=lambda one: (rank.get(one.key.connection, len(rank)), one.key.ref)
    )
    first = ordered[0]
    values = dict(combine([(one.key.connection, one.read) for one in ordered], source_order))
    for path in _REF_PATHS[first.key.kind]:
        if isinstance(id_ := values.get(path), str):
            values[path] = identity.current(id_)
    return MirrorRow(
        kind=first.key.kind,
        id=first.kam_id,
        values=values,
        home_connection=first.key.connection,
        refs=tuple((one.key.connection, one.key.ref) for one in ordered),
    )


def combine(documents: Sequence[tuple[str, Row]], source_order: Sequence[str]) -> Row:
    """Return one record's values from several CRMs': the first in order that has a value (pure).

    Args:
        documents: (connection, KAM values) of each CRM record behind one KAM record.
        source_order: Connections by precedence; unknown ones come last.
    """
    rank = {name: place for place, name in enumerate(source_order)}
    values: dict[str, object] = {}
    for _, document in sorted(documents, key=lambda pair: rank.get(pair[0], len(rank))):
        for path, value in document.items():
            if values.get(path) is None:
                values[path] = value
    return values  # type: ignore[return-value] # values come from rows
