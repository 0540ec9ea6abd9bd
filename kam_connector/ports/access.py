"""Who may see what: what a connection tells of its users, and where it is remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from kam_connector.model.access import Heard, Right
from kam_connector.model.kind import Kind

__all__ = ["Access", "TellsAccess", "TellsFields"]


@runtime_checkable
class TellsAccess(Protocol):
    """A connection whose CRM says what another user may see."""

    def visible(self, user_ref: str, account_refs: Sequence[str]) -> Mapping[str, Right]:
        """Return what a user may do with accounts, by ref; one that is absent is not visible.

        Only what the CRM says counts: a user or an account that it does not know has no right.

        Raises:
            RetryableError: The CRM did not answer.
            SignInError: Our user may not ask (KAM-3003).
        """


@runtime_checkable
class TellsFields(Protocol):
    """A connection whose CRM says which fields another user may read and edit."""

    def field_rights(
        self, user_ref: str, fields: Mapping[str, Collection[str]]
    ) -> Mapping[str, Right]:
        """Return what a user may do with fields, by ``Object.Field``; one absent: not read it.

        Args:
            user_ref: Whom it is about.
            fields: Names by object.

        Raises:
            RetryableError: The CRM did not answer.
            SignInError: Our user may not ask (KAM-3003).
            RecordError: The CRM refuses the question, as where our user sees no setup.
        """


class Access(Protocol):
    """The part of the store that remembers rights, and knows whose a record is."""

    def heard(self, connection: str, user_ref: str) -> Heard | None:
        """Return what the CRM last said of a user's rights; None: never asked."""

    def save_heard(self, heard: Heard) -> None:
        """Replace what is remembered of one user of one connection."""

    def homes(self, kind: Kind, ids: Collection[str]) -> dict[str, str | None]:
        """Return the account of contacts or opportunities, by id, those deleted included."""

    def hidden(self) -> frozenset[str]:
        """Return the paths of values that whoever reads this store may not see; mostly none."""
