"""Leases: one worker at a time, and a fence for the one that wakes up late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from kam_connector.errors import BusyError, Interrupted
from kam_connector.model.run import Lease
from kam_connector.ports import Clock, Store
from kam_connector.sync.context import SyncContext

__all__ = ["STORE_LEASE", "TTL_S", "HeldLease", "connection_lease", "holding"]

TTL_S = 60.0
"""Our choice, as tested for the lease shape (60 s, renewed every 20 s): a killed worker's
lease is free again within a minute, a page or batch takes far less."""

STORE_LEASE = "store"
"""Resolve, merge and derive hold one lease for the whole store."""


def connection_lease(connection: str) -> str:
    """Return the lease name of a connection: pull and deliver hold it."""
    return f"connection:{connection}"


class HeldLease:
    """A lease that is kept alive between steps."""

    def __init__(self, store: Store, clock: Clock, lease: Lease) -> None:
        self._store = store
        self._clock = clock
        self.lease = lease

    def beat(self, *, ttl_s: float = TTL_S) -> Lease:
        """Prolong the lease when a third of it has passed, and return it.

        Args:
            ttl_s: How long the next step may take.

        Raises:
            BusyError: Somebody else holds it by now.
        """
        left = self.lease.until - self._clock.now()
        if left > timedelta(seconds=ttl_s * 2 / 3):
            return self.lease
        renewed = self._store.renew_lease(self.lease, ttl_s=ttl_s)
        if renewed is None:
            raise BusyError(
                f"The lease {self.lease.name} went to another worker; nothing more is written here."
            )
        self.lease = renewed
        return renewed


@contextmanager
def holding(
    ctx: SyncContext,
    name: str,
    *,
    patience_s: float = 0.0,
    beat: Callable[[], object] = lambda: None,
) -> Iterator[HeldLease]:
    """Hold a lease for the block.

    Args:
        ctx: The connection's context.
        name: The lease.
        patience_s: Seconds to wait for whoever holds it.
        beat: Called while waiting: keeps alive what is held already.

    Raises:
        BusyError: Somebody else holds it (exit code 8).
        Interrupted: Somebody asked us to stop while we waited.
    """
    deadline = ctx.clock.now() + timedelta(seconds=patience_s)
    while (lease := ctx.store.acquire_lease(name, ctx.owner, ttl_s=TTL_S)) is None:
        holder = ctx.store.lease(name)
        if holder is not None and not ctx.alive(holder.owner):
            ctx.store.release_lease(holder)
            continue
        if ctx.clock.now() >= deadline:
            raise BusyError(
                _who_holds(ctx, name), hint="Wait until it ends, or look at kam status."
            )
        if ctx.stopping():
            raise Interrupted(f"Stopped while another run holds {name}; the next run goes on.")
        beat()
        ctx.clock.sleep(0.2)
    held = HeldLease(ctx.store, ctx.clock, lease)
    try:
        yield held
    finally:
        ctx.store.release_lease(held.lease)


def _who_holds(ctx: SyncContext, name: str) -> str:
    lease = ctx.store.lease(name)
    holder = f" ({lease.owner}, until {lease.until:%H:%M:%S} UTC)" if lease else ""
    return f"Another run holds {name}{holder}."
