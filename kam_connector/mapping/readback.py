"""Read back what people may change in fields that we write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from kam_connector.mapping.pipeline import Take
from kam_connector.mapping.read import ReadContext, read_value, target_type
from kam_connector.mapping.rule import ASKING, Check, Rule
from kam_connector.mapping.spec import Mapping
from kam_connector.mapping.values import MISSING
from kam_connector.model.kind import MADE, JsonValue, Kind, Row
from kam_connector.model.paths import READ_PATHS, WRITE_PATHS

__all__ = ["compile_readback", "invert_rule", "is_invertible", "lets_people_win"]

_PEOPLE_WIN = frozenset({"crm", "crm_unless_blank", "kam_unless_blank", "newest", *ASKING})
_ReadBack: TypeAlias = Callable[[Row], dict[str, JsonValue]]


def compile_readback(mapping: Mapping, kind: Kind, context: ReadContext) -> _ReadBack:
    """Return the function that takes people's edits out of a CRM row, by KAM path.

    A blank field gives None, a field absent from the row (or a value without an entry in
    the inverted map) gives nothing. The ``read`` table of a kind that we make comes with it,
    and wins over an inverted rule of the same path. A kind that nothing is read back of gives
    an empty dict.
    """
    steps: dict[str, Take] = {}
    write = mapping.write_of(kind)
    for rule in write.rules if write is not None else ():
        if lets_people_win(rule) and is_invertible(rule):
            back = invert_rule(rule)
            type_ = target_type(replace(back, type=""), WRITE_PATHS[kind].get(back.target))
            steps[back.target] = read_value(back, type_, context)
    source = mapping.source_of(kind) if kind in MADE else None
    for rule in source.rules if source is not None else ():
        type_ = target_type(rule, READ_PATHS[kind].get(rule.target))
        steps[rule.target] = read_value(rule, type_, context)
    return _reader(tuple(steps.items()))


def lets_people_win(rule: Rule) -> bool:
    """Return whether a write rule's policy can end with the CRM's value."""
    return rule.policy in _PEOPLE_WIN


def is_invertible(rule: Rule) -> bool:
    """Return whether a write rule can be read backwards: one source, a one-to-one map."""
    if rule.source != "from":
        return False
    return rule.map is None or len(rule.map.inverted().entries) == len(rule.map.entries)


def invert_rule(rule: Rule) -> Rule:
    """Return the read rule that undoes a write rule (INV14 on the map's image)."""
    return replace(
        rule,
        target=rule.inputs[0],
        inputs=(rule.target,),
        map=rule.map.inverted() if rule.map else None,
        via=(),
        check=Check(),
        null="clear",
    )


def _reader(steps: tuple[tuple[str, Take], ...]) -> _ReadBack:
    def read(row: Row) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for path, take in steps:
            try:
                value = take(row)
            except ValueError:  # a person's value that we have no word for: theirs to keep
                continue
            if value is not MISSING:
                found[path] = value
        return found

    return read
