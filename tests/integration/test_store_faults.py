"""A database that cannot be used says why, once, and nothing is half-written (G20)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from kam_connector.errors import StorageError
from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.store import SqlStore, check, database, migrate, open_store, upgrade
from kam_connector.store.migrate import HEAD, REVISIONS
from kam_connector.testing.store_samples import make_row, make_source

SOURCE = make_source()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a healthy, empty database lies."""
    path = tmp_path / "kam.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    """A store on it."""
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def run(path: Path, *statements: str) -> None:
    """Do something to the file behind the store's back."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def created_by(url: str, revision: str) -> None:
    """Make the database of an earlier release."""
    opened = database.Database(url)
    with opened.write() as connection:
        config = Config()
        folder = Path(migrate.__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    opened.close()


def pragma(store: SqlStore, text: str) -> None:
    """Set something on the store's one pooled connection."""
    with store._db.read() as connection:
        connection.exec_driver_sql(f"PRAGMA {text}")


def big_page() -> list[PulledRow]:
    """About two megabytes."""
    return [make_row(f"{number:04d}", values={"v": "x" * 1000}) for number in range(2000)]


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:///{folder}", "KAM-6001"),
        ("sqlite:///{folder}/nowhere/kam.db", "KAM-6001"),
        ("not a url", "KAM-6009"),
        ("mysql://localhost/kam", "KAM-6009"),
        ("postgresql://nobody@/kam?host={folder}", "KAM-6008"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused(tmp_path: Path, url: str, code: str) -> None:
    """Directory, missing folder, unknown database, server that does not answer."""
    with pytest.raises(StorageError) as caught:
        open_store(url.format(folder=tmp_path))
    assert caught.value.code == code


@pytest.mark.guarantee("G20")
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Somebody's document is not overwritten."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 100)
    with pytest.raises(StorageError) as caught:
        open_store(f"sqlite:///{path}")
    assert caught.value.code == "KAM-6007"
    assert path.read_text().startswith("Dear customer")


@pytest.mark.guarantee("G20")
def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    """Tables that are not ours stay alone."""
    path = tmp_path / "other.db"
    run(path, "CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(StorageError) as caught:
        open_store(f"sqlite:///{path}")
    assert caught.value.code == "KAM-6011"


@pytest.mark.guarantee("G39")
@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_older_database_asks_for_the_upgrade(tmp_path: Path, revision: str) -> None:
    """A migration never runs by itself on data; from every release there is a way up."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    created_by(url, revision)
    with pytest.raises(StorageError, match="kam db upgrade") as caught:
        open_store(url)
    assert caught.value.code == "KAM-6002"
    assert upgrade(url) == HEAD
    open_store(url).close()


@pytest.mark.guarantee("G39")
@pytest.mark.parametrize("action", [open_store, upgrade])
def test_a_newer_database_is_never_touched(path: Path, action: object) -> None:
    """Neither opened nor migrated by an older program."""
    run(path, "UPDATE alembic_version SET version_num = '9999'")
    assert callable(action)
    with pytest.raises(StorageError) as caught:
        action(f"sqlite:///{path}")
    assert caught.value.code == "KAM-6003"
    assert check(f"sqlite:///{path}").revision == "9999"


@pytest.mark.guarantee("G20", "INV2")
def test_a_full_disk_leaves_no_half_page(store: SqlStore) -> None:
    """Neither rows nor cursor of the page that did not fit; it goes in when there is room."""
    store.stage("sf", SOURCE, "changes", [make_row("first")], Cursor(ref="first"))
    pragma(store, "max_page_count = 60")
    with pytest.raises(StorageError) as caught:
        store.stage("sf", SOURCE, "changes", big_page(), Cursor(ref="second"))
    assert caught.value.code == "KAM-6005"
    assert store.cursor("sf", SOURCE.name, "changes") == Cursor(ref="first")
    assert len(store.dirty("sf", SOURCE.name, limit=9000)) == 1
    pragma(store, "max_page_count = 100000")
    assert store.stage("sf", SOURCE, "changes", big_page(), Cursor(ref="second")).new == 2000


@pytest.mark.guarantee("G20", "G39")
def test_a_disk_full_while_creating_leaves_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All migrations or none."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    prepare = database._prepare

    def small(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA max_page_count = 20")

    monkeypatch.setattr(database, "_prepare", small)
    with pytest.raises(StorageError) as caught:
        open_store(url)
    monkeypatch.undo()
    assert caught.value.code == "KAM-6005"
    assert check(url).revision is None
    open_store(url).close()


@pytest.mark.guarantee("G20")
def test_a_locked_database_is_told_after_the_wait(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer that does not let go stops us, cleanly."""
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_S", 0.05)
    store = open_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError) as caught:
            store.stage("sf", SOURCE, "changes", [make_row()], Cursor(ref="1"))
    assert caught.value.code == "KAM-6004"
    assert store.stage("sf", SOURCE, "changes", [make_row()], Cursor(ref="1")).new == 1
    store.close()


@pytest.mark.guarantee("G20")
def test_a_read_only_database_can_be_read_but_says_so_when_written(store: SqlStore) -> None:
    """`kam status` still works."""
    pragma(store, "query_only = ON")
    assert store.accounts() == []
    with pytest.raises(StorageError) as caught:
        store.stage("sf", SOURCE, "changes", [make_row()], Cursor(ref="1"))
    assert caught.value.code == "KAM-6006"


@pytest.mark.guarantee("G20")
def test_a_damaged_file_is_found_by_the_check(store: SqlStore, path: Path) -> None:
    """quick_check names it; reading the damage is a StorageError, not a traceback."""
    store.stage("sf", SOURCE, "changes", big_page(), Cursor(ref="1"))
    store.close()
    run(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 64 * 1024)
    state = check(f"sqlite:///{path}")
    assert not state.sound
    assert state.findings
    with pytest.raises(StorageError) as caught:
        store.dirty("sf", SOURCE.name, limit=9000)
    assert caught.value.code == "KAM-6007"


def test_messages_are_one_sentence_without_the_url(tmp_path: Path) -> None:
    """A database URL may hold a password."""
    with pytest.raises(StorageError) as caught:
        open_store(f"postgresql://ann:s3cret@/kam?host={tmp_path}")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
