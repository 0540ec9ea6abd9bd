"""What an administrator or a test may change about the portal, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from kam_sandbox.hubspot.limiter import Limits

__all__ = ["CURRENCY", "FEATURES", "PORTAL_ID", "TIME_ZONE", "TOKEN", "PortalSettings"]

PORTAL_ID = 147_258_369
TIME_ZONE = "Europe/Paris"
CURRENCY = "EUR"
TOKEN = "pat-sandbox-0000"  # noqa: S105  # the sandbox's published sign-in

FEATURES = frozenset(
    {
        "no_association_labels",
        "no_buying_roles",
        "no_unique_task_property",
        "salesforce_integration",
        "starter",
        "token_rotation",
    }
)
"""How a portal may differ from a Professional one: without labels of its own, buying roles or a
unique property on tasks; joined to Salesforce by HubSpot's own integration; Starter (none of
the three, and 100 calls in ten seconds); every refresh gives a new refresh token."""


@dataclass(slots=True, kw_only=True)
class PortalSettings:
    """What an administrator or a test may change about the portal."""

    token: str = TOKEN
    limits: Limits | None = None
    """None takes the world's."""
    search_lag_s: float = 2.0
    """World seconds until the search index shows a write (vendor: "a few moments")."""
    strict_create: bool = True
    """Required properties of the create forms bind API writes too (2026-09)."""
    export_s: float = 0.5
    """World seconds that an export takes (our choice; real ones take minutes)."""
    export_zip_bytes: int = 2_000_000
    """Longer files come zipped (vendor's export guide: above 2 MB)."""
    export_file_rows: int = 1_000_000
    """More rows are split over several files (vendor's export guide)."""
    export_plain_times: bool = True
    """``VALUES`` gives timestamps in place of dates that people read (vendor's export guide)."""
