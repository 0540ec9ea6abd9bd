"""Promises about people who ask to be forgotten, or what is kept of them."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from kam_connector.model.erasure import Person
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor
from kam_connector.model.run import ConnectionState
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    make_action,
    make_agreed,
    make_batch,
    make_mirror,
    make_row,
    make_source,
)

__all__ = ["ErasureContract"]

_SOURCE = make_source()
_REF = "003000000000001AAA"
_NAME, _ADDRESS = "Inès Roy", "ines@nordwind.example"


def _pull(store: Store, ref: str = _REF) -> None:
    """Stage what the CRM shows of the person."""
    row = make_row(ref, values={"Name": _NAME, "Email": _ADDRESS})
    store.stage("sf", _SOURCE, "changes", [row], Cursor())


def _known(store: Store) -> Person:
    """Let the layer know the person, and speak of them."""
    _pull(store)
    base = make_agreed(_REF, Kind.CONTACT, source=_SOURCE.name, read={"name": _NAME})
    mirror = make_mirror(Kind.CONTACT, base.kam_id, name=_NAME, email=_ADDRESS)
    store.apply_merge(make_batch(Kind.CONTACT, mirror, agreed=(base,), source=_SOURCE.name))
    store.save_actions([make_action(title="Thank ROY Ines", contact_id=base.kam_id)])
    (person,) = store.people()
    return person


class ErasureContract:
    """Erasure, marks, and what is known of one person."""

    def test_a_person_is_erased_with_every_text(self, store: Store) -> None:
        """Records go, texts lose the name, and the files are written anew."""
        done = store.erase_person(_known(store), by="Ada")
        assert store.people() == []
        assert [one.title for one in store.actions()] == ["Thank (forgotten)"]
        assert (done.rows["contact"], done.texts["action"], done.marks) == (1, 1, 2)
        assert store.purge_owed()
        assert store.purge()
        assert not store.purge_owed()

    def test_a_dry_run_leaves_everything(self, store: Store) -> None:
        """The same counts; nothing gone, nobody marked."""
        person = _known(store)
        done = store.erase_person(person, by="Ada", dry_run=True)
        assert done.rows["contact"] == 1
        assert (store.people(), store.erased_marks()) == ([person], [])

    def test_nothing_that_comes_in_brings_them_back(self, store: Store) -> None:
        """A pull, a restage, an overlay; another record with the address waits for a person."""
        store.erase_person(_known(store), by="Ada")
        _pull(store)
        store.restage("sf", _SOURCE.name, [make_row(_REF)])
        store.update_staged("sf", _SOURCE.name, {_REF: {"Name": _NAME}})
        _pull(store, "003000000000002AAA")
        assert store.people() == []
        assert [(one.ref, one.code) for one in store.quarantined()] == [
            ("003000000000002AAA", "KAM-6032")
        ]
        assert {one.met_on is None for one in store.erased_marks()} == {True, False}

    def test_the_same_org_under_another_name_does_not_bring_them_back(self, store: Store) -> None:
        """Who renames a connection, or adds it again, finds the marks of its org in force."""
        store.save_connection(ConnectionState(name="sf", crm="memory", org_ref="org-1"))
        store.erase_person(_known(store), by="Ada")
        store.save_connection(ConnectionState(name="renamed", crm="memory", org_ref="org-1"))
        row = make_row(_REF, values={"Name": _NAME})
        store.stage("renamed", _SOURCE, "changes", [row], Cursor())
        assert store.staged("renamed", _SOURCE.name, [_REF]) == {}

    def test_somebody_allowed_again_is_taken_in(self, store: Store) -> None:
        """By record and by address, each by itself."""
        store.erase_person(_known(store), by="Ada")
        assert store.allow_again("", Kind.CONTACT, "", addresses=[_ADDRESS.upper()]) == 1
        assert store.allow_again("sf", Kind.CONTACT, _REF) == 1
        assert store.allow_again("sf", Kind.CONTACT, _REF) == 0
        _pull(store)
        assert [one.records[0].ref for one in store.people()] == [_REF]

    def test_an_address_of_theirs_elsewhere_is_not_taken_in(self, store: Store) -> None:
        """A participant of a mail, a line in a description."""
        store.erase_person(_known(store), by="Ada")
        source = make_source(Kind.ACTIVITY, "Mail")
        row = make_row("m1", values={"To": f"Ines <{_ADDRESS}>; bo@x.test"})
        store.stage("sf", source, "changes", [row], Cursor())
        found = store.staged("sf", source.name, ["m1"])["m1"]
        assert found.values == {"To": "Ines <(forgotten)>; bo@x.test"}

    def test_a_person_file_holds_every_row(self, store: Store) -> None:
        """By the record's number, by our id, by name."""
        kept = store.person_file(_known(store))
        assert set(kept.tables) >= {"staged", "agreed", "contact", "position", "action"}
