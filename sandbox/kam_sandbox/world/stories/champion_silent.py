"""Lindqvist & Moreau: the champion stopped answering.

Ebba Lindqvist wrote every week for almost two years. Since 5 October she has not answered
three mails: silence against her own rhythm, not against a fixed number of days.
"""

from __future__ import annotations

from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_sale, write_won
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "CHAMPION", "write"]

BLOCK = 7
ACCOUNT = first_id("Account", BLOCK)
CHAMPION = first_id("Contact", BLOCK)

_DOMAIN = "lindqvist-moreau.example"
_SILENT_DAYS = 47
"""2026-11-21 less this is 5 October, the last answer."""


_RENEWAL = Sale(
    name="Renouvellement de la maintenance",
    stage="Qualification",
    amount="98000.00",
    close="2027-03-05",
    opened="2026-10-05T09:00",
    moved="2026-10-19T09:00",
    type="Existing Customer - Renewal",
    roles={1: "Economic Buyer"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("Mme Ebba Lindqvist", "Directrice industrielle", _DOMAIN, boss=None),
        person("M. Joël Moreau", "Directeur administratif et financier", _DOMAIN),
        person("Mme Carole Bastien", "Responsable qualité", _DOMAIN, department="Opérations"),
    ]
    company = Company(
        name="Lindqvist & Moreau", domain=_DOMAIN, language="fr", industry="Manufacturing"
    )
    scene = open_scene(author, company, cast, owner="Antoine Mercier", turnover=780_000_000)
    pen, rng = author.salesforce, scene.rng
    correspond(pen, rng, scene.circle(0), days_back(_SILENT_DAYS + 7 * 95, _SILENT_DAYS, 7))
    correspond(pen, rng, scene.circle(0), days_back(36, 8, 14), answered=False)
    correspond(pen, rng, scene.circle(1), days_back(640, 12, 28))
    correspond(pen, rng, scene.circle(2), days_back(620, 5, 21))
    write_won(
        author,
        scene,
        {"2025-04-18": "310000.00", "2026-03-06": "335000.00", "2026-06-26": "90000.00"},
    )
    opened = moment("2026-07-06T08:15")
    sale = pen.opportunity(
        "Lindqvist & Moreau - Ligne d'assemblage 3",
        scene.account,
        owner=scene.user,
        stage="Perception Analysis",
        amount=Decimal("455000.00"),
        close="2027-02-12",
        at=opened,
        since=moment("2026-08-14T13:00"),
        Type="Existing Customer - Upgrade",
    )
    for contact, role in zip(
        scene.contacts, ("Executive Sponsor", "Economic Buyer", "Business User"), strict=False
    ):
        pen.role(sale, contact, role, at=opened, primary=role == "Executive Sponsor")
    write_sale(author, scene, _RENEWAL)
    reflect(author, scene, "Lindqvist et Moreau", domain=_DOMAIN, shared=(0, 2))
