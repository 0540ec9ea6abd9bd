"""A portal joined to the org by HubSpot's own integration: ids on both, copies in HubSpot.

Companies and contacts that stand in both CRMs carry the Salesforce id, open opportunities of
the first pairs are copied as deals, their last events and tasks as meetings and tasks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kam_sandbox.hubspot.salesforce_sync import SALESFORCE_SYNC
from kam_sandbox.records import Record
from kam_sandbox.world.author import Author
from kam_sandbox.world.moments import moment, stamp
from kam_sandbox.world.numbering import block
from kam_sandbox.world.pairs import Evidence, true_pairs

__all__ = ["write_salesforce_copies"]

_BLOCK = 62
"""Our choice: above the stories and the pairs, below the ordinary part."""
_COPIED_PAIRS = 6
_COPIED_ACTIVITIES = 5
"""Our choice: enough of each to count twice if nobody looks."""
_SYNCED = moment("2026-11-21T05:45")
_DELAY = timedelta(minutes=15)
"""The integration looks every fifteen minutes (vendor's integration guide)."""
_STAGES = {
    "Negotiation/Review": "contractsent",
    "Proposal/Price Quote": "presentationscheduled",
    "Closed Won": "closedwon",
    "Closed Lost": "closedlost",
}
_PRIMARY_COMPANY_OF_DEAL = 5
_TO_COMPANY = {"meetings": 188, "tasks": 192}
_TO_CONTACT = {"meetings": 200, "tasks": 204}


def write_salesforce_copies(author: Author) -> None:
    """Write the ids and the copies, if the portal has the integration."""
    if "salesforce_integration" not in author.world.portal_features:
        return
    pairs = [pair for pair in true_pairs() if pair.evidence is Evidence.DOMAIN]
    with block(author.world, _BLOCK):
        for place, pair in enumerate(pairs):
            company = author.hubspot.record("companies", pair.company)
            _mark(company, salesforceaccountid=pair.account)
            people = _mark_people(author, company, pair.account)
            if place < _COPIED_PAIRS:
                _copy_sales(author, company, pair.account)
                _copy_activities(author, company, pair.account, people)


def _mark(record: Record, **ids: str) -> None:
    """Set ids without a new stamp: the integration was there before the world begins."""
    record.fields |= ids | {"salesforcelastsynctime": stamp(_SYNCED)}


def _mark_people(author: Author, company: Record, account: str) -> dict[str, str]:
    """Mark the contacts that both CRMs know by mail; return HubSpot's id by Salesforce's."""
    known = {
        str(one.fields["Email"]).lower(): one.id
        for one in author.salesforce.records.all("Contact")
        if one.fields.get("AccountId") == account and one.fields.get("Email")
    }
    people = {}
    for id_, _ in author.hubspot.links.of("companies", company.id, "contacts"):
        contact = author.hubspot.record("contacts", id_)
        there = known.get(str(contact.fields.get("email") or "").lower())
        if there is not None:
            _mark(contact, salesforcecontactid=there, salesforceaccountid=account)
            people[there] = id_
    return people


def _copy_sales(author: Author, company: Record, account: str) -> None:
    for sale in author.salesforce.records.all("Opportunity"):
        if sale.fields.get("AccountId") != account:
            continue
        stage = str(sale.fields["StageName"])
        if stage.startswith("Closed"):
            continue
        values = {
            "dealname": sale.fields["Name"],
            "pipeline": "default",
            "dealstage": _STAGES.get(stage, "qualifiedtobuy"),
            "amount": str(sale.fields["Amount"]) if sale.fields.get("Amount") else None,
            "closedate": f"{sale.fields['CloseDate']}T00:00:00.000Z",
            "hubspot_owner_id": company.fields["hubspot_owner_id"],
        }
        deal = _copy(author, "deals", values, sale.created_at)
        _mark(deal, hs_salesforceopportunityid=sale.id)
        links = author.hubspot.links
        links.link("deals", deal.id, "companies", company.id, _PRIMARY_COMPANY_OF_DEAL)


def _copy_activities(author: Author, company: Record, account: str, people: dict[str, str]) -> None:
    for there, here in (("Event", "meetings"), ("Task", "tasks")):
        rows = [
            row
            for row in author.salesforce.records.all(there)
            if row.fields.get("WhatId") == account
        ]
        rows.sort(key=lambda row: row.created_at)
        for row in rows[-_COPIED_ACTIVITIES:]:
            values = _meeting(row) if there == "Event" else _task(row)
            values |= {
                "hs_engagement_source": "SALESFORCE",
                "hs_engagement_source_id": row.id,
                "hubspot_owner_id": str(company.fields["hubspot_owner_id"]),
            }
            copy = _copy(author, here, values, row.created_at)
            links = author.hubspot.links
            links.link(here, copy.id, "companies", company.id, _TO_COMPANY[here])
            contact = people.get(str(row.fields.get("WhoId")))
            if contact is not None:
                links.link(here, copy.id, "contacts", contact, _TO_CONTACT[here])


def _meeting(row: Record) -> dict[str, str | None]:
    start = str(row.fields.get("StartDateTime") or row.fields.get("ActivityDateTime"))
    return {
        "hs_timestamp": start,
        "hs_meeting_start_time": start,
        "hs_meeting_end_time": row.fields.get("EndDateTime"),
        "hs_meeting_outcome": "COMPLETED",
        "hs_meeting_title": row.fields.get("Subject"),
    }


def _task(row: Record) -> dict[str, str | None]:
    done = row.fields.get("Status") == "Completed"
    day = str(row.fields.get("ActivityDate") or row.created_at.date().isoformat())
    return {
        "hs_timestamp": f"{day}T08:00:00.000Z",
        "hs_task_subject": row.fields.get("Subject"),
        "hs_task_status": "COMPLETED" if done else "NOT_STARTED",
        "hs_task_type": "TODO",
    }


def _copy(author: Author, object_: str, values: dict[str, str | None], made: datetime) -> Record:
    at = min(made + _DELAY, _SYNCED)
    return author.hubspot.records.insert(object_, values, by=SALESFORCE_SYNC, at=at)
