"""A world where nobody wins by rule: its shared fields wait for a person."""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from kam_connector.model.conflict import Conflict, Taken
from kam_connector.model.kind import JsonValue
from kam_connector.store.sql_store import open_store
from kam_connector.sync.deciding import decide_conflict
from tests.factories.clock import ManualClock
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world

__all__ = ["MANUAL", "OURS", "THEIRS", "ask_world", "both_move", "decide", "night", "our_date"]

MANUAL = MAPPING_TEXT.replace(
    'type = "date", conflict = "newest"', 'type = "date", conflict = "manual"'
)
THEIRS, OURS = "2027-03-03", "2027-01-15"


def ask_world(*, accounts: int = 1, mapping: str = MANUAL) -> World:
    """Return a world after its first night: all agree on every review date."""
    return taken_up(_first_night(accounts, mapping))


def taken_up(saved: World) -> World:
    """Return a copy of a world whose store is closed, with a store and a CRM of its own."""
    file = Path(str(saved.ctx.owner))
    copied = Path(mkdtemp(prefix="kam-conflicts-")) / "kam.db"
    shutil.copy(file, copied)
    clock = ManualClock(saved.clock.at)
    crm = deepcopy(saved.crm)
    store = open_store(f"sqlite:///{copied}", clock=clock.now)
    ctx = replace(saved.ctx, crm=crm, store=store, clock=clock, owner="host:1")
    return World(crm=crm, store=store, clock=clock, ctx=ctx)


@cache
def _first_night(accounts: int, mapping: str) -> World:
    """Run it once for all tests of this process; the owner's name is the database file."""
    file = Path(mkdtemp(prefix="kam-conflicts-")) / "kam.db"
    world = make_world(f"sqlite:///{file}", accounts=accounts, mapping=mapping)
    world.first_night()
    world.advance()
    world.store.close()
    return world.with_(owner=str(file))


def our_date(world: World, day: str, ref: str = "a0") -> None:
    """Let somebody of ours move an account's review date in the layer."""
    plan = world.store.plan(world.account(ref))
    assert plan is not None
    moved = replace(plan, next_review=date.fromisoformat(day), updated_at=world.clock.now())
    world.store.save_plan(moved)


def both_move(
    world: World, *, theirs: JsonValue = THEIRS, ours: str = OURS, ref: str = "a0"
) -> Conflict:
    """Let a person in the CRM and one of ours move the same date; return what waits."""
    world.crm.edit("account", ref, {"next_review": theirs})
    our_date(world, ours, ref)
    night(world)
    return next(one for one in world.store.conflicts() if one.ref == ref)


def night(world: World) -> None:
    """Let an hour pass, and run."""
    world.advance()
    world.run()


def decide(world: World, conflict: Conflict, taken: Taken, value: str | None = None) -> str:
    """Decide as ``kam conflict take`` does; return what would follow."""
    return decide_conflict(
        world.store,
        world.ctx.mapping,
        conflict.id,
        taken=taken,
        value=value,
        by="ada",
        at=world.clock.now(),
    ).effect
