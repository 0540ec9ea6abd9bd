"""Promises about sweeps: what was met and what was not, children, links, schemas."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from datetime import timedelta

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.pull import Cursor, PulledRow
from kam_connector.model.staging import StageCounts, SweepCount
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    make_agreed,
    make_batch,
    make_mirror,
    make_row,
    make_source,
)

__all__ = ["SweepContract"]

_SOURCE = make_source()
_NAME = _SOURCE.name


def _stage(store: Store, *rows: PulledRow) -> StageCounts:
    return store.stage("sf", _SOURCE, "changes", rows, Cursor())


class SweepContract:
    """The image against all there is."""

    def test_what_a_sweep_did_not_meet_is_named(self, store: Store) -> None:
        """Living, staged before the sweep began, and of this source; in pages by ref."""
        at = "2026-11-21T07:00:00.000Z"
        gone = make_row("003G", deleted=True)
        _stage(store, *(make_row(f"003{letter}") for letter in "ABCD"), make_row("003N", at), gone)
        store.begin_sweep("sf", _NAME)
        store.mark_swept("sf", _NAME, ["003B", "003B", "003Z"])
        store.mark_swept("hs", _NAME, ["003A"])
        assert store.unswept("sf", _NAME, before=EPOCH, limit=2) == ["003A", "003C"]
        assert store.unswept("sf", _NAME, before=EPOCH, after="003C", limit=2) == ["003D"]
        assert store.count_unswept("sf", _NAME, before=EPOCH) == SweepCount(missed=3, living=5)
        later = EPOCH + timedelta(hours=2)
        assert store.count_unswept("sf", _NAME, before=later) == SweepCount(missed=4, living=5)

    def test_a_new_sweep_forgets_the_last_one(self, store: Store) -> None:
        """Of its own source only."""
        _stage(store, make_row("003A"))
        store.mark_swept("sf", _NAME, ["003A"])
        store.begin_sweep("sf", "account:Account")
        assert store.unswept("sf", _NAME, before=EPOCH, limit=9) == []
        store.begin_sweep("sf", _NAME)
        assert store.unswept("sf", _NAME, before=EPOCH, limit=9) == ["003A"]

    def test_an_overlay_makes_dirty_only_what_differs(self, store: Store) -> None:
        """Swept values over the image, at the image's own time."""
        rows = [make_row(ref, values={"Name": ref, "Score": 1}) for ref in ("003A", "003B")]
        _stage(store, *rows)
        store.apply_merge(make_batch(Kind.CONTACT, source=_NAME, done=("003A", "003B")))
        values = [{**row.values, "Score": score} for row, score in zip(rows, (1, 2), strict=True)]
        swept = [row._replace(values=new) for row, new in zip(rows, values, strict=True)]
        assert _stage(store, *swept) == StageCounts(0, 1, 1)
        (dirty,) = store.dirty("sf", _NAME, limit=9)
        assert (dirty.ref, dirty.values) == ("003B", {"Name": "003B", "Score": 2})

    def test_losers_wait_until_their_merge_is_followed(self, store: Store) -> None:
        """They are known from staging on, also after a crash, until the merge is done."""
        _stage(store, make_row("003A"), make_row("003B", deleted=True, merged_into="003A"))
        assert store.losers("sf", _NAME) == ["003B"]
        store.apply_merge(make_batch(Kind.CONTACT, source=_NAME, done=("003B",)))
        assert store.losers("sf", _NAME) == []

    def test_children_are_found_by_their_source(self, store: Store) -> None:
        """By columns, by who took part, and by lists; of this connection only."""
        people: list[JsonValue] = [{"kind": "contact", "id": "con_1"}]
        at = "2026-11-20T09:00:00.000Z"
        made = (
            make_mirror(Kind.CONTACT, "con_2", manager="con_1"),
            make_mirror(Kind.ACTIVITY, "act_1", kind="email", at=at, people=people),
            make_mirror(Kind.OPPORTUNITY, "opp_1", contacts=["con_1"], account="acc_1"),
        )
        for row in made:
            base = make_agreed(f"ref-{row.id}", row.kind, kam_id=row.id)
            store.apply_merge(make_batch(row.kind, row, agreed=(base,)))
        assert store.children("sf", Kind.CONTACT, ["con_1", "con_9"]) == {
            "activity:X": ["ref-act_1"],
            "contact:X": ["ref-con_2"],
            "opportunity:X": ["ref-opp_1"],
        }
        assert store.children("sf", Kind.ACCOUNT, ["acc_1"]) == {"opportunity:X": ["ref-opp_1"]}
        assert store.children("hs", Kind.ACCOUNT, ["acc_1"]) == {}

    def test_a_link_leads_to_the_records_that_name_it(self, store: Store) -> None:
        """Ids anywhere in the image, whole ids only; deleted records are left out."""
        people: list[JsonValue] = [{"kind": "contact", "ref": "003A", "rows": ["0RE1", "0RE2"]}]
        named = {"@relations": people, "Name": "0RE9"}
        _stage(
            store,
            make_row("00U1", values=named),
            make_row("00U2", values={"Name": "0RE11"}),
            make_row("00U3", values=named, deleted=True),
        )
        assert store.naming("sf", _NAME, {"0RE2"}) == ["00U1"]
        assert store.naming("sf", _NAME, {"0RE1", "0RE9"}) == ["00U1"]
        assert store.naming("sf", _NAME, {"0RE"}) == []

    def test_a_schema_is_remembered_by_source(self, store: Store) -> None:
        """The last one counts; never saved is told apart from empty."""
        assert store.last_schema("sf", _NAME) is None
        store.save_schema("sf", _NAME, {"Name": "text"})
        store.save_schema("sf", _NAME, {})
        store.save_schema("hs", _NAME, {"Name": "integer"})
        assert store.last_schema("sf", _NAME) == {}
        assert store.last_schema("hs", _NAME) == {"Name": "integer"}
