"""Salesforce, behind the port."""

from kam_salesforce.crm import SalesforceCrm

__all__ = ["SalesforceCrm"]
