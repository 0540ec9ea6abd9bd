"""Writes the HubSpot side of the world: records with their associations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.records import Record, Records
from kam_sandbox.world.moments import stamp
from kam_sandbox.world.people import Person

__all__ = ["HubSpotPen"]

_PRIMARY_COMPANY = 1
_PRIMARY_COMPANY_OF_DEAL = 5
_DEAL_TO_CONTACT = 3
_CHILD_TO_PARENT = 14
_CALL_CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
"""HubSpot's own outcome "connected"."""

_TO_COMPANY = {"emails": 186, "meetings": 188, "calls": 182}
_TO_CONTACT = {"emails": 198, "meetings": 200, "calls": 194}


class HubSpotPen:
    """Creates HubSpot records with backdated stamps; every value is a text.

    Args:
        records: Where they go.
        links: The portal's associations.
        currency: ``deal_currency_code`` of new deals; None leaves it out, as in a
            portal with one currency.
    """

    def __init__(self, records: Records, links: Associations, *, currency: str | None) -> None:
        self.records = records
        self.links = links
        self._currency = currency

    def company(
        self,
        name: str,
        *,
        domain: str | None,
        owner: str,
        at: datetime,
        parent: str | None = None,
        **properties: str | None,
    ) -> str:
        """Create a company and return its id."""
        values = {
            "name": name,
            "domain": domain,
            "website": f"https://www.{domain}" if domain else None,
            "hubspot_owner_id": owner,
        }
        id_ = self.put("companies", values | properties, owner, at)
        if parent:
            self.links.link("companies", id_, "companies", parent, _CHILD_TO_PARENT)
        return id_

    def contact(
        self,
        person: Person,
        company: str | None,
        *,
        owner: str,
        at: datetime,
        **properties: str | None,
    ) -> str:
        """Create a contact, with its primary company, and return its id."""
        values: dict[str, str | None] = {
            "firstname": person.first,
            "lastname": person.last,
            "email": person.email,
            "jobtitle": person.title,
            "hubspot_owner_id": owner,
        }
        id_ = self.put("contacts", values | properties, owner, at)
        if company:
            self.links.link("contacts", id_, "companies", company, _PRIMARY_COMPANY)
        return id_

    def deal(
        self,
        name: str,
        company: str,
        contacts: Sequence[str],
        *,
        owner: str,
        stage: str,
        amount: int,
        close: datetime,
        at: datetime,
        pipeline: str = "default",
        touched: datetime | None = None,
    ) -> str:
        """Create a deal with its primary company and contacts; return its id."""
        values = {
            "dealname": name,
            "pipeline": pipeline,
            "dealstage": stage,
            "amount": str(amount),
            "closedate": stamp(close),
            "hubspot_owner_id": owner,
        }
        if self._currency:
            values["deal_currency_code"] = self._currency
        id_ = self.put("deals", values, owner, at, touched)
        self.links.link("deals", id_, "companies", company, _PRIMARY_COMPANY_OF_DEAL)
        for contact in contacts:
            self.links.link("deals", id_, "contacts", contact, _DEAL_TO_CONTACT)
        return id_

    def mail(
        self, at: datetime, owner: str, contact: str, company: str, subject: str, *, inbound: bool
    ) -> str:
        """Record a mail and return its id."""
        values = {
            "hs_timestamp": stamp(at),
            "hs_email_direction": "INCOMING_EMAIL" if inbound else "EMAIL",
            "hs_email_status": "SENT",
            "hs_email_subject": subject,
            "hubspot_owner_id": owner,
        }
        return self._engage("emails", values, at, company, [contact])

    def meeting(
        self, at: datetime, owner: str, contacts: Sequence[str], company: str, title: str
    ) -> str:
        """Record a meeting that took place and return its id."""
        values = {
            "hs_timestamp": stamp(at),
            "hs_meeting_start_time": stamp(at),
            "hs_meeting_end_time": stamp(at + timedelta(hours=1)),
            "hs_meeting_outcome": "COMPLETED",
            "hs_meeting_title": title,
            "hubspot_owner_id": owner,
        }
        return self._engage("meetings", values, at, company, contacts)

    def call(
        self, at: datetime, owner: str, contact: str, company: str, title: str, *, inbound: bool
    ) -> str:
        """Record a call that was answered and return its id."""
        values = {
            "hs_timestamp": stamp(at),
            "hs_call_title": title,
            "hs_call_direction": "INBOUND" if inbound else "OUTBOUND",
            "hs_call_duration": str(240_000 + at.minute * 11_000),
            "hs_call_disposition": _CALL_CONNECTED,
            "hs_call_status": "COMPLETED",
            "hubspot_owner_id": owner,
        }
        return self._engage("calls", values, at, company, [contact])

    def record(self, object_: str, id_: str) -> Record:
        """Return a record that was created before."""
        found = self.records.get(object_, id_)
        if found is None:
            raise LookupError(f"{object_} {id_} has not been created")
        return found

    def put(
        self,
        object_: str,
        values: Mapping[str, Any],
        owner: str,
        at: datetime,
        touched: datetime | None = None,
    ) -> str:
        """Create a record of any object by one of our people; return its id."""
        at = at.replace(microsecond=at.second * 7_000 + at.minute * 3_000)
        moved = max(at, touched) if touched else at
        by = str(self.record("owners", owner).fields["userId"])
        record = self.records.insert(object_, values, by=by, at=at, modified_at=moved)
        return record.id

    def _engage(
        self,
        object_: str,
        values: dict[str, str],
        at: datetime,
        company: str,
        contacts: Sequence[str],
    ) -> str:
        id_ = self.put(object_, values, values["hubspot_owner_id"], at)
        self.links.link(object_, id_, "companies", company, _TO_COMPANY[object_])
        for contact in contacts:
            self.links.link(object_, id_, "contacts", contact, _TO_CONTACT[object_])
        return id_
