"""Promises about connections, leases, runs and units of work."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from kam_connector.model.run import ConnectionState, Lease, RunState
from kam_connector.ports import Store
from kam_connector.testing.store_samples import EPOCH, SteppedClock, make_plan, make_run

__all__ = ["LedgerContract"]

_NIGHT = date(2026, 11, 21)


class LedgerContract:
    """Who may work, and what was done."""

    def test_a_connection_is_remembered_as_last_saved(self, store: Store) -> None:
        """Saving twice replaces; an unknown name is None."""
        first = ConnectionState(name="sf", crm="memory")
        second = replace(
            first, org_ref="00D1", writes_enabled_at=EPOCH, calls_day=_NIGHT, calls_spent=7
        )
        store.save_connection(first)
        store.save_connection(second)
        assert store.connection("sf") == second
        assert store.connection("hs") is None

    def test_a_sealed_sign_in_is_kept_replaced_and_removed(self, store: Store) -> None:
        """Each connection has its own; removing what is not there is harmless."""
        store.save_sealed_token("sf", "one")
        store.save_sealed_token("sf", "two")
        store.save_sealed_token("hs", None)
        kept = [store.sealed_token(name) for name in ("sf", "hs")]
        store.save_sealed_token("sf", None)
        assert kept == ["two", None]
        assert store.sealed_token("sf") is None

    def test_a_held_lease_is_not_given_again(self, store: Store) -> None:
        """Only one owner at a time."""
        mine = store.acquire_lease("store", "a", ttl_s=60)
        assert mine == Lease(name="store", owner="a", fence=1, until=EPOCH + timedelta(seconds=60))
        assert store.acquire_lease("store", "b", ttl_s=60) is None
        assert store.lease("store") == mine

    def test_an_expired_lease_is_taken_with_a_higher_fence(
        self, store: Store, clock: SteppedClock
    ) -> None:
        """The old holder can neither renew nor disturb the new one."""
        old = store.acquire_lease("store", "a", ttl_s=60)
        assert old is not None
        clock.advance(61)
        new = store.acquire_lease("store", "b", ttl_s=60)
        assert new is not None
        assert new.fence == old.fence + 1
        assert store.renew_lease(old, ttl_s=60) is None
        store.release_lease(old)
        assert store.lease("store") == new

    def test_renewing_prolongs_and_releasing_frees(self, store: Store, clock: SteppedClock) -> None:
        """The fence grows across a release, so that an old holder stays out."""
        lease = store.acquire_lease("store", "a", ttl_s=60)
        assert lease is not None
        clock.advance(30)
        renewed = store.renew_lease(lease, ttl_s=60)
        assert renewed == replace(lease, until=EPOCH + timedelta(seconds=90))
        store.release_lease(lease)
        assert store.lease("store") is None
        again = store.acquire_lease("store", "b", ttl_s=60)
        assert again is not None
        assert again.fence == lease.fence + 1

    def test_a_night_is_paid_for_once(self, store: Store) -> None:
        """A second run of a finished night is refused; other nights and jobs are not."""
        first = make_run("run-1", local_date=_NIGHT)
        assert store.open_run(first)
        store.save_run(replace(first, state=RunState.DONE, counts={"staged": 3}))
        assert not store.open_run(make_run("run-2", local_date=_NIGHT))
        assert store.open_run(make_run("run-3", local_date=date(2026, 11, 22)))
        assert store.open_run(make_run("run-4", local_date=_NIGHT, connection="hs"))
        assert store.run("run-2") is None

    def test_an_unfinished_night_is_taken_over(self, store: Store) -> None:
        """The crashed run's row becomes the new run's."""
        assert store.open_run(make_run("run-1", local_date=_NIGHT))
        later = make_run("run-2", local_date=_NIGHT, started_at=EPOCH + timedelta(hours=1))
        assert store.open_run(later)
        assert store.run("run-1") is None
        assert store.run("run-2") == later

    def test_a_deferred_night_is_still_owed(self, store: Store) -> None:
        """Running out of calls is never called done."""
        first = make_run("run-1", local_date=_NIGHT)
        store.open_run(first)
        store.save_run(replace(first, state=RunState.DEFERRED))
        assert store.open_run(make_run("run-2", local_date=_NIGHT))

    def test_runs_by_hand_never_collide(self, store: Store) -> None:
        """Without a night any number may run; the newest comes first."""
        assert store.open_run(make_run("run-1"))
        assert store.open_run(make_run("run-2", started_at=EPOCH + timedelta(seconds=1)))
        assert store.open_run(make_run("run-3", connection="hs"))
        assert [run.id for run in store.runs(connection="sf")] == ["run-2", "run-1"]
        assert [run.id for run in store.runs(limit=1)] == ["run-2"]

    def test_a_unit_is_all_or_nothing(self, store: Store) -> None:
        """What was saved before a failure inside a unit is gone with it."""
        with suppress(ZeroDivisionError), store.unit():
            store.save_plan(make_plan("acc_1"))
            store.open_run(make_run("run-1"))
            raise ZeroDivisionError
        assert store.plan("acc_1") is None
        assert store.run("run-1") is None

    def test_a_failed_call_inside_a_unit_takes_back_only_itself(self, store: Store) -> None:
        """A caller may catch one call's failure and go on in the same unit."""
        with store.unit():
            store.save_plan(make_plan("acc_1"))
            with suppress(ZeroDivisionError), store.unit():
                store.save_plan(make_plan("acc_2"))
                raise ZeroDivisionError
            assert store.plan("acc_2") is None
        assert store.plan("acc_1") is not None
