"""A database that is full, locked, read-only or damaged: told once, and nothing half done (G20)."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.store import database
from kam_connector.testing import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate
from tests.guarantees import Figures

CONFIG = """
[connections.emea]
crm = "memory"
mapping = "memory.toml"
[kam]
key_accounts = "segment = 'A'"
"""
FILE = Path("kam.db")
Ask = Callable[..., tuple[int, str, str]]
Setting = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSettings:
    """A CRM in memory needs none."""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with one connection to a CRM of three key accounts."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)

    class Found:
        settings_type = NoSettings

        def open(self, _name: str, _settings: NoSettings, **_more: object) -> MemoryCrm:
            return crm

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plugins, "find_crm", lambda _name: Found())
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_S", 0.05)
    Path("config.toml").write_text(CONFIG, "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")


@pytest.fixture(name="ask")
def _ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command; return its exit code, its error's code and the error's words."""

    def ask(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*words, "--json"])
        error: dict[str, Any] = json.loads(capsys.readouterr().out)["error"] or {}
        return code, error.get("code", ""), f"{error.get('message')} {error.get('hint')}"

    return ask


@pytest.fixture(name="each_connection")
def _each_connection(monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Set something on every connection that is opened from now on."""
    prepare = database._prepare

    def set_(pragma: str) -> None:
        def prepared(connection: sqlite3.Connection, record: object) -> None:
            prepare(connection, record)
            if pragma:
                connection.execute(f"PRAGMA {pragma}").fetchall()

        monkeypatch.setattr(database, "_prepare", prepared)

    return set_


def rows(query: str) -> list[tuple[Any, ...]]:
    """Read the file behind the store's back."""
    with closing(sqlite3.connect(FILE)) as connection:
        return connection.execute(query).fetchall()


def kept() -> tuple[Any, ...]:
    """Return what a run leaves, without when and by which run."""
    return (
        rows("SELECT source, ref, doc, dirty FROM staged ORDER BY 1, 2"),
        rows("SELECT source, stream, since, ref FROM stream_cursor ORDER BY 1, 2"),
        rows("SELECT kind, ref, kam_id FROM agreed ORDER BY 1, 2"),
        rows("SELECT changes FROM preview WHERE state IN ('open', 'held')"),
    )


@pytest.mark.guarantee("G20", "INV2")
def test_a_disk_that_is_full_at_any_page_leaves_whole_transactions(
    ask: Ask, each_connection: Setting, figure: Figures
) -> None:
    """A run fails at each size it outgrows: told, no page half in, and with room it ends right."""
    assert ask("match", "list")[0] == 0  # creates the tables
    shutil.copy(FILE, "empty.db")
    assert ask("sync", "run")[0] == 0
    whole = kept()
    ((empty,),) = sqlite3.connect("empty.db").execute("PRAGMA page_count").fetchall()
    ((full,),) = rows("PRAGMA page_count")
    told = [_fill(pages, ask, each_connection) for pages in range(empty, full)]
    halves = [pages for pages, _, sound, after in told if not sound or after != whole]
    codes = {said for _, said, _, _ in told}
    said = ", ".join(f"exit {code} and {name}" for code, name in sorted(codes))
    words = f"{len(told)} runs on a disk that fills up: {len(halves)} half states, told by {said}"
    figure("G20", words, met=bool(told) and not halves and codes == {(1, "KAM-6005")})


def _fill(pages: int, ask: Ask, set_: Setting) -> tuple[int, tuple[int, str], bool, Any]:
    """Run on a disk with room for so many pages, and again with room for all."""
    shutil.copy("empty.db", FILE)
    set_(f"max_page_count = {pages}")
    code, said, words = ask("sync", "run")
    assert "free space" in words
    ((sound,),) = rows("PRAGMA quick_check")
    staged = {source for (source,) in rows("SELECT DISTINCT source FROM staged")}
    moved = {source for (source,) in rows("SELECT DISTINCT source FROM stream_cursor")}
    set_("max_page_count = 1000000")
    again = ask("sync", "run")[0]
    return pages, (code, said), sound == "ok" and staged <= moved and not again, kept()


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("words", [("sync", "run"), ("connection", "pause", "emea")])
def test_a_database_held_by_another_program_is_told_and_left_alone(
    words: tuple[str, ...], ask: Ask
) -> None:
    """Exit code, code, and that trying again helps; then it works."""
    assert ask("sync", "run")[0] == 0
    before = kept()
    with closing(sqlite3.connect(FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, said, hint = ask(*words)
    assert (code, said, "try again" in hint) == (1, "KAM-6004", True)
    assert kept() == before
    assert ask(*words)[0] == 0


@pytest.mark.guarantee("G20")
def test_a_read_only_database_is_told_and_can_be_read(
    ask: Ask, each_connection: Setting, figure: Figures
) -> None:
    """``kam status`` works; a run says what to check, and changes nothing."""
    assert ask("sync", "run")[0] == 0
    before = FILE.read_bytes()
    each_connection("query_only = ON")
    assert ask("status")[0] == 0
    code, said, hint = ask("sync", "run")
    met = (code, said) == (1, "KAM-6006") and "rights" in hint and FILE.read_bytes() == before
    figure("G20", f"read-only: exit {code}, {said}, 0 bytes changed", met=met)


@pytest.mark.guarantee("G20")
def test_a_page_that_is_damaged_anywhere_is_found_and_told(ask: Ask, figure: Figures) -> None:
    """A page overwritten, wherever: the check names it, and no command breaks on it."""
    assert ask("sync", "run")[0] == 0
    sound = FILE.read_bytes()
    size = int(rows("PRAGMA page_size")[0][0])
    used = [page for page in range(len(sound) // size) if any(sound[page * size + 200 :][:size])]
    found = [_damage(sound, page * size, size, ask) for page in used[:: max(1, len(used) // 12)]]
    missed = [one for one in found if one[0] not in ((4, "KAM-6007"), (1, "KAM-6007"))]
    broke = [one for one in found if one[1] not in ("", "KAM-6007", "KAM-6011")]
    words = f"{len(found)} damaged pages: {len(missed)} missed by the check, {len(broke)} untold"
    figure("G20", words, met=not missed and not broke)


def _damage(sound: bytes, at: int, size: int, ask: Ask) -> tuple[tuple[int, str], str]:
    """Overwrite one page; return what the check says, and the code of a run if it fails."""
    for ending in ("-wal", "-shm"):
        Path(f"{FILE}{ending}").unlink(missing_ok=True)
    FILE.write_bytes(sound[:at] + b"\xa5" * size + sound[at + size :])
    code, said, _ = ask("db", "check")
    return (code, said), ask("sync", "run")[1]
