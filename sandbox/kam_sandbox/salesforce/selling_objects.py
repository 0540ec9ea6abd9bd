"""What is sold and under which terms: products, prices, line items and contracts.

Names, types and sizes are those of the Object Reference.
"""

from __future__ import annotations

__all__ = ["CONTRACT", "LINE_ITEM", "PRICEBOOK", "PRICEBOOK_ENTRY", "PRODUCT"]

PRODUCT = """
Name string(255) cu!h
ProductCode string(255) cu
Description textarea(4000) cu
IsActive boolean cu
Family picklist(255) cu =None|Software|Services|Hardware|Training
ExternalDataSourceId reference cu >ExternalDataSource:ExternalDataSource
ExternalId string(255) cu
DisplayUrl url(1000) cu
QuantityUnitOfMeasure picklist(255) cu =Each*|Day|Month
IsArchived boolean
LastViewedDate datetime
LastReferencedDate datetime
StockKeepingUnit string(180) cu
"""

PRICEBOOK = """
Name string(255) cu!h
IsActive boolean cu
IsArchived boolean
Description string(255) cu
IsStandard boolean
LastViewedDate datetime
LastReferencedDate datetime
"""

PRICEBOOK_ENTRY = """
Name string(255) h
Pricebook2Id reference c! >Pricebook2:Pricebook2
Product2Id reference c! >Product2:Product2
UnitPrice currency(16.2) cu!
IsActive boolean cu
UseStandardPrice boolean cu
ProductCode string(255)
IsArchived boolean
"""

LINE_ITEM = """
OpportunityId reference c! >Opportunity:Opportunity
SortOrder int(8)
PricebookEntryId reference cd >PricebookEntry:PricebookEntry
Product2Id reference cd >Product2:Product2
ProductCode string(255)
Name string(376) h
Quantity double(10.2) cu!
TotalPrice currency(16.2) cu
UnitPrice currency(16.2) cu
ListPrice currency(16.2)
ServiceDate date cu
Description string(255) cu
"""

CONTRACT = """
AccountId reference cu! >Account:Account
Pricebook2Id reference cu >Pricebook2:Pricebook2
OwnerExpirationNotice picklist(40) cu =15|30|45|60|90|120
StartDate date cu
EndDate date
BillingStreet textarea(255) cu
BillingCity string(40) cu
BillingState string(80) cu
BillingPostalCode string(20) cu
BillingCountry string(80) cu
ContractTerm int(8) cu
OwnerId reference cu!d >User:Owner
Status picklist(40) cudr =Draft*|InApproval|Activated
CompanySignedId reference cu >User:CompanySigned
CompanySignedDate date cu
CustomerSignedId reference cu >Contact:CustomerSigned
CustomerSignedTitle string(40) cu
CustomerSignedDate date cu
SpecialTerms textarea(4000) cu
ActivatedById reference >User:ActivatedBy
ActivatedDate datetime
StatusCode picklist(40) r =Draft|InApproval|Activated
Description textarea(32000) cu
Name string(80) cu
ContractNumber string(30) !dha
LastApprovedDate datetime
LastActivityDate date
LastViewedDate datetime
LastReferencedDate datetime
"""
