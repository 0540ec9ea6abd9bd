"""One CRM, one database file, and processes of ours that come and go, on simulated time.

The real adapters and the real engine run against the sandbox in process; nothing waits. A
process dies by :class:`Killed` at a numbered step: a request (before it leaves, or after the
CRM has answered and we have not heard), a writing statement, or a commit.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from sqlalchemy import event

from kam_connector.kam.settings import KamSettings
from kam_connector.store.database import Database
from kam_connector.store.sql_store import SqlStore, open_store
from kam_connector.sync.context import Rails, SyncContext
from kam_sandbox.clock import START, WorldClock
from kam_sandbox.direct import Direct
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from tests.faults.checker import Evidence
from tests.faults.skins import SKINS, Skin, mapping_file

__all__ = ["Fuse", "Killed", "Process", "Rig", "Saved"]

ENDPOINT = "http://127.0.0.1:1"
"""Where nothing listens: every request is answered in process."""
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing of ours runs after it."""


@dataclass(slots=True)
class Fuse:
    """Counts steps; from the *at*-th on, each one kills."""

    at: int | None = None
    steps: int = 0
    last: str = ""
    """The last step that was taken."""

    def burn(self, name: str) -> None:
        """Take one step.

        Raises:
            Killed: It is the last one, or the process is dead already.
        """
        self.steps += 1
        if self.at is not None and self.steps >= self.at:
            raise Killed(f"step {self.steps}: {name}")
        self.last = name


@dataclass(slots=True)
class Times:
    """Simulated seconds since the world began, and how far our own clock is off."""

    seconds: float = 0.0
    skew: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return our own present, right or wrong."""
        return START + timedelta(seconds=self.seconds) + self.skew

    def sleep(self, seconds: float) -> None:
        """Let time pass, in the CRM too."""
        self.seconds += max(0.0, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A CRM and a database as some process left them; a rig starts from a copy."""

    crm: str
    seconds: float
    database: Path
    tables: Any
    links: Any


class Rig:
    """One CRM and our database.

    Args:
        crm: ``salesforce`` or ``hubspot``.
        database: The database file; missing, and it is created.
        saved: Where to start; None: the tiny world, nothing known of it yet.
    """

    def __init__(self, crm: str, database: Path, saved: Saved | None = None) -> None:
        self.skin: Skin = SKINS[crm]
        self.database = database
        self.times = Times()
        self.heard: Callable[[str], None] = lambda _asked: None
        """Called with the method and path of each request before it is answered."""
        self.address = ""
        """Where a server answers for the world; empty: in process."""
        self.pragma = ""
        """Set on every connection to the database before it is used: how a disk fails."""
        clock = WorldClock(monotonic=lambda: self.times.seconds)
        self.world: World = empty_world(seed=7, bare=False, clock=clock, multi_currency=False)
        if saved is None:
            self.skin.populate(self.world)
        else:
            self._take_up(saved)
        self.app = self.skin.app(self.world)
        if crm == "hubspot":
            self.app.portal.limiter.monotonic = lambda: self.times.seconds  # type: ignore[attr-defined]
        self.processes = 0

    @property
    def records(self) -> Any:
        """The CRM's records and their history."""
        return self.skin.records(self.world)

    def saved(self, database: Path) -> Saved:
        """Return a copy of both sides as they are; no process may be running."""
        _line(self.database).close()
        shutil.copy(self.database, database)
        return Saved(
            crm=self.skin.crm,
            seconds=self.times.seconds,
            database=database,
            tables=_copied(self.records),
            links=deepcopy(self.world.associations._links),
        )

    def evidence(self, **more: Any) -> Evidence:
        """Return what the judge looks at; *more* are parts of :class:`Evidence`."""
        skin, names = self.skin, self.skin.names
        facts: dict[str, Any] = {
            "crm": skin.crm, "us": skin.us, "mapping": mapping_file(skin.crm),
            "records": self.records, "log": self.world.log.entries(), "database": self.database,
            "task": names.task, "key": names.key, "status": names.status, "closed": skin.closed,
            "withdrawn": skin.withdrawn,
            "secrets": skin.secrets, "personal": ("canary.example",),
        }  # fmt: skip
        return Evidence(**(facts | more))

    def _take_up(self, saved: Saved) -> None:
        if saved.database.exists():
            _line(self.database).close()
            shutil.copy(saved.database, self.database)
        self.times.seconds = saved.seconds
        records = self.records
        tables, history, numbers = deepcopy(saved.tables)
        records._tables.update(tables)
        records.history.extend(history)
        records.new_id._live.update(numbers)
        self.world.associations._links.update(deepcopy(saved.links))

    @contextmanager
    def process(self, fuse: Fuse | None = None, **context: Any) -> Iterator[Process]:
        """Give a fresh process: a store and an adapter of its own.

        Args:
            fuse: Counts its steps, and may kill it.
            context: Parts of the SyncContext that differ from the usual.
        """
        self.processes += 1
        fuse = fuse or Fuse()
        line = _line(self.database)
        store = _fresh_store(line, self.times)
        watcher = Watcher(fuse, lambda: self.pragma)
        line.watchers.append(watcher)
        crm = self.skin.connect(self.address or ENDPOINT, self.times)
        transport = crm._client.transport
        if not self.address:
            self._mount(transport)
        transport.send = self._mortal(transport.send, fuse)
        usual = SyncContext(
            connection="acme",
            crm=crm,
            store=store,
            mapping=self.skin.mapping(),
            settings=KamSettings(),
            clock=self.times,
            rails=Rails(quiet=timedelta(0)),
            selects=lambda row: row.get("segment") == "A",
            selects_because="segment A",
            source_order=("acme",),
            owner=f"host:{self.processes}",
        )
        try:
            yield Process(ctx=replace(usual, **context), store=store, fuse=fuse)
        finally:
            fuse.at = None  # closing writes nothing
            crm.close()
            line.watchers.remove(watcher)
            line.leave()

    def _mount(self, session: requests.Session) -> None:
        """Let the app answer in process whatever the session sends."""
        world, crm = self.world, self.skin.crm
        line = Direct(self.app, world=world, crm=crm, waited=self.times.sleep)
        netloc = urlsplit(ENDPOINT).netloc
        for prefix in ("http://", f"http://{netloc}", "https://", f"https://{netloc}"):
            session.mount(prefix, line)

    def _mortal(self, send: Callable[..., Any], fuse: Fuse) -> Callable[..., Any]:
        """Return how a process sends that may die: before a request leaves, or before it hears."""

        def mortal(request: requests.PreparedRequest, **kwargs: Any) -> Any:
            name = f"{request.method} {urlsplit(str(request.url)).path}"
            fuse.burn(name)
            self.heard(name)
            answer = send(request, **kwargs)
            try:
                fuse.burn(f"answer of {name}")
            except Killed:
                answer.close()  # as the system does for the dead
                raise
            return answer

        return mortal

    def advance(self, **span: float) -> None:
        """Let time pass."""
        self.times.seconds += timedelta(**span).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of ours."""

    ctx: SyncContext
    store: SqlStore
    fuse: Fuse = field(default_factory=Fuse)

    def enable(self) -> None:
        """Do what ``kam connection enable-writes`` does, after a first look."""
        state = self.store.connection("acme")
        assert state is not None
        self.store.save_connection(replace(state, writes_enabled_at=self.ctx.clock.now()))


class Watcher(NamedTuple):
    """What one process of ours meets at its database."""

    fuse: Fuse
    pragma: Callable[[], str]


class _Line:
    """The one engine of a file: what SQLAlchemy compiled once serves every schedule."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.database = Database(f"sqlite:///{file}")
        self.watchers: list[Watcher] = []
        self.spoiled = False
        """Whether a connection was told how the disk fails."""
        event.listen(self.database.engine, "do_connect", self._connect)

    def _connect(self, _dialect: Any, _record: Any, args: Any, settings: Any) -> _Watched:
        connection = sqlite3.connect(*args, **settings, factory=_Watched)
        connection.line = self
        return connection

    def leave(self) -> None:
        """Let the next process have the connections, unless they were spoiled."""
        if self.spoiled:
            self.close()

    def close(self) -> None:
        """Close all connections: the file is whole without its log, and may go."""
        self.database.close()
        self.spoiled = False


