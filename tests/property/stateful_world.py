"""A world for the stateful test: quick to start, and looked at without the engine's words."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from kam_connector.mapping import pull_sources
from kam_connector.model.kind import JsonValue, Row
from kam_connector.store.database import Database
from kam_connector.store.sql_store import SqlStore
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.clock import ManualClock
from tests.factories.conflicts import MANUAL
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world
from tests.property.stateful_model import Sent

__all__ = ["copy_findings", "dates", "layer_date", "sent_since", "start"]

_COPIED = frozenset({"user", "account", "contact", "deal"})
"""Objects that are copied whole; of tasks and meetings, those that count."""
_ACCOUNTS = 2


def start(*, asks: bool, written: bool) -> World:
    """Return a world of its own, over SQLite in memory, before or after its first night.

    Args:
        asks: A person decides what both sides moved; else the newer date wins.
        written: The first preview was approved.
    """
    prepared, image = _prepared(asks, written)
    clock = ManualClock(prepared.clock.at)
    crm = deepcopy(prepared.crm)
    database = Database("sqlite://")
    _raw(database).deserialize(image)
    store = SqlStore(database, clock=clock.now)
    ctx = replace(prepared.ctx, crm=crm, store=store, clock=clock)
    return World(crm=crm, store=store, clock=clock, ctx=ctx)


@cache
def _prepared(asks: bool, written: bool) -> tuple[World, bytes]:
    world = make_world(accounts=_ACCOUNTS, mapping=MANUAL if asks else MAPPING_TEXT)
    if written:
        world.first_night()
        world.advance()
    image: bytes = _raw(world.store._db).serialize()
    world.store.close()
    return world, image


def _raw(database: Database) -> Any:
    """Return the one connection of a database in memory."""
    return database.engine.raw_connection().driver_connection


def dates(crm: MemoryCrm) -> dict[str, JsonValue]:
    """Return every living account's review date."""
    return {ref: row.get("next_review") for ref, row in crm.live("account").items()}


def layer_date(world: World, ref: str) -> JsonValue:
    """Return the review date that the layer holds for an account."""
    plan = world.store.plan(world.account(ref))
    day = plan.next_review if plan is not None else None
    return day.isoformat() if day is not None else None


def sent_since(crm: MemoryCrm, count: int) -> list[Sent]:
    """Return the writes that reached the CRM after the first so many."""
    return [
        Sent(
            one.change.object,
            one.ref,
            one.change.key,
            one.change.values,
            one.created,
            one.change.id.startswith("undo-"),
        )
        for one in crm.writes[count:]
    ]


def copy_findings(world: World) -> list[str]:
    """Return where our copy is not what the CRM holds: records, their values, their deaths."""
    found: list[str] = []
    heirs = _heirs(world.crm)
    for source in pull_sources(world.ctx.mapping):
        if source.object not in _COPIED:
            continue
        records = world.crm.records[source.object]
        copies = world.store.staged(world.ctx.connection, source.name, list(records))
        for ref, record in records.items():
            copy = copies.get(ref)
            if copy is None or copy.deleted:
                found += [f"{source.object} {ref} lives only there"] if record.alive else []
            elif not record.alive:
                found.append(f"{source.object} {ref} lives in the copy only")
            else:
                theirs = {name: record.values.get(name) for name in source.fields}
                found += _apart(f"{source.object} {ref}", copy.values, theirs, heirs)
    return found


def _apart(where: str, ours: Row, theirs: Row, heirs: dict[str, str]) -> list[str]:
    return [
        f"{where} {name} is {ours.get(name)!r} in the copy, and {value!r} there"
        for name, value in theirs.items()
        if ours.get(name) != value and _heir(ours.get(name), heirs) != _heir(value, heirs)
    ]


def _heirs(crm: MemoryCrm) -> dict[str, str]:
    """Return who took over from what was merged away: a merge turns children without a word."""
    return {
        ref: one.latest.merged_into
        for records in crm.records.values()
        for ref, one in records.items()
        if one.latest.merged_into
    }


def _heir(value: JsonValue, heirs: dict[str, str]) -> JsonValue:
    while isinstance(value, str) and value in heirs:
        value = heirs[value]
    return value
