"""What a connection offers besides, so that an installation can prove what our promises rest on.

No test of ours can prove what a real org does: a trial against it can (kam doctor --live).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from kam_connector.model.conformance import Asked, Trial

__all__ = ["ProvesConformance", "TellsTime"]


@runtime_checkable
class ProvesConformance(Protocol):
    """A connection that can try whether its CRM does what our promises rest on."""

    def conformance(self, asked: Sequence[Asked]) -> Iterator[Trial]:
        """Try each thing once; nothing is left behind, and each trial says what it touched.

        What the CRM refuses is an outcome of the trial, not an error.

        Raises:
            RetryableError: The CRM did not answer.
            SignInError: The session ended.
        """


@runtime_checkable
class TellsTime(Protocol):
    """A connection whose CRM's clock can be compared with ours."""

    def tell_time(self) -> datetime | None:
        """Ask the CRM for its present time (at most one call), to the second.

        None where it keeps a time of its own: a sandbox whose days pass at its tester's word.

        Raises:
            RetryableError: The CRM did not answer.
        """
