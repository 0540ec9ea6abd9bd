"""Rows that every org has from the start: its organization, our user, stages, statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kam_sandbox.clock import START
from kam_sandbox.salesforce.computed import CLOSED_TASK, STAGES, TASK_STATUSES
from kam_sandbox.salesforce.computed_selling import CLOSED_CASE
from kam_sandbox.salesforce.ids import (
    INTEGRATION_USER,
    KEY_PREFIXES,
    LIMITED_PROFILE,
    ORG_ID,
    sf_id,
)
from kam_sandbox.state import World

__all__ = ["add_setup_rows"]


def add_setup_rows(world: World) -> None:
    """Add the rows that every org has, where the world did not bring them."""
    records, by = world.salesforce, INTEGRATION_USER
    if records.get("User", INTEGRATION_USER) is None:
        records.insert("User", _INTEGRATION, by=by, id_=INTEGRATION_USER, at=START)
    if records.get("Organization", ORG_ID) is None:
        records.insert("Organization", _ORGANIZATION, by=by, id_=ORG_ID, at=START)
    if records.get("Profile", _PROFILE) is None:
        row = {"Name": "Minimum Access - API Only Integrations", "UserType": "Standard"}
        records.insert("Profile", row, by=by, id_=_PROFILE, at=START)
    if records.get("Profile", LIMITED_PROFILE) is None:
        row = {"Name": "Key Account Manager without Figures", "UserType": "Standard"}
        records.insert("Profile", row, by=by, id_=LIMITED_PROFILE, at=START)
        world.hidden_fields.setdefault(LIMITED_PROFILE, _FIGURES)
    for object_, add in _ADDERS.items():
        if next(records.all(object_), None) is None:
            add(world)


def _add_statuses(world: World) -> None:
    closed = {CLOSED_TASK: True}
    _add_values(world, "TaskStatus", TASK_STATUSES, TASK_STATUSES[0], IsClosed=closed)


def _add_values(
    world: World, object_: str, labels: Sequence[str], default: str, **flags: Mapping[str, Any]
) -> None:
    """Add the rows of a standard picklist, with what *flags* says of each label."""
    for number, label in enumerate(labels, 1):
        row: dict[str, Any] = {"MasterLabel": label, "ApiName": label, "SortOrder": number}
        row |= {"IsDefault": label == default}
        row |= {name: of_label.get(label) for name, of_label in flags.items()}
        world.salesforce.insert(object_, row, by=INTEGRATION_USER, at=START)


def _add_priorities(world: World) -> None:
    _add_values(world, "TaskPriority", _PRIORITIES, "Normal", IsHighPriority={"High": True})


def _add_case_statuses(world: World) -> None:
    _add_values(world, "CaseStatus", _CASE, "New", IsClosed={CLOSED_CASE: True})


def _add_contract_statuses(world: World) -> None:
    codes = {"Draft": "Draft", "InApproval": "InApproval", "Activated": "Activated"}
    _add_values(world, "ContractStatus", list(codes), "Draft", StatusCode=codes)


def _add_stages(world: World) -> None:
    for number, stage in enumerate(STAGES, 1):
        row = {"MasterLabel": stage.label, "ApiName": stage.label, "SortOrder": number}
        row |= {"IsActive": True, "IsClosed": stage.closed, "IsWon": stage.won}
        row |= {"ForecastCategory": stage.category, "DefaultProbability": stage.probability}
        row["ForecastCategoryName"] = stage.category_name
        world.salesforce.insert("OpportunityStage", row, by=INTEGRATION_USER, at=START)


def _add_currencies(world: World) -> None:
    for code, rate in _RATES.items() if world.multi_currency else ():
        row = {"IsoCode": code, "ConversionRate": Decimal(rate), "DecimalPlaces": 2}
        row |= {"IsActive": True, "IsCorporate": code == "EUR"}
        world.salesforce.insert("CurrencyType", row, by=INTEGRATION_USER, at=START)


def _add_dated_rates(world: World) -> None:
    for code, text in _RATES.items() if world.multi_currency else ():
        for first, after, rate in _dated(Decimal(text)):
            row = {"IsoCode": code, "StartDate": first, "NextStartDate": after}
            row["ConversionRate"] = rate
            world.salesforce.insert("DatedConversionRate", row, by=INTEGRATION_USER, at=START)


def _dated(rate: Decimal) -> list[tuple[str, str, Any]]:
    """Return the dated rates of a currency: a little less last year, today's since January."""
    before = rate if rate == 1 else (rate * Decimal("0.97")).quantize(Decimal("0.000001"))
    return [("2025-01-01", "2026-01-01", before), ("2026-01-01", "9999-12-31", rate)]


def _add_record_types(world: World) -> None:
    names: list[tuple[str, str]] = []
    if world.has("record_types"):
        names += [("Account", "Customer"), ("Account", "Partner")]
        names += [("Opportunity", "New_Business"), ("Opportunity", "Renewal")]
    if world.has("person_accounts"):
        names += [] if names else [("Account", "Business")]
        names.append(("Account", _PERSON))
    for object_, name in names:
        row: dict[str, Any] = {"Name": name.replace("_", " "), "DeveloperName": name}
        row |= {"SobjectType": object_, "IsActive": True, "IsPersonType": name == _PERSON}
        world.salesforce.insert("RecordType", row, by=INTEGRATION_USER, at=START)


def _add_contact_relations(world: World) -> None:
    """Add every contact's direct relation: the feature makes them when it is turned on."""
    if not world.has("contacts_to_multiple_accounts"):
        return
    for contact in world.salesforce.all("Contact"):
        if account := contact.fields.get("AccountId"):
            row = {"AccountId": account, "ContactId": contact.id, "IsActive": True}
            at, by = contact.created_at, contact.created_by
            world.salesforce.insert("AccountContactRelation", row, by=by, at=at)


def _add_task_relations(world: World) -> None:
    if not world.has("shared_activities"):
        return
    for task in world.salesforce.all("Task"):
        for lookup in ("WhoId", "WhatId"):
            if id_ := task.fields.get(lookup):
                row = {"TaskId": task.id, "RelationId": id_, "IsWhat": lookup == "WhatId"}
                at, by = task.created_at, task.created_by
                world.salesforce.insert("TaskRelation", row, by=by, at=at)


_ADDERS: dict[str, Callable[[World], None]] = {
    "AccountContactRelation": _add_contact_relations,
    "CaseStatus": _add_case_statuses,
    "ContractStatus": _add_contract_statuses,
    "CurrencyType": _add_currencies,
    "DatedConversionRate": _add_dated_rates,
    "OpportunityStage": _add_stages,
    "RecordType": _add_record_types,
    "TaskPriority": _add_priorities,
    "TaskRelation": _add_task_relations,
    "TaskStatus": _add_statuses,
}
"""By object: what fills it when the world brought none."""

_RATES = {"EUR": "1", "USD": "1.08", "GBP": "0.85", "CHF": "0.95"}
"""Our choice: plausible rates against a corporate currency of EUR."""

_PRIORITIES = ("High", "Normal", "Low")
_CASE = ("New", "Working", "Escalated", CLOSED_CASE)
"""The values of a new org."""

_PERSON = "PersonAccount"
"""The record type that person accounts bring."""

_PROFILE = sf_id(KEY_PREFIXES["Profile"], 1)
_FIGURES = frozenset({"Account.AnnualRevenue", "Contact.Email", "Opportunity.Amount"})
"""Our choice: amounts, and one value that is no figure."""
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
    "ProfileId": _PROFILE,
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
