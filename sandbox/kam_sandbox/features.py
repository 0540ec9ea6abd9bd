"""What may be turned on in the world, by name: in the Salesforce org, in the HubSpot portal."""

from __future__ import annotations

from collections.abc import Collection

from kam_sandbox.hubspot import settings as hubspot
from kam_sandbox.salesforce import objects as salesforce
from kam_sandbox.state import USUAL, World

__all__ = ["FEATURES", "turn_on"]

FEATURES = salesforce.FEATURES | hubspot.FEATURES
"""Names that both know (``token_rotation``) go to both."""


def turn_on(world: World, features: Collection[str], *, without: Collection[str] = ()) -> None:
    """Set the features of both sides of *world*.

    Args:
        world: The world to set up, still without records.
        features: Some of :data:`FEATURES`.
        without: What the org lacks, though most orgs have it; some of ``state.USUAL``.

    Raises:
        ValueError: A feature is not known.
    """
    known = FEATURES | USUAL
    if unknown := sorted(set(features) - known):
        raise ValueError(f"unknown features {unknown}; known: {sorted(known)}")
    world.features = frozenset(features) - (hubspot.FEATURES - salesforce.FEATURES)
    world.without = frozenset(without)
    world.portal_features = frozenset(features) & hubspot.FEATURES
