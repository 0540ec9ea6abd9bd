"""An upgrade killed anywhere leaves the old database or the new one, and every row (G39)."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.store import open_store, upgrade
from kam_connector.store.migrate import HEAD, REVISIONS
from tests.guarantees import Figures
from tests.integration.test_store_faults import created_by

OLD = "0004"
"""The first revision that has tables of every kind: pull, mirror, plans and write-back."""
STEPS = REVISIONS[REVISIONS.index(OLD) + 1 :]
ROWS = 5

Tables = dict[str, list[tuple[Any, ...]]]


def filled(file: Path) -> Tables:
    """Put rows in every table of an old database, and return all of them."""
    with closing(sqlite3.connect(file)) as connection:
        for name in names(connection):
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            marks = ", ".join("?" * len(columns))
            for row in range(ROWS):
                values = [f"{row}" if "CHAR" in one[2] or "TEXT" in one[2] else row
                          for one in columns]  # fmt: skip
                connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', values)
        connection.commit()
    return rows(file, None)


def names(connection: sqlite3.Connection) -> list[str]:
    """Return our tables."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in found if name not in ("alembic_version", "sqlite_sequence"))


def rows(file: Path, like: Tables | None) -> Tables:
    """Return the rows of all tables; *like* an older state: of its tables, its columns."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            name: connection.execute(
                f'SELECT {columns(connection, name, like)} FROM "{name}" ORDER BY 1, 2'
            ).fetchall()
            for name in (names(connection) if like is None else like)
        }


def columns(connection: sqlite3.Connection, name: str, like: Tables | None) -> str:
    """Return the columns that a table has, or had: new ones come last."""
    found = [f'"{one[1]}"' for one in connection.execute(f'PRAGMA table_info("{name}")')]
    return ", ".join(found if like is None else found[: len(like[name][0])])


def revision(file: Path) -> str:
    """Return what the database says of itself."""
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.guarantee("G39")
def test_an_upgrade_killed_at_each_step_loses_nothing(tmp_path: Path, figure: Figures) -> None:
    """Before the end of each migration, before the commit and after it; then once more, whole."""
    old = tmp_path / "old.db"
    created_by(f"sqlite:///{old}", OLD)
    before = filled(old)
    folder = tmp_path / "copies"
    folder.mkdir()
    copies = [shutil.copy(old, folder / f"{n:02}.db") for n in range(1, len(STEPS) + 3)]
    said = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kills_upgrade.py")), str(folder)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert set(json.loads(said).values()) == {signal.SIGKILL}
    reached = [revision(copy) for copy in copies]
    assert reached == [OLD] * (len(STEPS) + 1) + [HEAD]
    lost = sum(rows(copy, before) != before for copy in copies)
    untouched = [rows(copy, None) == before for copy in copies[:-1]]
    ends = (copies[0], copies[-2], copies[-1])  # the ones between are as untouched as these two
    again = [upgrade(f"sqlite:///{copy}") for copy in ends]
    lost += sum(rows(copy, before) != before for copy in ends)
    count = sum(len(each) for each in before.values())
    words = f"{len(copies)} kills in {len(STEPS)} migrations of {count} rows: {lost} with a loss"
    figure("G39", words, met=not lost and all(untouched) and set(again) == {HEAD})


@pytest.mark.guarantee("G39", "G20")
@pytest.mark.parametrize("words", [("status",), ("sync", "run"), ("db", "upgrade")])
def test_an_older_program_refuses_a_newer_database(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Exit code, code and what to do; not a byte of the file changes."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "kam.db"
    open_store(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    table = 'crm = "hubspot"\naccess_token = "env:TOKEN"\n'
    monkeypatch.setenv("TOKEN", "pat-sandbox-0000")
    Path("config.toml").write_text(f"[connections.emea]\n{table}", "utf-8")
    kept = file.read_bytes()
    code = run([*words, "--json"])
    error = json.loads(capsys.readouterr().out)["error"]
    assert (code, error["code"]) == (1, "KAM-6003")
    assert "install that release" in f"{error['message']} {error['hint']}"
    assert file.read_bytes() == kept
