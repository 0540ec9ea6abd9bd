"""Mapping files are read here, once, and nowhere else."""

from __future__ import annotations

import re
import tomllib
from collections import abc
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from kam_connector.mapping.check import check_mapping
from kam_connector.mapping.lines import find_lines
from kam_connector.mapping.parse_made import parse_made
from kam_connector.mapping.parse_rule import read_map
from kam_connector.mapping.parse_sections import (
    SourceDefaults,
    parse_budget,
    parse_source,
    parse_span,
    parse_write,
)
from kam_connector.mapping.problem import MappingInvalid, Problem, nearest
from kam_connector.mapping.rule import ASKING, POLICIES
from kam_connector.mapping.section import Report, Section
from kam_connector.mapping.sources import rule_fields
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.model.kind import MADE, Kind

__all__ = ["load_mapping", "parse_mapping", "shipped_mapping_path"]

MAX_BYTES = 1 << 20  # trust.md C21: 1 MiB, a thousand times a real mapping
_SINGLE = (Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, Kind.OPPORTUNITY_ROLE, Kind.USER)
_BESIDE = (
    Kind.ACTIVITY,
    Kind.CASE,
    Kind.CONTRACT,
    Kind.TEAM_MEMBER,
    Kind.PRODUCT,
    Kind.LINE_ITEM,
    Kind.AFFILIATION,
    Kind.CURRENCY_RATE,
)
"""Kinds that are only read; several objects may feed one: ``[case]``, or ``[[case]]`` each."""
_WRITTEN = (Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, *MADE)
_NEVER: abc.Mapping[str, Iterable[str]] = {}
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


def load_mapping(
    path: Path, *, crm: str | None = None, never: abc.Mapping[str, Iterable[str]] = _NEVER
) -> Mapping:
    """Read a mapping file and check it as far as that goes without a CRM.

    Args:
        path: The file.
        crm: The CRM of the connection that it is read for, if it is read for one.
        never: Fields by object that its adapter never writes; of all objects under "".

    Raises:
        MappingInvalid: The file is missing, unreadable or wrong; all problems together.
    """
    name = path.name
    if path.suffix != ".toml":
        raise _whole(name, "KAM-2019", "a mapping file ends in .toml", "rename or convert it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _whole(name, "KAM-2011", "larger than 1 MiB")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        hint = "correct  mapping = ...  of the connection, or leave it out for the shipped one"
        raise _whole(str(path), "KAM-2000", "there is no such mapping file", hint) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, ValueError) else error.strerror or ""
        raise _whole(str(path), "KAM-2000", f"cannot be read: {reason}") from error
    mapping = parse_mapping(text, name=name)
    protected = {
        write.kind: [*never.get("", ()), *never.get(write.object, ())] for write in mapping.writes
    }
    found = check_mapping(mapping, crm=crm, protected=protected)
    serious = [problem for problem in found if problem.serious]
    if serious:
        raise MappingInvalid(serious)
    return mapping


def parse_mapping(text: str, *, name: str) -> Mapping:
    """Return the mapping that a TOML text describes; *name* appears in messages.

    Raises:
        MappingInvalid: All problems of the text together.
    """
    if len(text.encode()) > MAX_BYTES:
        raise _whole(name, "KAM-2011", "larger than 1 MiB")
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        message = _AT_LINE.sub("", str(error))
        raise _whole(name, "KAM-2001", message, line=int(at[1]) if at else 0) from error
    except RecursionError as error:
        raise _whole(name, "KAM-2011", "nested too deeply") from error
    report = Report(name, find_lines(text))
    mapping = _parse(Section(table, (), report), name)
    if report.problems:
        raise MappingInvalid(
            sorted(dict.fromkeys(report.problems), key=lambda problem: problem.line)
        )
    return mapping


