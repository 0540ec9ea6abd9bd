"""Tables of what people tell the layer: one for each type of ``model.kept.KEPT``.

The dataclass is the definition: a field is a column of its name. A number or a truth stays
one, everything else is text (`store.records` says how). Migrations write the columns out.
"""

from __future__ import annotations

import types
from dataclasses import fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlmodel import Field

from kam_connector.model.kept import KEPT, kept_name
from kam_connector.store.tables.registry import Base

__all__: list[str] = []

_INDEXED = ("account_id", "contact_id")


class KeptChangeTable(Base, table=True):
    """Who changed what people told, and when: the layer's own history."""

    __tablename__ = "kept_change"
    number: int | None = Field(default=None, primary_key=True)
    type: str
    record_id: str = Field(index=True)
    account_id: str | None = Field(default=None, index=True)
    at: str
    by: str
    before: str | None = None
    after: str | None = None


def _define(made: type[Any]) -> None:
    hints = get_type_hints(made)
    columns: dict[str, Any] = {one.name: _column(one.name, hints[one.name]) for one in fields(made)}
    body = {
        "__tablename__": kept_name(made),
        "__module__": __name__,
        "__doc__": made.__doc__,
        "__annotations__": {name: hint for name, (hint, _) in columns.items()},
        **{name: field for name, (_, field) in columns.items()},
    }
    types.new_class(f"{made.__name__}Table", (Base,), {"table": True}, lambda ns: ns.update(body))


def _column(name: str, hint: Any) -> tuple[Any, Any]:
    """Return a column's type and its definition."""
    inner = [part for part in get_args(hint) if part is not type(None)]
    optional = get_origin(hint) in (Union, types.UnionType)
    plain = inner[0] if optional else hint
    stored: Any = plain if plain in (int, bool) else str
    if name == "id":
        return stored, Field(primary_key=True)
    if optional:
        return stored | None, Field(default=None, index=name in _INDEXED)
    return stored, Field(index=name in _INDEXED)


for _made in KEPT:
    _define(_made)
