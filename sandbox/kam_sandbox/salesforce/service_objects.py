"""Service and marketing: cases (after a recorded describe), leads and campaigns."""

from __future__ import annotations

__all__ = ["CAMPAIGN", "CASE", "LEAD"]

CASE = """
MasterRecordId reference >Case:MasterRecord
CaseNumber string(30) !dhai
ContactId reference cu >Contact:Contact
AccountId reference cu >Account:Account
AssetId reference cu >Asset:Asset
ParentId reference cu >Case:Parent
SuppliedName string(80) cu
SuppliedEmail email(80) cu
SuppliedPhone string(40) cu
SuppliedCompany string(80) cu
Type picklist(40) cu =Mechanical|Electrical|Electronic|Structural|Other
Status picklist(40) cud =New*|Working|Escalated|Closed
Reason picklist(40) cu =Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|\
Feedback|Other
Origin picklist(40) cu =Phone|Email|Web
Subject string(255) cu
Priority picklist(40) cud =High|Medium*|Low
Description textarea(32000) cu
IsClosed boolean
ClosedDate datetime
IsEscalated boolean cu
OwnerId reference cu!dp >Group,User:Owner
ContactPhone phone(40)
ContactMobile phone(40)
ContactEmail email(80)
ContactFax phone(40)
Comments textarea(4000) cu
LastViewedDate datetime
LastReferencedDate datetime
"""

LEAD = """
MasterRecordId reference >Lead:MasterRecord
LastName string(80) cu!
FirstName string(40) cu
Salutation picklist(40) cu =Mr.|Ms.|Mrs.|Dr.|Prof.
Name string(121) !h
Title string(128) cu
Company string(255) cu!
Street textarea(255) cu
City string(40) cu
State string(80) cu
PostalCode string(20) cu
Country string(80) cu
Latitude double(18.15) cu
Longitude double(18.15) cu
GeocodeAccuracy picklist(40) cur =Address|NearAddress|Block|Street|ExtendedZip|Zip
Address address
Phone phone(40) cu
MobilePhone phone(40) cu
Fax phone(40) cu
Email email(80) cui
Website url(255) cu
PhotoUrl url(255)
Description textarea(32000) cu
LeadSource picklist(255) cu =Web|Phone Inquiry|Partner Referral|Purchased List|Other
Status picklist(255) cu!d =Open - Not Contacted*|Working - Contacted|Closed - Converted|\
Closed - Not Converted
Industry picklist(255) cu
Rating picklist(255) cu =Hot|Warm|Cold
AnnualRevenue currency(18.0) cu
NumberOfEmployees int(8) cu
OwnerId reference cu!dp >Group,User:Owner
IsConverted boolean c
ConvertedDate date
ConvertedAccountId reference >Account:ConvertedAccount
ConvertedContactId reference >Contact:ConvertedContact
ConvertedOpportunityId reference >Opportunity:ConvertedOpportunity
IsUnreadByOwner boolean cu
LastActivityDate date
LastViewedDate datetime
LastReferencedDate datetime
Jigsaw string(20) cu
JigsawContactId string(20) >:JigsawContact
CleanStatus picklist(40) cur =Matched|Different|Acknowledged|NotFound|Inactive|Pending|\
SelectMatch|Skipped
CompanyDunsNumber string(9) cu
DandbCompanyId reference cu >DandBCompany:DandbCompany
EmailBouncedReason string(255) u
EmailBouncedDate datetime u
IndividualId reference cu >Individual:Individual
"""

CAMPAIGN = """
Name string(80) cu!h
ParentId reference cu >Campaign:Parent
Type picklist(40) cu =Conference|Webinar|Trade Show|Partners|Other
Status picklist(40) cud =Planned*|In Progress|Completed|Aborted
StartDate date cu
EndDate date cu
IsActive boolean cu
Description textarea(32000) cu
OwnerId reference cu!d >User:Owner
LastActivityDate date
"""
