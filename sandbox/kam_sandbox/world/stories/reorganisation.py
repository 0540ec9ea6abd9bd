"""Hexalis Télécom: five changes of people in seven days are one event.

Between 12 and 18 November 2026 Gilles Aumont becomes chief operating officer, Mireille Tran
reports to him instead of to the chief executive, two people arrive from a competitor, and
the mail to Franck Dabrowski, who has left, comes back. One chart before, one after.
"""

from __future__ import annotations

from datetime import datetime

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment, stamp
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_sale, write_won
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "CHANGES", "write"]

BLOCK = 4
ACCOUNT = first_id("Account", BLOCK)
CHANGES: tuple[datetime, ...] = (
    moment("2026-11-12T09:05"),
    moment("2026-11-12T09:40"),
    moment("2026-11-16T08:15"),
    moment("2026-11-17T13:30"),
    moment("2026-11-18T07:55"),
)
"""Title, manager, two arrivals, a departure."""

_DOMAIN = "hexalis.example"


_RENEWAL = Sale(
    name="Renouvellement de la maintenance",
    stage="Id. Decision Makers",
    amount="380000.00",
    close="2027-04-02",
    opened="2026-09-28T09:00",
    moved="2026-11-03T11:00",
    type="Existing Customer - Renewal",
    roles={1: "Executive Sponsor", 3: "Economic Buyer", 2: "Business User"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("Mme Bérénice Hallier", "Présidente-directrice générale", _DOMAIN, boss=None),
        person("M. Gilles Aumont", "Directeur du réseau", _DOMAIN, department="Technique"),
        person("Mme Mireille Tran", "Directrice des achats", _DOMAIN, department="Achats"),
        person("M. Franck Dabrowski", "Directeur financier", _DOMAIN, department="Finance"),
    ]
    company = Company(
        name="Hexalis Télécom", domain=_DOMAIN, language="fr", industry="Telecommunications"
    )
    scene = open_scene(author, company, cast, owner="Thomas Whitfield", turnover=2_200_000_000)
    pen = author.salesforce
    correspond(pen, scene.rng, scene.circle(1), days_back(650, 5, 7))
    correspond(pen, scene.rng, scene.circle(2), days_back(640, 9, 10))
    correspond(pen, scene.rng, scene.circle(3), days_back(600, 20, 21))
    write_won(
        author,
        scene,
        {"2025-02-07": "420000.00", "2025-10-10": "260000.00", "2026-07-17": "540000.00"},
    )
    write_sale(author, scene, _RENEWAL)
    _change(author, scene)
    reflect(author, scene, "Hexalis Telecom SA", domain=_DOMAIN, shared=(1,))


def _change(author: Author, scene: Scene) -> None:
    admin = author.staff.admin
    gilles, mireille, franck = scene.contacts[1:4]
    title, manager, first, second, left = CHANGES
    author.edit("Contact", [gilles], title, admin, Title="Directeur général délégué")
    author.edit("Contact", [mireille], manager, admin, ReportsToId=gilles)
    for at, name, role in (
        (first, "Mme Oriane Stassen", "Directrice de la transformation"),
        (second, "M. Yannick Le Guen", "Directeur technique"),
    ):
        newcomer = person(name, role, _DOMAIN)
        author.salesforce.contact(
            newcomer, scene.account, owner=scene.user, at=at, boss=scene.contacts[0]
        )
    author.edit(
        "Contact",
        [franck],
        left,
        admin,
        EmailBouncedDate=stamp(left),
        EmailBouncedReason="550 5.1.1 recipient address rejected: no longer with the company",
    )
