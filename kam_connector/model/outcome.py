"""What a night's derivation says about one record, ready to be mapped to CRM fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kam_connector.model.kind import JsonValue, Kind

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """KAM paths and their values for one record (`kam mapping paths` lists them)."""

    kind: Kind
    id: str
    """Our id of the account, contact, opportunity, or the action for a task."""
    values: Mapping[str, JsonValue]
    """Flat: ``health.score`` -> 52. Refs are our ids."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a path has its value, for the preview."""
