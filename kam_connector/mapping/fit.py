"""What a live schema asks of a value before it is written."""

from __future__ import annotations

from kam_connector.mapping.pipeline import Refused, Step
from kam_connector.model.kind import JsonValue
from kam_connector.model.schema import FieldSchema, FieldType

__all__ = ["PICKLISTS", "fit_steps"]

PICKLISTS = (FieldType.PICKLIST, FieldType.MULTI_PICKLIST)
_NAMED = 12  # options named in a message


def fit_steps(live: FieldSchema) -> list[Step]:
    """Return the checks of one field: picklist options, then length."""
    steps: list[Step] = []
    if live.type in PICKLISTS and live.options:
        steps.append(_option(live))
    if live.length:
        steps.append(_short(live.length))
    return steps


def _short(length: int) -> Step:
    def apply(value: JsonValue) -> JsonValue:
        if isinstance(value, str) and len(value) > length:
            raise Refused("KAM-2207", f"has {len(value)} characters, the field takes {length}")
        return value

    return apply


def _option(live: FieldSchema) -> Step:
    """Spell a value as the picklist does; refuse it when the picklist would."""
    spelled = {option.casefold(): option for option in live.options}
    known = ", ".join(live.options[:_NAMED])

    def one(text: str) -> str:
        found = spelled.get(text.casefold())
        if found is None and live.restricted:
            raise Refused("KAM-2105", f'"{text}" is not among the options: {known}')
        return found or text

    def apply(value: JsonValue) -> JsonValue:
        if live.type is FieldType.MULTI_PICKLIST:
            return ";".join(one(part) for part in str(value).split(";"))
        return one(str(value))

    return apply
