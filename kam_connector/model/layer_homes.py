"""What people may decide in a CRM and in the KAM layer alike."""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.model.kind import Kind

__all__ = ["LAYER_HOMES", "has_home"]

LAYER_HOMES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACCOUNT: ("plan.next_review",),
    Kind.PLAN: ("status",),
    Kind.OBJECTIVE: ("status", "title", "due"),
    Kind.TASK: ("status", "owner", "due"),
}
"""Paths whose value the layer keeps as people set it. All others are computed every night or
come from a CRM: there is nothing to take a person's value over into."""


def has_home(kind: Kind, path: str) -> bool:
    """Return whether a person's value of this path can enter the layer."""
    return path in LAYER_HOMES.get(kind, ())
