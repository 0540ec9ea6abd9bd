"""SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.kept import KEPT
from kam_connector.ports import Store
from kam_connector.store import backup, check, open_store, restore
from kam_connector.store.tables import METADATA
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.store_contract import StoreContract
from kam_connector.testing.store_samples import EPOCH, SteppedClock, make_run
from tests.factories.postgres import empty


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that moves only when a test says so."""
    return SteppedClock()


class TestSqliteStore(StoreContract):
    """The default: one file."""

    @pytest.fixture
    def store(self, tmp_path: Path, empty_file: Path, clock: SteppedClock) -> Iterator[Store]:
        """A new file a test, copied from a migrated one."""
        copied = shutil.copy(empty_file, tmp_path / "kam.db")
        store = open_store(f"sqlite:///{copied}", clock=clock)
        yield store
        store.close()


class TestPostgresStore(StoreContract):
    """Beyond one machine."""

    def test_autogenerate_finds_no_difference(self, postgres_url: str, store: Store) -> None:
        """What the migrations build there is what the models say."""
        engine = create_engine(postgres_url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, METADATA) == []
        engine.dispose()

    def test_check_tells_the_revision(self, postgres_url: str, store: Store) -> None:
        """The same report as for a file."""
        state = check(postgres_url)
        assert state.current
        assert state.sound

    def test_a_backup_goes_there_and_comes_back(
        self, postgres_url: str, store: Store, tmp_path: Path
    ) -> None:
        """One file, whichever database: out of the server, and into it again."""
        store.open_run(make_run())
        store.keep([make_kept(KEPT[0])], by="ada", at=EPOCH)
        store.audit(AuditEntry(act=Act.WRITES_ENABLED, by="ada"))
        backup(postgres_url, tmp_path / "copy.db")
        store.open_run(make_run("later"))
        restore(postgres_url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=EPOCH)
        assert [run.id for run in store.runs()] == ["run-1"]
        store.audit(AuditEntry(act=Act.WRITES_DISABLED, by="ada"))
        store.keep([make_kept(KEPT[0], "kept-2")], by="ada", at=EPOCH)
        assert store.verify_audit().broken is None
        assert len(store.kept_changes()) == 2

    @pytest.fixture
    def store(self, postgres_url: str, clock: SteppedClock) -> Iterator[Store]:
        """Tables emptied before each test."""
        store = open_store(postgres_url, clock=clock)
        empty(postgres_url)
        yield store
        store.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "kam.db"
    open_store(f"sqlite:///{path}").close()
    return path
