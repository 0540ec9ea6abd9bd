"""Migrations, models and start-up agree."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from kam_connector.model.kind import Kind
from kam_connector.store import SchemaState, SqlStore, check, migrate, open_store, upgrade
from kam_connector.store.database import Database
from kam_connector.store.tables import METADATA
from kam_connector.testing.store_samples import EPOCH, TODAY, make_batch, make_key, make_mirror


def test_autogenerate_finds_no_difference(tmp_path: Path) -> None:
    """What the migrations build is what the models say."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    upgrade(url)
    database = Database(url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_the_known_revisions_are_those_on_disk() -> None:
    """Start-up compares with a tuple instead of importing alembic; the tuple is right."""
    folder = Path(migrate.__file__).parent / "migrations"
    walked = ScriptDirectory(str(folder)).walk_revisions()
    assert tuple(reversed([script.revision for script in walked])) == migrate.REVISIONS


def test_check_tells_revision_and_soundness(tmp_path: Path) -> None:
    """Before and after creation, and it creates nothing itself."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    assert check(url) == SchemaState(revision=None, expected=migrate.HEAD, sound=True)
    open_store(url).close()
    state = check(url)
    assert state.current
    assert state.sound


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    """`kam db upgrade` is idempotent."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    assert upgrade(url) == migrate.HEAD
    assert upgrade(url) == migrate.HEAD


def test_sqlite_runs_with_wal_foreign_keys_and_patience(tmp_path: Path) -> None:
    """Readers and a writer side by side, and a wait instead of an error."""
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}")
    with store._db.read() as connection:
        names = ("journal_mode", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    store.close()
    assert found == ["wal", 1, 5000]


def test_a_store_in_memory_works_for_trials() -> None:
    """``sqlite://`` needs no file."""
    store = open_store("sqlite://")
    store.save_key_accounts([make_key()], as_of=TODAY)
    assert store.key_accounts() == [make_key()]
    store.close()


def count_statements(store: SqlStore, ids: list[str]) -> int:
    """Return how many statements the facts of these accounts take."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(store._db.engine, "before_cursor_execute", note)
    assert len(list(store.facts(ids, since=EPOCH))) == len(ids)
    event.remove(store._db.engine, "before_cursor_execute", note)
    return len(seen)


def test_facts_take_the_same_number_of_queries_for_one_as_for_fifty(tmp_path: Path) -> None:
    """No query an account, whatever hangs below it."""
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}")
    ids = [f"acc_{number:02d}" for number in range(50)]
    rows = [make_mirror(Kind.ACCOUNT, id_, name=id_) for id_ in ids]
    people = [make_mirror(Kind.CONTACT, f"con_{id_}", account=id_) for id_ in ids]
    store.apply_merge(make_batch(Kind.ACCOUNT, *rows))
    store.apply_merge(make_batch(Kind.CONTACT, *people))
    store.save_key_accounts([make_key(id_) for id_ in ids], as_of=TODAY)
    assert count_statements(store, ids) == count_statements(store, ids[:1])
    store.close()
