"""Three key accounts in good order: several people, all in touch, nothing due.

At Océane Logistique Thomas Keller has two addresses: Salesforce knows one, HubSpot the other
with the first as an additional one. Colleagues are called Donna Call and Do Nguyen, whom a
naive search for "do not call" would take for a mark. Pemberton Foods has no domain in
HubSpot: only its name speaks for the match, so that a person has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import ago
from kam_sandbox.world.people import Person
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect
from kam_sandbox.world.selling import sell_opportunities

__all__ = ["OCEANE", "PEMBERTON", "STORIES"]

OCEANE, PEMBERTON, _DELACROIX = 10, 11, 12
"""Their blocks."""


def _write_oceane(author: Author) -> None:
    domain = "oceane-logistique.example"
    cast = [
        person("Mme Gwenaëlle Prigent", "Présidente", domain, boss=None),
        person("M. Thomas Keller", "Directeur des opérations", domain),
        person("Ms. Donna Call", "Customer Operations Manager", domain, boss=1),
        person("M. Do Nguyen", "Directeur financier", domain, department="Finance"),
    ]
    company = Company(
        name="Océane Logistique", domain=domain, language="fr", industry="Transportation"
    )
    scene = _keep(author, company, cast, "Naïma Chérif", 860_000_000)
    portal = reflect(author, scene, "OCEANE Logistics Group", domain=domain, shared=(2,))
    thomas = person("M. Thomas Keller", "COO", domain, email=f"t.keller@{domain}")
    owner = str(author.hubspot.record("companies", portal).fields["hubspot_owner_id"])
    author.hubspot.contact(
        thomas,
        portal,
        owner=owner,
        at=ago(260, "10:00"),
        hs_additional_emails=f"thomas.keller@{domain}",
    )


def _write_pemberton(author: Author) -> None:
    domain = "pemberton-foods.example"
    cast = [
        person("Mr. Alastair Pemberton", "Managing Director", domain, boss=None),
        person("Ms. Joanna Whitby", "Chief Procurement Officer", domain, department="Achats"),
        person("Mr. Kofi Mensah", "Head of Engineering", domain, department="Technique"),
        person("Ms. Siân Llewellyn", "Finance Director", domain, department="Finance"),
    ]
    company = Company(
        name="Pemberton Foods", domain=domain, language="en", industry="Food & Beverage"
    )
    scene = _keep(author, company, cast, "Margaux Tissier", 1_050_000_000)
    reflect(author, scene, "Pemberton Foods Group plc", domain=None)


def _write_delacroix(author: Author) -> None:
    domain = "delacroix-chimie.example"
    cast = [
        person("M. Édouard Delacroix", "Président-directeur général", domain, boss=None),
        person("Mme Sandrine Achard", "Directrice des achats", domain, department="Achats"),
        person("M. Tomasz Zieliński", "Directeur technique", domain, department="Technique"),
        person("Mme Fatou Ndiaye", "Directrice financière", domain, department="Finance"),
    ]
    company = Company(name="Delacroix Chimie", domain=domain, language="fr", industry="Chemicals")
    scene = _keep(author, company, cast, "Kévin N'Guyen", 1_420_000_000)
    reflect(author, scene, "Delacroix Chimie (groupe)", domain=domain, shared=(0, 1))


STORIES: dict[int, Callable[[Author], None]] = {
    OCEANE: _write_oceane,
    PEMBERTON: _write_pemberton,
    _DELACROIX: _write_delacroix,
}


def _keep(
    author: Author, company: Company, cast: Sequence[Person], owner: str, turnover: int
) -> Scene:
    scene = open_scene(author, company, cast, owner=owner, turnover=turnover)
    pen = author.salesforce
    for place, last, every in ((0, 17, 30), (1, 3, 9), (2, 5, 12), (3, 10, 21)):
        correspond(pen, scene.rng, scene.circle(place), days_back(680, last, every))
    for back in range(26, 700, 56):
        met = list(scene.contacts[: 2 + back % 3])
        pen.meeting(ago(back, "13:00"), scene.user, met, scene.account, "Revue de compte")
    sell_opportunities(
        pen,
        scene.rng,
        scene.account,
        scene.contacts[:4],
        4,
        owner=scene.user,
        language=company.language,
    )
    return scene
