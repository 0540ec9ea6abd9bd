"""Where the schema stands, and how it gets there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from kam_connector.errors import StorageError
from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error

__all__ = ["HEAD", "REVISIONS", "SchemaState", "check", "ensure", "revision_of", "upgrade"]

REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009",
    "0010", "0011", "0012", "0013", "0014", "0015", "0016", "0017", "0018",
    "0019", "0020", "0021", "0022", "0023",
)  # fmt: skip
"""Every revision this program knows, oldest first; spares start-up the import of alembic."""
HEAD = REVISIONS[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """What `kam db check` reports."""

    revision: str | None
    """None: nothing has been created yet."""
    expected: str
    sound: bool
    """SQLite's quick_check found nothing (PostgreSQL checks its own pages)."""
    findings: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Schema and program fit."""
        return self.revision == self.expected


def upgrade(url: str) -> str:
    """Bring a database to this program's schema; returns the revision reached.

    Raises:
        StorageError: It is newer than the program, not ours, or cannot be used.
    """
    database = Database(url)
    try:
        _refuse_newer(_revision(database))
        _migrate(database)
        return HEAD
    finally:
        database.close()


def check(url: str) -> SchemaState:
    """Return the schema's revision and whether the file is sound; changes nothing."""
    database = Database(url)
    try:
        revision = _revision(database)
        findings = () if database.postgres else _findings(database)
        return SchemaState(revision=revision, expected=HEAD, sound=not findings, findings=findings)
    finally:
        database.close()


def _findings(database: Database) -> tuple[str, ...]:
    """Return what SQLite finds wrong with its file; gross damage stops even the search."""
    try:
        with database.read() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(20)").scalars().all()
    except StorageError as error:
        if error.code != "KAM-6007":
            raise
        return (error.message,)
    return tuple(str(line) for line in said if line != "ok")


def ensure(database: Database, *, create: bool = True) -> None:
    """Create the schema in an empty database; refuse any other that does not fit.

    Raises:
        StorageError: Older (KAM-6002), newer (KAM-6003) or somebody else's (KAM-6011); empty, and
            not to be created (KAM-6018).
    """
    revision = _revision(database)
    if revision is None:
        if not create:
            raise storage_error("KAM-6018")
        _migrate(database)
        return
    _refuse_newer(revision)
    if revision != HEAD:
        raise storage_error("KAM-6002", f"revision {revision}, needs {HEAD}")


def revision_of(found: str) -> str:
    """Return a revision that this program can read or upgrade.

    Raises:
        StorageError: It is of a newer release (KAM-6003).
    """
    _refuse_newer(found)
    return found


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in REVISIONS:
        raise storage_error("KAM-6003", f"revision {revision}, this program knows {HEAD}")


def _revision(database: Database) -> str | None:
    """Return the stored revision, None for an empty database."""
    with database.read() as connection:
        names = set(inspect(connection).get_table_names())
        if "alembic_version" in names:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found is not None:
                return str(found)
            names.discard("alembic_version")
        if names:
            raise storage_error("KAM-6011", f"{len(names)} tables")
    return None


def _migrate(database: Database) -> None:
    """Run all open migrations in one transaction: all of them, or none."""
    with database.write(durable=True) as connection:
        _run(connection)


def _run(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  (0.2 s that only a migration pays)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
