"""What a connection offers besides, where a write to a merged record lands on its heir."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from kam_connector.model.change import Change, Landed

__all__ = ["FollowsMerges"]


@runtime_checkable
class FollowsMerges(Protocol):
    """A connection whose CRM writes what is sent to a merged record into its heir.

    One without it refuses such writes, or cannot tell what lay beneath.
    """

    def landed(self, changes: Sequence[Change], *, since: datetime) -> Mapping[str, Landed]:
        """Return by change what of its values was written into the record ``ref`` lately.

        Args:
            changes: Changes of one object, each with the heir's ref.
            since: Older values of the same words are not this write's, by the CRM's clock.

        Raises:
            RetryableError: The CRM did not answer.
        """
