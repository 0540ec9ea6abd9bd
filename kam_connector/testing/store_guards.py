"""Promises about stops, paused fields, approvals and what was written lately."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kam_connector.model.rails import Approval, PausedField, StopOrder
from kam_connector.ports import Store
from kam_connector.testing.store_samples import EPOCH, make_entry

__all__ = ["GuardContract"]

_STOP = StopOrder(scope="", code="KAM-5003", reason="a test", said_by="Ada", at=EPOCH)
_PAUSED = PausedField(
    connection="sf",
    object="Account",
    field="KAM_Tier__c",
    ref="001A",
    between=("A", None, 3, ["x"]),
    code="KAM-5106",
    reason="back and forth",
    said_by="flip-flop",
    at=EPOCH,
)


class GuardContract:
    """What the safety rails remember."""

    def test_a_stop_is_kept_until_it_is_lifted(self, store: Store) -> None:
        """One a scope; the empty scope is everything."""
        other = replace(_STOP, scope="sf", reason="canary")
        store.save_stop(replace(_STOP, reason="an earlier one"))
        store.save_stop(other)
        store.save_stop(_STOP)
        assert store.stops() == [_STOP, other]
        assert [store.lift_stop(""), store.lift_stop("")] == [True, False]
        assert store.stops() == [other]

    def test_paused_fields_come_back_exact(self, store: Store) -> None:
        """Values of any type; other connections keep their own; resuming takes one."""
        whole = replace(_PAUSED, ref="", between=())
        store.pause_fields([_PAUSED, whole, replace(_PAUSED, connection="hs")])
        store.pause_fields([_PAUSED])
        assert store.paused_fields("sf") == [whole, _PAUSED]
        store.resume_fields([whole, whole])
        assert store.paused_fields("sf") == [_PAUSED]

    def test_a_person_approves_once(self, store: Store) -> None:
        """The first moment stays; each preview has its own."""
        ada = Approval(preview_id="p1", actor="Ada", at=EPOCH)
        bob = Approval(preview_id="p1", actor="Bob", at=EPOCH + timedelta(hours=1))
        store.save_approval(bob)
        store.save_approval(ada)
        store.save_approval(replace(ada, at=EPOCH + timedelta(days=1)))
        store.save_approval(replace(ada, preview_id="p2"))
        assert store.approvals("p1") == [ada, bob]

    def test_recent_writes_are_of_these_records_and_this_connection(self, store: Store) -> None:
        """Oldest first, from the moment on."""
        kept = [
            make_entry(item_id=f"i{n}", at=EPOCH + timedelta(hours=n), after=n) for n in range(3)
        ]
        strange = [
            replace(kept[2], item_id="i8", ref="other"),
            replace(kept[2], item_id="i9", connection="hs"),
        ]
        store.confirm([], agreed=[], journal=[*strange, kept[2], kept[0], kept[1]])
        since = EPOCH + timedelta(hours=1)
        refs = [kept[0].ref, "none"]
        assert store.recent_writes(kept[0].connection, refs, since=since) == kept[1:]
