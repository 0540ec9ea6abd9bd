"""Writes the tables of the documentation from the code, between the marks in each page.

Run ``python docs/generate.py`` after a change of settings, commands, codes or paths; with
``--check`` nothing is written and the exit code says whether all pages are up to date.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from access_tables import commands_table, roles_table
from checklist import checklist_table
from command_tables import commands_list, common_options, exits_table
from journey_tables import gates_table, map_table, playbooks_table
from markdown import code, table
from promise_tables import limits_list, proofs_table
from pydantic import BaseModel
from signal_tables import kinds_table, life_table

from kam_connector.cli.codes import all_codes
from kam_connector.config import Config, Connection
from kam_connector.kam import settings as method
from kam_connector.kam.kpis.definitions import DEFINITIONS
from kam_connector.kam.settings.journey import JourneySettings
from kam_connector.kam.settings.kpis import KpiSettings
from kam_connector.kam.settings.playbooks import PlaybookSettings
from kam_connector.kam.settings.risks import RenewalRiskSettings, TenderReadinessSettings
from kam_connector.kam.settings.whitespace import WhitespaceSettings
from kam_connector.mapping import Mapping as MappingFile
from kam_connector.mapping import load_mapping, path_table, shipped_mapping_path
from kam_connector.mapping.formula_functions import ARITY
from kam_connector.mapping.rule import POLICIES
from kam_connector.mapping.transforms import TRANSFORMS
from kam_connector.model.kind import Kind
from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.model.paths import WRITE_PATHS
from kam_connector.model.provision import FieldSpec
from kam_connector.plugins import crm_names, find_crm
from kam_connector.reports.intake.fields import KINDS
from kam_connector.store.retention import RULES
from kam_hubspot import provision as hubspot
from kam_salesforce import provision as salesforce

DOCS = Path(__file__).parent
EXAMPLE = DOCS.parent / "config.example.toml"
_BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_AREAS = {
    "1": "Configuration", "2": "Mapping", "3": "CRM answers and data", "4": "Web",
    "5": "Safety rails", "6": "Storage", "7": "Commands and runs",
}  # fmt: skip


def rendered(page: str) -> str:
    """Return a page with every generated block filled anew."""
    return _BLOCK.sub(lambda m: f"{m[1]}\n{BLOCKS[m[2]]()}\n\n{m[3]}", page)


# -- settings -------------------------------------------------------------------------------


def settings_table() -> str:
    """Return all settings of config.toml; what they mean stands in the example."""
    rows = [
        (code(f"{section}.{name}"), code(_default(value)), _said(section, name))
        for section, name, value in _settings(Config(), "")
    ]
    return table(("setting", "default", "meaning"), rows)


def connection_table() -> str:
    """Return the settings of a connection: shared ones, then each adapter's own."""
    shared = [
        (code(name), "every", code(_default(one.default)), _said("connections.emea", name))
        for name, one in Connection.model_fields.items()
    ]
    own = [
        (code(one.name), crm, code(_field_default(one)), meaning)
        for crm in crm_names()
        for one, meaning in _documented(find_crm(crm).settings_type)
    ]
    return table(("setting", "CRM", "default", "meaning"), [*shared, *own])


def _settings(model: BaseModel, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _settings(value, f"{prefix}.{name}" if prefix else name)
        elif name != "connections":
            yield prefix, name, value


def _said(section: str, name: str) -> str:
    """Return the comment that the example puts behind a setting, or under a table's head."""
    text = EXAMPLE.read_text(encoding="utf-8")
    head = re.search(rf"^\[{re.escape(section)}\.{name}\] *# *(.*)$", text, re.MULTILINE)
    if head:
        return head[1]
    body = text.partition(f"\n[{section}]")[2].partition("\n[")[0]
    found = re.search(
        rf"^(?:# )?{name} = .*?[\"\w.\]] +# *(.*(?:\n {{20,}}# .*)*)", body, re.MULTILINE
    )
    return re.sub(r"\s+# ", " ", found[1]) if found else ""


def _default(value: object) -> str:
    match value:
        case None | () | Mapping():
            return ""
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case float():
            return f"{value:g}"
        case tuple():
            return f"[{', '.join(map(_default, value))}]"
    return "" if repr(value) == "PydanticUndefined" else str(value)


def _field_default(one: Any) -> str:
    return "" if one.default is MISSING else _default(one.default)


def _documented(kind: type) -> list[tuple[Any, str]]:
    """Return a dataclass's fields, each with the sentence under it."""
    (body,) = ast.parse(inspect.getsource(kind)).body
    notes: dict[str, str] = {}
    name = ""
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)):
                notes[name] = ""
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                notes[name] = text.replace("``", "`")
    return [(one, notes.get(one.name, "")) for one in fields(kind)]


