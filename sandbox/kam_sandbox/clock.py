"""The world's one clock: it rules every timestamp and every ``Date`` header."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["START", "WorldClock"]

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
"""When every world begins."""


class WorldClock:
    """A ticking clock that starts at a fixed instant and can be moved.

    Args:
        start: The world's time at creation, aware.
        monotonic: Seconds of real time; injected so that tests can stand still.
    """

    def __init__(
        self, start: datetime = START, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._at = start
        self._since = monotonic()

    def now(self) -> datetime:
        """Return the world's time, UTC, to the millisecond."""
        at = self._at + timedelta(seconds=self._monotonic() - self._since)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def set(self, at: datetime) -> None:
        """Move the clock to *at*; it ticks on from there."""
        self._at = at.astimezone(UTC)
        self._since = self._monotonic()

    def advance(self, seconds: float) -> None:
        """Move the clock forward by *seconds*."""
        self.set(self.now() + timedelta(seconds=seconds))
