"""What a field's sides last agreed on, also where our joined value stands only in the CRM (pure).

A value that was joined and written cannot always come back into the layer (a computed one is
computed anew). Then the CRM holds both sides' work and we hold ours: the base of the next merge
is *our* value of that time, so that what people wrote beside it is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kam_connector.mapping import MISSING, Missing, same_value
from kam_connector.model.kind import JsonValue
from kam_connector.model.staging import Agreed

__all__ = ["agreed_value", "agreeing", "is_joined", "joined_mark"]


def agreed_value(agreed: Agreed | None, field: str) -> JsonValue | Missing:
    """Return the base of one CRM field; MISSING when there never was one."""
    if agreed is None:
        return MISSING
    written = agreed.written.get(field, MISSING)
    mark = agreed.provenance.get(_key(field))
    if not isinstance(mark, Mapping):
        return written
    if same_value(written, mark["value"]):
        return mark["ours"]
    return mark["base"] if mark["has_base"] else MISSING  # not written yet, or taken back


def is_joined(agreed: Agreed | None, field: str) -> bool:
    """Return whether a joined value of this field was proposed or written."""
    return agreed is not None and _key(field) in agreed.provenance


def joined_mark(agreed: Agreed, field: str, *, ours: JsonValue, value: JsonValue) -> Agreed:
    """Return the base document that knows which of our values went into a joined one."""
    base = agreed_value(agreed, field)
    mark: dict[str, JsonValue] = {
        "base": None if base is MISSING else base,
        "has_base": base is not MISSING,
        "ours": ours,
        "value": value,
    }
    return replace(agreed, provenance={**agreed.provenance, _key(field): mark})


def agreeing(agreed: Agreed, field: str, value: JsonValue | Missing) -> Agreed:
    """Return the base document with a field agreed on a value; MISSING: on nothing."""
    written = {name: one for name, one in agreed.written.items() if name != field}
    if value is not MISSING:
        written[field] = value
    provenance = {name: one for name, one in agreed.provenance.items() if name != _key(field)}
    return replace(agreed, written=written, provenance=provenance)


def _key(field: str) -> str:
    return f"@joined:{field}"
