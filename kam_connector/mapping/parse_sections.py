"""The tables around the rules: objects to read, objects to write, budget, owners."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from kam_connector.mapping.parse_rule import RuleDefaults, parse_rule
from kam_connector.mapping.rule import Rule
from kam_connector.mapping.section import Section
from kam_connector.mapping.spec import Budget, Guard, SourceMapping, WriteMapping
from kam_connector.model.batching import Api, Batching
from kam_connector.model.kind import MADE, Kind

__all__ = ["SourceDefaults", "parse_budget", "parse_rules", "parse_source", "parse_write"]

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDefaults:
    """A source without its own cursor or settle takes [defaults]', then [account]'s."""

    cursor: str = ""
    settle: timedelta = timedelta(0)
    maps: Mapping[str, Mapping[str, str]]
    null: str
    policy: str

    def rules(self, *, reading: bool) -> RuleDefaults:
        """Return the defaults of one direction; writing our own fields defaults to kam."""
        policy = self.policy if reading else "kam"
        return RuleDefaults(null=self.null, policy=policy, reading=reading, maps=self.maps)


def parse_rules(section: Section | None, defaults: RuleDefaults) -> tuple[Rule, ...]:
    """Return the rules of ``[x.read]`` or ``[x.write.fields]``."""
    if section is None:
        return ()
    rules: list[Rule] = []
    for target in section.keys():  # noqa: SIM118 (a method, not a dict)
        raw = section.raw(target)
        rule = parse_rule(target, raw, (*section.path, target), defaults, section.report)
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def parse_source(section: Section, kind: Kind, defaults: SourceDefaults) -> SourceMapping:
    """Return one ``[account]``, ``[contact]`` ... or ``[[activity]]`` table."""
    object_ = section.text("object")
    if not object_:
        section.bad("object", "the CRM object to read is missing", code="KAM-2004")
    read = section.table("read")
    if read is None and kind not in MADE:
        section.bad("read", f"[{kind}.read] is missing", code="KAM-2004")
    source = SourceMapping(
        kind=kind,
        object=object_,
        cursor=section.text("cursor", defaults.cursor),
        settle=parse_span(section, "settle", defaults.settle),
        sweep=section.choice("sweep", ("daily", "weekly", "never"), "weekly"),
        delete=section.choice("delete", ("flag", "ignore"), "flag"),
        optional=section.flag("optional"),
        rules=parse_rules(read, defaults.rules(reading=True)),
        key=".".join(str(part) for part in section.path),
        line=section.line,
    )
    if not source.cursor:
        section.bad(
            "cursor", "no cursor field here, in [defaults] or in [account]", code="KAM-2004"
        )
    return source


def parse_span(section: Section, key: str, default: timedelta) -> timedelta:
    """Return ``"5m"``, ``"1h"`` ... as a length of time."""
    text = section.text(key)
    if not text:
        return default
    match = _SPAN.fullmatch(text)
    if match is None:
        section.bad(key, f'"{text}" is no length of time', 'written "30s", "5m", "1h" or "2d"')
        return default
    return timedelta(seconds=int(match[1]) * _UNIT_S[match[2]])


def parse_write(section: Section, kind: Kind, defaults: SourceDefaults) -> WriteMapping:
    """Return one ``[x.write]`` table."""
    for needed in ("object", "match"):
        if not section.text(needed):
            section.bad(needed, "is missing", code="KAM-2004")
    write = WriteMapping(
        kind=kind,
        object=section.text("object"),
        match=section.text("match"),
        rules=_write_rules(section, kind, defaults),
        batching=_batching(section.table("batch")),
        guard=_guard(section.table("guard")),
        associate=_associate(section),
        max_open_per_owner=section.integer("max_open_per_owner"),
        optional=section.flag("optional"),
        key=".".join(str(part) for part in section.path),
        line=section.line,
    )
    section.finish()
    return write


def _batching(section: Section | None) -> Batching:
    if section is None:
        return Batching()
    api = Api(section.choice("api", [one.value for one in Api], Api.AUTO.value))
    size, bulk_from = (_count(section, key) for key in ("size", "bulk_from"))
    if api is not Api.AUTO and bulk_from is not None:
        section.bad("bulk_from", f'decides nothing beside api = "{api}"', 'api = "auto"')
    section.finish()
    return Batching(api=api, size=size, bulk_from=bulk_from)


def _count(section: Section, key: str) -> int | None:
    value = section.integer(key)
    if value is None or value > 0:
        return value
    section.bad(key, "must be 1 or more")
    return None


def _write_rules(section: Section, kind: Kind, defaults: SourceDefaults) -> tuple[Rule, ...]:
    fields = section.table("fields")
    if fields is None:
        section.bad("fields", f"[{kind}.write.fields] is missing", code="KAM-2004")
    return parse_rules(fields, defaults.rules(reading=False))


def _guard(section: Section | None) -> Guard:
    if section is None:
        return Guard()
    plain = Guard()
    ratio = section.number("max_ratio")
    records = section.integer("max_records")
    clears = section.integer("max_clears")
    section.finish()
    return replace(
        plain,
        max_ratio=plain.max_ratio if ratio is None else ratio,
        max_records=plain.max_records if records is None else records,
        max_clears=plain.max_clears if clears is None else clears,
    )


def _associate(section: Section) -> tuple[tuple[str, int], ...]:
    links: list[tuple[str, int]] = []
    for link in section.tables("associate"):
        to, type_id = link.text("to"), link.integer("type_id")
        if to and type_id is not None:
            links.append((to, type_id))
        else:
            link.bad("to", "an association is { to = KAM path, type_id = number }")
        link.finish()
    return tuple(links)


def parse_budget(section: Section | None) -> Budget:
    """Return ``[budget]``: shares as ``"20%"``, or calls as a number."""
    if section is None:
        return Budget()
    calls = section.raw("calls_per_day")
    budget = Budget(
        calls=calls if isinstance(calls, int) else None,
        calls_share=None
        if calls is None or isinstance(calls, int)
        else _share(section, "calls_per_day"),
        reserve_share=_share(section, "reserve") or Decimal(0),
        burst=section.integer("burst"),
        search=section.integer("search"),
    )
    section.finish()
    return budget


def _share(section: Section, key: str) -> Decimal | None:
    text = section.text(key)
    if not text:
        return None
    match = _PERCENT.fullmatch(text)
    if match is None or Decimal(match[1]) > 100:
        section.bad(key, f'"{text}" is no share', 'written "20%"')
        return None
    return Decimal(match[1]) / 100
