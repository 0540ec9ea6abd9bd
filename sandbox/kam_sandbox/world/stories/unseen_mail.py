"""Maison Verdier: nothing is known, which is not the same as silence.

Hugo Lefèvre's mailbox was never connected: not one EmailMessage in the org is his. What the
org has of the house are a few old Tasks of type Email, which have no direction, several
contacts and an open opportunity. No verdict is honest here: "insufficient data".
"""

from __future__ import annotations

from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import ago, moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.scene import open_scene, person

__all__ = ["ACCOUNT", "BLOCK", "OWNER", "write"]

BLOCK = 2
ACCOUNT = first_id("Account", BLOCK)
OWNER = "Hugo Lefèvre"

_DOMAIN = "maison-verdier.example"


def write(author: Author) -> None:
    """Write the story into Salesforce; HubSpot does not know the house."""
    cast = [
        person("Mme Éléonore Verdier", "Présidente", _DOMAIN, boss=None),
        person("M. Amaury de Kersaint", "Directeur administratif et financier", _DOMAIN),
        person("Mme Solène Pasquier", "Directrice des achats", _DOMAIN, department="Achats"),
        person("M. Bruno Castaing", "Responsable des ateliers", _DOMAIN, department="Opérations"),
    ]
    company = Company(name="Maison Verdier", domain=_DOMAIN, language="fr", industry="Apparel")
    scene = open_scene(author, company, cast, owner=OWNER, turnover=640_000_000, others=4)
    pen = author.salesforce
    opened = moment("2026-06-09T09:10")
    sale = pen.opportunity(
        "Maison Verdier - Traçabilité des ateliers",
        scene.account,
        owner=scene.user,
        stage="Value Proposition",
        amount=Decimal("380000.00"),
        close="2027-02-26",
        at=opened,
        since=moment("2026-08-03T08:40"),
        Type="New Customer",
    )
    pen.role(sale, scene.contacts[2], "Decision Maker", at=opened, primary=True)
    for place, days in ((2, 410), (1, 365), (2, 298), (3, 214)):
        pen.done(
            ago(days, "08:20"),
            scene.user,
            scene.contacts[place],
            scene.account,
            "Email : point sur le dossier",
            subtype="Email",
        )
