"""Promises about hints, replays, and forgetting a person."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from datetime import timedelta

from kam_connector.model.hint import Hint
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.preview import PreviewState
from kam_connector.model.pull import Cursor
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    make_action,
    make_agreed,
    make_batch,
    make_change,
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


def _know(store: Store, ref: str, connection: str = "sf", kam_id: str = "con_1") -> None:
    """Stage and merge a person."""
    row = make_row(ref, values={"Name": "Inès Roy"})
    store.stage(connection, _SOURCE, "changes", [row], Cursor())
    mirror = make_mirror(Kind.CONTACT, kam_id, name="Inès Roy", account="acc_1")
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
