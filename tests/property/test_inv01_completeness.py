"""INV1: whatever people do and whenever rows show up, the mirror ends as the CRM is."""

from __future__ import annotations

import contextlib
import itertools
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.errors import Interrupted, RetryableError
from kam_connector.mapping import pull_sources
from kam_connector.model.kind import Row
from kam_connector.model.pull import Stream
from kam_connector.sync.pull import pull_all
from kam_connector.testing.memory_crm import MemoryCrm
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.world import NOW, SETTLE, World, make_world

_REFS = [f"a{number}" for number in range(7)]
_LAGS = st.sampled_from([0, 0, 0, 60, 299])
"""Seconds until a change shows up; the mapping's settle time is 300."""

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(_REFS), _LAGS),
        st.tuples(st.just("bulk"), st.just(""), _LAGS),
        st.tuples(st.just("delete"), st.sampled_from(_REFS), st.just(0)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from([0, 1, 59, 301, 4000])),
        st.tuples(st.just("pull"), st.just(""), st.just(0)),
        st.tuples(st.just("stopped pull"), st.just(""), st.integers(1, 4)),
        st.tuples(st.just("broken pull"), st.just(""), st.integers(0, 5)),
    ),
    max_size=25,
)
Step = tuple[str, str, int]


def _take(world: World, step: Step, number: int) -> None:
    what, ref, count = step
    match what:
        case "edit":
            _put(world.crm, ref, number, lag=count)
        case "bulk":
            for one in _REFS:
                _put(world.crm, one, number, lag=count)
        case "delete" if ref in world.crm.live("account"):
            world.crm.delete("account", ref)
        case "wait":
            world.advance(timedelta(seconds=count))
        case "pull":
            pull_all(world.ctx)
        case "stopped pull":
            _stopped(world, after=count)
        case "broken pull":
            _broken(world, after=count)


def _put(crm: MemoryCrm, ref: str, number: int, *, lag: int) -> None:
    if ref in crm.records["account"] and not crm.records["account"][ref].alive:
        return
    old: Row = crm.values("account", ref) if ref in crm.records["account"] else _blank(crm)
    seen = crm.now + timedelta(seconds=lag)
    crm.put("account", ref, {**old, "city": f"City {number}"}, visible_at=seen)


def _blank(crm: MemoryCrm) -> Row:
    return {**crm.values("account", "z"), "name": "New"}


def _stopped(world: World, *, after: int) -> None:
    answers = iter([False] * after)
    try:
        pull_all(world.with_(stopping=lambda: next(answers, True)).ctx)
    except Interrupted:
        return


def _broken(world: World, *, after: int) -> None:
    world.crm._faults.extend([MemoryFault.DUPLICATE] * after + [MemoryFault.DROP_BEFORE])
    with contextlib.suppress(RetryableError):
        pull_all(world.ctx)
    world.crm._faults.clear()


def _mirrored(world: World) -> dict[str, object]:
    source = next(s for s in pull_sources(world.ctx.mapping) if s.object == "account")
    rows = world.store.staged("acme", source.name, [*_REFS, "z"])
    return {ref: row.values["city"] for ref, row in rows.items() if not row.deleted}


def _world() -> World:
    world = make_world(accounts=0, crm=MemoryCrm(now=NOW, page_size=2))
    from tests.factories.world import put_account

    put_account(world.crm, "z", at=NOW - timedelta(days=1))
    return world


@settings(max_examples=40)
@given(steps=_STEPS)
def test_inv01_after_quiet_and_settle_the_stage_equals_the_crm(steps: list[Step]) -> None:
    """Edits, ties, late rows, deletions and broken pulls in any order: nothing is missed."""
    world = _world()
    for number, step in enumerate(steps):
        _take(world, step, number)
    world.advance(SETTLE + timedelta(seconds=300))
    pull_all(world.ctx)
    truth = {ref: row["city"] for ref, row in world.crm.live("account").items()}
    assert _mirrored(world) == truth


@settings(max_examples=25)
@given(steps=_STEPS)
def test_inv02_a_cursor_only_moves_forward(steps: list[Step]) -> None:
    """No pull, whole, stopped or broken, ever leaves a cursor behind where it was."""
    world = _world()
    names = [source.name for source in pull_sources(world.ctx.mapping)]
    places = []
    for number, step in enumerate(steps):
        _take(world, step, number)
        cursors = [world.store.cursor("acme", name, Stream.CHANGES) for name in names]
        places.append([_place(cursor) for cursor in cursors])
    assert all(
        before <= after
        for earlier, later in itertools.pairwise(places)
        for before, after in zip(earlier, later, strict=True)
    )


def _place(cursor: object) -> tuple[object, ...]:
    from kam_connector.model.pull import Cursor

    if not isinstance(cursor, Cursor):
        return (0, "", "", "")
    since = cursor.since.isoformat() if cursor.since else ""
    return (1, since, cursor.at.isoformat() if cursor.at else "", cursor.ref)
