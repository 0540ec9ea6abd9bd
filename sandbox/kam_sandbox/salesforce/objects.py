"""The objects of an org: the standard ones, and those of the features that are turned on."""

from __future__ import annotations

from collections.abc import Collection

from kam_sandbox.salesforce import (
    access_objects,
    activity_objects,
    core_objects,
    feature_objects,
    selling_objects,
    service_objects,
    setup_objects,
)
from kam_sandbox.salesforce.custom import CUSTOM_FIELDS, CUSTOMERS_OWN
from kam_sandbox.salesforce.ids import KEY_PREFIXES
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef, parse_fields
from kam_sandbox.state import USUAL

__all__ = ["FEATURES", "standard_objects"]

FEATURES = frozenset(
    {
        "account_plans",
        "contacts_to_multiple_accounts",
        "person_accounts",
        "private_accounts",
        "read_only_accounts",
        "record_types",
        "shared_activities",
        "token_rotation",
    }
)
"""What an administrator may have turned on: Account Plans, Contacts to Multiple Accounts,
person accounts, accounts that only their own people see or edit, record types, Shared
Activities, and rotation of refresh tokens."""

_SYSTEM = """
Id id i!d
IsDeleted boolean d
CreatedDate datetime !d
CreatedById reference !d >User:CreatedBy
LastModifiedDate datetime !d
LastModifiedById reference !d >User:LastModifiedBy
SystemModstamp datetime !d
"""

_Table = dict[str, tuple[str, str, str]]

_DEFINITIONS: _Table = {
    "Account": ("Accounts", core_objects.ACCOUNT, "cudm"),
    "Campaign": ("Campaigns", service_objects.CAMPAIGN, "cud"),
    "Case": ("Cases", service_objects.CASE, "cud"),
    "CaseStatus": ("Case Status Value", setup_objects.CASE_STATUS, ""),
    "Contact": ("Contacts", core_objects.CONTACT, "cudm"),
    "Contract": ("Contracts", selling_objects.CONTRACT, "cud"),
    "ContractStatus": ("Contract Status Value", setup_objects.CONTRACT_STATUS, ""),
    "EmailMessage": ("Email Messages", activity_objects.EMAIL, "cud"),
    "EmailMessageRelation": ("Email Message Relations", activity_objects.EMAIL_RELATION, "cd"),
    "Event": ("Events", activity_objects.EVENT, "cud"),
    "EventRelation": ("Event Relations", activity_objects.EVENT_RELATION, "cud"),
    "FieldPermissions": ("Field Permissions", access_objects.FIELD_PERMISSIONS, "cudn"),
    "Group": ("Groups", setup_objects.GROUP, ""),
    "Lead": ("Leads", service_objects.LEAD, "cud"),
    "ObjectPermissions": ("Object Permissions", access_objects.OBJECT_PERMISSIONS, "cudn"),
    "Opportunity": ("Opportunities", core_objects.OPPORTUNITY, "cud"),
    "OpportunityContactRole": ("Opportunity Contact Role", core_objects.CONTACT_ROLE, "cudn"),
    "OpportunityStage": ("Opportunity Stage", setup_objects.STAGE, ""),
    "Organization": ("Organizations", setup_objects.ORGANIZATION, "u"),
    "PermissionSet": ("Permission Sets", access_objects.PERMISSION_SET, "cudn"),
    "PermissionSetAssignment": (
        "Permission Set Assignments",
        access_objects.ASSIGNMENT,
        "cdn",
    ),
    "Profile": ("Profile", setup_objects.PROFILE, ""),
    "RecordType": ("Record Types", setup_objects.RECORD_TYPE, ""),
    "Task": ("Tasks", activity_objects.TASK, "cud"),
    "TaskPriority": ("Task Priority", setup_objects.TASK_PRIORITY, ""),
    "TaskStatus": ("Task Status Value", setup_objects.TASK_STATUS, ""),
    "User": ("Users", core_objects.USER, "cu"),
}
"""Plural label, fields and rights: create, update, delete, merge, and ``n`` for no undelete."""

