"""How many questions a digest holds, and whether there is one."""

from __future__ import annotations

from dataclasses import dataclass

from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Maturity, Programme

__all__ = ["DigestSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """The weekly digest."""

    weekly: bool | None = None
    """Whether it becomes a task; None: once the programme calls itself standard or advanced,
    as with playbooks."""
    most: int = 5
    """Questions in one digest: five in ten minutes. Our choice."""
    most_per_account: int = 2
    """Of one account, as long as others have questions too. Our choice."""

    def starts(self, kept: KeptRecords) -> bool:
        """Whether a digest becomes a task under the programme kept."""
        if self.weekly is not None:
            return self.weekly
        return any(one.maturity is not Maturity.STARTER for one in kept.of(Programme))
