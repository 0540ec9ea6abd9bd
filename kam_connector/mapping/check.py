"""Check a mapping without a CRM: names, types, loops, protected fields."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator

from kam_connector.errors import MappingError
from kam_connector.mapping.check_policy import policy_problems
from kam_connector.mapping.check_types import type_problems
from kam_connector.mapping.problem import Problem, nearest
from kam_connector.mapping.readback import is_invertible
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.scope import compile_rule
from kam_connector.mapping.sources import rule_fields
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.mapping.write_field import is_ours
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.paths import READ_PATHS, WRITE_PATHS

__all__ = ["check_mapping"]

_STRUCTURAL = frozenset({"owner", "stage", "amount", "closed", "won", "account", "parent", "name"})
"""What a person decides in the CRM: the fields these paths are read from are never written."""
_NO_FIELDS: abc.Mapping[Kind, Iterable[str]] = {}


def check_mapping(
    mapping: Mapping,
    *,
    crm: str | None = None,
    protected: abc.Mapping[Kind, Iterable[str]] = _NO_FIELDS,
) -> tuple[Problem, ...]:
    """Return what is wrong with a mapping as such, in the file's order.

    Args:
        mapping: A mapping that parsed.
        crm: The connection's CRM, when the mapping is about to serve one.
        protected: Fields that an adapter never lets anybody write, beside [protected].
    """
    found = [*_whole(mapping, crm)]
    for source in mapping.sources:
        found += _read_problems(mapping, source)
    for write in mapping.writes:
        found += _write_problems(mapping, write, protected.get(write.kind, ()))
    found += policy_problems(mapping)
    return tuple(sorted(found, key=lambda problem: problem.line))


def _whole(mapping: Mapping, crm: str | None) -> Iterator[Problem]:
    if crm is not None and crm != mapping.crm:
        message = f'this mapping is for "{mapping.crm}", the connection is "{crm}"'
        yield _problem(mapping, (0, "crm"), "KAM-2018", message)
    if mapping.scope:
        try:
            compile_rule(mapping.scope)
        except MappingError as error:
            line = mapping.scope_line
            yield _problem(mapping, (line, "scope.write"), error.code, error.message, error.hint)
    seen: set[str] = set()
    for source in mapping.sources:
        if source.name in seen:
            message = f"{source.object} already feeds {source.kind}"
            yield _problem(mapping, (source.line, source.key), "KAM-2014", message)
        seen.add(source.name)


def _read_problems(mapping: Mapping, source: SourceMapping) -> Iterator[Problem]:
    known = READ_PATHS[source.kind]
    for rule in source.rules:
        spec = known.get(rule.target)
        if spec is None:
            message = f'{source.kind} has no path "{rule.target}"'
            yield _of(mapping, rule, "KAM-2012", message, nearest(rule.target, known))
        else:
            for message in type_problems(rule, spec, reading=True):
                yield _of(mapping, rule, "KAM-2013", message)


def _write_problems(
    mapping: Mapping, write: WriteMapping, protected: Iterable[str]
) -> Iterator[Problem]:
    source = next(
        (s for s in mapping.sources if s.kind is write.kind and s.object == write.object), None
    )
    if source is None:
        message = f"{write.kind} is written to {write.object}, which is not read"
        yield _problem(mapping, (write.line, write.key), "KAM-2020", message)
    yield from _key_problems(mapping, write)
    refused = _refused_fields(mapping, write, source, protected)
    targets: dict[str, Rule] = {}
    for rule in write.rules:
        yield from _name_problems(mapping, write, rule)
        yield from _right_problems(mapping, write, rule, source, refused)
        other = targets.setdefault(rule.target.casefold(), rule)
        if other is not rule:
            message = f"lines {other.line} and {rule.line} both write {rule.target}"
            yield _of(mapping, rule, "KAM-2014", message)


def _key_problems(mapping: Mapping, write: WriteMapping) -> Iterator[Problem]:
    known = WRITE_PATHS[write.kind]
    if write.kind in MADE:
        key = next((rule for rule in write.rules if rule.target == write.match), None)
        if key is None or key.inputs != ("key",):
            message = f'the key field {write.match} must be written: {write.match} = "key"'
            yield _problem(mapping, (write.line, write.key), "KAM-2004", message)
    for path, _ in write.associate:
        linked = path in known and path in [str(source.kind) for source in mapping.sources]
        if not linked:
            message = f'no association can be made to "{path}"'
            kinds = [kind for kind in ("account", "contact", "opportunity") if kind in known]
            yield _problem(
                mapping,
                (write.line, f"{write.key}.associate"),
                "KAM-2012",
                message,
                nearest(path, kinds),
            )


def _name_problems(mapping: Mapping, write: WriteMapping, rule: Rule) -> Iterator[Problem]:
    known = WRITE_PATHS[write.kind]
    for name in rule.inputs:
        if name not in known:
            message = f'{write.kind} has no path "{name}" to write'
            yield _of(mapping, rule, "KAM-2012", message, nearest(name, known))
    opinions = [name for name in rule.inputs if name in known and known[name].opinion]
    if opinions and not rule.opinion:
        message = f'"{opinions[0]}" is a judgement of a person, and stays out of the CRM'
        hint = "if the people judged may see it: opinion = true"
        yield _of(mapping, rule, "KAM-2022", message, hint)
    spec = known.get(rule.inputs[0]) if rule.source == "from" else None
    if spec is not None:
        for message in type_problems(rule, spec, reading=False):
            yield _of(mapping, rule, "KAM-2013", message)


def _right_problems(
    mapping: Mapping,
    write: WriteMapping,
    rule: Rule,
    source: SourceMapping | None,
    refused: frozenset[str],
) -> Iterator[Problem]:
    if rule.target.casefold() in refused:
        message = f"{rule.target} is protected and never written"
        yield _of(mapping, rule, "KAM-2016", message, "write to a field of our own")
    elif not is_ours(write.kind, rule) and not rule.stated_policy:
        if source is not None and rule.target in _read_fields(source):
            code, message = "KAM-2015", f"{rule.target} is read and written: a feedback loop"
        else:
            code, message = "KAM-2017", f"{rule.target} is not a field of ours"
        yield _of(mapping, rule, code, message, 'state who wins: conflict = "newest", "crm" ...')
    if rule.policy != "kam" and not is_invertible(rule):
        message = f'under "{rule.policy}" people may change it, but it cannot be read back'
        yield _of(mapping, rule, "KAM-2021", message, "use from, with a one-to-one map")


def _refused_fields(
    mapping: Mapping,
    write: WriteMapping,
    source: SourceMapping | None,
    protected: Iterable[str],
) -> frozenset[str]:
    """Return folded names: what the file and the adapter protect, and what people decide."""
    fields = {*mapping.protected.get(write.kind, ()), *protected}
    if write.kind not in MADE:
        fields.add(write.match)
        for rule in source.rules if source is not None else ():
            if rule.target in _STRUCTURAL:
                fields |= rule_fields(rule)
    if source is not None:
        fields.add(source.cursor)
    return frozenset(field.casefold() for field in fields)


def _read_fields(source: SourceMapping) -> frozenset[str]:
    return frozenset(field for rule in source.rules for field in rule_fields(rule))


def _of(mapping: Mapping, rule: Rule, code: str, message: str, hint: str = "") -> Problem:
    return _problem(mapping, (rule.line, rule.key), code, message, hint)


def _problem(
    mapping: Mapping, where: tuple[int, str], code: str, message: str, hint: str = ""
) -> Problem:
    line, key = where
    return Problem(file=mapping.name, line=line, key=key, message=message, hint=hint, code=code)