_OF_FEATURES: dict[str, _Table] = {
    "account_plans": {
        "AccountPlan": ("Account Plans", feature_objects.ACCOUNT_PLAN, "cudn"),
        "AccountPlanObjective": ("Account Plan Objectives", feature_objects.OBJECTIVE, "cud"),
        "AccountPlanObjectiveMeasure": (
            "Account Plan Objective Measures",
            feature_objects.MEASURE,
            "cud",
        ),
    },
    "account_teams": {
        "AccountTeamMember": ("Account Team Members", feature_objects.TEAM_MEMBER, "cud"),
    },
    "contacts_to_multiple_accounts": {
        "AccountContactRelation": (
            "Account Contact Relationships",
            feature_objects.CONTACT_RELATION,
            "cud",
        )
    },
    "multi_currency": {
        "CurrencyType": ("Currency Types", setup_objects.CURRENCY, ""),
        "DatedConversionRate": ("Dated Conversion Rates", setup_objects.DATED_RATE, ""),
    },
    "products": {
        "OpportunityLineItem": ("Opportunity Product", selling_objects.LINE_ITEM, "cud"),
        "Pricebook2": ("Price Books", selling_objects.PRICEBOOK, "cud"),
        "PricebookEntry": ("Price Book Entries", selling_objects.PRICEBOOK_ENTRY, "cud"),
        "Product2": ("Products", selling_objects.PRODUCT, "cud"),
    },
    "shared_activities": {
        "TaskRelation": ("Task Relations", feature_objects.TASK_RELATION, "cud"),
    },
}
_RECORD_TYPE_ID = "RecordTypeId reference cud >RecordType:RecordType"
_ADDED: dict[str, dict[str, str]] = {
    "person_accounts": {
        "Account": feature_objects.PERSON_ACCOUNT,
        "Contact": feature_objects.PERSON_CONTACT,
    },
    "record_types": {"Account": _RECORD_TYPE_ID, "Opportunity": _RECORD_TYPE_ID},
    "multi_currency": dict.fromkeys(
        (
            "Account",
            "AccountPlanObjectiveMeasure",
            "Campaign",
            "Case",
            "Contact",
            "Contract",
            "Lead",
            "Opportunity",
            "OpportunityLineItem",
            "PricebookEntry",
            "Product2",
        ),
        "CurrencyIsoCode picklist(3) cudr =EUR*|USD|GBP|CHF",
    ),
}
"""Fields that features add to objects which exist without them."""

_ABSENT = {
    "EmailMessageRelation": {"LastModifiedDate", "LastModifiedById"},
    "CaseStatus": {"IsDeleted"},
    "ContractStatus": {"IsDeleted"},
    "CurrencyType": {"IsDeleted"},
    "DatedConversionRate": {"IsDeleted"},
    "FieldPermissions": access_objects.UNSTAMPED,
    "Group": {"IsDeleted"},
    "ObjectPermissions": access_objects.UNSTAMPED,
    "OpportunityStage": {"IsDeleted"},
    "Organization": {"IsDeleted"},
    "PermissionSet": {"IsDeleted"},
    "PermissionSetAssignment": access_objects.UNSTAMPED,
    "Profile": {"IsDeleted"},
    "RecordType": {"IsDeleted"},
    "TaskPriority": {"IsDeleted"},
    "TaskStatus": {"IsDeleted"},
    "User": {"IsDeleted"},
}
"""System fields that these objects lack."""


def standard_objects(
    *,
    bare: bool,
    multi_currency: bool,
    features: Collection[str] = (),
    without: Collection[str] = (),
) -> dict[str, ObjectDef]:
    """Return every object by name.

    Args:
        bare: Leave the connector's own fields out.
        multi_currency: Add ``CurrencyIsoCode`` where a multi-currency org has it.
        features: Some of :data:`FEATURES`.
        without: Some of ``state.USUAL``.

    Raises:
        ValueError: a feature is not known.
    """
    for given, known in ((features, FEATURES | USUAL), (without, USUAL)):
        if unknown := sorted(set(given) - known):
            raise ValueError(f"unknown features {unknown}; known: {sorted(known)}")
    on = {*features, *USUAL, *(["multi_currency"] if multi_currency else [])} - set(without)
    definitions = dict(_DEFINITIONS)
    for feature in sorted(on):
        definitions |= _OF_FEATURES.get(feature, {})
    return {
        name: _object(name, plural, _fields(name, text, on, bare=bare), rights)
        for name, (plural, text, rights) in definitions.items()
    }


def _fields(name: str, text: str, on: Collection[str], *, bare: bool) -> tuple[FieldDef, ...]:
    fields = [f for f in parse_fields(_SYSTEM) if f.name not in _ABSENT.get(name, ())]
    fields += parse_fields(text)
    for feature in sorted(on):
        added = _ADDED.get(feature, {}).get(name)
        known = {field.name for field in fields}
        fields += [f for f in parse_fields(added or "") if f.name not in known]
    fields += CUSTOMERS_OWN.get(name, ())
    if not bare:
        fields += CUSTOM_FIELDS.get(name, ())
    return tuple(fields)


def _object(name: str, plural: str, fields: tuple[FieldDef, ...], rights: str) -> ObjectDef:
    return ObjectDef(
        name=name,
        label=_singular(plural),
        label_plural=plural,
        prefix=KEY_PREFIXES[name],
        fields=fields,
        createable="c" in rights,
        updateable="u" in rights,
        deletable="d" in rights,
        mergeable="m" in rights,
        undeletable="d" in rights and "n" not in rights,
    )


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural.removesuffix("s")
