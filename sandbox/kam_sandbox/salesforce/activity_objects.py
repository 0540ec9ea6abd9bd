"""What happened with whom: the definitions of tasks, events and mail, for :mod:`.objects`."""

from __future__ import annotations

__all__ = ["EMAIL", "EMAIL_RELATION", "EVENT", "EVENT_RELATION", "TASK"]

TASK = """
WhoId reference cup >Contact,Lead:Who
WhatId reference cup >Account,Opportunity,Campaign,Case,Contract:What
Subject combobox(255) cuh =Call|Email|Send Letter|Send Quote|Other
ActivityDate date cu
Status picklist(255) cu!d =Not Started*|In Progress|Completed|Waiting on someone else|Deferred
Priority picklist(255) cu!d =High|Normal*|Low
IsHighPriority boolean
OwnerId reference cu!dp >User,Group:Owner
Description textarea(32000) cu
AccountId reference >Account:Account
IsClosed boolean
IsArchived boolean
CallDurationInSeconds int(8) cu
CallType picklist(40) cur =Internal|Inbound|Outbound
CallDisposition string(255) cu
CallObject string(255) cu
ReminderDateTime datetime cu
IsReminderSet boolean cu
TaskSubtype picklist(40) cr =Task|Email|ListEmail|Cadence|Call|LinkedIn
CompletedDateTime datetime
"""

EVENT = """
WhoId reference cup >Contact,Lead:Who
WhatId reference cup >Account,Opportunity,Campaign,Case,Contract:What
Subject combobox(255) cuh =Call|Email|Meeting|Send Letter/Quote|Other
Location string(255) cu
IsAllDayEvent boolean cu
ActivityDateTime datetime cu
ActivityDate date cu
DurationInMinutes int(8) cu
StartDateTime datetime cu
EndDateTime datetime cu
EndDate date
Description textarea(32000) cu
AccountId reference >Account:Account
OwnerId reference cu!dp >Calendar,User:Owner
IsPrivate boolean cu
ShowAs picklist(40) cudr =Busy*|OutOfOffice|Free
IsChild boolean
IsGroupEvent boolean
GroupEventType picklist(40) dr =0*|1|2|3
IsArchived boolean
ReminderDateTime datetime cu
IsReminderSet boolean cu
EventSubtype picklist(40) cr =Event
"""

EMAIL = """
ParentId reference cu >Case:Parent
ActivityId reference cu >Task:Activity
TextBody textarea(131072) cu
HtmlBody textarea(131072) cu
Headers textarea(32000) cu
Subject string(3000) cuh
FromName string(1000) cu
FromAddress email(1000) cu
ToAddress string(4000) cu
CcAddress string(4000) cu
BccAddress string(4000) cu
Incoming boolean cu
HasAttachment boolean
Status picklist(40) cu!dr =0*|1|2|3|4|5
MessageDate datetime cu
RelatedToId reference cup >Account,Opportunity,Campaign,Case,Contract:RelatedTo
MessageIdentifier string(765) cu
ThreadIdentifier string(765) cu
IsClientManaged boolean cu
IsExternallyVisible boolean cu
IsTracked boolean
IsOpened boolean
FirstOpenedDate datetime cu
LastOpenedDate datetime cu
IsBounced boolean
"""

EMAIL_RELATION = """
EmailMessageId reference c! >EmailMessage:EmailMessage
RelationId reference cp >Contact,Lead,User:Relation
RelationType picklist(255) c!r =ToAddress|CcAddress|BccAddress|FromAddress|OtherAddress
RelationAddress string(512) c
RelationObjectType picklist(255) r =Contact|Lead|User
"""

EVENT_RELATION = """
RelationId reference cp >Contact,Lead,Account,Opportunity,User,Calendar:Relation
EventId reference c! >Event:Event
IsWhat boolean c
IsParent boolean c
IsInvitee boolean c
AccountId reference >Account:Account
Status picklist(40) cu!dr =New*|Declined|Accepted|Uninvited|Maybe
RespondedDate datetime cu
Response string(255) cu
"""
