"""Key account management inside Salesforce and HubSpot."""

__version__ = "0.1.0"
