"""A program that upgrades copies of a database, and is killed at another step each time.

Called with the copies' folder: for each ``NUMBER.db`` there it forks a child that upgrades it and
kills itself before its NUMBER-th step (the end of a migration, or the commit), or, when there is
no such step any more, right after the commit. Prints the children's signals as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from kam_connector.store import upgrade

__all__ = ["main"]


def _die_at(nth: int) -> None:
    """Kill this process before its n-th step."""
    steps = 0

    def burn() -> None:
        nonlocal steps
        steps += 1
        if steps == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("UPDATE alembic_version"):
            burn()

    def commit(connection: Connection) -> None:
        if connection.get_execution_options().get("kam_write"):
            burn()

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)


def _child(file: Path) -> None:
    _die_at(int(file.stem))
    upgrade(f"sqlite:///{file}")
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    """Kill one child for each copy in the folder."""
    for name in ("alembic.command", "alembic.runtime.migration"):
        importlib.import_module(name)
    signals = {}
    for file in sorted(folder.glob("*.db")):
        pid = os.fork()
        if not pid:
            _child(file)
        status = os.waitpid(pid, 0)[1]
        signals[file.name] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    sys.stdout.write(json.dumps(signals))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
