"""The house's rules that no other tool checks: sizes, names, shapes, words."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

PACKAGES = ("kam_connector", "kam_salesforce", "kam_hubspot", "kam_jobs", "kam_sandbox")
ROOTS = {name: Path(str(import_module(name).__file__)).parent for name in PACKAGES}
MODULES = sorted(path for root in ROOTS.values() for path in root.rglob("*.py"))
CORE = sorted(ROOTS["kam_connector"].rglob("*.py"))
PACKAGE_FILES = [path for path in MODULES if path.name == "__init__.py"]

MAX_LINES = 400
MAX_FUNCTION_LINES = 50
NO_IDEA = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
CRM_NAMES = re.compile(r"salesforce|hubspot", re.IGNORECASE)
ONLY_IN_ONE_ADAPTER = {
    "access.py": "Salesforce grants each field by itself, in a permission set",
    "ahead.py": "a page of thousands of rows takes as long to read as to store",
    "api.py": "simple-salesforce reads JSON slowly, and money as floats",
    "bulk_ingest.py": "thousands of changes as one job, with a result for each",
    "bulk_jobs.py": "Salesforce reads and writes in bulk through jobs; HubSpot has no such API",
    "bulk_pages.py": "the result of such a job comes as CSV, page by page",
    "bulk_place.py": "a job's result has no order: where it stands is more than an id",
    "bulk_query.py": "a first pull as one job",
    "bulk_rows.py": "such a job takes its rows as CSV, where null and untouched differ",
    "dated.py": "HubSpot's API has dated paths; the vendor's client knows older ones only",
    "heirs.py": "a write to a record that was merged away lands on its heir; Salesforce refuses it",
    "history.py": "what lies under a value of ours, asked after each write",
    "holders.py": "who holds a key where a portal allows no unique property",
    "keyed.py": "HubSpot upserts where a property is unique, and links records in calls apart",
    "labels.py": "HubSpot has no property for whom a contact reports to",
    "reporting.py": "the label that stands for such a property is written beside the record",
    "linking.py": "records are linked by typed associations, not by fields",
    "unmoved.py": "HubSpot has no conditional write: its history tells who was faster",
    "probe.py": "whom our user may give tasks to depends on sharing, which no describe tells",
    "rest_query.py": "one of those two ways",
    "writer.py": "HubSpot's batches answer in their own order, by trace id",
    "versions.py": "Salesforce numbers its API; an org answers which numbers it speaks",
    "account_lists.py": "owners and rates are lists of a HubSpot account, not objects",
    "buckets.py": "HubSpot counts calls by the second and by ten; Salesforce by the day",
    "export_backfill.py": "a first pull as one export",
    "export_cells.py": "an export writes values as no listing does",
    "export_check.py": "an export is believed when it is whole",
    "export_files.py": "an export comes as files, some of them zipped",
    "export_jobs.py": "HubSpot exports one object at a time, a few dozen a day",
    "export_links.py": "an export tells links without their types",
    "export_place.py": "where an export stands is more than an id",
    "first_load.py": "HubSpot has two ways to read everything: a listing and an export",
    "journal.py": "only HubSpot keeps a journal of its events",
    "links.py": "typed associations are read apart from records, page by page",
    "managers.py": "whom a contact reports to is a label or a property of ours",
    "object_types.py": "HubSpot's events name objects by number",
    "stages.py": "what a stage means stands in its pipeline; in Salesforce on the record",
    "webhooks.py": "only HubSpot sends events to an address",
}


def short(path: Path) -> str:
    """Return a module's place in its package, for the test's name."""
    root = next(root for root in ROOTS.values() if path.is_relative_to(root))
    return str(path.relative_to(root.parent))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield all functions of a module."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def docstrings(tree: ast.Module) -> set[int]:
    """Return the identities of texts that stand alone: docstrings and notes under fields."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def words(tree: ast.Module) -> Iterator[str]:
    """Yield every identifier, imported name and text that is no docstring."""
    prose = docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in prose:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                yield name
            case ast.ImportFrom(module=str(name)) | ast.keyword(arg=str(name)):
                yield name


def comments(path: Path) -> list[str]:
    """Return the comments of a module; texts may hold a CRM's own word TODO."""
    with path.open("rb") as file:
        return [t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT]


def all_of(tree: ast.Module) -> list[str] | None:
    """Return a module's ``__all__``, if it has one."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return [str(name) for name in ast.literal_eval(value)]
    return None


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_files_are_one_idea(path: Path) -> None:
    """No file is longer than a reader's patience."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name != "versions"], ids=short)
def test_functions_are_one_step(path: Path) -> None:
    """No function is longer than a screen; a migration is one list of tables."""
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in functions(tree_of(path))
        if node.end_lineno and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_say_what_they_are(path: Path) -> None:
    """Each begins with a sentence."""
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_nothing_is_left_for_later(path: Path) -> None:
    """What is not done stands in an issue, not in the code."""
    assert [one for one in comments(path) if re.search(r"TODO|FIXME|XXX|HACK", one)] == []


def test_every_module_is_named_after_its_idea() -> None:
    """A drawer for everything is a drawer for nothing."""
    named = {part for path in MODULES for part in Path(short(path)).with_suffix("").parts}
    assert named & NO_IDEA == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_public_names_are_sorted(path: Path) -> None:
    """A list of names is read by eye: capitals first, then by letter, each once."""
    named = all_of(tree_of(path)) or []
    order = sorted(set(named), key=lambda n: (not n.isupper(), not n[:1].isupper(), n))
    assert named == order


@pytest.mark.parametrize("path", [p for p in PACKAGE_FILES if all_of(tree_of(p))], ids=short)
def test_public_names_of_packages_exist(path: Path) -> None:
    """What a package offers is there."""
    package = import_module(".".join(Path(short(path)).parent.parts))
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


@pytest.mark.parametrize("path", CORE, ids=short)
def test_the_core_names_no_crm(path: Path) -> None:
    """A third CRM needs no change in the core; prose may name where a fact comes from."""
    assert [text for text in words(tree_of(path)) if CRM_NAMES.search(text)] == []


def test_adapters_have_the_same_files() -> None:
    """Who knows one adapter finds their way in the other; a difference has its reason."""
    one = {path.name for path in ROOTS["kam_salesforce"].glob("*.py")}
    other = {path.name for path in ROOTS["kam_hubspot"].glob("*.py")}
    assert one ^ other == set(ONLY_IN_ONE_ADAPTER)
