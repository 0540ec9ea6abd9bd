"""What HubSpot's own Salesforce integration adds to a portal.

Names of the id properties and the source ``SALESFORCE`` with the id ``Salesforce Connector``:
seen alike in many public portals' exports. That an activity carries the other side's id in
``hs_engagement_source_id`` is recalled, not checked.
"""

from __future__ import annotations

from kam_sandbox.hubspot.definitions import Group, Property

__all__ = ["SALESFORCE_GROUP", "SALESFORCE_SYNC", "salesforce_properties"]

SALESFORCE_SYNC = "Salesforce Connector"
"""Who writes what was copied from Salesforce."""
SALESFORCE_GROUP = Group(name="salesforceinformation", label="Salesforce information")

_ID, _TIME, _YES_NO = (
    ("string", "text"),
    ("datetime", "date"),
    ("bool", "booleancheckbox"),
)
_SHARED = {
    "salesforcelastsynctime": ("Last Salesforce sync time", _TIME),
    "salesforcedeleted": ("Salesforce deleted", _YES_NO),
}
_RECORDS = {
    "companies": {"salesforceaccountid": ("Salesforce account ID", _ID)} | _SHARED,
    "contacts": {
        "salesforcecontactid": ("Salesforce contact ID", _ID),
        "salesforceleadid": ("Salesforce lead ID", _ID),
        "salesforceaccountid": ("Salesforce account ID", _ID),
        "salesforceownerid": ("Salesforce owner ID", _ID),
        "salesforcecampaignids": ("Salesforce campaign IDs", _ID),
        "salesforceopportunitystage": ("Salesforce opportunity stage", _ID),
    }
    | _SHARED,
    "deals": {"hs_salesforceopportunityid": ("Salesforce opportunity ID", _ID)} | _SHARED,
}


def salesforce_properties(object_: str) -> list[Property]:
    """Return what the integration adds to the definitions of *object_*."""
    return [
        Property(
            name=name,
            label=label,
            type=kind[0],
            field_type=kind[1],
            group=SALESFORCE_GROUP.name,
            read_only=True,
        )
        for name, (label, kind) in _RECORDS.get(object_, {}).items()
    ]
