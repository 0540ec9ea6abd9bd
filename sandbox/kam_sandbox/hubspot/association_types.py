"""HubSpot's own association types, by number and direction.

Source: the vendor's association type page, and the constants of its Python client.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "HUBSPOT_DEFINED",
    "USER_DEFINED",
    "AssociationType",
    "defined_type",
    "defined_types",
    "types_from",
    "unlabeled_type",
]

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
USER_DEFINED = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class AssociationType:
    """One direction of one type of association."""

    from_object: str
    to_object: str
    type_id: int
    inverse_id: int
    """The number of the same association seen from the other side."""
    label: str | None = None
    """None for the plain association of a pair."""
    category: str = HUBSPOT_DEFINED


_PAIRS: tuple[tuple[str, str, int, int, str | None, str | None], ...] = (
    ("contacts", "companies", 1, 2, "Primary", "Primary"),
    ("contacts", "companies", 279, 280, None, None),
    ("deals", "companies", 5, 6, "Primary", "Primary"),
    ("deals", "companies", 341, 342, None, None),
    ("deals", "contacts", 3, 4, None, None),
    ("deals", "line_items", 19, 20, None, None),
    ("deals", "tickets", 27, 28, None, None),
    ("companies", "companies", 13, 14, "Child Company", "Parent Company"),
    ("companies", "companies", 450, 450, None, None),
    ("contacts", "contacts", 449, 449, None, None),
    ("deals", "deals", 451, 451, None, None),
    ("tickets", "contacts", 16, 15, None, None),
    ("tickets", "companies", 26, 25, "Primary", "Primary"),
    ("tickets", "companies", 339, 340, None, None),
    ("calls", "companies", 182, 181, None, None),
    ("calls", "contacts", 194, 193, None, None),
    ("calls", "deals", 206, 205, None, None),
    ("calls", "tickets", 220, 219, None, None),
    ("calls", "meetings", 399, 400, None, None),
    ("emails", "companies", 186, 185, None, None),
    ("emails", "contacts", 198, 197, None, None),
    ("emails", "deals", 210, 209, None, None),
    ("emails", "tickets", 224, 223, None, None),
    ("meetings", "companies", 188, 187, None, None),
    ("meetings", "contacts", 200, 199, None, None),
    ("meetings", "deals", 212, 211, None, None),
    ("meetings", "tickets", 226, 225, None, None),
    ("notes", "companies", 190, 189, None, None),
    ("notes", "contacts", 202, 201, None, None),
    ("notes", "deals", 214, 213, None, None),
    ("notes", "tickets", 228, 227, None, None),
    ("tasks", "companies", 192, 191, None, None),
    ("tasks", "contacts", 204, 203, None, None),
    ("tasks", "deals", 216, 215, None, None),
    ("tasks", "tickets", 230, 229, None, None),
)


def _both_directions() -> dict[tuple[str, str], dict[int, AssociationType]]:
    table: dict[tuple[str, str], dict[int, AssociationType]] = {}
    for a, b, there, back, label, inverse_label in _PAIRS:
        table.setdefault((a, b), {})[there] = AssociationType(a, b, there, back, label)
        table.setdefault((b, a), {})[back] = AssociationType(b, a, back, there, inverse_label)
    return table


_DEFINED = _both_directions()


def defined_type(from_object: str, to_object: str, type_id: int) -> AssociationType | None:
    """Return HubSpot's type of that number in that direction, or None."""
    return _DEFINED.get((from_object, to_object), {}).get(type_id)


def defined_types(from_object: str, to_object: str) -> list[AssociationType]:
    """Return HubSpot's types in that direction."""
    return list(_DEFINED.get((from_object, to_object), {}).values())


def types_from(from_object: str) -> list[AssociationType]:
    """Return HubSpot's types that start at an object."""
    return [
        kind
        for (start, _), kinds in _DEFINED.items()
        if start == from_object
        for kind in kinds.values()
    ]


def unlabeled_type(from_object: str, to_object: str) -> AssociationType | None:
    """Return the plain type of the pair, or None when the two cannot be associated."""
    return next((k for k in defined_types(from_object, to_object) if k.label is None), None)
