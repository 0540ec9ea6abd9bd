"""Promises about the audit log: nothing is written without it, and nothing in it changes unseen."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import KamError
from kam_connector.model.audit import Act, Anchor, AuditEntry
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.preview import FieldChange, OutboxState
from kam_connector.model.retention import RetentionDays
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    SteppedClock,
    make_agreed,
    make_batch,
    make_entry,
    make_item,
    make_mirror,
)

__all__ = ["AuditContract"]

_PAUSED = AuditEntry(act=Act.PAUSED, by="ann", connection="sf")
_DONE = replace(make_item(), state=OutboxState.DONE, ref="001A")
_CONTACT = make_entry(
    "KAM_Role__c", item_id="item-2", kind=Kind.CONTACT, object="Contact", ref="003A",
    kam_id=kam_id(Kind.CONTACT, "sf", "003A"),
)  # fmt: skip


def _known_person(store: Store) -> None:
    """Let the store know a person and their account."""
    person = make_mirror(
        Kind.CONTACT, _CONTACT.kam_id, name="Ada Lovelace", account=kam_id(Kind.ACCOUNT, "sf", "A")
    )
    base = make_agreed("003A", Kind.CONTACT)
    store.apply_merge(make_batch(Kind.CONTACT, person, agreed=(base,)))


def _fail_inside(store: Store) -> None:
    with store.unit():
        store.confirm([_DONE], agreed=[], journal=[make_entry()])
        message = "something later in the same transaction"
        raise KamError(message)


def _half_fail(store: Store) -> None:
    """Write an entry, and another in a part that is rolled back."""
    with store.unit():
        store.audit(_PAUSED)
        with pytest.raises(KamError):
            _fail_inside(store)


def _confirm_often(store: Store, worker: int) -> None:
    for turn in range(10):
        entry = make_entry(run_id=f"run-{worker}", item_id=f"item-{turn}", connection=f"c{worker}")
        with store.unit():
            store.confirm([], agreed=[], journal=[entry, replace(entry, field="KAM_Risk__c")])


class AuditContract:
    """The log beside every write."""

    @pytest.mark.guarantee("G33")
    def test_each_field_written_is_one_entry_with_who_and_why(self, store: Store) -> None:
        """The reason is the one that the preview showed."""
        store.confirm([_DONE], agreed=[], journal=[make_entry()], by="ann")
        (entry,) = store.audit_log()
        change = _DONE.change.fields[0]
        assert (entry.act, entry.by, entry.why) == ("field_written", "ann", change.reason)
        assert (entry.connection, entry.object, entry.ref) == ("sf", "Account", "001A")
        assert (entry.run_id, entry.field, entry.number) == ("run-1", "KAM_Health__c", 1)
        assert store.verify_audit().broken is None

    @pytest.mark.guarantee("G33")
    def test_what_is_rolled_back_leaves_no_entry_and_no_journal(self, store: Store) -> None:
        """Both or neither: they are one transaction."""
        with pytest.raises(KamError):
            _fail_inside(store)
        assert (store.audit_log(), store.journal("run-1")) == ([], [])

    def test_a_part_that_is_rolled_back_takes_only_its_own_entries(self, store: Store) -> None:
        """The rest of the transaction keeps its entry, and the numbers have no gap."""
        _half_fail(store)
        store.audit(_PAUSED)
        assert [one.number for one in store.audit_log()] == [2, 1]
        assert store.verify_audit().broken is None

    @pytest.mark.guarantee("G33")
    def test_an_undo_is_logged_as_what_went_back(self, store: Store) -> None:
        """One entry a field; of a task, what was sent to withdraw it."""
        store.confirm([], agreed=[], journal=[make_entry(), _CONTACT])
        store.mark_undone([make_entry()], at=EPOCH, by="bob")
        sent = FieldChange(field="Status", before="open", after="withdrawn", reason="withdrawn")
        store.mark_undone([_CONTACT], at=EPOCH, by="bob", sent=[sent])
        undone = store.audit_log(act=Act.FIELD_UNDONE)
        assert [(one.field, one.by) for one in undone] == [
            ("Status", "bob"),
            ("KAM_Health__c", "bob"),
        ]

    def test_the_log_is_read_by_run_person_time_and_account(
        self, store: Store, clock: SteppedClock
    ) -> None:
        """Newest first."""
        store.confirm([], agreed=[], journal=[make_entry()], by="ann")
        clock.advance(60)
        store.audit(_PAUSED, replace(_PAUSED, act=Act.RESUMED, by="bob"))
        assert len(store.audit_log(run_id="run-1")) == 1
        assert [one.act for one in store.audit_log(by="bob")] == ["resumed"]
        assert len(store.audit_log(since=EPOCH + timedelta(seconds=30))) == 2
        assert [one.field for one in store.audit_log(account_id="acc_1")] == ["KAM_Health__c"]
        assert [one.number for one in store.audit_log(limit=1)] == [3]

    @pytest.mark.guarantee("G33")
    def test_erasing_a_person_leaves_a_chain_that_holds(self, store: Store) -> None:
        """Whom it was about is gone, that something was written and erased is not."""
        _known_person(store)
        store.confirm([], agreed=[], journal=[make_entry(), _CONTACT])
        assert store.forget("sf", Kind.CONTACT, "003A")
        erasure, contact, account = store.audit_log()
        assert (erasure.act, contact.erased, contact.ref, contact.kam_id) == (
            "erased", True, None, None,
        )  # fmt: skip
        assert (account.erased, account.ref) == (False, "001A")
        found = store.verify_audit()
        assert (found.broken, found.erased) == (None, 1)

    @pytest.mark.guarantee("G33")
    def test_a_reason_that_names_an_erased_person_goes_too(self, store: Store) -> None:
        """A task's reason is in somebody's words."""
        _known_person(store)
        told = AuditEntry(act=Act.MATCH_REJECTED, why="Ada LOVELACE left", kind=Kind.ACCOUNT)
        store.audit(told, replace(told, why="nobody left"))
        store.forget("sf", Kind.CONTACT, "003A")
        assert [one.why for one in store.audit_log()[1:]] == ["nobody left", ""]
        assert store.verify_audit().broken is None

    @pytest.mark.guarantee("G33")
    def test_an_anchor_kept_elsewhere_fits_for_ever(self, store: Store) -> None:
        """The log grows behind it; a foreign one does not fit."""
        store.audit(_PAUSED)
        anchor = store.verify_audit().anchor
        store.audit(_PAUSED, _PAUSED)
        found = store.verify_audit([anchor])
        assert (found.broken, found.anchors, found.entries) == (None, 1, 3)
        assert store.verify_audit([Anchor(number=1, digest="0" * 64)]).broken == 1
        assert store.verify_audit([Anchor(number=9, digest="0" * 64)]).broken == 4

    def test_an_empty_log_verifies(self, store: Store) -> None:
        """Nothing was done yet."""
        found = store.verify_audit()
        assert (found.entries, found.broken, found.anchor.number) == (0, None, 0)

    @pytest.mark.guarantee("G33")
    def test_many_who_write_at_once_make_one_chain(self, store: Store) -> None:
        """Numbers without gap or double, each linked to the one before."""
        with ThreadPoolExecutor(4) as pool:
            for _ in pool.map(lambda worker: _confirm_often(store, worker), range(4)):
                pass
        found = store.verify_audit()
        assert (found.entries, found.broken, found.anchor.number) == (80, None, 80)

    def test_many_entries_are_stored_whole(self, store: Store) -> None:
        """The bulk path of a large night."""
        entries = [make_entry(item_id=f"i{number}", ref=f"001{number}") for number in range(300)]
        store.confirm([], agreed=[], journal=entries)
        assert store.verify_audit().entries == 300
        assert {one.ref for one in store.audit_log(limit=500)} == {one.ref for one in entries}

    @pytest.mark.guarantee("G34")
    def test_the_log_is_trimmed_from_the_front_and_still_verifies(
        self, store: Store, clock: SteppedClock
    ) -> None:
        """The retention run's own entry says where it begins now; younger anchors fit."""
        store.audit(_PAUSED, _PAUSED)
        old = store.verify_audit().anchor
        clock.advance(6 * 365 * 86_400)
        store.audit(_PAUSED)
        young = store.verify_audit().anchor
        assert store.retire(RetentionDays()).rows["audit_entry"] == 2
        found = store.verify_audit([old, young])
        assert (found.broken, found.first, found.anchors) == (None, 3, 2)
        assert store.verify_audit([Anchor(number=1, digest="0" * 64)]).broken == 1
