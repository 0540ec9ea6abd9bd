"""Bugs outside the sync engine, each with the tests that must notice it: the suite's own proof.

The list is that of mistakes other connectors made. A test is named by its node id and is the
smallest one that fails; a bug that follows the source no longer is told at once.
"""

from __future__ import annotations

from tests.faults.bugs_at_the_border import AT_THE_BORDER
from tests.faults.bugs_in_the_house import IN_THE_HOUSE
from tests.faults.bugs_of_patience import OF_PATIENCE
from tests.faults.bugs_planting import Bug

__all__ = ["BUGS"]

BUGS: tuple[Bug, ...] = (*AT_THE_BORDER, *OF_PATIENCE, *IN_THE_HOUSE)
"""First those where we meet others, patient or not, then those of what we keep and show."""
