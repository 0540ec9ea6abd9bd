"""What an administrator sets up: the definitions of the org's own tables, for :mod:`.objects`."""

from __future__ import annotations

__all__ = [
    "CASE_STATUS",
    "CONTRACT_STATUS",
    "CURRENCY",
    "DATED_RATE",
    "GROUP",
    "ORGANIZATION",
    "PROFILE",
    "RECORD_TYPE",
    "STAGE",
    "TASK_PRIORITY",
    "TASK_STATUS",
]

ORGANIZATION = """
Name string(80) uh
Country string(80) u
PrimaryContact string(80) u
DefaultLocaleSidKey picklist(40) u
LanguageLocaleKey picklist(40) u
TimeZoneSidKey picklist(40) u
FiscalYearStartMonth int(8)
OrganizationType picklist(40)
NamespacePrefix string(15)
InstanceName string(5)
IsSandbox boolean
IsReadOnly boolean
TrialExpirationDate datetime
"""

TASK_STATUS = """
MasterLabel string(255) h
ApiName string(255)
SortOrder int(8)
IsDefault boolean
IsClosed boolean
"""

TASK_PRIORITY = """
MasterLabel string(255) h
ApiName string(255)
SortOrder int(8)
IsDefault boolean
IsHighPriority boolean
"""

CASE_STATUS = TASK_STATUS
"""The same columns: a label, its place, and whether it is the default or closes."""

CONTRACT_STATUS = """
MasterLabel string(255) h
ApiName string(255)
SortOrder int(8)
IsDefault boolean
StatusCode picklist(40) =Draft|InApproval|Activated
"""

STAGE = """
MasterLabel string(255) h
ApiName string(255)
IsActive boolean
SortOrder int(8)
IsClosed boolean
IsWon boolean
ForecastCategory picklist(40)
ForecastCategoryName picklist(255)
DefaultProbability percent(3.0)
"""

GROUP = """
Name string(40) h
DeveloperName string(80)
Type picklist(40) =Regular|Role|Queue
Email email(255)
"""

CURRENCY = """
IsoCode picklist(3) h =EUR|USD|GBP|CHF
ConversionRate double(18.6)
DecimalPlaces int(8)
IsActive boolean
IsCorporate boolean
"""

DATED_RATE = """
IsoCode picklist(3) =EUR|USD|GBP|CHF
StartDate date
NextStartDate date
ConversionRate double(18.6)
"""

PROFILE = """
Name string(255) h
UserType picklist(40) r =Standard|PowerPartner|CSPLitePortal|CsnOnly|AutomatedProcess
Description string(255)
"""

RECORD_TYPE = """
Name string(80) h
DeveloperName string(80)
NamespacePrefix string(15)
Description string(255)
SobjectType picklist(40) r =Account|Contact|Opportunity
IsActive boolean
IsPersonType boolean
"""
