"""What every adapter must keep, as one suite of tests.

A package that ships an adapter subclasses ``CrmContract`` in its tests and overrides the
``world`` fixture with a ``CrmWorld``: its adapter, signed in to a CRM that it may change.
"""

# ruff: noqa: S101  a suite of tests asserts

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import ConfigError, RecordError
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.window import parse_instant
from kam_connector.testing.crm_world import CrmWorld
from kam_connector.testing.fields_contract import FieldsContract

__all__ = ["CrmContract", "CrmWorld"]


class CrmContract(FieldsContract):
    """Subclass it, override ``world``, run it with pytest."""

    @pytest.fixture
    def world(self) -> CrmWorld:
        """Give the CRM under test; override it."""
        pytest.skip("override the fixture `world`")

    # -- who and what -----------------------------------------------------------------------
    def test_identity_names_the_org_and_its_clock(self, world: CrmWorld) -> None:
        """Identity is stable, and its clock is aware."""
        identity = world.crm.identity()
        assert identity.org_ref
        assert identity.org_ref == world.crm.identity().org_ref
        assert identity.now.tzinfo is not None
        assert len(identity.currency) == 3

    def test_describe_lists_the_fields_we_ask_for(self, world: CrmWorld) -> None:
        """Every field of the source is described, and our own one may be written."""
        schema = world.crm.describe(world.accounts.object)
        assert set(world.accounts.fields) <= set(schema.fields)
        assert schema.fields[world.own_field].updateable

    def test_unknown_object_is_a_record_error(self, world: CrmWorld) -> None:
        """An object that does not exist is named as such, with its code."""
        with pytest.raises(RecordError) as caught:
            world.crm.describe("kam_no_such_object")
        assert caught.value.code == "KAM-3210"

    # -- pull -------------------------------------------------------------------------------
    def test_backfill_yields_every_record_once(self, world: CrmWorld) -> None:
        """A first pull in small pages misses nothing and repeats nothing."""
        pages = _pull(world, size=3)
        assert sorted(_refs(pages)) == sorted(world.refs)
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]

    def test_cursor_only_moves_forward(self, world: CrmWorld) -> None:
        """INV2: the positions of a pull's cursors increase."""
        places = [page.next_cursor.position for page in _pull(world, size=2)]
        assert places == sorted(places, key=str)
        assert places[-1][0] is True

    def test_pull_resumes_from_any_page(self, world: CrmWorld) -> None:
        """INV4: stopping behind any page loses and repeats nothing."""
        pages = _pull(world, size=2)
        again = [_refs(_pull(world, cursor=page.next_cursor, size=2)) for page in pages[:-1]]
        taken = [_refs(pages[: number + 1]) for number in range(len(pages) - 1)]
        joined = [sorted(set(a) | set(b)) for a, b in zip(taken, again, strict=True)]
        assert joined == [sorted(world.refs)] * (len(pages) - 1)
        assert [set(a) & set(b) for a, b in zip(taken, again, strict=True)] == [set()] * len(again)

    def test_a_narrowed_sweep_reads_every_record_and_no_more_than_asked(
        self, world: CrmWorld
    ) -> None:
        """G7: all refs with their timestamps, and of the fields only those named."""
        cursor = _caught_up(world, Stream.SWEEP)
        narrow = world.accounts.narrowed([world.own_field])
        swept = _rows(_pull(world, source=narrow, stream=Stream.SWEEP, cursor=cursor, size=3))
        whole = _rows(_pull(world, stream=Stream.FULL, cursor=cursor))
        assert sorted((r.ref, r.modified_at) for r in swept) == sorted(
            (r.ref, r.modified_at) for r in whole
        )
        assert [set(row.values) for row in swept] == [{world.own_field}] * len(world.refs)
        bare = world.accounts.narrowed([])
        rows = _rows(_pull(world, source=bare, stream=Stream.SWEEP, cursor=cursor))
        assert [dict(row.values) for row in rows] == [{}] * len(world.refs)

    def test_increment_sees_an_edit_once(self, world: CrmWorld) -> None:
        """An edit comes with the next pull and not with the one after."""
        cursor = _caught_up(world)
        world.edit(world.refs[:1], {world.shared_field: "edited"})
        world.later()
        pages = _pull(world, cursor=cursor)
        assert _refs(pages) == [world.refs[0]]
        assert _rows(pages)[0].values[world.shared_field] == "edited"
        assert _refs(_pull(world, cursor=pages[-1].next_cursor)) == []

    def test_equal_timestamps_across_pages_come_exactly_once(self, world: CrmWorld) -> None:
        """INV3: a page border inside a group of equal timestamps loses no record."""
        cursor = _caught_up(world)
        world.edit(world.refs[:7], {world.shared_field: "all at once"})
        world.later()
        assert sorted(_refs(_pull(world, cursor=cursor, size=2))) == sorted(world.refs[:7])

    def test_fresh_rows_wait_for_the_settle_time(self, world: CrmWorld) -> None:
        """G7: nothing younger than the settle time is taken for final."""
        cursor = _caught_up(world)
        settled = replace(world.accounts, settle=timedelta(hours=1))
        world.edit(world.refs[:1], {world.shared_field: "fresh"})
        world.later(60)
        assert _refs(_pull(world, cursor=cursor, source=settled)) == []
        world.later(7200)
        assert _refs(_pull(world, cursor=cursor, source=settled)) == [world.refs[0]]

    def test_deleted_record_is_told(self, world: CrmWorld) -> None:
        """A deleted record comes as deleted, in one stream or the other."""
        cursor, archive = _caught_up(world), _caught_up(world, Stream.ARCHIVED)
        world.delete(world.refs[1])
        world.later()
        rows = _rows(_pull(world, cursor=cursor))
        rows += _rows(_pull(world, cursor=archive, stream=Stream.ARCHIVED))
        assert [(row.ref, row.deleted) for row in rows] == [(world.refs[1], True)]

    def test_merge_names_both_sides(self, world: CrmWorld) -> None:
        """INV10: after a merge, the loser's ref leads to the survivor."""
        cursor = _caught_up(world)
        survivor = world.merge(world.refs[2], world.refs[3])
        world.later()
        rows = _rows(_pull(world, cursor=cursor))
        lost = {row.ref: row.merged_into for row in rows if row.merged_into}
        taken = {old: row.ref for row in rows for old in row.absorbed}
        assert (lost | taken)[world.refs[2]] == survivor
        assert world.crm.read(world.accounts, [world.refs[2]])[world.refs[2]].ref == survivor

    def test_values_are_canonical(self, world: CrmWorld) -> None:
        """No float leaves an adapter, and timestamps parse."""
        rows = _rows(_pull(world))
        flat = [value for row in rows for value in row.values.values()]
        assert [value for value in flat if isinstance(value, float) or value == ""] == []
        assert all(parse_instant(row.modified_at).tzinfo for row in rows)
        assert all(row.modified_at.endswith("Z") and len(row.modified_at) == 24 for row in rows)

    def test_missing_field_is_an_error_unless_optional(self, world: CrmWorld) -> None:
        """A mapped field that is gone stops the source; an optional one leaves a note."""
        fields = (*world.accounts.fields, "kam_gone")
        broken = replace(world.accounts, fields=fields)
        with pytest.raises(ConfigError) as caught:
            _pull(world, source=broken)
        assert caught.value.field == "kam_gone"
        pages = _pull(world, source=replace(broken, optional=frozenset({"kam_gone"})))
        assert "kam_gone" in pages[0].notes[0]

    def test_read_answers_by_the_ref_asked_for(self, world: CrmWorld) -> None:
        """Known refs come back, unknown ones are absent."""
        asked = [*world.refs[:3], world.refs[0][:-4] + "0000"]
        found = world.crm.read(world.accounts, asked)
        assert sorted(found) == sorted(world.refs[:3])
        pulled = {row.ref: row.values for row in _rows(_pull(world))}
        assert {ref: row.values for ref, row in found.items()} == {
            ref: pulled[ref] for ref in world.refs[:3]
        }

    # -- push -------------------------------------------------------------------------------
    def test_written_value_comes_back(self, world: CrmWorld) -> None:
        """What was written is what the next pull and the next read show."""
        cursor = _caught_up(world)
        result = world.crm.push([_update(world, world.refs[0], "A-tier")])
        world.later()
        assert [r.state for r in result] == [PushState.DONE]
        rows = _rows(_pull(world, cursor=cursor))
        assert [(r.ref, r.values[world.own_field]) for r in rows] == [(world.refs[0], "A-tier")]

    def test_none_clears_a_field(self, world: CrmWorld) -> None:
        """A value of None empties the field."""
        world.crm.push([_update(world, world.refs[0], "A-tier")])
        world.crm.push([_update(world, world.refs[0], None)])
        row = world.crm.read(world.accounts, [world.refs[0]])[world.refs[0]]
        assert row.values[world.own_field] is None

    def test_one_bad_record_leaves_the_others_done(self, world: CrmWorld) -> None:
        """INV6: results come in order, one for each change, and stand alone."""
        missing = world.refs[0][:-4] + "0000"
        batch = [_update(world, ref, "B") for ref in (world.refs[0], missing, world.refs[1])]
        results = world.crm.push(batch)
        assert [r.change_id for r in results] == [c.id for c in batch]
        states = [PushState.DONE, PushState.REFUSED, PushState.DONE]
        assert [r.state for r in results] == states
        assert results[1].code

    def test_same_record_twice_in_one_batch_is_written_in_order(self, world: CrmWorld) -> None:
        """The later of two changes of one record wins."""
        first, second = (_update(world, world.refs[0], text) for text in ("one", "two"))
        results = world.crm.push([first, replace(second, id="second")])
        row = world.crm.read(world.accounts, [world.refs[0]])[world.refs[0]]
        assert [r.state for r in results] == [PushState.DONE, PushState.DONE]
        assert row.values[world.own_field] == "two"

    def test_task_is_created_once_however_often_it_is_sent(self, world: CrmWorld) -> None:
        """INV5: the same key makes one record."""
        first = world.crm.push([_task(world, "act_1", "Call the CFO")])
        second = world.crm.push([_task(world, "act_1", "Call the CFO today")])
        assert [r.state for r in (*first, *second)] == [PushState.DONE, PushState.DONE]
        assert first[0].created
        assert not second[0].created
        assert first[0].ref == second[0].ref
        row = world.crm.read(world.tasks, [str(first[0].ref)])[str(first[0].ref)]
        assert row.values[world.title_field] == "Call the CFO today"

    def test_several_tasks_in_one_batch(self, world: CrmWorld) -> None:
        """Each key gets its own record; results follow the order."""
        batch = [_task(world, f"act_{n}", f"Task {n}") for n in range(5)]
        refs = [r.ref for r in world.crm.push(batch)]
        rows = world.crm.read(world.tasks, [str(ref) for ref in refs])
        titles = [rows[str(ref)].values[world.title_field] for ref in refs]
        assert titles == [f"Task {n}" for n in range(5)]

    def test_shared_field_is_written_when_nobody_touched_it(self, world: CrmWorld) -> None:
        """A conditional write goes through on an unmoved record."""
        seen = world.crm.read(world.accounts, [world.refs[4]])[world.refs[4]]
        result = world.crm.push([_shared(world, seen, "ours")])
        row = world.crm.read(world.accounts, [world.refs[4]])[world.refs[4]]
        assert [r.state for r in result] == [PushState.DONE]
        assert row.values[world.shared_field] == "ours"

    def test_persons_value_in_a_shared_field_survives(self, world: CrmWorld) -> None:
        """INV8: who edits after we looked keeps their value, and we hear of it."""
        seen = world.crm.read(world.accounts, [world.refs[4]])[world.refs[4]]
        world.later()
        world.edit([world.refs[4]], {world.shared_field: "theirs"})
        result = world.crm.push([_shared(world, seen, "ours")])
        row = world.crm.read(world.accounts, [world.refs[4]])[world.refs[4]]
        assert [r.state for r in result] == [PushState.CONFLICT]
        assert result[0].current[world.shared_field] == "theirs"
        assert row.values[world.shared_field] == "theirs"

    def test_edit_of_another_field_is_no_conflict(self, world: CrmWorld) -> None:
        """A record that moved elsewhere still takes our shared value."""
        seen = world.crm.read(world.accounts, [world.refs[5]])[world.refs[5]]
        world.later()
        world.edit([world.refs[5]], {world.own_field: "moved"})
        result = world.crm.push([_shared(world, seen, "ours")])
        assert [r.state for r in result] == [PushState.DONE]

    def test_unknown_field_is_refused_by_name(self, world: CrmWorld) -> None:
        """A field the CRM does not have is refused for that record, and named."""
        change = replace(_update(world, world.refs[0], "x"), values={"kam_gone": "x"})
        result = world.crm.push([change])
        assert [(r.state, r.fields) for r in result] == [(PushState.REFUSED, ("kam_gone",))]

    # -- the rest ---------------------------------------------------------------------------
    def test_budget_counts_calls(self, world: CrmWorld) -> None:
        """Calls made here are counted; closing twice does no harm."""
        before = world.crm.budget().spent_here
        _pull(world)
        assert world.crm.budget().spent_here > before
        world.crm.close()
        world.crm.close()


