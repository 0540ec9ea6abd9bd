"""The tables of records that we make: tasks, plans, objectives, measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kam_connector.mapping.parse_rule import parse_rule
from kam_connector.mapping.parse_sections import SourceDefaults, parse_source, parse_write
from kam_connector.mapping.rule import ASKING, Rule
from kam_connector.mapping.section import Section
from kam_connector.mapping.spec import SourceMapping, WriteMapping
from kam_connector.model.kind import Kind

__all__ = ["parse_made"]


def parse_made(
    section: Section, kind: Kind, defaults: SourceDefaults
) -> tuple[SourceMapping, WriteMapping] | None:
    """Return how one kind is written, and how it comes back; None after noting what is wrong.

    What we made comes back through the object it was written to, found by our key; a ``read``
    table beside ``write`` says what else of it is read.
    """
    table = section.table("write")
    if table is None:
        section.bad("write", f"[{kind}.write] is missing", code="KAM-2004")
        section.finish()
        return None
    write = parse_write(table, kind, defaults)
    source = parse_source(_MadeSection(section, write.object), kind, defaults)
    section.finish()
    where = (kind.value, "write", "match")
    key = parse_rule("key", write.match, where, defaults.rules(reading=True), section.report)
    rules = source.rules
    if key is not None and not any(rule.target == "key" for rule in rules):
        rules = (key, *rules)
    write = replace(write, rules=tuple(_asking_too(rule, rules) for rule in write.rules))
    came_back = replace(source, rules=rules, only_with=write.match, optional=write.optional)
    return came_back, write


def _asking_too(rule: Rule, read: Sequence[Rule]) -> Rule:
    """Let a write rule ask a person where only the read rule of its path says so."""
    asked = (one for one in read if (one.target,) == rule.inputs and one.stated_policy)
    policy = next((one.policy for one in asked if one.policy in ASKING), "")
    return replace(rule, policy=policy) if policy and not rule.stated_policy else rule


class _MadeSection(Section):
    """``[task]`` and its like take their object from their ``write`` table."""

    def __init__(self, inner: Section, object_: str) -> None:
        super().__init__(inner.as_table() | {"object": object_}, inner.path, inner.report)
        for key in ("cursor", "settle", "sweep", "delete", "read"):
            inner.raw(key)
