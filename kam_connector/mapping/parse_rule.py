"""One entry of ``[x.read]`` or ``[x.write.fields]`` becomes a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from kam_connector.mapping.formula import FormulaRefused, compile_formula
from kam_connector.mapping.lines import KeyPath
from kam_connector.mapping.problem import nearest
from kam_connector.mapping.rule import POLICIES, SOURCES, Check, Rule, ValueMap
from kam_connector.mapping.section import Report, Section
from kam_connector.mapping.transforms import TRANSFORMS
from kam_connector.model.kind import Kind

__all__ = ["TYPES", "RuleDefaults", "parse_rule", "read_map"]

TYPES = ("text", "int", "number", "bool", "date", "datetime", "money", "list", "percent")
_LISTED = ("first", "join", "pair")


class RuleDefaults:
    """What a rule takes from its file when it does not say it itself."""

    def __init__(
        self, *, null: str, policy: str, reading: bool, maps: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.null = null
        self.policy = policy
        self.reading = reading
        self.maps = maps


def parse_rule(
    target: str, raw: object, path: KeyPath, defaults: RuleDefaults, report: Report
) -> Rule | None:
    """Return the rule, or None after noting what is wrong."""
    key = ".".join(str(part) for part in path)
    plain = Rule(
        target=target,
        key=key,
        line=report.line(path),
        source="from",
        null=defaults.null,
        policy=defaults.policy,
    )
    if isinstance(raw, str):
        return replace(plain, inputs=(raw,))
    if not isinstance(raw, dict):
        report.add("KAM-2003", path, "a rule is a text (the source) or a table")
        return None
    before = len(report.problems)
    section = Section(raw, path, report)
    rule = _fill(section, _with_source(section, plain), defaults)
    section.finish()
    return rule if len(report.problems) == before else None


def read_map(section: Section) -> dict[str, str]:
    """Return a map's entries as text, the fallback under ``"*"``."""
    entries: dict[str, str] = {}
    for name in section.keys():  # noqa: SIM118 (a method, not a dict)
        value = section.raw(name)
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, str | int):
            entries[name] = str(value)
        else:
            section.bad(name, "a map translates texts into texts")
    return entries


def _with_source(section: Section, rule: Rule) -> Rule:
    named = [name for name in SOURCES if section.raw(name) is not None]
    if len(named) != 1:
        found = f"found {', '.join(named)}" if named else "found none"
        section.report.add(
            "KAM-2005",
            section.path,
            f"a rule needs exactly one source; {found}",
            f"one of {', '.join(SOURCES)}",
        )
        return rule
    source = named[0]
    rule = replace(rule, source=source)
    if source == "value":
        return replace(rule, value=_constant(section))
    if source == "formula":
        return _formula(section, rule)
    inputs = section.texts(source) if source in _LISTED else (section.text(source),)
    if not all(inputs) or not inputs:
        section.bad(source, "names no source")
    return replace(rule, inputs=inputs)


def _constant(section: Section) -> str | int | bool:
    value = section.raw("value")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int | bool):
        return value
    section.bad("value", "must be a text, a number, true or false")
    return ""


def _formula(section: Section, rule: Rule) -> Rule:
    text = section.text("formula")
    try:
        formula = compile_formula(text)
    except FormulaRefused as error:
        section.bad("formula", str(error), code="KAM-2010")
        return rule
    return replace(rule, formula=text, inputs=formula.names)


def _fill(section: Section, rule: Rule, defaults: RuleDefaults) -> Rule:
    policy = _policy(section)
    filled = replace(
        rule,
        via=_via(section),
        map=_map(section, defaults),
        type=section.choice("type", TYPES, ""),
        currency=section.text("currency"),
        tz=section.text("tz"),
        ref=_ref(section),
        null=section.choice("null", ("keep", "clear"), rule.null),
        policy=policy or rule.policy,
        stated_policy=bool(policy),
        optional=section.flag("optional"),
        check=_check(section),
    )
    if defaults.reading:
        return _fill_read(section, filled)
    return replace(filled, step=section.number("step"), opinion=section.flag("opinion"))


def _fill_read(section: Section, rule: Rule) -> Rule:
    type_id = section.integer("type_id")
    if rule.source == "association" and type_id is None:
        section.bad(
            "association",
            "an association needs its type_id",
            "type ids, never labels",
            code="KAM-2004",
        )
    sep = section.raw("sep")
    if sep is not None and not isinstance(sep, str):
        section.bad("sep", "must be a text")
        sep = None
    # A link stands outside its record: no CRM promises that it moves the record's timestamp.
    sweep = section.flag("sweep", default=rule.source == "association")
    return replace(rule, type_id=type_id, sep=sep, sweep=sweep)


def _policy(section: Section) -> str:
    return section.choice("conflict", tuple(POLICIES), "")


def _via(section: Section) -> tuple[tuple[str, int | None], ...]:
    raw = section.raw("via")
    if raw is None:
        return ()
    if not isinstance(raw, list):
        section.bad("via", 'must be a list: ["trim", { truncate = 255 }]')
        return ()
    return tuple(step for item in raw for step in _step(section, item))


def _step(section: Section, item: object) -> list[tuple[str, int | None]]:
    pairs = item.items() if isinstance(item, dict) else [(item, None)]
    steps: list[tuple[str, int | None]] = []
    for name, number in pairs:
        if not isinstance(name, str) or name not in TRANSFORMS:
            section.bad(
                "via",
                f'unknown transform "{name}"',
                nearest(str(name), TRANSFORMS),
                code="KAM-2006",
            )
        elif not TRANSFORMS[name].takes_number and number is None:
            steps.append((name, None))
        elif TRANSFORMS[name].takes_number and isinstance(number, int) and number > 0:
            steps.append((name, number))
        else:
            wanted = f"{{ {name} = 255 }}" if TRANSFORMS[name].takes_number else f'"{name}"'
            section.bad("via", f'"{name}" is written {wanted}')
    return steps


def _map(section: Section, defaults: RuleDefaults) -> ValueMap | None:
    raw = section.raw("map")
    if raw is None:
        return None
    if isinstance(raw, str):
        if raw not in defaults.maps:
            section.bad(
                "map", f"there is no [maps.{raw}]", nearest(raw, defaults.maps), code="KAM-2007"
            )
            return None
        return _named(defaults.maps[raw], reading=defaults.reading)
    inner = section.table("map")
    return _split(read_map(inner)) if inner else None


def _named(entries: Mapping[str, str], *, reading: bool) -> ValueMap:
    """Named maps say CRM value = KAM value; a write rule uses them backwards."""
    forward = _split(entries)
    return forward if reading else forward.inverted()


def _split(entries: Mapping[str, str]) -> ValueMap:
    rest = {key: value for key, value in entries.items() if key != "*"}
    return ValueMap(entries=rest, fallback=entries.get("*"))


def _ref(section: Section) -> Kind | None:
    kinds = (
        "account", "contact", "opportunity", "user", "contract", "product", "plan", "objective",
    )  # fmt: skip
    named = section.choice("ref", kinds, "")
    return Kind(named) if named else None


def _check(section: Section) -> Check:
    required = section.flag("required")
    inner = section.table("check")
    if inner is None:
        return Check(required=required)
    pattern = inner.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        inner.bad("pattern", f"is no regular expression: {error}")
        pattern = ""
    check = Check(
        required=inner.flag("required", default=required),
        min=inner.number("min"),
        max=inner.number("max"),
        pattern=pattern or None,
        one_of=inner.texts("one_of"),
        max_length=inner.integer("max_length"),
    )
    inner.finish()
    return check
