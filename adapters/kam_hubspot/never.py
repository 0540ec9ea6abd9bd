"""What is never written to HubSpot, whatever a mapping says: the hard deny list."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NEVER", "is_never_written"]

NEVER: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {
            "hs_object_id", "createdate", "hs_createdate", "lastmodifieddate",
            "hs_lastmodifieddate", "hs_merged_object_ids",
        }
    ),
    "companies": frozenset(
        {"name", "domain", "hubspot_owner_id", "hs_parent_company_id", "lifecyclestage"}
    ),
    "contacts": frozenset(
        {
            "firstname", "lastname", "email", "hubspot_owner_id", "associatedcompanyid",
            "lifecyclestage",
        }
    ),
    "deals": frozenset(
        {"dealname", "dealstage", "pipeline", "amount", "closedate", "hubspot_owner_id"}
    ),
}  # fmt: skip
"""By object, of all objects under the empty name. Our choice: what identifies a record, whose
it is, what it is worth and when; a wrong one of these is what incidents I1, I3 and I4 are made
of. A task of ours has an owner and a subject: those are its own."""


def is_never_written(object_: str, name: str) -> bool:
    """Tell whether a property is on the list; names are compared without regard to case."""
    listed = NEVER[""] | NEVER.get(object_, frozenset())
    return name.casefold() in {one.casefold() for one in listed}
