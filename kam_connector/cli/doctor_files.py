"""The part of kam doctor that looks at who else may open the installation's files."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kam_connector.cli.command import Session
from kam_connector.config.secret import others_rights
from kam_connector.errors import KamError

__all__ = ["open_files"]

_WRITERS = stat.S_IWGRP | stat.S_IWOTH
_BESIDE = ("", "-wal", "-shm", ".erased")
"""What lies beside a database's file and says as much as it does."""


def open_files(session: Session) -> Iterator[str]:
    """Yield a warning for each file that others than its owner may open.

    The settings hold no secret, so others may read them; who may write them decides where
    records go. Secrets' own files are refused, not warned of, when they are read.
    """
    source = session.config.source
    yield from _told(source.folder / source.name, "written", of=_WRITERS)
    yield from _told(source.folder / ".env", "opened")
    database = _file(session)
    if database is not None:
        for ending in _BESIDE:
            yield from _told(database.with_name(database.name + ending), "opened")


def _told(path: Path, verb: str, *, of: int | None = None) -> Iterator[str]:
    with suppress(OSError):
        mode = path.stat().st_mode
        found = others_rights(mode) if of is None else others_rights(mode, of=of)
        if found:
            yield f"KAM-1014  {path.name} may be {verb} by others ({found}):  chmod 600 {path} ."


def _file(session: Session) -> Path | None:
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy

    try:
        scheme, _, path = database_url(session.config).partition(":///")
    except KamError:  # a check of its own says so
        return None
    return Path(path) if scheme.startswith("sqlite") and path else None
