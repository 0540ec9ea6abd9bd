"""Rows of features that an org may have turned on: plans, relations, private customers."""

from __future__ import annotations

from kam_sandbox.world.author import Author
from kam_sandbox.world.moments import moment, stamp
from kam_sandbox.world.numbering import block, first_id

__all__ = ["write_features"]

_NORDWIND, _PEMBERTON = 1, 11
"""Their blocks, as the stories number them."""
_BLOCK = 60
"""Our choice: above the stories and the pairs, below the ordinary part."""
_AT = moment("2026-09-07T08:30")


def write_features(author: Author) -> None:
    """Write what the world's features need, beside the rows that setting them up makes."""
    has = author.world.has
    with block(author.world, _BLOCK):
        if has("account_plans"):
            _plan(author)
        if has("contacts_to_multiple_accounts"):
            _relations(author)
        if has("person_accounts"):
            _private_customer(author)


def _plan(author: Author) -> None:
    pen, account = author.salesforce, first_id("Account", _NORDWIND)
    owner = str(pen.record("Account", account).fields["OwnerId"])
    values = {
        "Name": "Nordwind Énergie 2027",
        "AccountId": account,
        "OwnerId": owner,
        "Status": "Active",
        "StartDate": "2026-09-01",
        "EndDate": "2027-08-31",
        "AccountVision": "Exploitant de référence des réseaux décarbonés",
        "RelationshipStrengths": "Directrice de la transformation convaincue",
        "RelationshipThreats": "Un seul contact régulier",
    }
    plan = pen.put("AccountPlan", values, owner, _AT)
    objective = {
        "Name": "Renouveler le contrat-cadre",
        "OwnerId": owner,
        "AccountPlanId": plan,
        "Status": "In Progress",
        "StartDate": "2026-09-01",
        "EndDate": "2027-01-30",
        "ObjectiveOwnerId": owner,
    }
    id_ = pen.put("AccountPlanObjective", objective, owner, _AT)
    measure = {
        "Name": "Montant renouvelé",
        "AccountPlanObjectiveId": id_,
        "ValueType": "Currency",
        "CurrentValue": "0",
        "CurrentValueTimestamp": stamp(_AT),
        "TargetValue": "2400000",
    }
    pen.put("AccountPlanObjectiveMeasure", measure, owner, _AT, money=1)


def _relations(author: Author) -> None:
    """Write every contact's direct relation, and one adviser who also works for another account."""
    pen = author.salesforce
    for contact in pen.records.all("Contact"):
        if account := contact.fields.get("AccountId"):
            row = {"AccountId": account, "ContactId": contact.id, "IsActive": True}
            pen.put("AccountContactRelation", row, contact.created_by, contact.created_at)
    adviser = {
        "AccountId": first_id("Account", _NORDWIND),
        "ContactId": first_id("Contact", _PEMBERTON),
        "Roles": "Influencer;Evaluator",
        "IsActive": True,
        "StartDate": "2026-02-01",
    }
    owner = author.staff.managers[0]
    pen.put("AccountContactRelation", adviser, owner, _AT)


def _private_customer(author: Author) -> None:
    pen, owner = author.salesforce, author.staff.managers[1]
    person = {"Salutation": "Mrs.", "FirstName": "Odile", "LastName": "Kerguelen"}
    person["OwnerId"] = owner
    address = "odile.kerguelen@courrier.example"
    account = pen.put("Account", person | {"PersonEmail": address}, owner, _AT, money=1)
    contact = person | {"AccountId": account, "Email": address, "IsPersonAccount": True}
    pen.record("Account", account).fields["PersonContactId"] = pen.put(
        "Contact", contact, owner, _AT
    )
