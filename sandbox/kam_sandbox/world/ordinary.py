"""The part of the world without a story: as many companies as ``scale`` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company, address, invent, size
from kam_sandbox.world.hubspot_pen import HubSpotPen
from kam_sandbox.world.moments import ago, moment, office_time, stamp
from kam_sandbox.world.names import CITIES
from kam_sandbox.world.numbering import ORDINARY_BLOCK, first_id
from kam_sandbox.world.people import plain, team
from kam_sandbox.world.rhythm import Circle, keep_in_touch
from kam_sandbox.world.selling import sell_deals, sell_opportunities
from kam_sandbox.world.subjects import CALLS, MAILS, MEETINGS

__all__ = ["Volume", "write_account", "write_company", "write_ordinary"]

IMPORTED = moment("2024-11-05T02:00")
"""When the first accounts were loaded, all in one go."""

_ENGAGED_DAYS = 195
"""HubSpot came later: its contacts are at least this old, its engagements younger."""

_BULK_UPDATED = moment("2026-10-03T02:14:05")
_BULK_ROWS = 300
"""A load of telephone numbers: as many contacts share one SystemModstamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much there is of a company in a CRM."""

    people: int
    sales: int
    activities: int


def write_ordinary(author: Author, *, scale: float) -> None:
    """Write the ordinary companies of both CRMs."""
    taken: set[str] = set()
    rng = author.dice("ordinary accounts")
    companies = invent(rng, round(81 * scale), taken=taken)
    accounts = [_ordinary_account(author, rng, company) for company in companies]
    _link_groups(author, rng, accounts)
    _update_in_bulk(author)
    rng = author.dice("ordinary companies")
    for company in invent(rng, round(33 * scale), taken=taken):
        volume = Volume(people=rng.randint(8, 15), sales=rng.randint(1, 4), activities=27)
        write_company(author, rng, company, volume)


def write_account(
    author: Author,
    rng: Random,
    company: Company,
    volume: Volume,
    *,
    owner: str,
    at: datetime = IMPORTED,
    quiet_days: int = 2,
    **fields: Any,
) -> tuple[str, list[str]]:
    """Write an Account with people, opportunities and activities; return it and its Contacts."""
    pen = author.salesforce
    account = pen.account(company.name, owner=owner, at=at, **address(rng, company) | fields)
    people = team(rng, volume.people, language=company.language, domain=company.domain)
    contacts = pen.people(people, account, owner=owner, at=at)
    known = rng.sample(contacts, min(len(contacts), 2 + volume.activities // 22))
    sales = sell_opportunities(
        pen,
        rng,
        account,
        known,
        volume.sales,
        owner=owner,
        language=company.language,
        **_currency(fields),
    )
    circle = Circle(user=owner, contacts=known, about=[account, *sales], language=company.language)
    keep_in_touch(pen, rng, circle, volume.activities, last=quiet_days)
    return account, contacts


def write_company(
    author: Author,
    rng: Random,
    company: Company,
    volume: Volume,
    **properties: str | None,
) -> str:
    """Write a HubSpot company with people, deals and engagements; return its id."""
    pen = author.hubspot
    owner = rng.choice(author.staff.sellers)
    facts = {
        "industry": company.portal_industry,
        "city": rng.choice(CITIES[company.language])[0],
        "annualrevenue": str(rng.randint(3, 400) * 1_000_000),
        "numberofemployees": str(rng.randint(20, 4_000)),
        "lifecyclestage": rng.choice(("customer", "opportunity", "lead")),
    }
    id_ = pen.company(
        company.name,
        domain=company.domain,
        owner=owner,
        at=ago(rng.randint(300, 720), "08:30"),
        **facts | properties,
    )
    mail = company.domain or f"{plain(company.name)}-mail.example"
    people = team(rng, volume.people, language=company.language, domain=mail)
    known = [
        pen.contact(person, id_, owner=owner, at=ago(rng.randint(200, 290), "11:15"), **_role(rng))
        for person in people
    ]
    sell_deals(pen, rng, id_, known, volume.sales, owner=owner, language=company.language)
    _engage(
        pen, rng, id_, known[:4], count=volume.activities, owner=owner, language=company.language
    )
    return id_


def _ordinary_account(author: Author, rng: Random, company: Company) -> str:
    currency: dict[str, Any] = {}
    if author.world.multi_currency:
        currency["CurrencyIsoCode"] = rng.choice(("EUR", "EUR", "GBP", "USD"))
    late = rng.random() < 0.4
    account, contacts = write_account(
        author,
        rng,
        company,
        Volume(people=rng.randint(10, 19), sales=rng.randint(1, 6), activities=rng.randint(4, 104)),
        owner=rng.choice(author.staff.managers),
        at=office_time(rng, ago(rng.randint(726, 740)).date()) if late else IMPORTED,
        quiet_days=rng.choice((2, 2, 2, 5, 12, 45, 120, 300)),
        **size(rng) | currency,
    )
    if rng.random() < 0.15:
        _bounce(author, rng, rng.choice(contacts))
    return account


def _bounce(author: Author, rng: Random, contact: str) -> None:
    at = office_time(rng, ago(rng.randint(20, 400)).date())
    author.edit(
        "Contact",
        [contact],
        at,
        author.staff.admin,
        EmailBouncedDate=stamp(at),
        EmailBouncedReason="550 5.1.1 The email account that you tried to reach does not exist",
    )


def _link_groups(author: Author, rng: Random, accounts: Sequence[str]) -> None:
    for place in range(8, len(accounts), 7):
        parent = accounts[rng.randrange(place)]
        author.edit("Account", [accounts[place]], ago(400), author.staff.admin, ParentId=parent)


def _update_in_bulk(author: Author) -> None:
    ordinary = first_id("Contact", ORDINARY_BLOCK)
    contacts = [
        record.id
        for record in author.salesforce.records.all("Contact")
        if record.created_at == IMPORTED and record.id >= ordinary
    ]
    for place, id_ in enumerate(contacts[-_BULK_ROWS:]):
        phone = f"+33 1 55 {place // 100:02d} {place % 100:02d} 00"
        author.edit("Contact", [id_], _BULK_UPDATED, author.staff.admin, Phone=phone)


def _role(rng: Random) -> dict[str, str | None]:
    roles = (None, None, None, "END_USER", "INFLUENCER", "CHAMPION", "DECISION_MAKER")
    return {"hs_buying_role": rng.choice(roles)}


def _engage(
    pen: HubSpotPen,
    rng: Random,
    company: str,
    contacts: Sequence[str],
    *,
    count: int,
    owner: str,
    language: str,
) -> None:
    for _ in range(count):
        at = office_time(rng, ago(rng.randint(2, _ENGAGED_DAYS)).date())
        contact = rng.choice(contacts)
        kind = rng.random()
        inbound = rng.random() < 0.45
        if kind < 0.62:
            pen.mail(at, owner, contact, company, rng.choice(MAILS[language]), inbound=inbound)
        elif kind < 0.82:
            pen.meeting(at, owner, [contact], company, rng.choice(MEETINGS[language]))
        else:
            pen.call(at, owner, contact, company, rng.choice(CALLS[language]), inbound=inbound)


def _currency(fields: dict[str, Any]) -> dict[str, str]:
    code = fields.get("CurrencyIsoCode")
    return {"CurrencyIsoCode": code} if code else {}
