"""Aurélia Biosciences: every order is larger than the one before.

Five won opportunities from 120,000 to 520,000 EUR, an open one of 780,000, five people on
good terms. A duplicate of the account was merged into it in September, and a contact whose
entry was a mistake is in the bin.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.bin import bin_record
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_newcomer, write_sale
from kam_sandbox.world.ordinary import IMPORTED
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "DUPLICATE", "write"]

BLOCK = 6
ACCOUNT = first_id("Account", BLOCK)
DUPLICATE = "Aurelia Bioscience (doublon)"
"""Name of the merged Account; its ``MasterRecordId`` is ACCOUNT."""

_DOMAIN = "aurelia-bio.example"
_ORDERS = (
    ("120000.00", "2024-12-13"),
    ("150000.00", "2025-05-16"),
    ("210000.00", "2025-10-24"),
    ("340000.00", "2026-03-20"),
    ("520000.00", "2026-09-18"),
)


_FRAME = Sale(
    name="Reconduction de l'accord-cadre",
    stage="Proposal/Price Quote",
    amount="610000.00",
    close="2027-03-19",
    opened="2026-10-05T09:00",
    moved="2026-11-05T09:00",
    type="Existing Customer - Renewal",
    roles={0: "Executive Sponsor", 2: "Economic Buyer", 1: "Technical Buyer"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("Mme Ségolène Aurèle", "Présidente", _DOMAIN, boss=None),
        person("M. Karim Haddad", "Directeur scientifique", _DOMAIN, department="Technique"),
        person("Mme Judith Lévy", "Directrice administrative et financière", _DOMAIN),
        person("M. Paul Esteban", "Directeur des achats", _DOMAIN, department="Achats"),
        person("Mme Linnea Sjöberg", "Quality Manager", _DOMAIN, department="Opérations"),
    ]
    company = Company(
        name="Aurélia Biosciences", domain=_DOMAIN, language="fr", industry="Biotechnology"
    )
    scene = open_scene(author, company, cast, owner="Sofia Benali", turnover=910_000_000)
    for place, last, every in ((0, 11, 28), (1, 2, 7), (2, 9, 21), (3, 4, 10), (4, 6, 14)):
        days = days_back(690, last, every)
        correspond(author.salesforce, scene.rng, scene.circle(place), days)
    _orders(author, scene)
    frame = write_sale(author, scene, _FRAME)
    newcomer = ("Mme Maïwenn Le Goff", "Directrice financière groupe")
    write_newcomer(author, scene, *newcomer, sale=frame, since="2026-10-19T08:00")
    _tidy(author, scene)
    reflect(author, scene, "Aurelia BioSciences SAS", domain=_DOMAIN, shared=(1, 3))


def _orders(author: Author, scene: Scene) -> None:
    pen = author.salesforce
    for number, (amount, day) in enumerate(_ORDERS, start=1):
        won = moment(f"{day}T15:30")
        pen.opportunity(
            f"Aurélia Biosciences - Commande {number}",
            scene.account,
            owner=scene.user,
            stage="Closed Won",
            amount=Decimal(amount),
            close=day,
            at=max(won - timedelta(days=80), IMPORTED),
            since=won,
            Type="Existing Customer - Upgrade",
        )
    opened = moment("2026-10-01T09:00")
    sale = pen.opportunity(
        "Aurélia Biosciences - Site de Göteborg",
        scene.account,
        owner=scene.user,
        stage="Id. Decision Makers",
        amount=Decimal("780000.00"),
        close="2027-05-28",
        at=opened,
        since=moment("2026-11-09T09:30"),
        Type="Existing Customer - Upgrade",
    )
    for contact, role in zip(
        scene.contacts,
        ("Executive Sponsor", "Technical Buyer", "Economic Buyer", "Decision Maker"),
        strict=False,
    ):
        pen.role(sale, contact, role, at=opened, primary=role == "Executive Sponsor")


def _tidy(author: Author, scene: Scene) -> None:
    pen, admin = author.salesforce, author.staff.admin
    double = pen.account(
        DUPLICATE, owner=scene.user, at=moment("2026-04-02T09:00"), Industry="Biotechnology"
    )
    record = pen.record("Account", double)
    merged = moment("2026-09-15T09:48")
    bin_record(pen.records, record, by=admin, at=merged, merged_into=scene.account)
    author.edit("Account", [scene.account], merged, admin)
    mistake = pen.contact(
        person("M. Test Testeur", "À supprimer", _DOMAIN),
        scene.account,
        owner=scene.user,
        at=moment("2026-08-19T12:00"),
    )
    bin_record(pen.records, pen.record("Contact", mistake), by=admin, at=moment("2026-10-14T07:30"))