def shipped_mapping_path(crm: str) -> Path:
    """Return where the mapping that ships with the product stands, installed or in the tree."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "mappings" / f"{crm}.toml"
    return packaged if packaged.exists() else package.parent / "mappings" / f"{crm}.toml"


def _whole(name: str, code: str, message: str, hint: str = "", line: int = 0) -> MappingInvalid:
    return MappingInvalid(
        [Problem(file=name, line=line, key="", message=message, hint=hint, code=code)]
    )


def _parse(root: Section, name: str) -> Mapping:
    if root.integer("format") != 1:
        root.bad("format", "format = 1 is the only one known")
    crm = root.text("crm")
    if not crm:
        root.bad("crm", "the CRM's name is missing", code="KAM-2004")
    on_error, on_drift, defaults = _defaults(root)
    scope = root.table("scope") or Section({}, (), root.report)
    sources, writes = _objects(root, defaults)
    owners = root.table("owners") or Section({}, ("owners",), root.report)
    owners.choice("inactive", ("handover",), "handover")  # never silently to another desk
    mapping = Mapping(
        name=name,
        crm=crm,
        on_error=on_error,
        on_drift=on_drift,
        scope=scope.text("write"),
        scope_line=root.report.line(("scope", "write")),
        sources=sources,
        writes=writes,
        maps=defaults.maps,
        protected=_protected(root),
        owners_match=owners.texts("match") or ("email",),
        budget=parse_budget(root.table("budget")),
    )
    _check_owners(owners, mapping)
    for section in (scope, owners, root):
        section.finish()
    return mapping


def _check_owners(owners: Section, mapping: Mapping) -> None:
    """Refuse to match by what is not read of a user: nobody would ever match."""
    users = mapping.source_of(Kind.USER)
    if users is None:
        return
    known = {name for rule in users.rules for name in (rule.target, *rule_fields(rule))}
    for name in owners.texts("match"):
        if name not in known:
            told = f'"{name}" is not read in [user.read]'
            owners.bad("match", told, nearest(name, known))


def _defaults(root: Section) -> tuple[str, str, SourceDefaults]:
    table = root.table("defaults") or Section({}, ("defaults",), root.report)
    account = root.table("account") or Section({}, ("account",), root.report)
    settle = parse_span(account, "settle", timedelta(0))
    policies = tuple(name for name in POLICIES if name not in ASKING)
    if (asked := table.text("conflict")) in ASKING:
        told = f'"{asked}" is no default: it is for values that people and we both keep'
        table.bad("conflict", told, "state it at each such rule of a write table", code="KAM-2008")
        table = Section({**table.as_table(), "conflict": "crm"}, table.path, table.report)
    defaults = SourceDefaults(
        cursor=table.text("cursor") or account.text("cursor"),
        settle=parse_span(table, "settle", settle),
        maps=_maps(root),
        null=table.choice("null", ("keep", "clear"), "keep"),
        policy=table.choice("conflict", policies, "crm"),
    )
    on_error = table.choice("on_error", ("quarantine", "skip_field", "fail"), "quarantine")
    on_drift = table.choice("on_drift", ("warn", "fail", "adopt"), "warn")
    table.finish()
    return on_error, on_drift, defaults


def _maps(root: Section) -> dict[str, dict[str, str]]:
    tables = root.table("maps")
    if tables is None:
        return {}
    inner = {name: tables.table(name) for name in tables.keys()}  # noqa: SIM118
    return {name: read_map(table) for name, table in inner.items() if table is not None}


def _protected(root: Section) -> dict[Kind, frozenset[str]]:
    table = root.table("protected")
    if table is None:
        return {}
    found = {kind: frozenset(table.texts(kind)) for kind in _WRITTEN}
    table.finish()
    return found


def _objects(
    root: Section, defaults: SourceDefaults
) -> tuple[tuple[SourceMapping, ...], tuple[WriteMapping, ...]]:
    sources: list[SourceMapping] = []
    writes: list[WriteMapping] = []
    for kind in _SINGLE:
        section = root.table(kind)
        if section is None:
            continue
        if section.raw("object") is not None or section.raw("read") is not None:
            sources.append(parse_source(section, kind, defaults))
        write = section.table("write")
        if write is not None and kind in _WRITTEN:
            writes.append(parse_write(write, kind, defaults))
        section.finish()
    for kind in _BESIDE:
        for section in _one_or_several(root, kind):
            sources.append(parse_source(section, kind, defaults))
            section.finish()
    for kind in MADE:
        made = root.table(kind)
        parsed = parse_made(made, kind, defaults) if made is not None else None
        if parsed is not None:
            sources.append(parsed[0])
            writes.append(parsed[1])
    return tuple(sources), tuple(writes)


def _one_or_several(root: Section, kind: Kind) -> list[Section]:
    section = root.table(kind) if isinstance(root.raw(kind), dict) else None
    return root.tables(kind) if section is None else [section]
