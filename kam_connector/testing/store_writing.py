"""Promises about the way out: previews, outbox, fencing, journal, values held back."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kam_connector.model.change import Link
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.preview import GuardFinding, OutboxState, PreviewState
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    SteppedClock,
    make_agreed,
    make_change,
    make_entry,
    make_item,
    make_preview,
)

__all__ = ["WritingContract"]

_ALL = tuple(OutboxState)


def _states(store: Store) -> dict[str, OutboxState]:
    return {item.id: item.state for item in store.outbox("sf", states=_ALL)}


class WritingContract:
    """What preview, deliver and undo store."""

    def test_a_preview_comes_back_exactly(self, store: Store) -> None:
        """It is what will be applied, to the letter."""
        link = Link(object="companies", ref="77", type_id=204)
        task = make_change(None, key_field="KAM_Key__c", key="act-1", links=(link,), owner="Ann")
        preview = make_preview(
            changes=(make_change(values={"a": None, "b": "é", "c": False, "d": 1}), task),
            guards=(GuardFinding(code="KAM-5001", message="too many"),),
            notes=("picklist value missing",),
            digest="abc",
        )
        store.save_preview(preview)
        assert store.preview("pre-1") == preview
        assert store.preview("pre-2") is None

    def test_a_new_preview_supersedes_open_ones(self, store: Store) -> None:
        """Only the latest of a connection can be approved; decided ones stay as they are."""
        store.save_preview(make_preview("pre-1"))
        store.save_preview(make_preview("pre-hs", connection="hs"))
        store.save_preview(make_preview("pre-2", created_at=EPOCH + timedelta(hours=1)))
        store.set_preview_state("pre-2", PreviewState.APPROVED)
        store.save_preview(make_preview("pre-3", created_at=EPOCH + timedelta(hours=2)))
        states = [(preview.id, preview.state) for preview in store.previews(connection="sf")]
        assert states == [
            ("pre-3", PreviewState.OPEN),
            ("pre-2", PreviewState.APPROVED),
            ("pre-1", PreviewState.SUPERSEDED),
        ]
        assert len(store.previews(connection="sf", limit=1)) == 1
        assert store.previews(connection="hs")[0].state is PreviewState.OPEN

    def test_enqueueing_marks_the_preview_applied(self, store: Store) -> None:
        """Outbox and preview move together."""
        store.save_preview(make_preview("pre-1"))
        item = make_item("item-1", next_at=EPOCH)
        store.enqueue([item], preview_id="pre-1")
        preview = store.preview("pre-1")
        assert preview is not None
        assert preview.state is PreviewState.APPLIED
        assert store.outbox("sf", states=[OutboxState.PENDING]) == [item]
        assert store.outbox("hs", states=_ALL) == []

    def test_waiting_items_of_one_record_coalesce(self, store: Store) -> None:
        """A newer value replaces what still waits, not what was sent or is of others."""
        by_key = make_item("k1", None, key_field="KAM_Key__c", key="act-1")
        sent = make_item("s1", "001S", state=OutboxState.SENT)
        store.enqueue([make_item("a1", "001A"), make_item("b1", "001B"), by_key, sent],
                      preview_id="pre-1")  # fmt: skip
        again = replace(by_key, id="k2")
        store.enqueue([make_item("a2", "001A"), again, make_item("s2", "001S")], preview_id="pre-2")
        assert _states(store) == {
            "a1": OutboxState.SUPERSEDED,
            "a2": OutboxState.PENDING,
            "b1": OutboxState.PENDING,
            "k1": OutboxState.SUPERSEDED,
            "k2": OutboxState.PENDING,
            "s1": OutboxState.SENT,
            "s2": OutboxState.PENDING,
        }

    def test_the_outbox_is_read_by_id_in_pages(self, store: Store) -> None:
        """Keyset: no item twice, none missed."""
        items = [make_item(f"i{number}", f"001{number}") for number in range(5)]
        store.enqueue(items, preview_id="pre-1")
        first = store.outbox("sf", states=[OutboxState.PENDING], limit=2)
        rest = store.outbox("sf", states=[OutboxState.PENDING], after=first[-1].id)
        assert [item.id for item in [*first, *rest]] == ["i0", "i1", "i2", "i3", "i4"]

    def test_sent_items_keep_attempts_and_before_values(self, store: Store) -> None:
        """Enough to undo, even if the process dies before the answer."""
        lease = store.acquire_lease("sf", "me", ttl_s=60)
        assert lease is not None
        store.enqueue([make_item()], preview_id="pre-1")
        seen = replace(make_item().change.fields[0], before=77)
        change = replace(make_item().change, fields=(seen,))
        assert store.mark_sent([replace(make_item(), change=change, attempts=1)], lease=lease)
        (item,) = store.outbox("sf", states=[OutboxState.SENT])
        assert (item.attempts, item.change.fields[0].before) == (1, 77)

    def test_a_fenced_off_worker_stores_nothing(self, store: Store, clock: SteppedClock) -> None:
        """A hung worker that wakes up can never write: neither expired nor taken over."""
        old = store.acquire_lease("sf", "me", ttl_s=60)
        assert old is not None
        store.enqueue([make_item()], preview_id="pre-1")
        clock.advance(61)
        assert not store.mark_sent([make_item()], lease=old)
        new = store.acquire_lease("sf", "other", ttl_s=600)
        assert new is not None
        assert not store.mark_sent([make_item()], lease=replace(old, until=new.until))
        assert _states(store) == {"item-1": OutboxState.PENDING}

    def test_confirming_stores_result_base_and_journal(self, store: Store) -> None:
        """Base := written values, in the transaction that says the item is done."""
        store.enqueue([make_item()], preview_id="pre-1")
        base = make_agreed("001A", written={"KAM_Health__c": 52})
        done = replace(make_item(), state=OutboxState.DONE, ref="001A", created=True)
        entry = make_entry()
        store.confirm([done], agreed=[base], journal=[entry])
        assert store.outbox("sf", states=[OutboxState.DONE]) == [done]
        assert store.agreed([base.key]) == {base.key: base}
        assert store.journal("run-1") == [entry]

    def test_confirming_twice_keeps_the_first_before_value(self, store: Store) -> None:
        """A lost answer and a second delivery leave one entry, and it undoes to the truth."""
        later = EPOCH + timedelta(minutes=1)
        store.confirm([], agreed=[], journal=[make_entry()])
        store.confirm([], agreed=[], journal=[make_entry(before=52, at=later)])
        assert store.journal("run-1") == [make_entry(at=later)]

    def test_the_journal_is_read_newest_first(self, store: Store) -> None:
        """Undo goes backwards; other runs stay out."""
        later = make_entry("KAM_Risk__c", at=EPOCH + timedelta(minutes=1), before=None, after="x")
        other = make_entry(run_id="run-2")
        store.confirm([], agreed=[], journal=[make_entry(), later, other])
        assert store.journal("run-1") == [later, make_entry()]

    def test_undone_values_are_held_back_until_asked_for_anew(self, store: Store) -> None:
        """What undo took back is not written again by the next night."""
        risk = make_entry("KAM_Risk__c", before=None, after="stalled")
        store.confirm([], agreed=[], journal=[make_entry(), risk])
        store.mark_undone([make_entry(), risk], at=EPOCH)
        assert all(entry.undone_at == EPOCH for entry in store.journal("run-1"))
        assert store.held_back("sf") == {
            ("Account", "001A", "KAM_Health__c"): 52,
            ("Account", "001A", "KAM_Risk__c"): "stalled",
        }
        assert store.held_back("hs") == {}
        store.enqueue([make_item(values={"KAM_Health__c": 40})], preview_id="pre-2")
        assert store.held_back("sf") == {("Account", "001A", "KAM_Risk__c"): "stalled"}

    def test_many_items_are_stored_whole(self, store: Store) -> None:
        """The bulk path of a large night."""
        items = [make_item(f"i{number:04d}", f"001{number}") for number in range(300)]
        bases = [
            make_agreed(ref, key=RecordKey("sf", Kind.ACCOUNT, ref))
            for ref in (f"001{number}" for number in range(300))
        ]
        store.enqueue(items, preview_id="pre-1")
        store.confirm(items, agreed=bases, journal=[])
        assert store.outbox("sf", states=[OutboxState.PENDING]) == items
        assert store.agreed(base.key for base in bases) == {base.key: base for base in bases}
