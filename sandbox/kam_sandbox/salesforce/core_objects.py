"""Companies, people and sales: definitions of the core objects, for :mod:`.objects`.

Names, types, lengths and picklists are those of recorded describes (Account, Contact,
Opportunity, OpportunityContactRole) and of the Object Reference (User).
"""

from __future__ import annotations

__all__ = ["ACCOUNT", "CONTACT", "CONTACT_ROLE", "OPPORTUNITY", "USER"]

_SOURCES = "Web|Phone Inquiry|Partner Referral|Purchased List|Other"
_INDUSTRIES = (
    "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|"
    "Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|"
    "Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|"
    "Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other"
)


_ACCURACIES = (
    "Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown"
)
_CLEAN = "Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped"


def _address(prefix: str) -> str:
    return f"""
{prefix}Street textarea(255) cu
{prefix}City string(40) cu
{prefix}State string(80) cu
{prefix}PostalCode string(20) cu
{prefix}Country string(80) cu
{prefix}Latitude double(18.15) cu
{prefix}Longitude double(18.15) cu
{prefix}GeocodeAccuracy picklist(40) cur ={_ACCURACIES}
{prefix}Address address"""


ACCOUNT = f"""
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
JigsawCompanyId string(20) >:JigsawCompany
CleanStatus picklist(40) cur ={_CLEAN}
AccountSource picklist(40) cu ={_SOURCES}
DunsNumber string(9) cu
Tradestyle string(255) cu
NaicsCode string(8) cu
NaicsDesc string(120) cu
YearStarted string(4) cu
SicDesc string(80) cu
DandbCompanyId reference cu >DandBCompany:DandbCompany
OperatingHoursId reference cu >OperatingHours:OperatingHours
"""

CONTACT = f"""
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
JigsawContactId string(20) >:JigsawContact
CleanStatus picklist(40) cur ={_CLEAN}
IndividualId reference cu >Individual:Individual
"""

OPPORTUNITY = f"""
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
HasOpenActivity boolean n
HasOverdueTask boolean n
LastAmountChangedHistoryId reference >OpportunityHistory:LastAmountChangedHistory
LastCloseDateChangedHistoryId reference >OpportunityHistory:LastCloseDateChangedHistory
LastViewedDate datetime
LastReferencedDate datetime
"""

CONTACT_ROLE = """
OpportunityId reference c! >Opportunity:Opportunity
ContactId reference cu! >Contact:Contact
Role picklist(40) cu =Business User|Decision Maker|Economic Buyer|Economic Decision Maker|\
Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other
IsPrimary boolean cu
"""

USER = """
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
