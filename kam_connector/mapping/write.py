"""Translate KAM values into CRM fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kam_connector.mapping.check_types import is_refused
from kam_connector.mapping.fit import fit_steps
from kam_connector.mapping.joining import Joining
from kam_connector.mapping.nothing import says_nothing
from kam_connector.mapping.pipeline import Refused, Step, Take, compile_source, compile_steps
from kam_connector.mapping.problem import RowProblem, nearest
from kam_connector.mapping.read import target_type
from kam_connector.mapping.record_ids import with_record_ids
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.spec import Mapping, WriteMapping
from kam_connector.mapping.values import MISSING, Missing, decoder, zone
from kam_connector.mapping.write_field import WriteField, is_ours, needs_write
from kam_connector.model.change import Link
from kam_connector.model.kind import MADE, JsonValue, Kind, Row
from kam_connector.model.paths import WRITE_PATHS, PathType
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema

__all__ = [
    "TranslatedWrite",
    "WriteContext",
    "WriteField",
    "WritePlan",
    "compile_write",
    "needs_write",
]

DEFAULT_STEP = Decimal(3)
"""Our choice: a score that moved by less than three points is not worth a write."""
_AS_TEXT = ("text", "money", "list")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteContext:
    """What a translation needs to know of its connection."""

    resolve: Callable[[Kind, str], str | None]
    """Our id becomes this CRM's ref; None when the CRM does not hold the record."""
    tz: str = "UTC"


class TranslatedWrite(NamedTuple):
    """CRM fields of one record."""

    fields: dict[str, JsonValue]
    """None clears the field; a field without a source is absent."""
    problems: tuple[RowProblem, ...]


class WritePlan:
    """How one kind is written to one CRM object."""

    def __init__(
        self,
        write: WriteMapping,
        *,
        objects: dict[str, str],
        steps: tuple[tuple[WriteField, Take], ...],
        notes: tuple[str, ...],
        context: WriteContext,
    ) -> None:
        self.kind = write.kind
        self.object = write.object
        self.match = write.match
        self.mapping = write
        self.fields = tuple(field for field, _ in steps)
        self.notes = notes
        """Fields left out in this org, each in a sentence."""
        self._steps = steps
        self._objects = objects
        self._context = context

    def translate(self, values: Row) -> TranslatedWrite:
        """Return the CRM fields for one record's KAM values.

        A path that is absent says nothing: its field is left out, whatever its null policy.
        A path that is None empties its field under ``null = "clear"`` and else is left out.
        """
        fields: dict[str, JsonValue] = {}
        problems: list[RowProblem] = []
        for field, take in self._steps:
            try:
                value = take(values)
            except ValueError as error:
                problems.append(_problem(field, error))
                continue
            if value is not MISSING:
                fields[field.field] = value
        return TranslatedWrite(fields, tuple(problems))

    def links(self, values: Row) -> tuple[Link, ...]:
        """Return the associations to make when the record is created."""
        links: list[Link] = []
        for path, type_id in self.mapping.associate:
            own = values.get(path)
            ref = self._context.resolve(Kind(path), own) if isinstance(own, str) else None
            if ref is not None:
                links.append(Link(object=self._objects[path], ref=ref, type_id=type_id))
        return tuple(links)


def compile_write(
    mapping: Mapping, kind: Kind, schema: ObjectSchema | None, context: WriteContext
) -> WritePlan:
    """Return how a kind is written; with a schema, fields it lacks or locks are left out.

    Raises:
        KeyError: The mapping writes nothing of this kind.
    """
    write = mapping.write_of(kind)
    if write is None:
        raise KeyError(kind)
    steps: list[tuple[WriteField, Take]] = []
    notes: list[str] = []
    for rule in write.rules:
        note = _unwritable(write, rule, schema)
        if note:
            notes.append(note)
            continue
        live = schema.fields.get(rule.target) if schema else None
        field = _field(kind, rule, live)
        steps.append((field, _take(rule, field, live, context)))
    objects = {str(source.kind): source.object for source in reversed(mapping.sources)}
    return WritePlan(
        write, objects=objects, steps=tuple(steps), notes=tuple(notes), context=context
    )


