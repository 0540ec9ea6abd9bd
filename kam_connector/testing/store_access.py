"""Promises about what CRMs said of their users' rights."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kam_connector.model.access import Heard, Right
from kam_connector.model.kind import Kind
from kam_connector.ports import Store
from kam_connector.testing.store_samples import EPOCH, make_batch, make_mirror

__all__ = ["AccessContract"]

_HEARD = Heard(
    connection="sf", user_ref="u1", at=EPOCH, rights={"001": Right.EDIT, "002": Right.READ}
)


class AccessContract:
    """The part of ``ports.Store`` that access uses."""

    def test_what_was_heard_is_kept_whole(self, store: Store) -> None:
        """Rights and the moment."""
        store.save_heard(_HEARD)
        assert store.heard("sf", "u1") == _HEARD

    def test_a_later_answer_replaces_the_whole_of_an_earlier_one(self, store: Store) -> None:
        """A right that was taken away is gone."""
        later = replace(_HEARD, at=EPOCH + timedelta(hours=1), rights={"002": Right.EDIT})
        store.save_heard(_HEARD)
        store.save_heard(later)
        assert store.heard("sf", "u1") == later

    def test_rights_to_fields_are_kept_beside_those_to_accounts(self, store: Store) -> None:
        """None, when a CRM does not tell, is another answer than nothing at all."""
        fields = {"Contact.Email": Right.READ, "Contact.Title": Right.EDIT}
        store.save_heard(replace(_HEARD, fields=fields))
        store.save_heard(replace(_HEARD, user_ref="u2", fields={}))
        found = [store.heard("sf", user) for user in ("u1", "u2")]
        assert [one.fields for one in found if one] == [fields, {}]

    def test_users_and_connections_are_apart(self, store: Store) -> None:
        """What was never asked is not known."""
        store.save_heard(_HEARD)
        assert store.heard("sf", "u2") is None
        assert store.heard("hs", "u1") is None

    def test_homes_are_told_by_id(self, store: Store) -> None:
        """Of those that exist."""
        person = make_mirror(Kind.CONTACT, "con_1", name="Inès Roy", account="acc_1")
        store.apply_merge(make_batch(Kind.CONTACT, person))
        assert store.homes(Kind.CONTACT, ["con_1", "con_2"]) == {"con_1": "acc_1"}
