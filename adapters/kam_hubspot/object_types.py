"""HubSpot's numbers and singular names of objects, as events use them.

Source: HubSpot's page on object type ids.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OBJECTS", "SINGULARS"]

OBJECTS: Mapping[str, str] = {
    "0-1": "contacts",
    "0-2": "companies",
    "0-3": "deals",
    "0-5": "tickets",
    "0-7": "products",
    "0-8": "line_items",
    "0-18": "communications",
    "0-27": "tasks",
    "0-46": "notes",
    "0-47": "meetings",
    "0-48": "calls",
    "0-49": "emails",
}
"""By object type id."""
SINGULARS: Mapping[str, str] = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "ticket": "tickets",
    "product": "products",
    "line_item": "line_items",
}
"""By the first part of a subscription type; ``object`` says nothing."""
