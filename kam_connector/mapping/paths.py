"""Everything a mapping may name, as a table."""

from __future__ import annotations

from typing import NamedTuple

from kam_connector.model.paths import READ_PATHS, WRITE_PATHS

__all__ = ["PathRow", "path_table"]


class PathRow(NamedTuple):
    """One line of ``kam mapping paths``."""

    kind: str
    direction: str
    """``read``: assigned by [x.read]; ``write``: may stand in [x.write.fields]."""
    path: str
    type: str
    meaning: str


def path_table() -> list[PathRow]:
    """Return every KAM path, by direction and kind, in the order of the model."""
    return [
        PathRow(str(kind), direction, path, str(spec.type), spec.meaning)
        for direction, table in (("read", READ_PATHS), ("write", WRITE_PATHS))
        for kind, paths in table.items()
        for path, spec in paths.items()
    ]
