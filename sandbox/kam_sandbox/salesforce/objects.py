"""The objects of a standard org, without multi-currency and person accounts.

Names, types, lengths and picklists are those of recorded describes (Account, Contact,
Opportunity, OpportunityContactRole, Event) and of the Object Reference (the others).
"""

from __future__ import annotations

from kam_sandbox.salesforce.activity_objects import (
    EMAIL,
    EMAIL_RELATION,
    EVENT,
    EVENT_RELATION,
    TASK,
)
from kam_sandbox.salesforce.custom import CUSTOM_FIELDS
from kam_sandbox.salesforce.ids import KEY_PREFIXES
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef, parse_fields

__all__ = ["standard_objects"]

_SYSTEM = """
Id id i!d
IsDeleted boolean d
CreatedDate datetime !d
CreatedById reference !d >User:CreatedBy
LastModifiedDate datetime !d
LastModifiedById reference !d >User:LastModifiedBy
SystemModstamp datetime !d
"""

_SOURCES = "Web|Phone Inquiry|Partner Referral|Purchased List|Other"
_INDUSTRIES = (
    "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|"
    "Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|"
    "Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|"
    "Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other"
)


def _address(prefix: str) -> str:
    return f"""
{prefix}Street textarea(255) cu
{prefix}City string(40) cu
{prefix}State string(80) cu
{prefix}PostalCode string(20) cu
{prefix}Country string(80) cu
{prefix}Latitude double(18.15) cu
{prefix}Longitude double(18.15) cu
{prefix}Address address"""


_ACCOUNT = f"""
MasterRecordId reference >Account:MasterRecord
Name string(255) cu!h
Type picklist(40) cu =Prospect|Customer - Direct|Customer - Channel|Channel Partner / Reseller|\
Installation Partner|Technology Partner|Other
ParentId reference cu >Account:Parent{_address("Billing")}{_address("Shipping")}
Phone phone(40) cu
Fax phone(40) cu
AccountNumber string(40) cu
Website url(255) cu
PhotoUrl url(255)
Sic string(20) cu
Industry picklist(40) cu ={_INDUSTRIES}
AnnualRevenue currency(18.0) cu
NumberOfEmployees int(8) cu
Ownership picklist(40) cu =Public|Private|Subsidiary|Other
TickerSymbol string(20) cu
Description textarea(32000) cu
Rating picklist(40) cu =Hot|Warm|Cold
Site string(80) cu
OwnerId reference cu!d >User:Owner
LastActivityDate date
LastViewedDate datetime
LastReferencedDate datetime
Jigsaw string(20) cu
AccountSource picklist(40) cu ={_SOURCES}
DunsNumber string(9) cu
Tradestyle string(255) cu
NaicsCode string(8) cu
NaicsDesc string(120) cu
YearStarted string(4) cu
SicDesc string(80) cu
"""

_CONTACT = f"""
MasterRecordId reference >Contact:MasterRecord
AccountId reference cu >Account:Account
LastName string(80) cu!
FirstName string(40) cu
Salutation picklist(40) cu =Mr.|Ms.|Mrs.|Dr.|Prof.
Name string(121) !h{_address("Other")}{_address("Mailing")}
Phone phone(40) cu
Fax phone(40) cu
MobilePhone phone(40) cu
HomePhone phone(40) cu
OtherPhone phone(40) cu
AssistantPhone phone(40) cu
ReportsToId reference cu >Contact:ReportsTo
Email email(80) cui
Title string(128) cu
Department string(80) cu
AssistantName string(40) cu
LeadSource picklist(255) cu ={_SOURCES}
Birthdate date cu
Description textarea(32000) cu
OwnerId reference cu!d >User:Owner
HasOptedOutOfEmail boolean cu
LastActivityDate date
LastCURequestDate datetime
LastCUUpdateDate datetime
LastViewedDate datetime
LastReferencedDate datetime
EmailBouncedReason string(255) cu
EmailBouncedDate datetime cu
IsEmailBounced boolean
PhotoUrl url(255)
Jigsaw string(20) cu
IndividualId reference cu >Individual:Individual
"""

_OPPORTUNITY = f"""
AccountId reference cu >Account:Account
IsPrivate boolean cu
Name string(120) cu!hi
Description textarea(32000) cu
StageName picklist(255) cu! =Prospecting|Qualification|Needs Analysis|Value Proposition|\
Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review|Closed Won|\
Closed Lost
Amount currency(18.2) cu
Probability percent(3.0) cud
ExpectedRevenue currency(18.2)
TotalOpportunityQuantity double(18.2) cu
CloseDate date cu!
Type picklist(255) cu =Existing Customer - Upgrade|Existing Customer - Replacement|\
Existing Customer - Downgrade|New Customer
NextStep string(255) cu
LeadSource picklist(255) cu ={_SOURCES}
IsClosed boolean
IsWon boolean
ForecastCategory picklist(40) !r =Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed
ForecastCategoryName picklist(255) cudr =Omitted|Pipeline|Best Case|Commit|Closed
CampaignId reference cu >Campaign:Campaign
HasOpportunityLineItem boolean
Pricebook2Id reference cud >Pricebook2:Pricebook2
OwnerId reference cu!d >User:Owner
LastActivityDate date
LastStageChangeDate datetime
FiscalQuarter int(8)
FiscalYear int(8)
Fiscal string(6)
ContactId reference c >Contact
LastViewedDate datetime
LastReferencedDate datetime
"""

