"""What the contract of adapters needs of a test: a CRM, and somebody who works in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kam_connector.model.kind import Row
from kam_connector.model.pull import PullSource
from kam_connector.ports import Crm

__all__ = ["CrmWorld"]


class CrmWorld(Protocol):
    """A CRM with seven or more accounts, and somebody who works in it."""

    crm: Crm
    accounts: PullSource
    """Reads accounts; settle time zero; among its fields are the two below."""
    refs: Sequence[str]
    """The accounts' refs, seven or more."""
    own_field: str
    """A text field of accounts that is ours to write."""
    shared_field: str
    """A text field of accounts that people write too."""
    tasks: PullSource
    key_field: str
    """The field of tasks that carries our key."""
    title_field: str
    task_values: Row
    """What a task needs besides key and title."""

    def later(self, seconds: float = 5.0) -> None:
        """Let time pass in the CRM."""

    def edit(self, refs: Sequence[str], values: Row) -> None:
        """Let a person edit accounts, all at one instant."""

    def delete(self, ref: str) -> None:
        """Let a person delete an account."""

    def merge(self, loser: str, winner: str) -> str:
        """Let a person merge two accounts; returns the survivor's ref."""
