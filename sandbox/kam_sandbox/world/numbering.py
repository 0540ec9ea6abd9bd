"""Who gets which number: stories keep theirs whatever the size of the world."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from kam_sandbox.hubspot.ids import FIRST_IDS
from kam_sandbox.salesforce.ids import KEY_PREFIXES, sf_id
from kam_sandbox.state import World

__all__ = ["ORDINARY_BLOCK", "Numbering", "block", "first_id", "hubspot_form", "salesforce_form"]

BLOCK = 10_000
"""Our choice: the numbers of each object that one story may use."""

ORDINARY_BLOCK = 100
"""Where the part begins that is multiplied by ``scale``; stories stay below."""

LIVE = 100_000_000
"""First number of what is created while the servers run: above a world of scale 5,000."""

_OTHER_OBJECT = 80_000_000_001


class Numbering:
    """Gives ids by object: in a block of numbers while the world is made, then the live ones.

    Args:
        form: Makes an id of an object's API name and a number.
    """

    def __init__(self, form: Callable[[str, int], str]) -> None:
        self._form = form
        self._lock = Lock()
        self._live: defaultdict[str, int] = defaultdict(lambda: LIVE)
        self._given = self._live
        self._end = sys.maxsize
        self._reserved: set[str] = set()

    def reserve(self, id_: str) -> None:
        """Never give this id: a loaded record has it."""
        self._reserved.add(id_)

    def __call__(self, object_: str) -> str:
        """Return the next free id of *object_*.

        Raises:
            OverflowError: A story has more records of the object than its block has numbers.
        """
        with self._lock:
            while True:
                number = self._given[object_]
                if number >= self._end:
                    raise OverflowError(f"more {object_} than the numbers of one story's block")
                self._given[object_] += 1
                id_ = self._form(object_, number)
                if id_ not in self._reserved:
                    return id_

    @contextmanager
    def block(self, number: int) -> Iterator[None]:
        """Number what is created inside from ``number * 10000`` on."""
        first = number * BLOCK + 1
        self._given = defaultdict(lambda: first)
        self._end = (number + 1) * BLOCK if number < ORDINARY_BLOCK else LIVE
        try:
            yield
        finally:
            self._given, self._end = self._live, sys.maxsize


@contextmanager
def block(world: World, number: int) -> Iterator[None]:
    """Number what is created inside, in both CRMs, from ``number * 10000`` on."""
    with ExitStack() as stack:
        for records in (world.salesforce, world.hubspot):
            if isinstance(records.new_id, Numbering):
                stack.enter_context(records.new_id.block(number))
        yield


def first_id(object_: str, number: int) -> str:
    """Return the id of the first record of an object in a block: a story's subject."""
    form = salesforce_form if object_ in KEY_PREFIXES else hubspot_form
    return form(object_, number * BLOCK + 1)


def salesforce_form(object_: str, number: int) -> str:
    """Return the 18-character id of a number."""
    return sf_id(KEY_PREFIXES.get(object_, "a00"), number)


def hubspot_form(object_: str, number: int) -> str:
    """Return the decimal id of a number; block 0 of companies and contacts gains a digit."""
    return str(FIRST_IDS.get(object_, _OTHER_OBJECT) + number)
