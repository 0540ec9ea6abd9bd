"""A served CRM and our connection to it: what a run pulls and merges, without the rest of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import Mapping, pull_sources
from kam_connector.model.settings import read_settings
from kam_connector.model.staging import StagedRow
from kam_connector.store.sql_store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.identity import load_identity_map
from kam_connector.sync.merge import Merged, merge_source
from kam_connector.sync.pull import Pulled, pull_all
from kam_sandbox.records import Record
from kam_sandbox.state import World

__all__ = ["WEEK_S", "Night", "pulled_once"]

WEEK_S = 7 * 86_400.0


class OurClock:
    """The present; nobody waits."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """An org, and our connection to it."""

    world: World
    ctx: SyncContext

    def pull(self) -> Pulled:
        """Pull and merge, as a run does."""
        pulled, merged = pull_all(self.ctx), Merged()
        for source in pull_sources(self.ctx.mapping):
            identity = load_identity_map(self.ctx.store, [self.ctx.connection])
            merge_source(self.ctx, source, identity, merged)
        return pulled

    def later(self, seconds: float = 3600) -> None:
        """Let time pass in the org."""
        self.world.clock.advance(seconds)

    def image(self, source: str, record: Record) -> StagedRow:
        """Return what we hold of a record."""
        return self.ctx.store.staged("crm", source, [record.id])[record.id]


@contextmanager
def pulled_once(
    world: World, adapter: Any, mapping: Mapping, table: dict[str, Any], *, objects: Collection[str]
) -> Iterator[Night]:
    """Give a connection that has pulled these objects once, an hour ago."""
    sources = tuple(one for one in mapping.sources if one.object in objects)
    mapping = replace(mapping, sources=sources)
    settings = read_settings(adapter.settings_type, table, where="[x]")
    crm = adapter.open("crm", settings, clock=OurClock())
    ctx = SyncContext(
        connection="crm",
        crm=crm,
        store=open_store("sqlite://"),
        mapping=mapping,
        settings=KamSettings(),
        clock=OurClock(),
        source_order=("crm",),
    )
    night = Night(world=world, ctx=ctx)
    night.later()
    night.pull()
    night.later()
    yield night
    crm.close()
    ctx.store.close()
