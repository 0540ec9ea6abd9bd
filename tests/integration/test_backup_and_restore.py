"""A backup is whole or not there; a restore is whole or did not happen."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kam_connector.errors import BusyError, StorageError
from kam_connector.model.preview import OutboxState
from kam_connector.model.pull import Cursor
from kam_connector.store import backup, check, inspect_backup, migrate, open_store, restore
from kam_connector.testing.store_samples import (
    EPOCH,
    make_item,
    make_row,
    make_run,
    make_source,
)

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with one run and one staged page."""
    url = f"sqlite:///{tmp_path}/kam.db"
    store = open_store(url)
    store.open_run(make_run())
    store.stage("sf", make_source(), "changes", [make_row("a1"), make_row("a2")], Cursor(ref="a2"))
    store.close()
    return url


def _staged(url: str) -> set[str]:
    store = open_store(url)
    try:
        return {row.ref for row in store.dirty("sf", make_source().name, limit=10)}
    finally:
        store.close()


def _add(url: str, ref: str) -> None:
    store = open_store(url)
    store.stage("sf", make_source(), "changes", [make_row(ref)], Cursor(ref=ref))
    store.close()


def test_a_backup_holds_everything_and_is_its_owner_s_alone(url: str, tmp_path: Path) -> None:
    """It says of which run it speaks, and nobody else may read it."""
    facts = backup(url, tmp_path / "copy.db")
    assert (facts.runs, facts.revision) == (1, migrate.HEAD)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert facts == inspect_backup(tmp_path / "copy.db")
    assert sorted(one.name for one in tmp_path.iterdir() if "copy" in one.name) == ["copy.db"]


def test_a_backup_is_taken_while_somebody_writes(url: str, tmp_path: Path) -> None:
    """An open transaction neither hinders it nor gets into it."""
    store = open_store(url)
    with store.unit():
        store.stage("sf", make_source(), "changes", [make_row("a3")], Cursor(ref="a3"))
        backup(url, tmp_path / "copy.db")
    store.close()
    restore(f"sqlite:///{tmp_path}/other.db", tmp_path / "copy.db", aside=tmp_path / "a", now=NOW)
    assert _staged(f"sqlite:///{tmp_path}/other.db") == {"a1", "a2"}


def test_a_backup_replaces_no_file_unasked(url: str, tmp_path: Path) -> None:
    """Yesterday's stays until somebody says so."""
    (tmp_path / "copy.db").write_text("yesterday", "utf-8")
    with pytest.raises(StorageError) as told:
        backup(url, tmp_path / "copy.db")
    assert (told.value.code, (tmp_path / "copy.db").read_text("utf-8")) == ("KAM-6015", "yesterday")
    assert backup(url, tmp_path / "copy.db", replace=True).runs == 1


def test_what_is_deleted_is_not_in_a_backup(url: str, tmp_path: Path) -> None:
    """Freed pages stay behind."""
    store = open_store(url)
    store.stage("sf", make_source(), "changes", [make_row("Zarathustra-77")], Cursor(ref="z"))
    store.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as opened:
        opened.execute("DELETE FROM staged WHERE ref = 'Zarathustra-77'")
        opened.commit()
    backup(url, tmp_path / "copy.db")
    assert b"Zarathustra-77" not in (tmp_path / "copy.db").read_bytes()


def test_a_restore_brings_back_what_was_and_keeps_what_is(url: str, tmp_path: Path) -> None:
    """A mistaken restore is taken back by restoring what was set aside."""
    backup(url, tmp_path / "copy.db")
    _add(url, "a3")
    restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    assert _staged(url) == {"a1", "a2"}
    restore(url, tmp_path / "aside.db", aside=tmp_path / "second.db", now=NOW)
    assert _staged(url) == {"a1", "a2", "a3"}


@pytest.mark.guarantee("G2", "G3")
def test_what_waited_in_a_backup_is_called_off(url: str, tmp_path: Path) -> None:
    """Sent since or never wanted again: a run finds nothing to send that a week ago waited."""
    store = open_store(url)
    sent = make_item("i2", "001B", state=OutboxState.SENT)
    store.enqueue([make_item("i1", "001A"), sent], preview_id="pre-1")
    store.close()
    backup(url, tmp_path / "copy.db")
    restored = restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    store = open_store(url)
    waiting = store.outbox("sf", states=[OutboxState.PENDING, OutboxState.SENT])
    store.close()
    assert (waiting, restored.called_off) == ([], 2)


