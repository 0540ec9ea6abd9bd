"""One full record of every type the layer keeps, made from the types themselves."""

from __future__ import annotations

import types
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from kam_connector.testing.store_samples import EPOCH, TODAY

__all__ = ["make_kept"]


def make_kept(made: type[Any], id_: str = "kept-1", **given: Any) -> Any:
    """Return a record of a type with every field filled, except what is given."""
    hints = get_type_hints(made)
    filled = {one.name: _sample(one.name, hints[one.name]) for one in fields(made)}
    filled = {**filled, "id": id_, **given}
    return made(**{name: value for name, value in filled.items() if name in hints})


def _sample(name: str, hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return _sample(name, next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        return (_sample(name, get_args(hint)[0]),)
    if issubclass(hint, Enum):
        return list(hint)[-1]
    known: dict[type[Any], Any] = {
        bool: True,
        int: 3,
        Decimal: Decimal("12.50"),
        datetime: EPOCH,
        date: TODAY,
        str: f"{name} of Ålesund \u2019s",
    }
    return known[hint]
