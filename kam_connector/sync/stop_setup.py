"""The kill switch, for what writes to a CRM outside of a run: setting it up, and trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from kam_connector.errors import HeldError, StoppedError
from kam_connector.model.rails import StopOrder
from kam_connector.ports import Crm, StopsWrites
from kam_connector.sync.stop import STOPPED, who_stops

__all__ = ["SetupStop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStop:
    """What stops a command that writes fields, rights or trials, and no values of records.

    Only the switch for all (``kam stop``, a file, the environment) and one thrown for the
    connection: a canary that failed is no reason against finding out why, and a connection
    is set up before it may write.
    """

    connection: str
    outside: Callable[[], str]
    """What file or environment say; empty for nothing."""
    orders: Callable[[], Sequence[StopOrder]]
    """What the database says."""

    def refuse(self) -> None:
        """Refuse to begin.

        Raises:
            HeldError: The kill switch is on (KAM-5003).
        """
        if told := self.said():
            raise HeldError(told, code=STOPPED, hint="kam resume")

    def said(self) -> str:
        """Return what stops us just now; empty for nothing."""
        found = who_stops(self.connection, outside=self.outside(), orders=self.orders())
        return found.message if found is not None and found.code == STOPPED else ""

    @contextmanager
    def watching(self, crm: Crm) -> Iterator[None]:
        """Look at the switch before each request of the block that writes.

        Raises:
            StoppedError: It was thrown: the request in hand was the last (KAM-5003).
        """
        with crm.gating(self._look) if isinstance(crm, StopsWrites) else nullcontext():
            yield

    def _look(self) -> None:
        if told := self.said():
            raise StoppedError(f"{told} What is done stays.", code=STOPPED, hint="kam resume")
