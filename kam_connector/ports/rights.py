"""What a connection offers besides, where its CRM gives rights to its users one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

__all__ = ["AssignsRights", "ProbesRights"]


@runtime_checkable
class AssignsRights(Protocol):
    """A connection that can give another user the rights to our fields."""

    def assign(self, fields: Sequence[str], user_name: str, *, dry_run: bool) -> tuple[str, ...]:
        """Give a user what our own user needs for these fields; returns what was done, in words.

        Additive and idempotent. With *dry_run* nothing is written and the words say what would
        be.

        Raises:
            ConfigError: No active user has this name (KAM-3243).
            SignInError: Our user may not manage rights (KAM-3003).
        """


@runtime_checkable
class ProbesRights(Protocol):
    """A connection that can try what no description of the CRM tells."""

    def probe_rights(self) -> str:
        """Try whether tasks can be given to other users, leaving nothing; returns what is good.

        Raises:
            SignInError: Names the permission that is missing (KAM-3003).
            RecordError: A rule of the CRM's own refuses such a task (KAM-3244).
        """
