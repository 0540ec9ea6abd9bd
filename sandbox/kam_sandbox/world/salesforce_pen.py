"""Writes the Salesforce side of the world: records with the fields that people and mail fill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.world.moments import stamp
from kam_sandbox.world.people import Person

__all__ = ["Money", "SalesforcePen"]

Money = int | Decimal

_SALUTATIONS = {"M.": "Mr.", "Mr.": "Mr.", "Mme": "Ms.", "Ms.": "Ms."}
"""Values of the standard picklist, which French users see translated."""

_CAPTURE_DELAY = timedelta(seconds=40)
"""Mail and calendar capture writes a record shortly after the fact (our choice)."""


class SalesforcePen:
    """Creates Salesforce records with backdated stamps.

    Args:
        records: Where they go.
        currency: ``CurrencyIsoCode`` of new accounts and opportunities; None leaves it out,
            as in an org without multi-currency.
    """

    def __init__(self, records: Records, *, currency: str | None) -> None:
        self.records = records
        self._currency = currency
        self._last: dict[str, date] = {}

    def account(self, name: str, *, owner: str, at: datetime, **fields: Any) -> str:
        """Create an Account and return its id."""
        return self.put("Account", {"Name": name, "OwnerId": owner, **fields}, owner, at, money=1)

    def contact(
        self,
        person: Person,
        account: str,
        *,
        owner: str,
        at: datetime,
        boss: str | None = None,
        **fields: Any,
    ) -> str:
        """Create a Contact of *account* and return its id."""
        values = {
            "Salutation": _SALUTATIONS.get(person.salutation or ""),
            "FirstName": person.first,
            "LastName": person.last,
            "AccountId": account,
            "Email": person.email,
            "Title": person.title,
            "Department": person.department,
            "ReportsToId": boss,
            "OwnerId": owner,
        }
        return self.put("Contact", values | fields, owner, at)

    def people(
        self, team: Sequence[Person], account: str, *, owner: str, at: datetime
    ) -> list[str]:
        """Create the Contacts of a team, each reporting to its manager; return their ids."""
        ids: list[str] = []
        for person in team:
            boss = None if person.boss is None else ids[person.boss]
            ids.append(self.contact(person, account, owner=owner, at=at, boss=boss))
        return ids

    def opportunity(
        self,
        name: str,
        account: str,
        *,
        owner: str,
        stage: str,
        amount: Money,
        close: str,
        at: datetime,
        since: datetime | None = None,
        **fields: Any,
    ) -> str:
        """Create an Opportunity that entered its stage at *since*; return its id."""
        values = {
            "Name": name,
            "AccountId": account,
            "OwnerId": owner,
            "StageName": stage,
            "Amount": amount,
            "CloseDate": close,
            "LastStageChangeDate": stamp(since or at),
        }
        values |= fields
        return self.put("Opportunity", values, owner, at, touched=since, money=1)

    def role(
        self, opportunity: str, contact: str, role: str, *, at: datetime, primary: bool = False
    ) -> str:
        """Give a contact a role in an opportunity and return the role's id."""
        values = {
            "OpportunityId": opportunity,
            "ContactId": contact,
            "Role": role,
            "IsPrimary": primary,
        }
        return self.put("OpportunityContactRole", values, self.owner(opportunity), at)

    def mail(
        self, at: datetime, user: str, contact: str, about: str, subject: str, *, inbound: bool
    ) -> str:
        """Record a captured mail between a user and a contact; return its id."""
        ours, theirs = self._email("User", user), self._email("Contact", contact)
        sender, receiver = (theirs, ours) if inbound else (ours, theirs)
        values = {
            "Subject": subject,
            "FromAddress": sender,
            "ToAddress": receiver,
            "Incoming": inbound,
            "Status": "1" if inbound else "3",
            "MessageDate": stamp(at),
            "RelatedToId": about,
            "HasAttachment": False,
        }
        seen = at + _CAPTURE_DELAY
        mail = self.put("EmailMessage", values, INTEGRATION_USER, seen)
        for id_, kind, address, is_from in (
            (contact, "Contact", theirs, inbound),
            (user, "User", ours, not inbound),
        ):
            relation = {
                "EmailMessageId": mail,
                "RelationId": id_,
                "RelationObjectType": kind,
                "RelationType": "FromAddress" if is_from else "ToAddress",
                "RelationAddress": address,
            }
            self.put("EmailMessageRelation", relation, INTEGRATION_USER, seen)
        self._active(at, contact, about)
        return mail

    def meeting(
        self,
        at: datetime,
        user: str,
        contacts: Sequence[str],
        about: str,
        subject: str,
        *,
        minutes: int = 60,
        location: str | None = None,
    ) -> str:
        """Record a meeting of a user with contacts, the first of whom leads; return its id."""
        end = at + timedelta(minutes=minutes)
        values = {
            "Subject": subject,
            "StartDateTime": stamp(at),
            "EndDateTime": stamp(end),
            "ActivityDateTime": stamp(at),
            "ActivityDate": f"{at:%Y-%m-%d}",
            "DurationInMinutes": minutes,
            "IsAllDayEvent": False,
            "Location": location,
            "WhoId": contacts[0],
            "WhatId": about,
            "OwnerId": user,
            "ShowAs": "Busy",
        }
        booked = at - timedelta(days=4)
        event = self.put("Event", values, user, booked, touched=end)
        self._relate(event, about, booked, IsWhat=True, IsParent=True, IsInvitee=False)
        for place, contact in enumerate(contacts):
            lead = place == 0
            self._relate(event, contact, booked, IsWhat=False, IsParent=lead, IsInvitee=not lead)
        self._active(at, *contacts, about)
        return event

    def call(
        self, at: datetime, user: str, contact: str, about: str, subject: str, *, inbound: bool
    ) -> str:
        """Record a completed call as a Task and return its id."""
        values = {
            "CallType": "Inbound" if inbound else "Outbound",
            "CallDurationInSeconds": 240 + at.minute * 11,
        }
        return self.done(at, user, contact, about, subject, subtype="Call", **values)

    def done(
        self,
        at: datetime,
        user: str,
        contact: str | None,
        about: str,
        subject: str,
        *,
        subtype: str,
        **fields: Any,
    ) -> str:
        """Record a completed Task of a subtype and return its id."""
        values = {
            "Subject": subject,
            "Status": "Completed",
            "Priority": "Normal",
            "TaskSubtype": subtype,
            "ActivityDate": f"{at:%Y-%m-%d}",
            "CompletedDateTime": stamp(at),
            "WhoId": contact,
            "WhatId": about,
            "OwnerId": user,
        }
        self._active(at, *([contact] if contact else []), about)
        return self.put("Task", values | fields, user, at)

    def record(self, object_: str, id_: str) -> Record:
        """Return a record that was created before."""
        found = self.records.get(object_, id_)
        if found is None:
            raise LookupError(f"{object_} {id_} has not been created")
        return found

    def owner(self, opportunity: str) -> str:
        """Return the owner of an opportunity."""
        return str(self.record("Opportunity", opportunity).fields["OwnerId"])

    def finish(self) -> None:
        """Write ``LastActivityDate`` where there was one, without a new stamp."""
        for object_ in ("Account", "Contact", "Opportunity"):
            for record in self.records.all(object_):
                if last := self._last.get(record.id):
                    record.fields["LastActivityDate"] = last.isoformat()

    def _relate(self, event: str, id_: str, at: datetime, **flags: bool) -> None:
        values = {"EventId": event, "RelationId": id_, "Status": None, **flags}
        self.put("EventRelation", values, INTEGRATION_USER, at)

    def _email(self, object_: str, id_: str) -> str:
        return str(self.record(object_, id_).fields["Email"])

    def _active(self, at: datetime, *ids: str) -> None:
        day = at.date()
        for id_ in ids:
            touched = [id_]
            if id_.startswith("003"):
                touched.append(self.record("Contact", id_).fields["AccountId"])
            elif id_.startswith("006"):
                touched.append(self.record("Opportunity", id_).fields["AccountId"])
            for each in touched:
                self._last[each] = max(day, self._last.get(each, day))

    def put(
        self,
        object_: str,
        values: dict[str, Any],
        by: str,
        at: datetime,
        *,
        touched: datetime | None = None,
        money: int = 0,
    ) -> str:
        """Create a record as it is and return its id; *money* says that it has a currency."""
        if money and self._currency:
            values = {"CurrencyIsoCode": self._currency, **values}
        record = self.records.insert(object_, values, by=by, at=at, modified_at=touched or at)
        return record.id
