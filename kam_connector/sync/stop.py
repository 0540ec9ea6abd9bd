"""The kill switch: looked at before every request that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from kam_connector.errors import HeldError, Interrupted, StoppedError
from kam_connector.model.preview import GuardFinding
from kam_connector.model.rails import StopOrder
from kam_connector.model.run import ConnectionState
from kam_connector.ports import StopsWrites
from kam_connector.sync.context import SyncContext

__all__ = ["STOPPED", "refuse_if_stopped", "watched", "what_stops", "who_stops"]

STOPPED = "KAM-5003"
_RESUME = "kam resume"


def what_stops(ctx: SyncContext) -> GuardFinding | None:
    """Return what stops all writing to this connection just now, or None."""
    return who_stops(ctx.connection, outside=ctx.outside_stop(), orders=ctx.store.stops())


def who_stops(connection: str, *, outside: str, orders: Sequence[StopOrder]) -> GuardFinding | None:
    """Return the stop that concerns a connection; the wider one first (pure).

    Args:
        connection: Its name.
        outside: What file or environment say; empty for nothing.
        orders: What the database says.
    """
    if outside:
        return GuardFinding(code=STOPPED, message=f"Writing is stopped: {outside}.")
    for order in sorted(orders, key=lambda one: one.scope):
        if order.scope in ("", connection):
            return GuardFinding(code=order.code, message=_told(order))
    return None


def refuse_if_stopped(ctx: SyncContext, *, undoing: bool = False) -> None:
    """Refuse to begin what would write.

    Args:
        ctx: The connection.
        undoing: An undo puts back what a rail stopped at: only the switch for all stops it.

    Raises:
        HeldError: The kill switch is on, or the canary of a run failed.
    """
    found = what_stops(ctx)
    if found is not None and not (undoing and found.code != STOPPED):
        hint = _RESUME if found.code == STOPPED else f"kam connection resume {ctx.connection}"
        raise HeldError(found.message, code=found.code, hint=hint)


@contextmanager
def watched(ctx: SyncContext, *, undoing: bool = False) -> Iterator[None]:
    """Look at all switches before each request that writes within the block.

    Raises:
        Interrupted: One was thrown: the request in hand was the last.
    """
    try:
        with _gated(ctx, lambda: _look(ctx, undoing=undoing)):
            yield
    except StoppedError as error:
        raise Interrupted(error.message, code=error.code) from error


@contextmanager
def _gated(ctx: SyncContext, gate: Callable[[], None]) -> Iterator[None]:
    gate()
    with ctx.crm.gating(gate) if isinstance(ctx.crm, StopsWrites) else nullcontext():
        yield


def _look(ctx: SyncContext, *, undoing: bool) -> None:
    found = what_stops(ctx)
    if found is not None and not (undoing and found.code != STOPPED):
        raise StoppedError(f"{found.message} The rest waits in the outbox.", code=found.code)
    state = None if undoing else ctx.store.connection(ctx.connection)
    if state is not None and _is_off(state):
        text = f"Writing was switched off for {ctx.connection}; the rest waits in the outbox."
        raise StoppedError(text, code="KAM-5002" if state.paused else "KAM-5001")


def _is_off(state: ConnectionState) -> bool:
    return state.paused or state.writes_enabled_at is None


def _told(order: StopOrder) -> str:
    where = f" of {order.scope}" if order.scope else ""
    return (
        f"Writing{where} is stopped since {order.at:%Y-%m-%d %H:%M} UTC by {order.said_by}: "
        f"{order.reason or 'no reason was given'}."
    )
