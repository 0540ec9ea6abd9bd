"""Translate CRM rows into KAM values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from kam_connector.errors import FatalError
from kam_connector.mapping.pipeline import Refused, Step, Take, compile_source, compile_steps
from kam_connector.mapping.problem import RowProblem
from kam_connector.mapping.rule import Check, Rule
from kam_connector.mapping.spec import Mapping, SourceMapping
from kam_connector.mapping.values import MISSING, Missing, decoder, zone
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.paths import READ_PATHS, PathType
from kam_connector.model.pull import PullSource

__all__ = ["ReadContext", "Translated", "compile_read", "read_value", "target_type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What a translation needs to know of its connection."""

    resolve: Callable[[Kind, str], str]
    """A CRM ref becomes our id."""
    currency: str = ""
    """The org's currency, for amounts that name none."""
    tz: str = "UTC"
    """The org's time zone, for rules with ``tz = "portal"``."""


class Translated(NamedTuple):
    """One row in KAM values."""

    values: dict[str, JsonValue]
    """By KAM path; a path without a source is absent, an emptied one is None."""
    problems: tuple[RowProblem, ...]


_Reader: TypeAlias = Callable[[Row], Translated]
_NO_PROBLEMS: tuple[RowProblem, ...] = ()


def compile_read(
    mapping: Mapping, source: SourceMapping | PullSource, context: ReadContext
) -> _Reader:
    """Return the function that translates the rows of one source.

    Raises:
        KeyError: The mapping has no such source.
        FatalError: (from the returned function) ``on_error = "fail"`` and a value is refused.
    """
    rules = mapping.source(source.name).rules
    paths = READ_PATHS[source.kind]
    steps = tuple(
        (rule.target, read_value(rule, target_type(rule, paths.get(rule.target)), context))
        for rule in rules
    )
    required = frozenset(rule.target for rule in rules if rule.check.required)
    on_error = mapping.on_error

    def translate(row: Row) -> Translated:
        values: dict[str, JsonValue] = {}
        problems: list[RowProblem] | None = None
        for target, take in steps:
            try:
                value = take(row)
            except ValueError as error:
                problem = _problem(target, error, required)
                if on_error == "fail":
                    raise FatalError(
                        f"{source.name}: {target} {problem.message}", code=problem.code
                    ) from error
                if on_error == "quarantine" or problem.whole_record:
                    problems = [*(problems or ()), problem]
                continue
            if value is not MISSING:
                values[target] = value
        return Translated(values, _NO_PROBLEMS if problems is None else tuple(problems))

    return translate


def target_type(rule: Rule, spec: object) -> str:
    """Return the type a rule decodes to: its own, else its path's."""
    if rule.type:
        return rule.type
    kind = getattr(spec, "type", PathType.TEXT)
    named = {PathType.JSON: "text"}.get(kind, kind.value)
    return "text" if named.startswith("ref:") else named


def read_value(rule: Rule, type_: str, context: ReadContext) -> Take:
    """Return the function that gives one path's value for a row."""
    if type_ == "people":
        return _people(rule, context)
    raw = compile_source(rule)
    finish = _finish(rule, type_, context)
    required = rule.check.required
    blank: JsonValue | Missing = None if rule.null == "clear" else MISSING
    money = _currency(rule, context) if type_ == "money" else None

    def take(row: Row) -> JsonValue | Missing:
        value = raw(row)
        if value is not MISSING and value is not None and value != "":
            value = finish(value)
            if value is not None and value not in ("", []):
                return value if money is None else {"amount": value, "currency": money(row)}
            value = None
        if required:
            raise Refused("KAM-2204", "is required and empty", whole_record=True)
        return MISSING if value is MISSING else blank

    return take if money or rule.source != "from" else _short_way(rule, type_, context, take)


