"""Do the policies that ask a person fit the rules that state them?"""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.mapping.problem import Problem
from kam_connector.mapping.rule import ASKING, Rule
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.model.kind import MADE
from kam_connector.model.layer_homes import has_home
from kam_connector.model.paths import WRITE_PATHS, PathType
from kam_connector.model.schema import FieldSchema, FieldType

__all__ = ["merge_problem", "policy_problems"]

_CODE = "KAM-2008"
_TEXTS = (PathType.TEXT, PathType.LIST)
_HOLDS_MANY = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.MULTI_PICKLIST, FieldType.OTHER}
)
"""Fields that may hold what two sides wrote."""


def policy_problems(mapping: Mapping) -> Iterator[Problem]:
    """Yield the rules where nothing could be joined, or nobody asked."""
    for write in mapping.writes:
        for rule in write.rules:
            if rule.policy == "merge" and (why := _not_joined(write, rule)):
                yield _problem(mapping, rule, why, 'use conflict = "manual"')
    for source in mapping.sources:
        for rule in source.rules:
            if rule.stated_policy and rule.policy in ASKING:
                yield from _read_problem(mapping, source, rule)


def merge_problem(mapping: Mapping, rule: Rule, live: FieldSchema) -> Iterator[Problem]:
    """Yield a ``merge`` into a live field that holds one value only."""
    if rule.policy == "merge" and live.type not in _HOLDS_MANY:
        why = f"{live.name} is {live.type}: it holds one value, there is nothing to join"
        yield _problem(mapping, rule, why, 'use conflict = "manual"')


def _not_joined(write: WriteMapping, rule: Rule) -> str:
    spec = WRITE_PATHS[write.kind].get(rule.inputs[0]) if rule.source == "from" else None
    if spec is None:
        return ""  # an unknown path, or one that cannot be read back: said elsewhere
    if rule.type == "list":
        return ""
    if rule.ref is not None or spec.type not in _TEXTS or rule.type not in ("", "text"):
        return f'"merge" joins lists and texts; "{rule.inputs[0]}" is of type {spec.type}'
    if rule.map is not None:
        return '"merge" joins lists and texts; a value of a map is a single word'
    return ""


def _read_problem(mapping: Mapping, source: SourceMapping, rule: Rule) -> Iterator[Problem]:
    """Yield what is wrong with a read rule that asks: few paths have a value of ours."""
    if source.kind not in MADE or not has_home(source.kind, rule.target):
        why = f'the layer has no value of its own for "{rule.target}": nothing can conflict'
        hint = "what CRMs say against each other is settled by their order in the configuration"
        yield _problem(mapping, rule, why, hint)
        return
    write = mapping.write_of(source.kind)
    there = [one for one in write.rules if one.inputs == (rule.target,)] if write else []
    if not there:
        why = f'"{rule.target}" is read and never written: nothing of ours stands against it'
        yield _problem(mapping, rule, why, f"write it too, in [{source.kind}.write.fields]")
    elif there[0].policy != rule.policy:
        why = f'line {there[0].line} writes "{rule.target}" under "{there[0].policy}"'
        yield _problem(mapping, rule, why, "state the policy once, where the field is written")


def _problem(mapping: Mapping, rule: Rule, why: str, hint: str) -> Problem:
    return Problem(
        file=mapping.name, line=rule.line, key=rule.key, message=why, hint=hint, code=_CODE
    )
