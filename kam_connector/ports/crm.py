"""A CRM behind the port, with what it needs: a clock, and a place for its sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from kam_connector.model.batching import AS_USUAL, Batching
from kam_connector.model.change import Budget, Change, PushResult
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.provision import FieldSpec, ProvisionReport
from kam_connector.model.pull import Page, PulledRow, PullRequest, PullSource
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.settings import Secret

__all__ = ["Clock", "Crm", "TokenVault"]


class Clock(Protocol):
    """Our own time, for leases and waits; a run's ``as_of`` comes from the CRM."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Crm(Protocol):
    """One connection to one org or portal. Safe to use from one thread at a time."""

    def identity(self) -> CrmIdentity:
        """Sign in if needed and say who and what answers: a few calls the first time.

        ``now`` is the CRM's present clock at every call: a process serves many nights.
        """

    def describe(self, object_: str) -> ObjectSchema:
        """Return the object's fields as our user sees them (cached for the connection's life).

        Raises:
            RecordError: The org has no such object (code KAM-3210).
        """

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield pages lazily, oldest first, each with the cursor behind it.

        The window is half-open and ends at the CRM's now less the source's settle time.
        Fields in ``source.optional`` that the org lacks are left out with a note.

        Raises:
            RetryableError: The CRM did not answer; resume from the last staged cursor.
            ConfigError: A field that is not optional does not exist (names it).
        """

    def read(self, source: PullSource, refs: Sequence[str]) -> Mapping[str, PulledRow]:
        """Return the present rows by the ref asked for; unknown ones are absent.

        A merged-away ref answers with its survivor's row (whose own ``ref`` differs).
        """

    def push(
        self, batch: Sequence[Change], *, batching: Batching = AS_USUAL
    ) -> Sequence[PushResult]:
        """Write and return one result per change, in order; never deletes.

        Args:
            batch: Changes of any objects.
            batching: How the mapping wants fields of our own sent.

        Raises:
            RetryableError: Nothing is known about the whole batch; it may be sent again.
        """

    def batch_size(self, waiting: int, *, batching: Batching = AS_USUAL) -> int:
        """Return how many changes of one object a push best takes, when that many wait.

        Only of changes to fields of our own: those shared with people go in small batches.
        """

    def provision(self, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
        """Create the fields that are missing and let our user use them.

        Additive and idempotent: an existing field is never changed and never deleted. With
        *dry_run* nothing is written and the report says what would be.

        Raises:
            SignInError: A permission is missing to look (KAM-3003).
            RetryableError: The CRM did not answer; what was created stays, run it again.
        """

    def budget(self) -> Budget:
        """Return calls used and allowed, as last heard; costs at most one call."""

    def close(self) -> None:
        """Give back sockets; idempotent."""


class TokenVault(Protocol):
    """Keeps what one connection's sign-in must remember, encrypted, for this connection only.

    The text is the adapter's own; nobody else reads it.
    """

    def check(self) -> None:
        """See that there is a key, before anybody is sent to a browser.

        Raises:
            ConfigError: No usable key is configured (KAM-1015).
        """

    def load(self) -> Secret | None:
        """Return what was kept; None if nothing was.

        Raises:
            ConfigError: No key is configured (KAM-1015).
            StorageError: It was sealed with another key or for another connection (KAM-6014).
        """

    def save(self, text: Secret) -> None:
        """Replace what is kept; it has reached the disk when this returns."""

    def forget(self) -> None:
        """Keep nothing; harmless when nothing was kept."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait until no other process renews this sign-in, and keep them waiting meanwhile.

        Raises:
            BusyError: Another process does not come to an end.
        """
