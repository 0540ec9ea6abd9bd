"""Promises about conflicts that wait for a person."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kam_connector.model.conflict import Conflict, ConflictState, Taken, conflict_id
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.ports import Store
from kam_connector.testing.store_samples import EPOCH, make_agreed, make_batch, make_mirror

__all__ = ["ConflictContract", "make_conflict"]

_FIELD = "KAM_Next_Review__c"


def make_conflict(ref: str = "001A", **other: Any) -> Conflict:
    """Return a review date that both sides moved."""
    connection = other.get("connection", "sf")
    given: dict[str, Any] = {
        "id": conflict_id(connection, "Account", ref, _FIELD, EPOCH),
        "connection": connection,
        "kind": Kind.ACCOUNT,
        "object": "Account",
        "field": _FIELD,
        "kam_id": kam_id(Kind.ACCOUNT, connection, ref),
        "label": "ACME",
        "path": "plan.next_review",
        "policy": "manual",
        "base": "2026-12-01",
        "has_base": True,
        "theirs": "2027-01-15",
        "ours": None,
        "since": EPOCH,
        "updated_at": EPOCH,
    }
    return Conflict(ref=ref, **{**given, **other})


class ConflictContract:
    """The queue keeps values exactly, shows what is live, and forgets with the person."""

    @pytest.mark.parametrize("value", [None, "", "1.50", 3, True, ["b", "a"], "a\nb"])
    def test_a_conflict_comes_back_as_it_was_kept(self, store: Store, value: JsonValue) -> None:
        """Any canonical value, an empty one and none apart."""
        one = make_conflict(base=value, theirs=value, ours=value, value=value, ours_at=EPOCH)
        store.save_conflicts([one])
        assert store.conflict(one.id) == one
        assert store.conflicts() == [one]

    def test_the_queue_shows_what_is_live_the_oldest_first(self, store: Store) -> None:
        """Closed ones stay for who asks for everything; other connections have their own."""
        late = make_conflict("001B", since=EPOCH + timedelta(days=1))
        early, elsewhere = make_conflict("001C"), make_conflict("1", connection="hs")
        closed = make_conflict("001D", state=ConflictState.CLOSED, closed_at=EPOCH)
        store.save_conflicts([late, early, elsewhere, closed])
        assert store.conflicts(connection="sf") == [early, late]
        assert len(store.conflicts()) == 3
        assert set(store.conflicts(everything=True)) == {late, early, elsewhere, closed}

    def test_a_decision_is_kept_with_its_author(self, store: Store) -> None:
        """Saving by the same number replaces."""
        one = make_conflict()
        decided = replace(
            one,
            state=ConflictState.DECIDED,
            decision=Taken.VALUE,
            value="2027-02-01",
            decided_by="ada",
            decided_at=EPOCH,
        )
        store.save_conflicts([one])
        store.save_conflicts([decided])
        assert store.conflicts() == [decided]

    def test_an_unknown_number_is_nothing(self, store: Store) -> None:
        """Not an error: the command says it."""
        assert store.conflict("00000000") is None

    def test_a_conflict_follows_its_account(self, store: Store) -> None:
        """When two records turn out to be one, it belongs to the one that stays."""
        one = make_conflict()
        store.save_conflicts([one])
        store.repoint(Kind.ACCOUNT, one.kam_id, "acc_winner")
        assert [found.kam_id for found in store.conflicts()] == ["acc_winner"]

    def test_a_forgotten_person_leaves_no_conflict(self, store: Store) -> None:
        """Neither on their record, nor by name in another's values."""
        ref, kind = "003A", Kind.CONTACT
        id_ = kam_id(kind, "sf", ref)
        own = make_conflict(ref, kind=kind, object="Contact", field="Title", kam_id=id_)
        other = make_conflict(ours="Ask Ada Lovelace", base=["Ada Lovelace"], note="Ada Lovelace")
        person = make_mirror(kind, id_, name="Ada Lovelace")
        store.apply_merge(make_batch(kind, person, agreed=(make_agreed(ref, kind),)))
        store.save_conflicts([own, other])
        assert store.forget("sf", kind, ref)
        (left,) = store.conflicts()
        assert (left.ours, left.base, left.note) == (
            "Ask (forgotten)",
            ["(forgotten)"],
            "(forgotten)",
        )
