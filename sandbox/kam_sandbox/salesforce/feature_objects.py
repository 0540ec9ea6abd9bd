"""Objects and fields that an org has only with a feature turned on, for :mod:`.objects`.

Names, types and sizes are those of the Object Reference.
"""

from __future__ import annotations

__all__ = [
    "ACCOUNT_PLAN",
    "CONTACT_RELATION",
    "MEASURE",
    "OBJECTIVE",
    "PERSON_ACCOUNT",
    "PERSON_CONTACT",
    "TASK_RELATION",
    "TEAM_MEMBER",
]

TEAM_MEMBER = """
AccountId reference c! >Account:Account
UserId reference c! >User:User
TeamMemberRole picklist(40) cu =Account Manager|Channel Manager|Executive Sponsor|Lead Qualifier|\
Pre-Sales Consultant|Sales Manager|Sales Rep
PhotoUrl url(255)
Title string(80)
AccountAccessLevel picklist(40) cudr =Read*|Edit|All
OpportunityAccessLevel picklist(40) cudr =None*|Read|Edit
CaseAccessLevel picklist(40) cudr =None*|Read|Edit
ContactAccessLevel picklist(40) dr =None|Read|Edit|ControlledByParent*
"""
"""Account teams."""

CONTACT_RELATION = """
AccountId reference c! >Account:Account
ContactId reference c! >Contact:Contact
Roles multipicklist(4099) cu =Business User|Decision Maker|Economic Buyer|Evaluator|\
Executive Sponsor|Influencer|Technical Buyer|Other
IsDirect boolean
IsActive boolean cu
StartDate date cu
EndDate date cu
RelationshipStrength picklist(255) cu =Strong|Medium|Weak
"""
"""Contacts to Multiple Accounts."""

TASK_RELATION = """
RelationId reference cu!p >Contact,Lead,Account,Opportunity,Campaign,Case,Contract:Relation
TaskId reference c! >Task:Task
IsWhat boolean c
AccountId reference >Account:Account
"""
"""Shared Activities."""

ACCOUNT_PLAN = """
OwnerId reference cu!dp >Group,User:Owner
Name string(255) cu!hi
AccountId reference cu >Account:Account
Status picklist(255) cud =Not Started*|Active|Inactive
StartDate date cu
EndDate date cu
Notes textarea(32000) cu
AccountVision textarea(32000) cu
AccountStrategicPriorities textarea(32000) cu
AccountPrfmIndicators textarea(32000) cu
AccountIndustryTrends textarea(32000) cu
AccountChallenges textarea(32000) cu
AccountCompetitors textarea(32000) cu
AccountCompetitiveStrengths textarea(32000) cu
AccountCmptvWeaknesses textarea(32000) cu
RelationshipStrengths textarea(32000) cu
RelationshipWeaknesses textarea(32000) cu
RelationshipOpportunities textarea(32000) cu
RelationshipThreats textarea(32000) cu
LastViewedDate datetime
LastReferencedDate datetime
"""
"""Sales Account Plans (AccountPlan and its parts, Object Reference): fields that need an industry
licence are left out."""

OBJECTIVE = """
OwnerId reference cu!dp >Group,User:Owner
Name string(255) cu!hi
AccountPlanId reference c!m >AccountPlan:AccountPlan
Description textarea(32000) cu
Status picklist(255) cur =New|In Progress|Closed
StartDate date cu
EndDate date cu
ObjectiveOwnerId reference cu >User:ObjectiveOwner
LastViewedDate datetime
LastReferencedDate datetime
"""

MEASURE = """
Name string(255) cu!hi
AccountPlanObjectiveId reference c!m >AccountPlanObjective:AccountPlanObjective
ValueType picklist(255) cur =Currency|Number|Percent
CurrentValue string(255) cu
CurrentCurrencyValue currency(18.2)
CurrentNumberValue double(18.2)
CurrentPercentValue percent(18.2)
CurrentValueTimestamp datetime
TargetValue string(255) cu
TargetCurrencyValue currency(18.2)
TargetNumberValue double(18.2)
TargetPercentValue percent(18.2)
LastViewedDate datetime
LastReferencedDate datetime
"""

PERSON_ACCOUNT = """
LastName string(80) cu
FirstName string(40) cu
Salutation picklist(40) cu =Mr.|Ms.|Mrs.|Dr.|Prof.
RecordTypeId reference cud >RecordType:RecordType
IsPersonAccount boolean
PersonContactId reference >Contact:PersonContact
PersonEmail email(80) cui
PersonTitle string(80) cu
PersonDepartment string(80) cu
PersonMobilePhone phone(40) cu
PersonHomePhone phone(40) cu
PersonBirthdate date cu
PersonLeadSource picklist(255) cu =Web|Phone Inquiry|Partner Referral|Purchased List|Other
PersonHasOptedOutOfEmail boolean cu
PersonEmailBouncedReason string(255) cu
PersonEmailBouncedDate datetime cu
PersonMailingStreet textarea(255) cu
PersonMailingCity string(40) cu
PersonMailingState string(80) cu
PersonMailingPostalCode string(20) cu
PersonMailingCountry string(80) cu
"""
"""What Account gains with person accounts."""

PERSON_CONTACT = """
IsPersonAccount boolean
"""
"""What Contact gains with person accounts."""