# -- the method -----------------------------------------------------------------------------


def method_table(kind: type) -> Callable[[], str]:
    """Return a block with every number of one part of the method and where it comes from.

    A sentence under several fields speaks of all of them.
    """

    def block() -> str:
        standard, note, rows = kind(), "", []
        for one, said in reversed(_documented(kind)):
            note = said or note
            rows.append((code(one.name), _shown(getattr(standard, one.name)), note))
        return table(("number", "value", "where it comes from"), reversed(rows))

    return block


def kpi_table() -> str:
    """Return every key figure: what it is called, its family, and how it adds up over a tree."""
    rows = [
        (
            code(one.key),
            one.label,
            one.family.value,
            "portfolio" if one.portfolio else one.roll.value,
            "up" if one.higher_is_better else "down",
        )
        for one in DEFINITIONS.values()
    ]
    return table(("figure", "meaning", "family", "of a tree", "good"), rows)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_shown(key)} {_shown(one)}" for key, one in value.items())
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return " to ".join(map(_shown, value)) if len(value) == 2 else ", ".join(map(_shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def retention_table() -> str:
    """Return every table of the store with its class and what stays or goes with what."""
    rows = [
        (code(name), rule.kept.value, code(rule.aged_by) if rule.aged_by else "", rule.note)
        for name, rule in sorted(RULES.items(), key=lambda one: (one[1].kept.value, one[0]))
    ]
    return table(("table", "class", "aged by", "besides"), rows)


# -- mappings -------------------------------------------------------------------------------


def paths_table(direction: str) -> Callable[[], str]:
    """Return a block with the KAM paths of one direction."""

    def block() -> str:
        rows = [
            (row.kind, code(row.path), row.type, row.meaning)
            for row in path_table()
            if row.direction == direction
        ]
        return table(("kind", "path", "type", "meaning"), rows)

    return block


def transforms_table() -> str:
    """Return what ``via`` may name."""
    rows = [
        (code(f"{{ {name} = 255 }}" if one.takes_number else f'"{name}"'), one.meaning)
        for name, one in TRANSFORMS.items()
    ]
    return table(("transform", "gives"), rows)


def policies_table() -> str:
    """Return the conflict policies."""
    return table(("policy", "meaning"), [(code(name), text) for name, text in POLICIES.items()])


def functions_line() -> str:
    """Return the functions that a formula may call."""
    return ", ".join(code(name) for name in sorted(ARITY)) + "."


def written_table() -> str:
    """Return the CRM fields that the shipped mappings write."""
    rows = [
        row for crm in crm_names() for row in _written(crm, load_mapping(shipped_mapping_path(crm)))
    ]
    return table(("CRM", "object", "field", "type", "value", "shared with people"), rows)


def _written(crm: str, mapping: MappingFile) -> Iterator[Sequence[str]]:
    for write in mapping.writes:
        for rule in write.rules:
            value = ", ".join(map(code, rule.inputs)) or "a constant"
            shared = "" if rule.policy == "kam" else f"yes: `{rule.policy}`"
            kind = rule.type or _path_type(write.kind, rule.inputs)
            yield crm, write.object, code(rule.target), kind, value, shared


def fields_table(crm: str, adapter: Any, type_of: Callable[[FieldSpec], str]) -> str:
    """Return our fields in a CRM, with what an administrator wants to know of each."""
    written = load_mapping(shipped_mapping_path(crm)).writes
    shared = {
        (one.kind, rule.target) for one in written for rule in one.rules if rule.policy != "kam"
    }
    rows = [
        (
            adapter.OBJECTS[one.kind],
            code(adapter.field_name(one)),
            type_of(one),
            one.description,
            "yes" if (one.kind, adapter.field_name(one)) in shared else "",
        )
        for one in OUR_FIELDS
        if one.kind in adapter.OBJECTS
    ]
    return table(("object", "field", "type", "what it holds", "people may edit it"), rows)


def _hubspot_type(one: FieldSpec) -> str:
    body = hubspot.property_body(one)
    unique = ", unique" if body.get("hasUniqueValue") else ""
    return f"{body['type']} ({body['fieldType']}{unique})"


def _salesforce_type(one: FieldSpec) -> str:
    metadata = salesforce.custom_field(one)
    size = metadata.get("length") or metadata.get("precision")
    unique = ", unique external id" if metadata.get("unique") else ""
    return f"{metadata['type']}{f' ({size})' if size else ''}{unique}"


def _path_type(kind: Kind, paths: Sequence[str]) -> str:
    """Return the type of the one path behind a rule; a constant or several make a text."""
    return str(WRITE_PATHS[kind][paths[0]].type) if len(paths) == 1 else "text"


# -- errors and commands --------------------------------------------------------------------


def codes_tables() -> str:
    """Return all stable codes by area."""
    codes = all_codes()
    parts = []
    for digit, title in _AREAS.items():
        rows = [(code(one), text) for one, text in codes.items() if one[4] == digit]
        if rows:
            parts.append(f"## KAM-{digit}xxx: {title}\n\n{table(('code', 'meaning'), rows)}")
    return "\n\n".join(parts)


def extensions_table() -> str:
    """Return the entry points that our own distribution registers."""
    groups = ("kam_connector.crms", "kam_connector.jobs", "kam_connector.commands")
    rows = [
        (code(group), code(point.name), code(point.value))
        for group in groups
        for point in sorted(entry_points(group=group))
        if point.dist and point.dist.name == "kam-connector"
    ]
    return table(("group", "name", "object"), rows)


def import_kinds_table() -> str:
    """Return what each kind of file may hold."""
    parts = []
    for kind in KINDS.values():
        rows = [
            (
                code(one.name),
                one.says + (" (required)" if one.required else ""),
                one.meaning.value,
                ", ".join(one.names[:4]),
                ", ".join(one.french[:4]),
            )
            for one in kind.fields
        ]
        head = ("field", "what it says", "read as", "also called", "in French")
        parts += [f"**{kind.name}**: {kind.says}.", "", table(head, rows), ""]
    return "\n".join(parts).rstrip()


BLOCKS: Mapping[str, Callable[[], str]] = {
    "settings": settings_table,
    "retention": retention_table,
    "connection-settings": connection_table,
    "strength": method_table(method.StrengthSettings),
    "health": method_table(method.HealthSettings),
    "signals": method_table(method.SignalSettings),
    "signal-kinds": kinds_table,
    "signal-life": life_table,
    "actions": method_table(method.ActionSettings),
    "selection": method_table(method.SelectionSettings),
    "paths-read": paths_table("read"),
    "paths-write": paths_table("write"),
    "transforms": transforms_table,
    "policies": policies_table,
    "functions": functions_line,
    "written": written_table,
    "salesforce-fields": partial(fields_table, "salesforce", salesforce, _salesforce_type),
    "hubspot-fields": partial(fields_table, "hubspot", hubspot, _hubspot_type),
    "codes": codes_tables,
    "exits": exits_table,
    "common-options": common_options,
    "commands": commands_list,
    "extensions": extensions_table,
    "checklist": checklist_table,
    "access-commands": commands_table,
    "access-roles": roles_table,
    "guarantees": proofs_table,
    "guarantee-limits": limits_list,
    "gates": gates_table,
    "playbooks": playbooks_table,
    "touchpoints": map_table,
    "journey": method_table(JourneySettings),
    "playbook-numbers": method_table(PlaybookSettings),
    "import-kinds": import_kinds_table,
    "whitespace": method_table(WhitespaceSettings),
    "renewal-risk": method_table(RenewalRiskSettings),
    "tender-readiness": method_table(TenderReadinessSettings),
    "kpis": kpi_table,
    "kpi-numbers": method_table(KpiSettings),
}


def main(arguments: Sequence[str]) -> int:
    """Write all pages; with ``--check``, only say which are old."""
    old = []
    for path in sorted(DOCS.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        fresh = rendered(page)
        if fresh != page:
            old.append(path.name)
            if "--check" not in arguments:
                path.write_text(fresh, encoding="utf-8")
    sys.stdout.write(f"{len(old)} pages were old {' '.join(old)}".rstrip() + "\n")
    return 1 if old and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
