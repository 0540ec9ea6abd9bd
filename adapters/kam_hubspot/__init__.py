"""HubSpot, behind the port."""

from kam_hubspot.crm import HubSpotCrm

__all__ = ["HubSpotCrm"]
