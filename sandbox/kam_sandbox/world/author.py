"""What every part of the world's story is written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from kam_sandbox.state import World
from kam_sandbox.world.hubspot_pen import HubSpotPen
from kam_sandbox.world.moments import dice
from kam_sandbox.world.salesforce_pen import SalesforcePen
from kam_sandbox.world.staff import Staff

__all__ = ["Author"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The two pens, our staff, and the dice of this world."""

    world: World
    salesforce: SalesforcePen
    hubspot: HubSpotPen
    staff: Staff

    def dice(self, purpose: str) -> Random:
        """Return the generator of one purpose."""
        return dice(self.world.seed, purpose)

    def user(self, name: str) -> str:
        """Return the Salesforce user of that name."""
        return self.staff.users[name]

    def owner(self, name: str) -> str:
        """Return the HubSpot owner of that name."""
        return self.staff.owners[name]

    def edit(
        self, object_: str, ids: Sequence[str], at: datetime, by: str, **changes: object
    ) -> None:
        """Change Salesforce records at a past instant; a later stamp that they have stays."""
        for id_ in ids:
            record = self.salesforce.record(object_, id_)
            later = max(record.modified_at, at)
            self.salesforce.records.update(record, changes, by=by, at=at)
            record.modified_at = later