def _unwritable(write: WriteMapping, rule: Rule, schema: ObjectSchema | None) -> str:
    if schema is None:
        return ""
    live = schema.fields.get(rule.target)
    if live is None:
        hint = nearest(rule.target, schema.fields)
        hint = f" ({hint})" if hint.startswith("nearest") else ""
        return f"{write.object} has no field {rule.target}{hint}: it is not written."
    if not (live.updateable or (write.kind in MADE and live.createable)):
        return f"Our user may not write {write.object}.{rule.target}: it is left alone."
    spec = WRITE_PATHS[write.kind].get(rule.inputs[0]) if rule.inputs else None
    if spec is not None and is_refused(rule, spec, live.type):
        return f"{write.object}.{rule.target} is {live.type}, not {spec.type}: it is left alone."
    return ""


def _field(kind: Kind, rule: Rule, live: FieldSchema | None) -> WriteField:
    path = rule.inputs[0] if rule.inputs else ""
    spec = WRITE_PATHS[kind].get(path) if rule.source == "from" else None
    type_ = target_type(rule, spec)
    step = rule.step
    if step is None and spec is not None and spec.type is PathType.NUMBER:
        step = DEFAULT_STEP if type_ in ("int", "number", "percent") else None
    return WriteField(
        field=rule.target,
        path=path,
        inputs=rule.inputs,
        policy=rule.policy,
        shared=rule.policy != "kam" or not is_ours(kind, rule),
        step=step,
        null=rule.null,
        type=type_,
        required=rule.check.required,
        json=spec is not None and spec.type is PathType.JSON,
        joining=_joining(rule, type_, live),
    )


def _joining(rule: Rule, type_: str, live: FieldSchema | None) -> Joining | None:
    """Return how both sides' values become one: choices of many by item, texts by line."""
    if rule.policy != "merge":
        return None
    many = type_ == "list" or (live is not None and live.type is FieldType.MULTI_PICKLIST)
    longest = live.length if live is not None and not many else None
    return Joining("items" if many else "lines", longest)


def _take(rule: Rule, field: WriteField, live: FieldSchema | None, context: WriteContext) -> Take:
    raw = compile_source(rule)
    steps = _steps(rule, field, live, context)
    blank: JsonValue | Missing = None if rule.null == "clear" else MISSING

    def take(values: Row) -> JsonValue | Missing:
        value = raw(values)
        if value is not MISSING and not says_nothing(value, words=rule.source == "from"):
            for step in steps:
                value = step(value)
            if not says_nothing(value, words=False):
                return value
        value = MISSING if value is MISSING else None
        if field.required:
            raise Refused("KAM-2204", "is required and empty", whole_record=True)
        return MISSING if value is MISSING else blank

    return take


def _steps(
    rule: Rule, field: WriteField, live: FieldSchema | None, context: WriteContext
) -> list[Step]:
    if rule.ref is not None:
        return [_referred(rule.ref, required=field.required, context=context)]
    tz = zone(context.tz if rule.tz == "portal" else rule.tz) if rule.tz else None
    decode = _flat if field.type in _AS_TEXT else decoder(field.type, tz=tz, morning=True)
    steps = compile_steps(rule, decode)
    if field.type in _AS_TEXT:
        steps.insert(0, _flat)
    if field.json:
        steps.insert(1, lambda value: with_record_ids(str(value), context.resolve))
    if live is not None:
        steps.extend(fit_steps(live))
    return steps


def _flat(value: JsonValue) -> JsonValue:
    """Return text; amounts by their number, lists by semicolons, JSON compact and sorted."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return value["amount"]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ";".join(str(item) for item in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _referred(kind: Kind, *, required: bool, context: WriteContext) -> Step:
    def apply(value: JsonValue) -> JsonValue:
        ref = context.resolve(kind, str(value))
        if ref is None:
            message = f"points at a {kind} that this CRM does not hold"
            raise Refused("KAM-2206", message, whole_record=required)
        return ref

    return apply


def _problem(field: WriteField, error: ValueError) -> RowProblem:
    if isinstance(error, Refused):
        return RowProblem(field.field, error.code, str(error), error.whole_record)
    return RowProblem(field.field, "KAM-2201", f"cannot be written as {field.type}", field.required)
