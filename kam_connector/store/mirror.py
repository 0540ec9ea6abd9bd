"""Mirror rows between the merge's paths and the tables' columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import case, func, null

from kam_connector.model.kind import MADE, JsonValue, Kind
from kam_connector.model.paths import READ_PATHS, PathType
from kam_connector.model.staging import MirrorRow
from kam_connector.store.bulk import Expression, Scalar, Upsert
from kam_connector.store.cells import refs
from kam_connector.store.records import Stored
from kam_connector.store.tables import table

__all__ = ["MIRRORED", "MirrorCodec", "columns_of", "mirror_codec"]

MIRRORED: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in MADE)
"""Kinds with a mirror table; what we made lives in the actions and plans it came from."""
_JSON = (PathType.LIST, PathType.PEOPLE, PathType.JSON)


def columns_of(path: str, type_: PathType) -> tuple[str, ...]:
    """Return the columns that hold a path: a ref ends in ``_id``, money takes two."""
    if type_ is PathType.MONEY:
        return (f"{path}_amount", f"{path}_currency")
    return (f"{path}_id",) if type_.value.startswith("ref:") else (path,)


def _deleted_since(existing: Any, new: Any) -> Any:
    """Keep the day a record went, as long as it stays away."""
    first = func.coalesce(existing.c.deleted_at, new["deleted_at"])
    return case((new["deleted_at"].is_(None), null()), else_=first)


class MirrorCodec:
    """Encodes and decodes the values of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.table = table(kind.value)
        self._kind = kind
        self._paths = READ_PATHS[kind]
        self._known = frozenset(self._paths)
        made = {path: _converter(spec.type) for path, spec in self._paths.items()}
        self._plain = [path for path, convert in made.items() if convert is None]
        self._made = [(path, convert) for path, convert in made.items() if convert is not None]
        own = ("id", "home_connection", "refs", "deleted_at", "extra")
        order = [*self._plain, *(path for path, _ in self._made)]
        mapped = [c for path in order for c in columns_of(path, self._paths[path].type)]
        special: dict[str, Expression] = {"deleted_at": _deleted_since}
        self.upsert = Upsert(self.table, [*own, *mapped], where_existing=special)

    def row(self, record: MirrorRow, *, now: str) -> tuple[Scalar, ...]:
        """Return the columns of a record; *now* stands where the day it went is unknown."""
        values = record.values
        extra = None
        if not values.keys() <= self._known:
            extra = _json({name: values[name] for name in values.keys() - self._known})
        deleted_at = (record.deleted_at or now) if record.deleted else None
        own = (record.id, record.home_connection, _json(record.refs), deleted_at, extra)
        take = values.get
        row: list[Any] = [*own, *map(take, self._plain)]
        for path, convert in self._made:
            row += convert(take(path))
        return tuple(row)

    def values(self, row: Stored) -> dict[str, JsonValue]:
        """Return a row's values by path; what is blank is None."""
        values: dict[str, JsonValue] = {}
        for path, spec in self._paths.items():
            names = columns_of(path, spec.type)
            stored = row[names[0]]
            if stored is None:
                values[path] = None
            elif spec.type is PathType.MONEY:
                values[path] = {"amount": stored, "currency": row[names[1]]}
            else:
                values[path] = orjson.loads(stored) if spec.type in _JSON else stored
        if row["extra"]:
            values.update(orjson.loads(row["extra"]))
        return values

    def record(self, row: Stored) -> MirrorRow:
        """Return what a row stands for."""
        return MirrorRow(
            kind=self._kind,
            id=row["id"],
            values=self.values(row),
            home_connection=row["home_connection"],
            refs=refs(row["refs"]),
            deleted=row["deleted_at"] is not None,
        )


def mirror_codec(kind: Kind) -> MirrorCodec:
    """Return the codec of a mirrored kind."""
    return _CODECS[kind]


def _json(value: Any) -> str:
    return orjson.dumps(value, default=dict).decode()


def _converter(type_: PathType) -> Callable[[JsonValue], tuple[Scalar, ...]] | None:
    """Return what turns a value into columns; None: it is one column as it stands."""
    if type_ is PathType.MONEY:
        return _money
    return _listed if type_ in _JSON else None


def _listed(value: JsonValue) -> tuple[Scalar, ...]:
    return (None if value is None else _json(value),)


def _money(value: JsonValue) -> tuple[Scalar, ...]:
    if not isinstance(value, dict):
        return None, None
    return _text(value.get("amount")), _text(value.get("currency"))


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


_CODECS = {kind: MirrorCodec(kind) for kind in MIRRORED}
