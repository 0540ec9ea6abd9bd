"""kam-connector itself: the use cases that a run calls, over real HTTP into a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from benchmarks.checksum import Contents, contents
from benchmarks.forms import CONNECTION, HUBSPOT_FIELDS
from benchmarks.task import Job, Task
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Stream
from kam_connector.model.settings import Secret
from kam_connector.ports import Crm
from kam_connector.store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.identity import load_identity_map
from kam_connector.sync.merge import Merged, merge_source
from kam_connector.sync.pull import Pulled, pull_stream

__all__ = ["Run", "RunClock", "again", "night", "pull", "pull_and_merge"]


def pull(task: Task, crm: str) -> Job:
    """A first pull into staging."""
    run = Run(task, crm)
    return Job(work=run.pull, check=lambda: run.contents("staged"))


def pull_and_merge(task: Task, crm: str) -> Job:
    """A first pull into staging, then mirror and base."""
    run = Run(task, crm)

    def work() -> int:
        run.pull()
        return run.merge()

    return Job(work=work, check=lambda: run.contents("staged", "mirror", "base"))


def again(task: Task, crm: str) -> Job:
    """Read everything once more, of which nothing has changed (the weekly sweep)."""
    run = Run(task, crm)

    def work() -> int:
        count = run.pull(Stream.SWEEP)
        if run.merge():
            raise AssertionError("unchanged rows were merged again")
        return count

    return Job(work=work, check=lambda: run.contents("staged", "mirror", "base"))


def night(task: Task, crm: str) -> Job:
    """Pull and merge what changed since."""
    run = Run(task, crm)

    def work() -> int:
        run.pull()
        return run.merge()

    return Job(work=work, check=lambda: run.contents("staged", "mirror", "base"))


class RunClock:
    """Our own time; waiting costs none, so that a limiter made for the vendor does not count."""

    def __init__(self) -> None:
        self._waited = timedelta()

    def now(self) -> datetime:
        """Return the present and what was waited."""
        return datetime.now(UTC) + self._waited

    def sleep(self, seconds: float) -> None:
        """Count, and go on."""
        self._waited += timedelta(seconds=seconds)


class Run:
    """One connection's contacts, and the database they end in."""

    def __init__(self, task: Task, crm: str) -> None:
        self._path = task.folder / "kam.db"
        self._short = {"salesforce": "sf", "hubspot": "hs"}[crm]
        mapping = load_mapping(shipped_mapping_path(crm))
        self._source = next(s for s in pull_sources(mapping) if s.kind is Kind.CONTACT)
        if crm == "hubspot":
            self._source = replace(self._source, fields=HUBSPOT_FIELDS)
        self.context = SyncContext(
            connection=CONNECTION[crm],
            crm=_ADAPTERS[crm](task.port),
            store=open_store(f"sqlite:///{self._path}"),
            mapping=mapping,
            settings=KamSettings(),
            clock=RunClock(),
        )

    def pull(self, stream: Stream = Stream.CHANGES) -> int:
        """Stage a stream; returns how many rows came."""
        pulled = Pulled(changed={self._source.name: 0})
        pull_stream(self.context, self._source, stream, pulled)
        return sum(pulled.changed.values()) + pulled.unchanged

    def merge(self) -> int:
        """Merge what changed; returns how many rows."""
        merged = Merged()
        identity = load_identity_map(self.context.store, (self.context.connection,))
        merge_source(self.context, self._source, identity, merged)
        if merged.quarantined:
            raise AssertionError(f"{merged.quarantined} fields were refused")
        return merged.rows

    def contents(self, *layers: str) -> dict[str, Contents]:
        """Read the database with nothing of the product, layer by layer."""
        self.context.store.close()
        readers = {"staged": _staged, "mirror": _mirror, "base": _base}
        with sqlite3.connect(self._path) as database:
            database.row_factory = sqlite3.Row
            return {
                f"{self._short}-{layer}": contents(readers[layer](database)) for layer in layers
            }


_Pairs = Iterator[tuple[str, dict[str, Any]]]


def _staged(database: sqlite3.Connection) -> _Pairs:
    for row in database.execute("SELECT ref, modified_at, doc FROM staged WHERE NOT deleted"):
        yield row["ref"], {**orjson.loads(row["doc"]), "@modified": row["modified_at"]}


def _mirror(database: sqlite3.Connection) -> _Pairs:
    for row in database.execute("SELECT * FROM contact WHERE deleted_at IS NULL"):
        values = dict(row)
        [[_, ref]] = orjson.loads(values.pop("refs"))
        for name in ("id", "home_connection"):
            del values[name]
        values["account"], values["manager"] = values.pop("account_id"), values.pop("manager_id")
        values["bounced"] = bool(values["bounced"])
        yield ref, values


def _base(database: sqlite3.Connection) -> _Pairs:
    for row in database.execute("SELECT ref, doc FROM agreed"):
        yield row["ref"], orjson.loads(row["doc"])["read"]


def _salesforce(port: int) -> Crm:
    import simple_salesforce.api  # noqa: F401, PLC0415  what the first call loads: no import is timed

    from kam_salesforce.crm import SalesforceCrm  # noqa: PLC0415  an installation loads what it uses
    from kam_salesforce.settings import SalesforceSettings  # noqa: PLC0415

    settings = SalesforceSettings(
        endpoint=f"http://127.0.0.1:{port}",
        access_token=Secret("00D000000000BNC!bench"),
        bulk_read_from=10**9,  # pages by REST, as the floor and the client read them
    )
    return SalesforceCrm.open(CONNECTION["salesforce"], settings, clock=RunClock())


def _hubspot(port: int) -> Crm:
    from kam_hubspot.crm import HubSpotCrm  # noqa: PLC0415
    from kam_hubspot.settings import HubSpotSettings  # noqa: PLC0415

    settings = HubSpotSettings(
        endpoint=f"http://127.0.0.1:{port}", access_token=Secret("pat-bench")
    )
    return HubSpotCrm.open(CONNECTION["hubspot"], settings, clock=RunClock())


_ADAPTERS: dict[str, Callable[[int], Crm]] = {"salesforce": _salesforce, "hubspot": _hubspot}
