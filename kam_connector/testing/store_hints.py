"""Promises about hints, replays, and forgetting a person."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.model.hint import Hint
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import JournalEntry, OutboxState, PreviewState
from kam_connector.model.pull import Cursor
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    make_action,
    make_agreed,
    make_batch,
    make_change,
    make_item,
    make_mirror,
    make_preview,
    make_row,
    make_signal,
    make_source,
)

__all__ = ["HintContract"]

_SOURCE = make_source()


def _hint(ref: str = "003A", minutes: int = 0, *, forget: bool = False) -> Hint:
    at = EPOCH + timedelta(minutes=minutes)
    return Hint(object="Contact", ref=ref, at=at, forget=forget)


def _know(
    store: Store,
    ref: str,
    connection: str = "sf",
    kam_id: str = "con_1",
    *,
    name: str = "Inès Roy",
) -> None:
    """Stage and merge a person."""
    row = make_row(ref, values={"Name": name})
    store.stage(connection, _SOURCE, "changes", [row], Cursor())
    mirror = make_mirror(Kind.CONTACT, kam_id, name=name, account="acc_1")
    key = RecordKey(connection, Kind.CONTACT, ref)
    base = make_agreed(ref, Kind.CONTACT, key=key, source=_SOURCE.name, kam_id=kam_id)
    there = {"connection": connection, "source": _SOURCE.name}
    batch = make_batch(Kind.CONTACT, mirror, agreed=(base,), done=(ref,), **there)
    store.apply_merge(batch)


class HintContract:
    """What a CRM tells by itself."""

    def test_hints_of_one_record_become_one(self, store: Store) -> None:
        """Twice, late, in any order: the latest moment counts, and a wish to forget stays."""
        store.add_hints("sf", [_hint(minutes=5, forget=True), _hint(minutes=9)])
        store.add_hints("sf", [_hint(minutes=2), _hint("003B")])
        store.add_hints("hs", [_hint("003Z")])
        assert store.hints("sf", limit=9) == [_hint("003B"), _hint(minutes=9, forget=True)]
        assert store.hints("sf", limit=1) == [_hint("003B")]

    def test_a_hint_that_came_meanwhile_stays(self, store: Store) -> None:
        """Only what was followed is dropped."""
        store.add_hints("sf", [_hint(), _hint("003B")])
        waiting = store.hints("sf", limit=9)
        store.add_hints("sf", [_hint(minutes=1)])
        store.drop_hints("sf", waiting)
        assert store.hints("sf", limit=9) == [_hint(minutes=1)]

    def test_the_journals_place_is_kept_with_its_hints(self, store: Store) -> None:
        """Each connection has its own; hints from elsewhere leave it alone."""
        store.add_hints("sf", [_hint()], place="p1")
        store.add_hints("sf", [], place="p2")
        store.add_hints("sf", [_hint("003B")])
        assert [store.journal_place(name) for name in ("sf", "hs")] == ["p2", ""]

    def test_a_request_is_heard_once(self, store: Store) -> None:
        """A second one with the same signature is a replay, for each connection."""
        assert store.first_heard("hs", "s1", at=EPOCH)
        assert not store.first_heard("hs", "s1", at=EPOCH + timedelta(minutes=9))
        assert store.first_heard("other", "s1", at=EPOCH)
        assert store.first_heard("hs", "s1", at=EPOCH + timedelta(minutes=21))

    def test_forgetting_erases_record_and_texts(self, store: Store) -> None:
        """Image, base, mirror, journal; elsewhere the name is blotted out."""
        _know(store, "003A")
        store.save_signals("acc_1", [make_signal("lost:con_1", contact_id="con_1")])
        store.save_actions([make_action(contact_id="con_1", title="Thank Inès Roy")])
        store.save_preview(make_preview(changes=(make_change("003A"),)))
        assert store.forget("sf", Kind.CONTACT, "003A")
        assert store.staged("sf", _SOURCE.name, ["003A"]) == {}
        assert list(store.mirror_rows(Kind.CONTACT)) == []
        assert store.signals(account_id="acc_1") == []
        assert [(one.title, one.contact_id) for one in store.actions()] == [
            ("Thank (forgotten)", None)
        ]
        preview = store.preview("pre-1")
        assert preview is not None
        assert preview.state is PreviewState.SUPERSEDED
        assert not store.forget("sf", Kind.CONTACT, "003A")

    def test_forgetting_leaves_what_another_crm_says(self, store: Store) -> None:
        """The person stays, and is merged anew from the other record alone."""
        _know(store, "003A")
        _know(store, "77", connection="hs")
        assert store.forget("hs", Kind.CONTACT, "77")
        assert [row.id for row in store.mirror_rows(Kind.CONTACT)] == ["con_1"]
        assert [row.ref for row in store.dirty("sf", _SOURCE.name, limit=9)] == ["003A"]

    def test_forgetting_spares_everybody_else(self, store: Store) -> None:
        """Only this record's rows go."""
        _know(store, "003A")
        _know(store, "003B", kam_id="con_2")
        store.forget("sf", Kind.CONTACT, "003A")
        assert [row.id for row in store.mirror_rows(Kind.CONTACT)] == ["con_2"]
        assert list(store.staged("sf", _SOURCE.name, ["003A", "003B"])) == ["003B"]

    def test_forgetting_takes_the_records_it_absorbed(self, store: Store) -> None:
        """A loser of a merge held the same person: nothing of it stays either."""
        _know(store, "003A")
        _know(store, "003B", kam_id="con_2")
        batch = make_batch(Kind.CONTACT, source=_SOURCE.name, aliases=(("003B", "003A"),))
        store.apply_merge(batch)
        store.repoint(Kind.CONTACT, "con_2", "con_1")
        store.save_actions([make_action(title="Thank Inès Roy")])
        assert store.forget("sf", Kind.CONTACT, "003A")
        keys = [RecordKey("sf", Kind.CONTACT, ref) for ref in ("003A", "003B")]
        assert store.agreed(keys) == {}
        assert list(store.mirror_rows(Kind.CONTACT)) == []
        assert [one.title for one in store.actions()] == ["Thank (forgotten)"]

    def test_forgetting_takes_the_person_out_of_activities(self, store: Store) -> None:
        """Who took part is told without them."""
        _know(store, "003A")
        people: list[JsonValue] = [{"id": one, "kind": "contact"} for one in ("con_1", "con_2")]
        mail = make_mirror(Kind.ACTIVITY, "act_1", kind="email", people=people)
        store.apply_merge(make_batch(Kind.ACTIVITY, mail))
        store.forget("sf", Kind.CONTACT, "003A")
        (left,) = store.mirror_rows(Kind.ACTIVITY)
        assert left.values["people"] == [{"id": "con_2", "kind": "contact"}]

    def test_forgetting_drops_waiting_writes(self, store: Store) -> None:
        """A write on the person never leaves; what is meant for others does."""
        _know(store, "77")
        contact = replace(make_change("77", object="Contact"), kind=Kind.CONTACT)
        store.save_preview(make_preview(changes=(contact, make_change("78"))))
        items = [
            replace(make_item("i1"), change=contact),
            make_item("i2", "78"),
        ]
        store.enqueue(items, preview_id="pre-1")
        store.forget("sf", Kind.CONTACT, "77")
        left = store.outbox("sf", states=[OutboxState.PENDING])
        assert [item.id for item in left] == ["i2"]
        preview = store.preview("pre-1")
        assert preview is not None
        assert [one.ref for one in preview.changes] == ["78"]

    def test_forgetting_leaves_what_bears_the_same_number(self, store: Store) -> None:
        """An account may have a person's number: what an undo holds back there stays so."""
        _know(store, "77")
        held = JournalEntry(
            run_id="run-1",
            item_id="i1",
            connection="sf",
            kind=Kind.ACCOUNT,
            object="Account",
            ref="77",
            kam_id="acc_1",
            field="KAM_Health__c",
            before=70,
            after=52,
            at=EPOCH,
        )
        store.mark_undone([held], at=EPOCH)
        before = store.held_back("sf")
        store.forget("sf", Kind.CONTACT, "77")
        assert before
        assert store.held_back("sf") == before

    @pytest.mark.parametrize(
        ("name", "title", "blotted"),
        [
            ('Jo "Ace" Lee', 'Thank Jo "Ace" Lee', "Thank (forgotten)"),
            ("李小龙", "Thank 李小龙", "Thank (forgotten)"),
            ("info", "Send the info", "Send the info"),
        ],
    )
    def test_names_are_blotted_and_words_are_not(
        self, store: Store, name: str, title: str, blotted: str
    ) -> None:
        """Quotes and other scripts hide nobody; a mailbox called info breaks no document."""
        _know(store, "003A", name=name)
        store.save_actions([make_action(title=title)])
        signal = make_signal("cold:acc_1", evidence={"said": title})
        store.save_signals("acc_1", [signal])
        store.forget("sf", Kind.CONTACT, "003A")
        assert [one.title for one in store.actions()] == [blotted]
        assert [one.evidence for one in store.signals(account_id="acc_1")] == [{"said": blotted}]
