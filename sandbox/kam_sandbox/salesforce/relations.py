"""How objects hang together from the parent's side: names, ownership, what a merge turns."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RELATIONS", "Relation", "child_name", "owned_by", "pointing_at"]


@dataclass(frozen=True, slots=True)
class Relation:
    """One lookup, seen from the object that it points at."""

    parent: str
    child: str
    lookup: str
    name: str | None
    """What sub-queries call it; None when they cannot."""
    owned: bool = False
    """Whether the children go to the bin with their parent."""


_BY_ACTIVITY = (("Task", "Tasks"), ("Event", "Events"))

RELATIONS = (
    Relation("Account", "Account", "ParentId", "ChildAccounts"),
    Relation("Account", "AccountContactRelation", "AccountId", "AccountContactRelations", True),
    Relation("Account", "AccountPlan", "AccountId", "AccountPlans"),
    Relation("Account", "AccountTeamMember", "AccountId", "AccountTeamMembers", True),
    Relation("Account", "Case", "AccountId", "Cases"),
    Relation("Account", "Contact", "AccountId", "Contacts", True),
    Relation("Account", "Contract", "AccountId", "Contracts", True),
    Relation("Account", "EmailMessage", "RelatedToId", "Emails"),
    Relation("Account", "Opportunity", "AccountId", "Opportunities", True),
    Relation("AccountPlan", "AccountPlanObjective", "AccountPlanId", "AccountPlanObjectives", True),
    Relation(
        "AccountPlanObjective",
        "AccountPlanObjectiveMeasure",
        "AccountPlanObjectiveId",
        "AccountPlanObjectiveMeasures",
        True,
    ),
    Relation("Case", "Case", "ParentId", "Cases"),
    Relation("Case", "EmailMessage", "ParentId", "EmailMessages", True),
    Relation("Contact", "AccountContactRelation", "ContactId", "AccountContactRelations", True),
    Relation("Contact", "Case", "ContactId", "Cases"),
    Relation("Contact", "Contact", "ReportsToId", None),
    Relation("Contact", "EmailMessageRelation", "RelationId", "EmailMessageRelations"),
    Relation("Contact", "EventRelation", "RelationId", "EventRelations"),
    Relation("Contact", "OpportunityContactRole", "ContactId", "OpportunityContactRoles", True),
    Relation("Contact", "TaskRelation", "RelationId", "TaskRelations"),
    Relation(
        "EmailMessage", "EmailMessageRelation", "EmailMessageId", "EmailMessageRelations", True
    ),
    Relation("Event", "EventRelation", "EventId", "EventRelations", True),
    Relation(
        "Opportunity", "OpportunityContactRole", "OpportunityId", "OpportunityContactRoles", True
    ),
    Relation("Opportunity", "OpportunityLineItem", "OpportunityId", "OpportunityLineItems", True),
    Relation("PermissionSet", "FieldPermissions", "ParentId", "FieldPerms", True),
    Relation("PermissionSet", "PermissionSetAssignment", "PermissionSetId", "Assignments", True),
    Relation("Pricebook2", "PricebookEntry", "Pricebook2Id", "PricebookEntries", True),
    Relation("Product2", "OpportunityLineItem", "Product2Id", "OpportunityLineItems"),
    Relation("Product2", "PricebookEntry", "Product2Id", "PricebookEntries", True),
    Relation("Task", "TaskRelation", "TaskId", "TaskRelations", True),
    *(
        Relation(parent, child, lookup, name)
        for child, name in _BY_ACTIVITY
        for parent, lookup in (
            ("Account", "WhatId"),
            ("Case", "WhatId"),
            ("Contact", "WhoId"),
            ("Contract", "WhatId"),
            ("Lead", "WhoId"),
            ("Opportunity", "WhatId"),
        )
    ),
)
"""The relationships that clients of ours use (recorded describes, Object Reference).

Activities stay when their record goes, which is milder than the original.
"""


def child_name(parent: str, child: str, lookup: str) -> str | None:
    """Return the name of a relationship, or None when it has none."""
    found = (r for r in RELATIONS if (r.parent, r.child, r.lookup) == (parent, child, lookup))
    return next((relation.name for relation in found), None)


def owned_by(parent: str) -> list[Relation]:
    """Return the relationships whose children go with their parent."""
    return [relation for relation in RELATIONS if relation.parent == parent and relation.owned]


def pointing_at(parent: str) -> list[Relation]:
    """Return every relationship that a merge of two *parent* records turns."""
    return [relation for relation in RELATIONS if relation.parent == parent]
