"""What a connection offers besides, where it can be stopped between two requests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

__all__ = ["StopsWrites"]


@runtime_checkable
class StopsWrites(Protocol):
    """A connection that asks before every single request that writes.

    One without it is asked to write a batch at a time, and stopped between batches.
    """

    def gating(self, gate: Callable[[], None]) -> AbstractContextManager[None]:
        """Call *gate* before each writing request of the block, repeated ones included.

        A gate raises ``StoppedError`` (a ``RetryableError``): the request is not sent, and
        what it concerns is answered like any other lost answer, or raised where nothing of
        the batch was settled yet.
        """