def _pull(
    world: CrmWorld,
    *,
    cursor: Cursor | None = None,
    source: PullSource | None = None,
    stream: Stream = Stream.CHANGES,
    size: int | None = None,
) -> list[Page]:
    request = PullRequest(
        source=source or world.accounts, stream=stream, cursor=cursor, page_size=size
    )
    return list(world.crm.pull(request))


def _caught_up(world: CrmWorld, stream: Stream = Stream.CHANGES) -> Cursor:
    cursor = _pull(world, stream=stream)[-1].next_cursor
    world.later()
    return cursor


def _rows(pages: Iterable[Page]) -> list[PulledRow]:
    return [row for page in pages for row in page.rows]


def _refs(pages: Iterable[Page]) -> list[str]:
    return [row.ref for row in _rows(pages)]


def _update(world: CrmWorld, ref: str, value: JsonValue) -> Change:
    return Change(
        id=f"update-{ref}",
        kind=Kind.ACCOUNT,
        object=world.accounts.object,
        ref=ref,
        values={world.own_field: value},
    )


def _shared(world: CrmWorld, seen: PulledRow, value: JsonValue) -> Change:
    return Change(
        id=f"shared-{seen.ref}",
        kind=Kind.ACCOUNT,
        object=world.accounts.object,
        ref=seen.ref,
        values={world.shared_field: value},
        shared=frozenset({world.shared_field}),
        expected={world.shared_field: seen.values[world.shared_field]},
        seen_modified_at=seen.modified_at,
    )


def _task(world: CrmWorld, key: str, title: str) -> Change:
    return Change(
        id=f"task-{key}",
        kind=Kind.TASK,
        object=world.tasks.object,
        ref=None,
        key_field=world.key_field,
        key=key,
        values={**world.task_values, world.key_field: key, world.title_field: title},
    )
