"""``FIELDS(STANDARD)`` and its kin: lists of fields that a statement need not spell out."""

from __future__ import annotations

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.soql_tree import Query

__all__ = ["listed"]

_MAX_ROWS = 200
"""Rows of a query with FIELDS(ALL) or FIELDS(CUSTOM) (FIELDS(), SOQL Reference)."""


def listed(object_: ObjectDef, query: Query) -> list[str]:
    """Return the fields of SELECT with every list of them spelt out, each once.

    Raises:
        ApiError: MALFORMED_QUERY for a list that is not bounded, or not known.
    """
    names: dict[str, None] = {}
    for item in query.fields:
        if not item.startswith("FIELDS("):
            if item in names:
                raise ApiError(400, "INVALID_FIELD", f"duplicate field selected: {item}")
            names[item] = None
            continue
        which = item.removeprefix("FIELDS(").removesuffix(")")
        if which not in ("ALL", "CUSTOM", "STANDARD"):
            raise ApiError(400, "MALFORMED_QUERY", f"unexpected token: '{which}'")
        if which != "STANDARD" and not 0 < (query.limit or 0) <= _MAX_ROWS:
            message = f"The SOQL {item} function must have a LIMIT of at most {_MAX_ROWS}"
            raise ApiError(400, "MALFORMED_QUERY", message)
        if query.aggregates or query.group:
            message = "The FIELDS function is not supported with GROUP BY or aggregates"
            raise ApiError(400, "MALFORMED_QUERY", message)
        wanted = {"ALL": (True, False), "CUSTOM": (True,), "STANDARD": (False,)}[which]
        names |= {field.name: None for field in object_.fields if field.custom in wanted}
    return list(names)
