"""The stable codes that only this adapter uses, with what to do."""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.model.crm_codes import CRM_CODES, CodeText

__all__ = ["CODES"]

CODES: Mapping[str, CodeText] = {
    **CRM_CODES,
    "KAM-1052": CodeText(
        "The `visibility` of the portal's users is unknown",
        "say owned, team or everything, as the portal's permissions to view companies are set",
    ),
    "KAM-3121": CodeText(
        "HubSpot is moving the portal to another data centre", "nothing: the next run resumes"
    ),
    "KAM-3122": CodeText(
        "The browser may not be sent back here",
        "add http://localhost:PORT/callback to the project app's redirect URLs, with the PORT "
        "of `login_port`",
    ),
    "KAM-3123": CodeText(
        "The project app does not allow this sign-in",
        "give the app the scopes that docs/hubspot.md lists, required ones as required",
    ),
}
