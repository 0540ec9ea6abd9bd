"""The two CRMs as the rig sees them: a tiny world in each, and a connection to it.

One small company of ours: two users, three customers (two of them key accounts), two people
each, a renewal each, and calls months ago, so that scores, signals and tasks come of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from kam_connector.mapping import Mapping as Rules
from kam_connector.mapping import parse_mapping, shipped_mapping_path
from kam_connector.model.settings import Secret, read_settings
from kam_connector.ports import Clock
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import START
from kam_sandbox.hubspot.app import hubspot_app
from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.settings import TOKEN
from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.app import salesforce_app
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.state import World
from kam_sandbox.wire import App

__all__ = ["SKINS", "Skin", "mapping_file"]

_LONG_AGO = START - timedelta(days=400)
_CALLS = (35, 75, 120)
"""Days ago: warm once, cooler now."""


class Names(NamedTuple):
    """What the CRM calls the things that people touch."""

    account: str
    contact: str
    deal: str
    task: str
    review: str
    """The shared date on an account."""
    tier: str
    """A field of ours that people cannot keep."""
    link: str
    """A field of ours that we know no value for: whatever people put there stays."""
    status: str
    done: str
    begun: str
    owner: str
    title: str
    city: str
    key: str
    stage: str
    won: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """One CRM."""

    crm: str
    names: Names
    us: str
    """Who writes through the API; anybody else is a person."""
    secrets: tuple[str, ...]
    """What must never be seen outside the sign-in."""
    closed: frozenset[str]
    """Statuses of a task that is over."""
    withdrawn: str
    """The status of a task of ours that was taken back."""
    app: Callable[[World], App]
    populate: Callable[[World], None]
    connect: Callable[[str, Clock], Any]

    def person(self, world: World) -> str:
        """Return who edits at the screen."""
        return "61000001" if self.crm == "hubspot" else self.owners(world)[0]

    def owners(self, world: World) -> list[str]:
        """Return the ids of our people in the CRM."""
        if self.crm == "hubspot":
            return [one.id for one in world.hubspot.all("owners")]
        users = world.salesforce.all("User")
        return [one.id for one in users if one.id != INTEGRATION_USER]

    def customer(self, world: World, number: int) -> dict[str, Any]:
        """Return a new key account."""
        owner = self.owners(world)[0]
        if self.crm == "hubspot":
            return {
                "name": f"New {number}", "domain": f"new{number}.example",
                "hs_ideal_customer_profile": "tier_1", "hubspot_owner_id": owner,
            }  # fmt: skip
        return {
            "Name": f"New {number}", "Website": f"new{number}.example", "Rating": "Hot",
            "OwnerId": owner,
        }  # fmt: skip

    def chore(self, world: World, number: int) -> dict[str, Any]:
        """Return a task of another program."""
        owner = self.owners(world)[0]
        if self.crm == "hubspot":
            return {
                "hs_task_subject": f"Chore {number}", "hs_task_status": "NOT_STARTED",
                "hs_timestamp": _stamp(world.clock.now()), "hubspot_owner_id": owner,
            }  # fmt: skip
        return {
            "Subject": f"Chore {number}", "Status": "Not Started", "Priority": "Normal",
            "OwnerId": owner,
        }  # fmt: skip

    def records(self, world: World) -> Records:
        """Return the CRM's records."""
        records: Records = getattr(world, self.crm)
        return records

    def mapping(self) -> Rules:
        """Return the shipped mapping, for the objects that this world has."""
        return _mapping(self.crm)


_READ = {
    "salesforce": ("User", "Account", "Contact", "Opportunity", "Task"),
    "hubspot": ("owners", "companies", "contacts", "deals", "calls", "tasks"),
}


def mapping_file(crm: str) -> Path:
    """Return the file of the mapping that every schedule runs with."""
    return Path(str(shipped_mapping_path(crm)))