_CONTACT_ROLE = """
OpportunityId reference c! >Opportunity:Opportunity
ContactId reference cu! >Contact:Contact
Role picklist(40) cu =Business User|Decision Maker|Economic Buyer|Economic Decision Maker|\
Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other
IsPrimary boolean cu
"""

_USER = """
Username string(80) cu!qi
LastName string(80) cu!
FirstName string(40) cu
Name string(121) !h
CompanyName string(80) cu
Division string(80) cu
Department string(80) cu
Title string(80) cu
Email email(128) cu!i
Alias string(8) cu!
IsActive boolean cu
TimeZoneSidKey picklist(40) cu!r
LocaleSidKey picklist(40) cu!r
LanguageLocaleKey picklist(40) cu!r
EmailEncodingKey picklist(40) cu!r =UTF-8|ISO-8859-1
UserType picklist(40) r =Standard|PowerPartner|CSPLitePortal|CsnOnly|AutomatedProcess
ProfileId reference cu! >Profile:Profile
ManagerId reference cu >User:Manager
FederationIdentifier string(512) cuq
EmployeeNumber string(20) cu
Phone phone(40) cu
MobilePhone phone(40) cu
LastLoginDate datetime
"""

_ORGANIZATION = """
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

_TASK_STATUS = """
MasterLabel string(255) h
ApiName string(255)
SortOrder int(8)
IsDefault boolean
IsClosed boolean
"""

_STAGE = """
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

_GROUP = """
Name string(40) h
DeveloperName string(80)
Type picklist(40) =Regular|Role|Queue
Email email(255)
"""

_CURRENCY = """
IsoCode picklist(3) h =EUR|USD|GBP|CHF
ConversionRate double(18.6)
DecimalPlaces int(8)
IsActive boolean
IsCorporate boolean
"""

_DEFINITIONS = {
    "Account": ("Accounts", _ACCOUNT, "cudm"),
    "Contact": ("Contacts", _CONTACT, "cudm"),
    "EmailMessage": ("Email Messages", EMAIL, "cud"),
    "EmailMessageRelation": ("Email Message Relations", EMAIL_RELATION, "cd"),
    "Event": ("Events", EVENT, "cud"),
    "EventRelation": ("Event Relations", EVENT_RELATION, "cud"),
    "Group": ("Groups", _GROUP, ""),
    "Opportunity": ("Opportunities", _OPPORTUNITY, "cud"),
    "OpportunityContactRole": ("Opportunity Contact Role", _CONTACT_ROLE, "cud"),
    "OpportunityStage": ("Opportunity Stage", _STAGE, ""),
    "Organization": ("Organizations", _ORGANIZATION, "u"),
    "Task": ("Tasks", TASK, "cud"),
    "TaskStatus": ("Task Status Value", _TASK_STATUS, ""),
    "User": ("Users", _USER, "cu"),
}
_ABSENT = {
    "EmailMessageRelation": {"LastModifiedDate", "LastModifiedById"},
    "CurrencyType": {"IsDeleted"},
    "Group": {"IsDeleted"},
    "OpportunityStage": {"IsDeleted"},
    "Organization": {"IsDeleted"},
    "TaskStatus": {"IsDeleted"},
    "User": {"IsDeleted"},
}
"""System fields that these objects lack."""


def standard_objects(*, bare: bool, multi_currency: bool) -> dict[str, ObjectDef]:
    """Return every object by name.

    Args:
        bare: Leave the connector's own fields out.
        multi_currency: Add ``CurrencyIsoCode`` where a multi-currency org has it.
    """
    objects = {}
    definitions = dict(_DEFINITIONS)
    if multi_currency:
        definitions["CurrencyType"] = ("Currency Types", _CURRENCY, "")
    for name, (plural, text, rights) in definitions.items():
        fields = [f for f in parse_fields(_SYSTEM) if f.name not in _ABSENT.get(name, ())]
        fields += parse_fields(text)
        if multi_currency and name in ("Account", "Contact", "Opportunity"):
            fields += parse_fields("CurrencyIsoCode picklist(3) cudr =EUR*|USD|GBP|CHF")
        if not bare:
            fields += CUSTOM_FIELDS.get(name, ())
        objects[name] = _object(name, plural, tuple(fields), rights)
    return objects


def _object(name: str, plural: str, fields: tuple[FieldDef, ...], rights: str) -> ObjectDef:
    return ObjectDef(
        name=name,
        label=plural if plural.endswith(("Role", "Stage", "Value")) else _singular(plural),
        label_plural=plural,
        prefix=KEY_PREFIXES[name],
        fields=fields,
        createable="c" in rights,
        updateable="u" in rights,
        deletable="d" in rights,
        mergeable="m" in rights,
    )


def _singular(plural: str) -> str:
    return "Opportunity" if plural == "Opportunities" else plural.removesuffix("s")
