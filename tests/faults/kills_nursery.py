"""A process of its own that forks connectors: each runs one act, and may die in the middle.

It imports everything once, keeps a single thread and opens nothing, so that a child costs
milliseconds and shares no connection with anybody. Spoken to in lines of JSON: ``start`` answers
with the child's pid, ``wait`` with how it ended.

    {"do": "start", "act": "run", "job": {...}, "die": {"kind": "commit", "at": 7}}
    {"do": "wait", "pid": 4711}

``peek`` tells whether a child has ended, without reaping it.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, create_engine, event

import kam_connector.bootstrap
import kam_connector.store.database
from kam_connector.errors import KamError
from kam_connector.kam.settings import KamSettings
from kam_connector.store.database import Database
from kam_connector.store.sql_store import open_store
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import Rails, SyncContext
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run
from tests.faults.rig import Rig
from tests.faults.skins import SKINS

__all__ = ["main"]

Job = Mapping[str, Any]


class ShiftedClock:
    """This machine's clock, as many seconds ahead as a file says; nobody waits."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return the present of whoever moves the file's number."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text("ascii")))

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@contextmanager
def _context(job: Job) -> Iterator[SyncContext]:
    """Open what a run needs, as a new process does."""
    clock = ShiftedClock(Path(job["clock"]))
    skin = SKINS[job["crm"]]
    store = open_store(job["url"], clock=clock.now)
    crm = skin.connect(job["endpoint"], clock)
    try:
        yield SyncContext(
            connection="acme",
            crm=crm,
            store=store,
            mapping=skin.mapping(),
            settings=KamSettings(),
            clock=clock,
            rails=Rails(quiet=timedelta(0)),
            selects=lambda row: row.get("segment") == "A",
            selects_because="segment A",
            source_order=("acme",),
            owner=f"{job.get('host') or socket.gethostname()}:{os.getpid()}",
            alive=kam_connector.bootstrap._alive,
        )
    finally:
        crm.close()
        store.close()


def _look(ctx: SyncContext, _job: Job) -> Any:
    """Preview, and switch writing on."""
    report = preview_only(ctx)
    state = ctx.store.connection(ctx.connection)
    assert state is not None
    ctx.store.save_connection(replace(state, writes_enabled_at=ctx.clock.now()))
    return {"state": report.state, "preview": report.preview_id}


def _approve(ctx: SyncContext, job: Job) -> Any:
    """Approve; what a dead attempt had taken over already is finished by a run."""
    try:
        report = apply_preview(ctx, job["preview"])
    except KamError as error:
        if error.code != "KAM-5010":  # applied already: what is left waits in the outbox
            raise
        report = run_sync(ctx)
    return _told(report)


def _night(ctx: SyncContext, job: Job) -> Any:
    night = date.fromisoformat(job["night"])
    return _told(run_sync(ctx, job="nightly-sync", local_date=night))


def _undo(ctx: SyncContext, job: Job) -> Any:
    report = undo_run(ctx, job["run"], dry_run=False)
    return {"restored": report.restored, "withdrawn": report.withdrawn, "refused": report.refused}


def _told(report: Any) -> Any:
    return {
        "state": report.state, "run": report.run_id, "written": report.written,
        "waiting": report.waiting, "refused": report.refused,
    }  # fmt: skip


_ACTS: Mapping[str, Callable[[SyncContext, Job], Any]] = {
    "look": _look, "approve": _approve, "night": _night, "undo": _undo,
}  # fmt: skip


def _die_at_commit(nth: int, *, after: bool) -> None:
    """Let this process kill itself right after its n-th commit, or right before it."""
    counted = 0
    write = Database.write

    def burn() -> None:
        nonlocal counted
        counted += 1
        if counted == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(connection: Connection) -> None:
        if connection.get_execution_options().get("kam_write"):
            burn()

    @contextmanager
    def counting(self: Database, *, durable: bool = False) -> Iterator[Connection]:
        outermost = self._outer() is None
        with write(self, durable=durable) as connection:
            yield connection
        if outermost:
            burn()

    if after:
        Database.write = counting  # type: ignore[method-assign]
    else:
        event.listen(Engine, "commit", before)


def _live(command: Mapping[str, Any]) -> dict[str, Any]:
    """Do one act and return how it went; dies where the command says."""
    die = command.get("die") or {}
    if die.get("kind") in ("commit", "torn"):
        _die_at_commit(die["at"], after=die["kind"] == "commit")
    try:
        with _context(command["job"]) as ctx:
            return {"done": _ACTS[command["act"]](ctx, command["job"])}
    except KamError as error:
        return {"code": error.code, "message": str(error)}
    except Exception:  # noqa: BLE001 - the child's edge: the test judges what it says
        return {"broke": traceback.format_exc()}


class Nursery:
    """Children by pid, and the pipe through which each speaks."""

    def __init__(self) -> None:
        self._pipes: dict[int, int] = {}

    def start(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Fork a child that does one act."""
        heard, said = os.pipe()
        pid = os.fork()
        if not pid:
            gc.disable()  # it lives for less than a second
            os.write(said, json.dumps(_live(command), default=str).encode()[:60_000])
            os._exit(0)
        os.close(said)
        self._pipes[pid] = heard
        return {"pid": pid}

    def peek(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Tell whether a child has ended, and leave it to be reaped."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return {"ended": os.waitid(os.P_PID, int(command["pid"]), flags) is not None}

    def wait(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Reap a child: a dead one that nobody reaps still looks alive."""
        pid = int(command["pid"])
        _, status = os.waitpid(pid, 0)
        with os.fdopen(self._pipes.pop(pid), "rb") as pipe:
            words = pipe.read()
        signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        return {"signal": signalled, **(json.loads(words) if words else {})}


_warm: dict[str, Engine] = {}


def _knowing_engine(url: Any, **settings: Any) -> Engine:
    """Return an engine that knows the statements its siblings compiled: a fifth of a short run."""
    engine = create_engine(url, **settings)
    known = _warm.setdefault(engine.dialect.name, engine)
    engine._compiled_cache = known._compiled_cache
    engine.dialect = engine.pool._dialect = known.dialect
    return engine


def _preload() -> None:
    """Live once through all acts, without a socket, so that everything lazy has happened."""
    for name in ("psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(name)
    vars(kam_connector.store.database)["create_engine"] = _knowing_engine
    open_store("sqlite://").close()  # the first to connect: its dialect learns what all share
    with TemporaryDirectory() as folder:
        for crm in SKINS:
            rig = Rig(crm, Path(folder) / f"{crm}.db")
            with rig.process() as process:
                shown = _look(process.ctx, {})
                run = _approve(process.ctx, shown)["run"]
                rig.advance(hours=1)
                _night(process.ctx, {"night": "2026-11-21"})
                _undo(process.ctx, {"run": run})
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve commands until nobody speaks any more."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    _preload()
    nursery = Nursery()
    for line in sys.stdin:
        command = json.loads(line)
        sys.stdout.write(json.dumps(getattr(nursery, command["do"])(command)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