class _Watched(sqlite3.Connection):
    """Burns the fuse at each writing statement and at each commit of a writer.

    The driver's own class, because SQLAlchemy's events cost more than what they tell of.
    """

    line: _Line
    _writing = False

    def cursor(self, *_: Any) -> _WatchedCursor:  # type: ignore[override]
        return super().cursor(_WatchedCursor)

    def execute(self, text: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
        if text.startswith("BEGIN"):
            for one in self.line.watchers:
                if pragma := one.pragma():
                    self.line.spoiled = True
                    super().execute(f"PRAGMA {pragma}")
            self._writing = text == "BEGIN IMMEDIATE"
        return super().execute(text, *values)

    def commit(self) -> None:
        if self._writing:
            self.burn("commit")
        super().commit()

    def burn(self, step: str) -> None:
        """Let every process that is awake take a step."""
        for one in self.line.watchers:
            one.fuse.burn(step)


class _WatchedCursor(sqlite3.Cursor):
    def execute(self, text: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
        self._watch(text)
        return super().execute(text, *values)

    def executemany(self, text: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
        self._watch(text)
        return super().executemany(text, *values)

    def _watch(self, text: str) -> None:
        if text.lstrip()[:7].upper().startswith(_WRITES):
            self.connection.burn(text.split("(", 1)[0][:40].strip())  # type: ignore[attr-defined]


@cache
def _line(file: Path) -> _Line:
    return _Line(file)


def _fresh_store(line: _Line, times: Times) -> SqlStore:
    """Return a store with connections of its own, as a process that just began has."""
    if not line.file.exists() or not line.file.stat().st_size:
        line.close()
        line.file.write_bytes(_empty())
    return SqlStore(line.database, clock=times.now)


@cache
def _empty() -> bytes:
    """Return a database in which nothing is known: making one takes as long as a schedule."""
    with TemporaryDirectory(prefix="kam-faults-") as folder:
        file = Path(folder) / "empty.db"
        open_store(f"sqlite:///{file}", clock=Times().now).close()
        return file.read_bytes()


def _copied(records: Any) -> Any:
    return deepcopy((records._tables, records.history, dict(records.new_id._live)))