@cache
def _mapping(crm: str) -> Rules:
    whole = parse_mapping(mapping_file(crm).read_text("utf-8"), name=f"{crm}.toml")
    return replace(
        whole,
        sources=tuple(one for one in whole.sources if one.object in _READ[crm]),
        writes=tuple(one for one in whole.writes if one.object in _READ[crm]),
    )


def _salesforce_app(world: World) -> App:
    return salesforce_app(world, jwt_key_file=_key_file())


@cache
def _key_file() -> Path:
    """Return where this process keeps the org's private key: making one takes a while."""
    return Path(mkdtemp(prefix="kam-faults-")) / "salesforce.pem"


def _open_salesforce(endpoint: str, clock: Clock) -> SalesforceCrm:
    table = {"endpoint": endpoint, "client_id": "sandbox", "client_secret": Secret("sandbox")}
    settings = read_settings(SalesforceCrm.settings_type, table, where="[rig]")
    return SalesforceCrm.open("acme", settings, clock=clock)


def _open_hubspot(endpoint: str, clock: Clock) -> HubSpotCrm:
    table = {"endpoint": endpoint, "access_token": Secret(TOKEN)}
    settings = read_settings(HubSpotCrm.settings_type, table, where="[rig]")
    return HubSpotCrm.open("acme", settings, clock=clock)


def _populate_salesforce(world: World) -> None:
    records = world.salesforce
    users = [_user(records, INTEGRATION_USER, "Kam Connector")]
    users += [_user(records, None, name) for name in ("Ada Sand", "Bob Stone")]
    for number in range(3):
        owner = users[1 + number % 2]
        account = records.insert(
            "Account",
            {
                "Name": f"Company {number}", "Website": f"company{number}.example",
                "Rating": "Hot" if number < 2 else "Cold", "BillingCity": "Lyon",
                "OwnerId": owner, "Industry": "Banking",
            },
            by=owner, at=_LONG_AGO,
        )  # fmt: skip
        for place in range(2):
            _salesforce_person(records, account.id, owner, f"p{number}{place}")
        closes = START + timedelta(days=60 + number)
        records.insert(
            "Opportunity",
            {
                "Name": f"Renewal {number}", "AccountId": account.id, "OwnerId": owner,
                "StageName": "Negotiation/Review", "Amount": 40_000 + number,
                "CloseDate": f"{closes:%Y-%m-%d}",
                "LastStageChangeDate": _stamp(START - timedelta(days=90)),
            },
            by=owner, at=_LONG_AGO,
        )  # fmt: skip


def _salesforce_person(records: Records, account: str, owner: str, name: str) -> None:
    person = records.insert(
        "Contact",
        {
            "FirstName": name, "LastName": "Person", "AccountId": account, "OwnerId": owner,
            "Email": f"{name}@canary.example", "Title": "CFO",
        },
        by=owner, at=_LONG_AGO,
    )  # fmt: skip
    for days in _CALLS:
        at = START - timedelta(days=days)
        records.insert(
            "Task",
            {
                "Subject": "Call", "Status": "Completed", "Priority": "Normal",
                "TaskSubtype": "Call", "CallType": "Inbound", "ActivityDate": f"{at:%Y-%m-%d}",
                "CompletedDateTime": _stamp(at), "WhoId": person.id, "WhatId": account,
                "OwnerId": owner,
            },
            by=owner, at=at,
        )  # fmt: skip


def _user(records: Records, id_: str | None, name: str) -> str:
    first, last = name.split(" ")
    address = f"{first}.{last}@helvion.example".lower()
    values = {
        "Username": address, "FirstName": first, "LastName": last, "Name": name,
        "Email": address, "Alias": first, "IsActive": True, "UserType": "Standard",
        "TimeZoneSidKey": "Europe/Paris",
    }  # fmt: skip
    return records.insert("User", values, by=INTEGRATION_USER, at=_LONG_AGO, id_=id_).id


