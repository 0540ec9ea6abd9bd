"""How a story is set: a key account, its people, and its likeness in HubSpot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company, address, key_account
from kam_sandbox.world.moments import ago
from kam_sandbox.world.ordinary import IMPORTED, Volume, write_company
from kam_sandbox.world.people import Person, mailbox, team
from kam_sandbox.world.rhythm import Circle

__all__ = ["Scene", "open_scene", "person", "reflect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A key account with its people, in Salesforce."""

    company: Company
    account: str
    contacts: tuple[str, ...]
    """The named people first, in the order of the cast."""
    user: str
    rng: Random

    def circle(self, *places: int) -> Circle:
        """Return the owner's circle of the contacts at these places of the cast."""
        return Circle(
            user=self.user,
            contacts=[self.contacts[place] for place in places],
            about=[self.account],
            language=self.company.language,
        )


def person(
    name: str,
    title: str,
    domain: str | None,
    *,
    department: str | None = None,
    boss: int | None = 0,
    email: str | None = None,
) -> Person:
    """Return somebody from a salutation and a full name, such as ``Mme Claire Delmas``."""
    salutation, first, last = name.split(" ", 2)
    return Person(
        salutation=salutation,
        first=first,
        last=last,
        title=title,
        department=department,
        boss=boss,
        email=email or (mailbox(first, last, domain) if domain else None),
    )


def open_scene(
    author: Author,
    company: Company,
    cast: Sequence[Person],
    *,
    owner: str,
    turnover: int,
    others: int = 6,
    **fields: object,
) -> Scene:
    """Create a key account, its cast and *others* whom nobody of ours has met."""
    rng = author.dice(f"story {company.name}")
    pen, user = author.salesforce, author.user(owner)
    facts = address(rng, company) | key_account(turnover) | fields
    account = pen.account(company.name, owner=user, at=IMPORTED, **facts)
    everybody = [*cast, *_others(rng, company, len(cast), others)]
    contacts = pen.people(everybody, account, owner=user, at=IMPORTED)
    return Scene(company=company, account=account, contacts=tuple(contacts), user=user, rng=rng)


def _others(rng: Random, company: Company, cast: int, count: int) -> list[Person]:
    """Return people for the lower floors: their head is the first of the cast."""
    staff = team(rng, count + 1, language=company.language, domain=company.domain)[1:]
    return [replace(one, boss=cast + one.boss - 1 if one.boss else 0) for one in staff]


def reflect(
    author: Author,
    scene: Scene,
    name: str,
    *,
    domain: str | None,
    shared: Sequence[int] = (),
    volume: Volume | None = None,
    target: bool = True,
) -> str:
    """Create the account's likeness in HubSpot, under another name; return the company's id.

    Args:
        author: Writes.
        scene: The account.
        name: What the portal calls it.
        domain: What the portal has as its domain, if anything.
        shared: Places of the contacts who stand in both CRMs; they get no activity here.
        volume: People of the portal's own, deals and engagements with those people.
        target: Mark it as a target account, as the portal does for key accounts.
    """
    company = replace(scene.company, name=name, domain=domain)
    size = volume or Volume(people=6, sales=2, activities=18)
    turnover = author.salesforce.record("Account", scene.account).fields["AnnualRevenue"]
    id_ = write_company(
        author,
        scene.rng,
        company,
        size,
        annualrevenue=None if turnover is None else str(turnover),
        hs_is_target_account="true" if target else None,
    )
    owner = str(author.hubspot.record("companies", id_).fields["hubspot_owner_id"])
    for place in shared:
        author.hubspot.contact(
            _copy(author, scene.contacts[place], shout=place % 2 == 0),
            id_,
            owner=owner,
            at=ago(310 - place, "09:45"),
        )
    return id_


def _copy(author: Author, contact: str, *, shout: bool) -> Person:
    """Return the person as the portal knows them: same mailbox, written in another case."""
    known = author.salesforce.record("Contact", contact).fields
    email = str(known["Email"])
    return Person(
        first=known["FirstName"],
        last=known["LastName"],
        title=known["Title"],
        email=email.title() if shout else email,
    )
