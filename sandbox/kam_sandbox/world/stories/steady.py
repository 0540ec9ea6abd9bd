"""Three key accounts in good order: several people, all in touch, nothing due.

At Océane Logistique Thomas Keller has two addresses: Salesforce knows one, HubSpot the other
with the first as an additional one. Colleagues are called Donna Call and Do Nguyen, whom a
naive search for "do not call" would take for a mark. Pemberton Foods has no domain in
HubSpot: only its name speaks for the match, so that a person has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import ago
from kam_sandbox.world.orders import Sale, write_newcomer, write_sale, write_won
from kam_sandbox.world.people import Person
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect

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
    scene = _keep(
        author,
        company,
        cast,
        owner="Naïma Chérif",
        turnover=860_000_000,
        orders={"2025-02-14": "180000.00", "2025-09-05": "145000.00", "2026-04-10": "355000.00"},
        sale=Sale(
            name="Pilotage des entrepôts",
            stage="Value Proposition",
            amount="240000.00",
            close="2027-03-26",
            opened="2026-06-08T09:00",
            moved="2026-07-10T10:00",
            roles={0: "Executive Sponsor", 3: "Economic Buyer", 1: "Business User"},
        ),
        newcomer=("Mme Iris Kerbrat", "Directrice générale adjointe"),
        second=Sale(
            name="Renouvellement du suivi de flotte",
            stage="Needs Analysis",
            amount="150000.00",
            close="2027-04-09",
            opened="2026-10-12T09:00",
            moved="2026-11-02T09:00",
            type="Existing Customer - Renewal",
            roles={0: "Executive Sponsor", 3: "Economic Buyer"},
        ),
    )
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
    scene = _keep(
        author,
        company,
        cast,
        owner="Margaux Tissier",
        turnover=1_050_000_000,
        orders={"2025-01-06": "390000.00", "2025-08-15": "120000.00", "2026-05-08": "465000.00"},
        sale=Sale(
            name="Renewal of the supply agreement",
            stage="Proposal/Price Quote",
            amount="410000.00",
            close="2027-01-06",
            opened="2026-08-31T09:00",
            moved="2026-11-12T10:00",
            type="Existing Customer - Renewal",
            roles={0: "Executive Sponsor", 1: "Economic Buyer", 2: "Technical Buyer"},
        ),
        newcomer=("Ms. Imogen Hale", "Group Chief Financial Officer"),
    )
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
    scene = _keep(
        author,
        company,
        cast,
        owner="Kévin N'Guyen",
        turnover=1_420_000_000,
        orders={"2025-03-21": "610000.00", "2025-11-28": "275000.00", "2026-06-19": "240000.00"},
        sale=Sale(
            name="Supervision des utilités",
            stage="Needs Analysis",
            amount="330000.00",
            close="2027-03-11",
            opened="2026-10-05T09:00",
            moved="2026-10-26T10:00",
            type="Existing Customer - Renewal",
            roles={3: "Economic Buyer", 1: "Business User", 2: "Technical Buyer"},
        ),
        newcomer=("M. Baptiste Colin", "Directeur général délégué"),
        second=Sale(
            name="Mesure des émissions",
            stage="Perception Analysis",
            amount="120000.00",
            close="2027-02-19",
            opened="2026-05-11T09:00",
            moved="2026-07-24T09:00",
            roles={1: "Business User", 2: "Technical Buyer"},
        ),
    )
    reflect(author, scene, "Delacroix Chimie (groupe)", domain=domain, shared=(0, 1))


STORIES: dict[int, Callable[[Author], None]] = {
    OCEANE: _write_oceane,
    PEMBERTON: _write_pemberton,
    _DELACROIX: _write_delacroix,
}


def _keep(
    author: Author,
    company: Company,
    cast: Sequence[Person],
    *,
    owner: str,
    turnover: int,
    orders: Mapping[str, str],
    sale: Sale,
    newcomer: tuple[str, str],
    second: Sale | None = None,
) -> Scene:
    scene = open_scene(author, company, cast, owner=owner, turnover=turnover)
    pen = author.salesforce
    for place, last, every in ((0, 17, 30), (1, 3, 9), (2, 5, 12), (3, 10, 21)):
        correspond(pen, scene.rng, scene.circle(place), days_back(680, last, every))
    for back in range(26, 700, 56):
        met = list(scene.contacts[: 2 + back % 3])
        pen.meeting(ago(back, "13:00"), scene.user, met, scene.account, "Revue de compte")
    write_won(author, scene, orders)
    sold = write_sale(author, scene, sale)
    if second is not None:
        write_sale(author, scene, second)
    write_newcomer(author, scene, newcomer[0], newcomer[1], sale=sold, since="2026-10-12T08:00")
    return scene
