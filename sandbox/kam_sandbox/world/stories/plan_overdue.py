"""Banque Saint-Évrard: a good account whose plan nobody has looked at since summer.

The review was due on 15 September 2026, as ``KAM_Next_Review__c`` says (not in a bare org).
"""

from __future__ import annotations

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_newcomer, write_sale, write_won
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "REVIEW_DUE", "write"]

BLOCK = 9
ACCOUNT = first_id("Account", BLOCK)
REVIEW_DUE = "2026-09-15"

_DOMAIN = "saint-evrard.example"


_SALE = Sale(
    name="Conformité des paiements",
    stage="Proposal/Price Quote",
    amount="520000.00",
    close="2027-02-26",
    opened="2026-07-20T09:00",
    moved="2026-07-31T10:00",
    roles={0: "Executive Sponsor", 3: "Economic Buyer", 2: "Technical Buyer"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("M. Arnaud de Saint-Évrard", "Directeur général", _DOMAIN, boss=None),
        person("Mme Clotilde Ferrier", "Directrice des opérations", _DOMAIN),
        person("M. Samir Belkacem", "Directeur des systèmes d'information", _DOMAIN),
        person("Mme Odile Renard", "Directrice financière", _DOMAIN, department="Finance"),
    ]
    company = Company(name="Banque Saint-Évrard", domain=_DOMAIN, language="fr", industry="Banking")
    scene = open_scene(author, company, cast, owner="Julien Perrot", turnover=2_650_000_000)
    for place, last, every in ((0, 21, 35), (1, 5, 14), (2, 3, 9), (3, 13, 21)):
        days = days_back(670, last, every)
        correspond(author.salesforce, scene.rng, scene.circle(place), days)
    write_won(
        author,
        scene,
        {"2025-03-14": "700000.00", "2025-12-05": "450000.00", "2026-05-15": "210000.00"},
    )
    sale = write_sale(author, scene, _SALE)
    newcomer = ("Mme Victoire Lambrecht", "Directrice des risques")
    write_newcomer(author, scene, *newcomer, sale=sale, since="2026-10-05T08:00")
    if not author.world.bare:
        planned = moment("2026-06-16T09:00")
        author.edit("Account", [scene.account], planned, scene.user, KAM_Next_Review__c=REVIEW_DUE)
    reflect(author, scene, "Bque Saint Evrard", domain=_DOMAIN, shared=(1, 2, 3))