def test_after_a_restore_everything_is_swept(url: str, tmp_path: Path) -> None:
    """What was deleted since the copy is found: no sweep of its time counts as done."""
    store = open_store(url)
    store.stage("sf", make_source(), "sweep", [], Cursor(ref="a2"))
    store.close()
    backup(url, tmp_path / "copy.db")
    restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    store = open_store(url)
    kept = [store.cursor("sf", make_source().name, one) for one in ("changes", "sweep")]
    store.close()
    assert [one is None for one in kept] == [False, True]


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _scratch(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[8192:8592] = b"\xff" * 400
    file.write_bytes(bytes(content))


def _muddle(file: Path) -> None:
    """Spoil a page that nothing but a whole reading looks at."""
    with closing(sqlite3.connect(file)) as opened:
        named = "SELECT rootpage FROM sqlite_master WHERE name = 'staged'"
        (page,) = opened.execute(named).fetchone()
        (size,) = opened.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 12] = b"\xff" * 12
    file.write_bytes(bytes(content))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE songs (id INTEGER)")


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("spoil", [_cut, _scratch, _muddle, _empty, _foreign, Path.unlink])
def test_a_spoilt_backup_is_refused_before_anything_changes(
    spoil: Callable[[Path], object], url: str, tmp_path: Path
) -> None:
    """The present database stays as it is."""
    backup(url, tmp_path / "copy.db")
    spoil(tmp_path / "copy.db")
    _add(url, "a3")
    with pytest.raises(StorageError) as told:
        restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    assert told.value.code == "KAM-6017"
    assert _staged(url) == {"a1", "a2", "a3"}
    assert not (tmp_path / "aside.db").exists()


def test_a_backup_of_a_newer_release_is_refused(url: str, tmp_path: Path) -> None:
    """This program does not know its tables."""
    backup(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    with pytest.raises(StorageError) as told:
        restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    assert told.value.code == "KAM-6003"


def test_a_restore_waits_for_no_run_and_breaks_none(url: str, tmp_path: Path) -> None:
    """While somebody holds a lease nothing is replaced."""
    backup(url, tmp_path / "copy.db")
    store = open_store(url, clock=lambda: NOW)
    assert store.acquire_lease("connection:sf", "host:1", ttl_s=60) is not None
    store.close()
    with pytest.raises(BusyError, match="connection:sf"):
        restore(url, tmp_path / "copy.db", aside=tmp_path / "a.db", now=NOW)
    later = NOW + timedelta(minutes=2)
    restore(url, tmp_path / "copy.db", aside=tmp_path / "a.db", now=later)


def test_a_damaged_database_is_set_aside_as_it_is(url: str, tmp_path: Path) -> None:
    """What a backup is for: nothing can be read any more."""
    backup(url, tmp_path / "copy.db")
    file = tmp_path / "kam.db"
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    done = restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=NOW)
    assert done.kept == tmp_path / "aside.db"
    assert done.kept.read_bytes().endswith(b"\xff" * 5000)
    assert check(url).sound
    assert _staged(url) == {"a1", "a2"}


def test_a_restore_into_nothing_keeps_nothing(url: str, tmp_path: Path) -> None:
    """A new computer has no database yet."""
    backup(url, tmp_path / "copy.db")
    fresh = f"sqlite:///{tmp_path}/new.db"
    assert restore(fresh, tmp_path / "copy.db", aside=tmp_path / "a.db", now=NOW).kept is None
    assert _staged(fresh) == {"a1", "a2"}
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


def test_an_older_release_s_backup_is_upgraded_on_the_way(tmp_path: Path) -> None:
    """Its tables become this release's before they take the database's place."""
    from alembic import command
    from alembic.config import Config

    old = tmp_path / "old.db"
    settings = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    settings.set_main_option("script_location", str(folder))
    settings.set_main_option("path_separator", "os")
    database = migrate.Database(f"sqlite:///{old}")
    with database.write() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0017")
    database.close()
    url = f"sqlite:///{tmp_path}/kam.db"
    restore(url, old, aside=tmp_path / "a.db", now=NOW)
    assert check(url).current


def test_an_open_reader_does_not_hold_a_restore_up(url: str, tmp_path: Path) -> None:
    """Somebody's idle connection sees the restored state at its next question."""
    backup(url, tmp_path / "copy.db")
    _add(url, "a3")
    store = open_store(url, clock=lambda: EPOCH)
    assert len(store.dirty("sf", make_source().name, limit=10)) == 3
    restore(url, tmp_path / "copy.db", aside=tmp_path / "a.db", now=NOW)
    assert len(store.dirty("sf", make_source().name, limit=10)) == 2
    store.close()