def _short_way(rule: Rule, type_: str, context: ReadContext, take: Take) -> Take:
    """Take a field in as few calls as it needs: the way of most values of most rows."""
    field, resolve, kind = rule.inputs[0], context.resolve, rule.ref
    if type_ != "text" or rule.via or rule.map or _is_checked(rule):
        return take if rule.check.required else _where_filled(rule, take)
    if kind is None:

        def text(row: Row) -> JsonValue | Missing:
            value = row.get(field)
            return value if type(value) is str and value else take(row)

        return text

    def ref(row: Row) -> JsonValue | Missing:
        value = row.get(field)
        return resolve(kind, value) if type(value) is str and value else take(row)

    return _where_filled(rule, ref) if not rule.check.required else ref


def _is_checked(rule: Rule) -> bool:
    return rule.check != Check(required=rule.check.required)


def _where_filled(rule: Rule, take: Take) -> Take:
    """Answer for an empty field at once; what is in one goes the whole way."""
    field = rule.inputs[0]
    blank: JsonValue | Missing = None if rule.null == "clear" else MISSING

    def filled(row: Row) -> JsonValue | Missing:
        return blank if row.get(field, "") is None else take(row)

    return filled


def _problem(target: str, error: ValueError, required: frozenset[str]) -> RowProblem:
    code = error.code if isinstance(error, Refused) else "KAM-2201"
    message = str(error) if isinstance(error, Refused) or len(str(error)) < 40 else ""
    if not isinstance(error, Refused) and not message.startswith("is "):
        message = "cannot be read as the rule's type"  # Python's own text quotes the value
    return RowProblem(target, code, message, target in required)


def _finish(rule: Rule, type_: str, context: ReadContext) -> Step:
    steps = compile_steps(rule, _decode(rule, type_, context))
    if type_ == "list":  # split first, so that via and map see one item at a time
        steps.insert(0, decoder("list", sep=rule.sep))
    if rule.ref is not None:
        steps.append(_resolved(rule.ref, context))
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2:
        first, second = steps
        return lambda value: second(first(value))

    def finish(value: JsonValue) -> JsonValue:
        for step in steps:
            value = step(value)
        return value

    return finish


def _decode(rule: Rule, type_: str, context: ReadContext) -> Step:
    if rule.source == "association" and type_ != "list":
        return _only
    tz = zone(context.tz if rule.tz == "portal" else rule.tz) if rule.tz else None
    return decoder(type_, tz=tz, sep=rule.sep)


def _only(value: JsonValue) -> JsonValue:
    """Return the first of the associated refs; a to-one link has one at most."""
    if isinstance(value, list):
        return str(value[0]) if value else None
    return value


def _resolved(kind: Kind, context: ReadContext) -> Step:
    resolve = context.resolve

    def apply(value: JsonValue) -> JsonValue:
        if type(value) is str:
            return resolve(kind, value)
        if isinstance(value, list):
            return [resolve(kind, str(item)) for item in value]
        return None if value is None else resolve(kind, str(value))

    return apply


def _currency(rule: Rule, context: ReadContext) -> Callable[[Row], str]:
    named = rule.currency
    own = context.currency
    if len(named) == 3 and named.isupper():
        return lambda _row: named

    def currency(row: Row) -> str:
        found = row.get(named) or own
        if not found:
            raise Refused("KAM-2204", "is an amount without a currency")
        return str(found)

    return currency


def _people(rule: Rule, context: ReadContext) -> Take:
    """Take ``[{"kind": "contact" | "user", "ref": ...}]``; other kinds are no people."""
    field = rule.inputs[0]
    resolve = context.resolve
    kinds = {"contact": Kind.CONTACT, "user": Kind.USER}

    def take(row: Row) -> JsonValue | Missing:
        value = row.get(field, MISSING)
        if value is MISSING or not isinstance(value, list):
            return MISSING
        found: dict[tuple[str, str], JsonValue] = {}
        for item in value:
            if isinstance(item, dict) and item.get("kind") in kinds and item.get("ref"):
                kind = str(item["kind"])
                person = resolve(kinds[kind], str(item["ref"]))
                found[kind, person] = {"kind": kind, "id": person}
        return list(found.values())

    return take
