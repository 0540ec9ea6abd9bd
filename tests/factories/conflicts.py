"""A world where nobody wins by rule: its shared fields wait for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kam_connector.model.conflict import Conflict, Taken
from kam_connector.model.kind import JsonValue
from kam_connector.sync.deciding import decide_conflict
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world

__all__ = ["MANUAL", "OURS", "THEIRS", "ask_world", "both_move", "decide", "night", "our_date"]

MANUAL = MAPPING_TEXT.replace(
    'type = "date", conflict = "newest"', 'type = "date", conflict = "manual"'
)
THEIRS, OURS = "2027-03-03", "2027-01-15"


def ask_world(*, accounts: int = 1, mapping: str = MANUAL) -> World:
    """Return a world after its first night: all agree on every review date."""
    world = make_world(accounts=accounts, mapping=mapping)
    world.first_night()
    world.advance()
    return world


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
