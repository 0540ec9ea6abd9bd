"""Groupe Castellan: a sponsor met punctually every quarter must raise no alarm.

Hélène Castellan, who heads the insurer, sees Élise Garnier eight times in two years, every
91 days, the last time 80 days ago. Between the meetings there is nothing, and nothing is
wrong. Two other people keep in touch every fortnight.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import ago, moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_sale
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "SPONSOR", "write"]

BLOCK = 3
ACCOUNT = first_id("Account", BLOCK)
SPONSOR = first_id("Contact", BLOCK)

_DOMAIN = "castellan.example"
_MEETINGS = 8


_ANNUAL = Sale(
    name="Contrat annuel 2027",
    stage="Needs Analysis",
    amount="610000.00",
    close="2027-03-26",
    opened="2026-10-12T09:00",
    moved="2026-11-09T09:00",
    type="Existing Customer - Renewal",
    roles={0: "Executive Sponsor", 2: "Economic Buyer", 1: "Technical Buyer"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("Mme Hélène Castellan", "Directrice générale", _DOMAIN, boss=None),
        person("M. Rémi Vauquelin", "Directeur des systèmes d'information", _DOMAIN),
        person("Mme Nadia Cherkaoui", "Directrice des achats", _DOMAIN, department="Achats"),
    ]
    company = Company(name="Groupe Castellan", domain=_DOMAIN, language="fr", industry="Insurance")
    scene = open_scene(author, company, cast, owner="Élise Garnier", turnover=3_100_000_000)
    pen = author.salesforce
    for quarter in range(_MEETINGS):
        pen.meeting(
            ago(80 + 91 * quarter, "13:30"),
            scene.user,
            [scene.contacts[0]],
            scene.account,
            "Rendez-vous trimestriel de direction",
            minutes=90,
            location="Lyon",
        )
    correspond(pen, scene.rng, scene.circle(1), days_back(700, 4, 14))
    correspond(pen, scene.rng, scene.circle(2), days_back(690, 8, 14))
    _sales(author, scene.account, scene.contacts, scene.user)
    write_sale(author, scene, _ANNUAL)
    reflect(author, scene, "CASTELLAN Assurances", domain=_DOMAIN, shared=(0, 1))


def _sales(author: Author, account: str, contacts: tuple[str, ...], user: str) -> None:
    pen, opened = author.salesforce, moment("2026-06-15T08:00")
    sale = pen.opportunity(
        "Groupe Castellan - Extension aux agences",
        account,
        owner=user,
        stage="Proposal/Price Quote",
        amount=Decimal("620000.00"),
        close="2027-04-16",
        at=opened,
        since=moment("2026-08-05T10:10"),
        Type="Existing Customer - Upgrade",
    )
    for contact, role in zip(
        contacts, ("Executive Sponsor", "Technical Buyer", "Economic Buyer"), strict=False
    ):
        pen.role(sale, contact, role, at=opened, primary=role == "Executive Sponsor")
    for year, amount in ((2025, "540000.00"), (2026, "585000.00")):
        won = moment(f"{year}-03-27T15:00")
        pen.opportunity(
            f"Groupe Castellan - Contrat annuel {year}",
            account,
            owner=user,
            stage="Closed Won",
            amount=Decimal(amount),
            close=f"{year}-03-27",
            at=won - timedelta(days=60),
            since=won,
            Type="Existing Customer - Replacement",
        )
