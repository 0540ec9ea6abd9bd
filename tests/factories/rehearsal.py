"""An installation with something to do for every dry run there is: both CRMs served, one database.

Two connections that have written once; since then a customer was won in each CRM, a plan's
and the programme's workbook were edited, a survey arrived, and a conflict waits.
"""

from __future__ import annotations

import io
import json
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kam_connector.cli.edge import run
from kam_connector.store import open_store
from kam_connector.testing.store_conflicts import make_conflict
from kam_sandbox import people
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import Addresses, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from tests.factories.workbooks import cell_of, edited
from tests.faults.bodies import is_write
from tests.faults.skins import SKINS

__all__ = ["CONFIG", "Seen", "rehearse", "rehearsing"]

CONFIG = """
[connections.salesforce]
crm = "salesforce"
endpoint = "{salesforce}"
client_id = "sandbox"
client_secret = "env:KAM_TEST_SECRET"
[connections.hubspot]
crm = "hubspot"
endpoint = "{hubspot}"
access_token = "env:KAM_TEST_TOKEN"
[kam]
key_accounts = "name != null"
[rails]
quiet_minutes = 0
"""
_UNUSED = {"salesforce": "KAM_NPS__c", "hubspot": "kam_nps"}
"""A field of ours that an administrator deleted, and nothing was written to yet."""
_SETTLED_S = 2 * 3600.0
"""Both CRMs show by then what changed."""
_SURVEY = "account,date,score\nCompany 0,2026-10-12,9\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one dry run said and did."""

    code: int
    said: str
    requests: int
    writing: int
    """Of these, the ones that could write."""
    values: int
    """Values and records that changed in a CRM."""
    tables: frozenset[str]
    """Tables of ours whose rows changed."""
    files: frozenset[str]
    """Other files that changed, came or went."""


@contextmanager
def rehearsing(folder: Path) -> Iterator[tuple[World, dict[str, str]]]:
    """Prepare the installation in the current folder.

    Yields:
        The served world, and the words that a dry run takes: the runs and the conflict by name.
    """
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    for skin in SKINS.values():
        skin.populate(world)
    with running(world) as addresses:
        yield world, _prepared(folder, world, addresses)


def rehearse(world: World, folder: Path, words: str) -> Seen:
    """Do one dry run, and compare everything with what it was before."""
    asked = len(world.log.entries())
    values, tables, files = _history(world), _tables(folder), _files(folder)
    code, said = _ask(*shlex.split(words))
    log = world.log.entries()[asked:]
    now, files_now = _tables(folder), _files(folder)
    return Seen(
        code=code,
        said=said,
        requests=len(log),
        writing=sum(is_write(one["method"], one["path"], one["body"]) for one in log),
        values=_history(world) - values,
        tables=frozenset(name for name in now if now[name] != tables.get(name)),
        files=frozenset(
            name for name in files.keys() | files_now if files.get(name) != files_now.get(name)
        ),
    )


def _prepared(folder: Path, world: World, addresses: Addresses) -> dict[str, str]:
    text = CONFIG.format(salesforce=addresses.salesforce, hubspot=addresses.hubspot)
    (folder / "config.toml").write_text(text, "utf-8")
    words = {crm: _first_writing(crm) for crm in SKINS}
    _told("plan", "export", "Company 0", "-o", "plan.xlsx")
    _told("programme", "export", "-o", "programme.xlsx")
    edited(folder / "plan.xlsx", lambda book: _put(book["Competitors"], "Name", "Rival"))
    edited(folder / "programme.xlsx", lambda book: _put(book["Catalogue"], "Product line", "Pumps"))
    (folder / "nps.csv").write_text(_SURVEY, "utf-8")
    for crm, skin in SKINS.items():
        new = {"object": skin.names.account, "create": skin.customer(world, 7)}
        people.edit(world, crm, {"by": skin.person(world), **new})
        gone = {"kind": "schema_drift", "crm": crm, "object": skin.names.account}
        world.faults.schedule({**gone, "field": _UNUSED[crm], "change": "removed"})
        _told("crm", "provision", crm, "--dry-run")  # the org makes its own rows at the first look
    world.clock.advance(_SETTLED_S)
    account = next(world.salesforce.all("Account"))
    conflict = make_conflict(account.id, connection="salesforce")
    with closing(sqlite3.connect(folder / "kam.db")) as connection:
        connection.execute("UPDATE strength SET as_of = '2019-01-01'")
        connection.commit()
    with closing(open_store(f"sqlite:///{folder / 'kam.db'}")) as store:
        store.save_conflicts([conflict])
    return {**words, "conflict": conflict.id}


def _put(sheet: Any, title: str, value: str) -> None:
    cell_of(sheet, title, 2).value = value


def _first_writing(crm: str) -> str:
    shown = _told("sync", "preview", crm)["preview_id"]
    _told("connection", "enable-writes", crm)
    return str(_told("sync", "apply", shown)["run_id"])


def _told(*words: str) -> Any:
    code, said = _ask(*words)
    assert code == 0, said
    return json.loads(said)["data"]


def _ask(*words: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out):
        code = run([*words, "--json"])
    return code, out.getvalue()


def _history(world: World) -> int:
    return len(world.salesforce.history) + len(world.hubspot.history)


def _tables(folder: Path) -> dict[str, list[Any]]:
    """Return every row of every table, read behind the store's back."""
    with closing(sqlite3.connect(folder / "kam.db")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
        }


def _files(folder: Path) -> dict[str, str]:
    """Return a digest of every file beside the database's own."""
    return {
        str(one.relative_to(folder)): sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and not one.name.startswith("kam.db")
    }
