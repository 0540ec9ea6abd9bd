"""The next item is made in a thread while the present one is used.

A page is fetched, decoded and read while the one before it is stored: the socket and SQLite
let go of Python's lock, and with a tenth of a second a call the waiting goes on meanwhile.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Generic, TypeVar

__all__ = ["Ahead"]

T = TypeVar("T")
_SWITCH_S = 0.0005
"""Python's 5 ms, which the thread may wait for its turn at each of a request's twenty steps,
delay the request by what it should save: measured at 100 ms a call, a twentieth of a pull."""


class Ahead(Generic[T]):
    """Items of a generator, one ahead; close it.

    One thread at a time runs the generator: never this one while the next item is made.
    """

    def __init__(self, items: Generator[T, None, None]) -> None:
        self._items = items
        self._switch_s = sys.getswitchinterval()
        sys.setswitchinterval(min(_SWITCH_S, self._switch_s))
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="kam-ahead")
        self._next = self._begun()

    def take(self) -> T | None:
        """Return the next item, None behind the last; raises what making it raised."""
        item = self._next.result()
        if item is not None:
            self._next = self._begun()
        return item

    def close(self) -> None:
        """Wait for the item that is being made, and end the generator."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        sys.setswitchinterval(self._switch_s)
        self._items.close()

    def _begun(self) -> Future[T | None]:
        return self._pool.submit(copy_context().run, self._made)

    def _made(self) -> T | None:
        return next(self._items, None)