def _populate_hubspot(world: World) -> None:
    records, links = world.hubspot, world.associations
    for place, name in enumerate(("Ada Sand", "Bob Stone")):
        first, last = name.split(" ")
        values = {
            "email": f"{first}.{last}@helvion.example".lower(), "firstName": first,
            "lastName": last, "userId": str(61_000_001 + place), "type": "PERSON",
        }  # fmt: skip
        records.insert("owners", values, by=values["userId"], at=_LONG_AGO)
    owners = [one.id for one in records.all("owners")]
    for number in range(3):
        owner, by = owners[number % 2], str(61_000_001 + number % 2)
        company = records.insert(
            "companies",
            {
                "name": f"Company {number}", "domain": f"company{number}.example",
                "hs_ideal_customer_profile": "tier_1" if number < 2 else "tier_3",
                "city": "Lyon", "hubspot_owner_id": owner, "industry": "BANKING",
            },
            by=by, at=_LONG_AGO,
        )  # fmt: skip
        people = [_hubspot_person(world, company, owner, by, f"p{number}{n}") for n in range(2)]
        closes = START + timedelta(days=60 + number)
        deal = records.insert(
            "deals",
            {
                "dealname": f"Renewal {number}", "pipeline": "default",
                "dealstage": "contractsent", "amount": str(40_000 + number),
                "closedate": _stamp(closes), "hubspot_owner_id": owner,
            },
            by=by, at=_LONG_AGO,
        )  # fmt: skip
        links.link("deals", deal.id, "companies", company.id, 5)
        for person in people:
            links.link("deals", deal.id, "contacts", person.id, 3)


def _hubspot_person(world: World, company: Record, owner: str, by: str, name: str) -> Record:
    records, links = world.hubspot, world.associations
    person = records.insert(
        "contacts",
        {
            "firstname": name, "lastname": "Person", "email": f"{name}@canary.example",
            "jobtitle": "CFO", "hubspot_owner_id": owner,
        },
        by=by, at=_LONG_AGO,
    )  # fmt: skip
    links.link("contacts", person.id, "companies", company.id, 1)
    for days in _CALLS:
        at = START - timedelta(days=days)
        call = records.insert(
            "calls",
            {
                "hs_timestamp": _stamp(at), "hs_call_title": "Call",
                "hs_call_direction": "INBOUND", "hs_call_status": "COMPLETED",
                "hubspot_owner_id": owner,
            },
            by=by, at=at,
        )  # fmt: skip
        links.link("calls", call.id, "companies", company.id, 182)
        links.link("calls", call.id, "contacts", person.id, 194)
    return person


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


SKINS: Mapping[str, Skin] = {
    "salesforce": Skin(
        crm="salesforce",
        names=Names(
            account="Account", contact="Contact", deal="Opportunity", task="Task",
            review="KAM_Next_Review__c", tier="KAM_Tier__c", link="KAM_Plan_URL__c",
            status="Status", done="Completed", begun="In Progress", owner="OwnerId",
            title="Title", city="BillingCity", key="KAM_Key__c",
            stage="StageName", won="Closed Won",
        ),
        us=INTEGRATION_USER,
        secrets=("client_secret=sandbox", "00D000000000SBX!"),
        closed=frozenset({"Completed"}),
        withdrawn="Deferred",
        app=_salesforce_app,
        populate=_populate_salesforce,
        connect=_open_salesforce,
    ),
    "hubspot": Skin(
        crm="hubspot",
        names=Names(
            account="companies", contact="contacts", deal="deals", task="tasks",
            review="kam_next_review", tier="kam_tier", link="kam_plan_url",
            status="hs_task_status", done="COMPLETED", begun="IN_PROGRESS",
            owner="hubspot_owner_id", title="jobtitle", city="city",
            key="kam_key", stage="dealstage", won="closedwon",
        ),
        us=APP_ID,
        secrets=(TOKEN.removesuffix("0000"),),
        closed=frozenset({"COMPLETED"}),
        withdrawn="DEFERRED",
        app=hubspot_app,
        populate=_populate_hubspot,
        connect=_open_hubspot,
    ),
}  # fmt: skip
