"""Promises about staging: rows with their cursor, comparison, dirt, deletes and merges."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from kam_connector.model.kind import Kind, Row
from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.staging import StageCounts, StagedRow
from kam_connector.ports import Store
from kam_connector.testing.store_samples import EPOCH, make_batch, make_row, make_source

__all__ = ["ImageContract"]

_SOURCE = make_source()
_NAME = _SOURCE.name
_LATER = "2026-11-20T09:00:00.000Z"


def _stage(store: Store, *rows: PulledRow, cursor: Cursor | None = None) -> StageCounts:
    return store.stage("sf", _SOURCE, "changes", rows, cursor or Cursor(ref="z"))


def _dirty(store: Store) -> list[str]:
    return [row.ref for row in store.dirty("sf", _NAME, limit=100)]


def _merge_done(store: Store, refs: Sequence[str]) -> None:
    store.apply_merge(make_batch(Kind.CONTACT, source=_NAME, done=tuple(refs)))


class ImageContract:
    """The CRM image."""

    def test_rows_and_cursor_are_stored_together(self, store: Store) -> None:
        """A page staged is found again, values and cursor exactly."""
        cursor = Cursor(since=EPOCH, until=EPOCH + timedelta(hours=1), at=EPOCH, ref="003A")
        values: Row = {"Id": "003A", "Name": "Inès Roy", "Tags": ["a", "b"], "Age": 4, "Fax": None}
        assert _stage(store, make_row(values=values), cursor=cursor) == StageCounts(1, 0, 0)
        assert store.cursor("sf", _NAME, "changes") == cursor
        assert store.staged("sf", _NAME, ["003A", "nobody"]) == {
            "003A": StagedRow(_NAME, "003A", "2026-11-20T08:00:00.000Z", values, False, None)
        }

    def test_streams_connections_and_sources_stand_apart(self, store: Store) -> None:
        """One stream's cursor and rows say nothing of another's."""
        _stage(store, make_row())
        assert store.cursor("sf", _NAME, "archived") is None
        assert store.cursor("hs", _NAME, "changes") is None
        assert store.staged("hs", _NAME, ["003A"]) == {}
        assert store.dirty("sf", "account:Account", limit=10) == []

    def test_a_page_that_fails_leaves_neither_rows_nor_cursor(self, store: Store) -> None:
        """Nothing is half-written (INV2)."""
        unreadable: Any = {"Name": object()}
        _stage(store, make_row("003A"), cursor=Cursor(ref="1"))
        with suppress(TypeError):
            _stage(
                store, make_row("003B"), make_row("003C", values=unreadable), cursor=Cursor(ref="2")
            )
        assert store.cursor("sf", _NAME, "changes") == Cursor(ref="1")
        assert list(store.staged("sf", _NAME, ["003A", "003B", "003C"])) == ["003A"]

    def test_an_unchanged_row_is_not_written_nor_dirty(self, store: Store) -> None:
        """The same values again cost a comparison, whatever the order of their keys."""
        _stage(store, make_row(values={"a": 1, "b": "x"}))
        _merge_done(store, _dirty(store))
        again = make_row(values={"b": "x", "a": 1}, at=_LATER)
        assert _stage(store, again) == StageCounts(0, 0, 1)
        assert _dirty(store) == []
        assert store.staged("sf", _NAME, ["003A"])["003A"].modified_at == _LATER

    def test_a_changed_row_becomes_dirty(self, store: Store) -> None:
        """New values, even with an equal timestamp (a formula moved), wait for a merge."""
        _stage(store, make_row(), make_row("003B"))
        _merge_done(store, _dirty(store))
        assert _stage(store, make_row(values={"Name": "New"}), make_row("003B")) == (0, 1, 1)
        assert _dirty(store) == ["003A"]

    def test_an_older_row_is_ignored(self, store: Store) -> None:
        """A late answer never overwrites what is newer, even after an unchanged re-read."""
        _stage(store, make_row(values={"Name": "A"}))
        _stage(store, make_row(values={"Name": "A"}, at="2026-11-20T10:00:00.000Z"))
        late = make_row(values={"Name": "B"}, at=_LATER)
        assert _stage(store, late) == StageCounts(0, 0, 1)
        assert store.staged("sf", _NAME, ["003A"])["003A"].values == {"Name": "A"}

    def test_of_two_rows_of_one_record_the_newest_stays(self, store: Store) -> None:
        """One page may hold a record twice."""
        _stage(store, make_row(values={"n": 2}, at=_LATER), make_row(values={"n": 1}))
        assert store.staged("sf", _NAME, ["003A"])["003A"].values == {"n": 2}

    def test_dirty_rows_come_oldest_first_and_within_the_limit(self, store: Store) -> None:
        """The merge works through them in the CRM's own order."""
        _stage(store, make_row("003A", _LATER), make_row("003B"), make_row("003C", _LATER))
        assert [row.ref for row in store.dirty("sf", _NAME, limit=2)] == ["003B", "003A"]

    def test_a_row_that_changes_during_its_merge_stays_dirty(self, store: Store) -> None:
        """A pull and a merge may run at the same time."""
        _stage(store, make_row("003A"), make_row("003B"))
        handed = _dirty(store)
        _stage(store, make_row("003A", _LATER, values={"Name": "New"}))
        _merge_done(store, handed)
        assert _dirty(store) == ["003A"]

    def test_rows_can_be_asked_to_merge_again(self, store: Store) -> None:
        """Some, or all of a source."""
        _stage(store, make_row("003A"), make_row("003B"))
        _merge_done(store, _dirty(store))
        assert store.mark_dirty("sf", _NAME, ["003B", "nobody"]) == 1
        assert _dirty(store) == ["003B"]
        assert store.mark_dirty("sf", _NAME) == 2
        assert _dirty(store) == ["003A", "003B"]

    def test_a_deleted_row_keeps_its_last_values(self, store: Store) -> None:
        """A deletion blanks nothing, and says so once."""
        _stage(store, make_row(values={"Name": "A", "Email": "a@x.example"}))
        gone = make_row(values={"Name": None}, at=_LATER, deleted=True)
        assert _stage(store, gone) == StageCounts(0, 1, 0)
        assert _stage(store, gone) == StageCounts(0, 0, 1)
        kept = store.staged("sf", _NAME, ["003A"])["003A"]
        assert kept.deleted
        assert kept.values == {"Name": "A", "Email": "a@x.example"}

    def test_a_restored_row_lives_again(self, store: Store) -> None:
        """Undelete is a change like any other."""
        _stage(store, make_row())
        _stage(store, make_row(at=_LATER, deleted=True))
        assert _stage(store, make_row(at="2026-11-20T10:00:00.000Z")) == StageCounts(0, 1, 0)
        assert not store.staged("sf", _NAME, ["003A"])["003A"].deleted

    def test_absorbed_records_become_dirty_losers(self, store: Store) -> None:
        """A winner that names its losers is enough to follow the merge."""
        _stage(store, make_row("003A"), make_row("003B"))
        _merge_done(store, _dirty(store))
        _stage(store, make_row("003A", _LATER, absorbed=("003B",)))
        loser = store.dirty("sf", _NAME, limit=10)[0]
        assert (loser.ref, loser.deleted, loser.merged_into) == ("003B", True, "003A")
        assert loser.values["Name"] == "Person 003B"

    def test_our_own_write_updates_the_image_without_a_merge(self, store: Store) -> None:
        """Reading back what we wrote is no change; a record we created joins the image."""
        _stage(store, make_row(values={"Name": "A"}))
        _merge_done(store, _dirty(store))
        store.update_staged("sf", _NAME, {"003A": {"KAM_Health__c": 52}, "003N": {"Name": "N"}})
        assert _dirty(store) == []
        echo = make_row(values={"Name": "A", "KAM_Health__c": 52}, at=_LATER)
        assert _stage(store, echo) == StageCounts(0, 0, 1)
        assert store.staged("sf", _NAME, ["003N"])["003N"].values == {"Name": "N"}

    def test_a_page_of_many_rows_is_stored_whole(self, store: Store) -> None:
        """The bulk path keeps every value, quotes, tabs and backslashes included."""
        odd = 'tab\t, line\nbreak, back\\slash, "quote", \\N'
        rows = [make_row(f"{number:04d}", values={"v": odd, "n": number}) for number in range(500)]
        assert _stage(store, *rows) == StageCounts(500, 0, 0)
        assert _stage(store, *rows) == StageCounts(0, 0, 500)
        found = store.staged("sf", _NAME, [row.ref for row in rows])
        assert {ref: row.values for ref, row in found.items()} == {
            row.ref: row.values for row in rows
        }
