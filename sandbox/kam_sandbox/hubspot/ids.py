"""HubSpot's identifiers: decimal texts, one sequence per object."""

from __future__ import annotations

from collections import Counter
from threading import Lock

__all__ = ["APP_ID", "APP_NUMBER", "FIRST_IDS", "IdSource"]

APP_ID = "kam-app-3141592"
"""Who writes through the API; anything else in ``by`` is a person's user id."""

APP_NUMBER = 3_141_592
"""The app's id in answers and events."""

FIRST_IDS = {
    "companies": 9_999_999_970,
    "contacts": 99_999_999_800,
    "deals": 9_999_999_950,
    "tasks": 48_000_000_001,
    "emails": 49_000_000_001,
    "meetings": 47_000_000_001,
    "calls": 46_000_000_001,
    "notes": 45_000_000_001,
    "owners": 70_000_001,
    "line_items": 30_000_000_001,
    "products": 20_000_000_001,
    "tickets": 10_000_000_001,
}
"""The first id of each object, our choice: companies, contacts and deals soon gain a digit.

So the order of the numbers is not the order of the texts, as in a portal that grows.
"""


class IdSource:
    """Give ids that never repeat within an object and never depend on chance."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(self, object_: str) -> str:
        """Return the next free id of *object_*, for example ``companies``."""
        with self._lock:
            offset = self._given[object_]
            self._given[object_] += 1
        return str(FIRST_IDS.get(object_, 80_000_000_001) + offset)
