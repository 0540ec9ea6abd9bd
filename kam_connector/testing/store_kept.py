"""Promises about what people tell the layer."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from kam_connector.model.kept import KEPT, PROGRAM, kept_name
from kam_connector.model.kind import Kind
from kam_connector.model.plan_content import Insight, Risk, SwotItem
from kam_connector.model.stakeholder import Stakeholder
from kam_connector.ports import Store
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.store_samples import (
    EPOCH,
    TODAY,
    facts_of,
    make_batch,
    make_key,
    make_mirror,
)

__all__ = ["KeptContract"]

_BY: dict[str, Any] = {"by": "usr_1", "at": EPOCH}


def _bare(made: type[Any]) -> Any:
    """Return a record with nothing in the fields that may be empty."""
    empty = {one.name: one.default for one in fields(made) if one.default is None}
    return make_kept(made, "kept-0", **empty)


class KeptContract:
    """Records by type, with their history."""

    @pytest.mark.parametrize("made", KEPT, ids=kept_name)
    def test_every_type_comes_back_as_it_was_kept(self, store: Store, made: type[Any]) -> None:
        """Full and bare, exact to the last digit, in the order of ids."""
        full, bare = make_kept(made), _bare(made)
        assert store.keep([full, bare], **_BY) == 2
        assert store.kept(made) == [bare, full]

    def test_what_did_not_change_is_no_change(self, store: Store) -> None:
        """Importing the same file twice leaves one line of history."""
        item = make_kept(SwotItem, account_id="acc_1")
        assert [store.keep([item], **_BY), store.keep([item], **_BY)] == [1, 0]
        (change,) = store.kept_changes(account_id="acc_1")
        assert (change.type, change.by, change.before) == ("swot_item", "usr_1", None)

    def test_history_says_from_what_to_what(self, store: Store) -> None:
        """Newest first: a change, and the end."""
        item = make_kept(SwotItem, account_id="acc_1", text="Fast")
        store.keep([item], **_BY)
        store.keep([replace(item, text="Slow")], **_BY)
        assert store.drop([item], **_BY) == 1
        dropped, changed, _new = store.kept_changes(record_id=item.id)
        assert (changed.before or {})["text"] == "Fast"
        assert (changed.after or {})["text"] == "Slow"
        assert dropped.after is None
        assert store.kept(SwotItem) == []

    def test_what_the_night_computes_is_no_persons_change(self, store: Store) -> None:
        """Else the history would be full of figures."""
        store.keep([make_kept(Risk)], by=PROGRAM, at=EPOCH)
        assert store.kept_changes() == []

    def test_facts_bring_the_accounts_records_and_the_programmes(self, store: Store) -> None:
        """And nobody else's."""
        store.apply_merge(make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "acc_1")))
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        mine = make_kept(Risk, "a", account_id="acc_1")
        shared = make_kept(Insight, "b", account_id=None)
        store.keep([mine, shared, make_kept(Risk, "c", account_id="acc_2")], **_BY)
        kept = facts_of(store, "acc_1").kept
        assert (kept.of(Risk), kept.of(Insight)) == ((mine,), (shared,))
        assert store.kept_records("acc_1") == kept

    def test_records_follow_their_account_and_people_through_a_merge(self, store: Store) -> None:
        """Two records of one customer, two of one person (INV10)."""
        said = make_kept(Stakeholder, account_id="acc_1", contact_id="con_1")
        store.keep([said], **_BY)
        store.repoint(Kind.ACCOUNT, "acc_1", "acc_2")
        store.repoint(Kind.CONTACT, "con_1", "con_2")
        assert store.kept(Stakeholder, account_id="acc_2") == [
            replace(said, account_id="acc_2", contact_id="con_2")
        ]
