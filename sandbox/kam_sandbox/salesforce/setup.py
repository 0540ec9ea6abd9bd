"""Rows that every org has from the start: its organization, our user, stages, statuses."""

from __future__ import annotations

from decimal import Decimal

from kam_sandbox.clock import START
from kam_sandbox.salesforce.computed import CLOSED_TASK, STAGES, TASK_STATUSES
from kam_sandbox.salesforce.ids import INTEGRATION_USER, ORG_ID
from kam_sandbox.state import World

__all__ = ["add_setup_rows"]


def add_setup_rows(world: World) -> None:
    """Add the rows that every org has, where the world did not bring them."""
    records, by = world.salesforce, INTEGRATION_USER
    if records.get("User", INTEGRATION_USER) is None:
        records.insert("User", _INTEGRATION, by=by, id_=INTEGRATION_USER, at=START)
    if records.get("Organization", ORG_ID) is None:
        records.insert("Organization", _ORGANIZATION, by=by, id_=ORG_ID, at=START)
    if world.multi_currency and next(records.all("CurrencyType"), None) is None:
        for code, rate in _RATES.items():
            row = {"IsoCode": code, "ConversionRate": Decimal(rate), "DecimalPlaces": 2}
            row |= {"IsActive": True, "IsCorporate": code == "EUR"}
            records.insert("CurrencyType", row, by=by, at=START)
    if next(records.all("TaskStatus"), None) is None:
        for number, label in enumerate(TASK_STATUSES, 1):
            row = {"MasterLabel": label, "ApiName": label, "SortOrder": number}
            row |= {"IsDefault": number == 1, "IsClosed": label == CLOSED_TASK}
            records.insert("TaskStatus", row, by=by, at=START)
    if next(records.all("OpportunityStage"), None) is None:
        for number, stage in enumerate(STAGES, 1):
            row = {"MasterLabel": stage.label, "ApiName": stage.label, "SortOrder": number}
            row |= {"IsActive": True, "IsClosed": stage.closed, "IsWon": stage.won}
            row |= {"ForecastCategory": stage.category, "DefaultProbability": stage.probability}
            row["ForecastCategoryName"] = stage.category_name
            records.insert("OpportunityStage", row, by=by, at=START)


_RATES = {"EUR": "1", "USD": "1.08", "GBP": "0.85", "CHF": "0.95"}
"""Our choice: plausible rates against a corporate currency of EUR."""

_INTEGRATION = {
    "Username": "kam.connector@sandbox.example",
    "FirstName": "Kam",
    "LastName": "Connector",
    "Email": "kam.connector@sandbox.example",
    "Alias": "kamconn",
    "IsActive": True,
    "UserType": "Standard",
    "TimeZoneSidKey": "Europe/Paris",
    "LocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "ProfileId": "00eKS0000000001AAA",
}
_ORGANIZATION = {
    "Name": "KAM Sandbox",
    "Country": "FR",
    "DefaultLocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "TimeZoneSidKey": "Europe/Paris",
    "FiscalYearStartMonth": 1,
    "OrganizationType": "Developer Edition",
    "InstanceName": "SBX",
    "IsSandbox": True,
    "IsReadOnly": False,
}
