"""The store over SQL: one object, put together from its parts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from kam_connector.store.access import Remembering
from kam_connector.store.auditing import Auditing
from kam_connector.store.conflicts import Disputing
from kam_connector.store.database import Database
from kam_connector.store.erasing import Erasing, absorb_marks
from kam_connector.store.guarding import Guarding
from kam_connector.store.hinting import Hinting
from kam_connector.store.image import Image
from kam_connector.store.keeping import Keeping
from kam_connector.store.knowledge import Knowledge
from kam_connector.store.ledger import Ledger
from kam_connector.store.merging import Merging
from kam_connector.store.migrate import ensure
from kam_connector.store.retiring import Retiring
from kam_connector.store.selling import Selling
from kam_connector.store.sweeping import Sweeping
from kam_connector.store.writing import Writing

__all__ = ["SqlStore", "open_store"]


def _now() -> datetime:
    return datetime.now(UTC)


class SqlStore(
    Auditing,
    Retiring,
    Ledger,
    Image,
    Sweeping,
    Hinting,
    Erasing,
    Guarding,
    Merging,
    Knowledge,
    Selling,
    Keeping,
    Disputing,
    Writing,
    Remembering,
):
    """``ports.Store`` on SQLite or PostgreSQL; safe to use from several threads.

    Args:
        database: A database whose schema fits.
        clock: Our own time, for leases and for when things were first seen.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = _now) -> None:
        self._db = database
        self._clock = clock
        database.before_commit = self._chain
        self._handed = {}

    def unit(self) -> AbstractContextManager[None]:
        """Group the calls inside into one transaction."""
        return self._db.unit()

    def close(self) -> None:
        """Give back the database's connections."""
        self._db.close()


def open_store(url: str, *, clock: Callable[[], datetime] = _now) -> SqlStore:
    """Open a database by URL; an empty one gets its tables.

    An older copy of a database is brought up to the erasures since it was made.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql+psycopg://USER@HOST/NAME``.
        clock: Our own time.

    Raises:
        StorageError: It cannot be used (KAM-6xxx says why and what to do).
    """
    database = Database(url)
    try:
        ensure(database)
        store = SqlStore(database, clock=clock)
        absorb_marks(database, on=clock().date().isoformat())
    except BaseException:
        database.close()
        raise
    return store
