"""Check a mapping against what a CRM says about its own fields."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator

from kam_connector.mapping.check_policy import merge_problem
from kam_connector.mapping.check_types import fits_field
from kam_connector.mapping.fit import PICKLISTS
from kam_connector.mapping.problem import Problem, nearest
from kam_connector.mapping.read import target_type
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.sources import rule_fields
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.model.kind import MADE, OF_PLANS, Kind
from kam_connector.model.paths import READ_PATHS, WRITE_PATHS
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema

__all__ = ["check_schema"]

_FREE_TEXTS = frozenset(
    {"title", "reason", "risk", "risk.top", "next_action.title", "summary.text", "summary.json"}
)
"""Paths whose texts have no natural limit."""


def check_schema(mapping: Mapping, schemas: abc.Mapping[str, ObjectSchema]) -> tuple[Problem, ...]:
    """Return what does not fit the live org, in the file's order; see ``Problem.serious``.

    Args:
        mapping: A mapping that passed ``check_mapping``.
        schemas: What the CRM describes, by object name; an object that is absent is reported.
    """
    found: list[Problem] = []
    for source in mapping.sources:
        schema = schemas.get(source.object)
        if schema is not None:
            found += _source_problems(mapping, source, schema)
        elif not _goes_with_plans(mapping, source, schemas):
            found.append(_no_object(mapping, source, schemas))
    for write in mapping.writes:
        schema = schemas.get(write.object)
        if schema is not None:
            found += _write_problems(mapping, write, schema)
    return tuple(sorted(found, key=lambda problem: problem.line))


def _goes_with_plans(
    mapping: Mapping, source: SourceMapping, schemas: abc.Mapping[str, ObjectSchema]
) -> bool:
    """Tell whether an object is absent with that of plans: one note tells of both."""
    plans = mapping.write_of(Kind.PLAN)
    child = source.optional and source.kind in OF_PLANS[1:]
    return child and plans is not None and plans.object not in schemas


def _no_object(
    mapping: Mapping, source: SourceMapping, schemas: abc.Mapping[str, ObjectSchema]
) -> Problem:
    return Problem(
        file=mapping.name,
        line=source.line,
        key=source.key,
        message=f'the CRM shows no object "{source.object}"',
        hint="" if source.optional else nearest(source.object, schemas),
        code="KAM-2110" if source.optional else "KAM-2109",
    )


def _source_problems(
    mapping: Mapping, source: SourceMapping, schema: ObjectSchema
) -> Iterator[Problem]:
    for rule in source.rules:
        if rule.target == "key" and source.only_with:
            continue  # the write rule of the same field reports it
        type_ = target_type(rule, READ_PATHS[source.kind].get(rule.target))
        for name in sorted(rule_fields(rule)):
            if name.startswith("@"):
                continue
            live = schema.fields.get(name)
            if live is None:
                yield _absent(mapping, rule, name, schema, optional=source.optional)
            elif not live.readable:
                message = f"our user may not read {schema.object}.{name}"
                yield _of(mapping, rule, "KAM-2102", message, "grant our user the right to see it")
            elif _is_plain(rule) and not fits_field(type_, live.type, reading=True):
                message = f"{schema.object}.{name} is {live.type}, the rule reads {type_}"
                yield _of(mapping, rule, "KAM-2107", message)


def _is_plain(rule: Rule) -> bool:
    return rule.source in ("from", "first") and rule.map is None


def _write_problems(
    mapping: Mapping, write: WriteMapping, schema: ObjectSchema
) -> Iterator[Problem]:
    for rule in write.rules:
        live = schema.fields.get(rule.target)
        if live is None:
            yield _absent(mapping, rule, rule.target, schema, optional=write.optional)
            continue
        where = f"{schema.object}.{rule.target}"
        createable = write.kind in MADE and live.createable
        if live.calculated or not (live.updateable or createable):
            message = f"our user may not write {where}"
            yield _of(mapping, rule, "KAM-2103", message, "grant our user the right to edit it")
        if live.type is FieldType.ID or (
            write.kind not in MADE and live.type is FieldType.REFERENCE
        ):
            yield _of(mapping, rule, "KAM-2016", f"{where} links records and is never written")
        yield from _value_problems(mapping, write, rule, live)
    yield from _key_problem(mapping, write, schema)


def _value_problems(
    mapping: Mapping, write: WriteMapping, rule: Rule, live: FieldSchema
) -> Iterator[Problem]:
    spec = WRITE_PATHS[write.kind].get(rule.inputs[0]) if rule.source == "from" else None
    type_ = target_type(rule, spec)
    if (
        rule.source == "from"
        and rule.ref is None
        and not fits_field(type_, live.type, reading=False)
    ):
        message = f"{live.name} is {live.type}, the rule writes {type_}"
        yield _of(mapping, rule, "KAM-2107", message)
    yield from merge_problem(mapping, rule, live)
    yield from _length_problem(mapping, rule, live)
    if live.type in PICKLISTS and live.options:
        known = {option.casefold() for option in live.options}
        wrong = [value for value in _constants(rule) if value.casefold() not in known]
        if wrong:
            message = f'"{wrong[0]}" is not in [{", ".join(live.options)}]'
            yield _of(mapping, rule, "KAM-2105", message, nearest(wrong[0], live.options))


def _length_problem(mapping: Mapping, rule: Rule, live: FieldSchema) -> Iterator[Problem]:
    cut = next((number for name, number in reversed(rule.via) if name == "truncate"), None)
    limit = cut or rule.check.max_length
    free = rule.source == "from" and rule.map is None and rule.inputs[0] in _FREE_TEXTS
    longest = max((len(value) for value in _constants(rule)), default=0)
    if live.length is None or live.type in PICKLISTS:
        return
    if (limit or longest) > live.length:
        message = f"up to {limit or longest} characters into {live.length}"
        yield _of(mapping, rule, "KAM-2104", message, f"via = [{{ truncate = {live.length} }}]")
    elif free and limit is None and live.type is not FieldType.LONG_TEXT:
        message = f"a text of any length into {live.length} characters"
        yield _of(mapping, rule, "KAM-2104", message, f"via = [{{ truncate = {live.length} }}]")


def _constants(rule: Rule) -> list[str]:
    """Return the texts that a rule writes whatever the record."""
    if rule.source == "value":
        return [rule.value] if isinstance(rule.value, str) else []
    if rule.map is None:
        return []
    return [*rule.map.entries.values(), *([rule.map.fallback] if rule.map.fallback else [])]


def _key_problem(mapping: Mapping, write: WriteMapping, schema: ObjectSchema) -> Iterator[Problem]:
    live = schema.fields.get(write.match)
    if write.kind in MADE and live is not None and not (live.unique or live.external_id):
        yield Problem(
            file=mapping.name,
            line=write.line,
            key=f"{write.key}.match",
            message=f"{schema.object}.{write.match} is not unique: found before created",
            hint="tick Unique and External ID, so that one call does both",
            code="KAM-2106",
        )


def _absent(
    mapping: Mapping, rule: Rule, name: str, schema: ObjectSchema, *, optional: bool = False
) -> Problem:
    code = "KAM-2108" if rule.optional or optional else "KAM-2101"
    message = f'{schema.object} has no field "{name}"'
    return _of(mapping, rule, code, message, nearest(name, schema.fields))


def _of(mapping: Mapping, rule: Rule, code: str, message: str, hint: str = "") -> Problem:
    return Problem(
        file=mapping.name, line=rule.line, key=rule.key, message=message, hint=hint, code=code
    )
