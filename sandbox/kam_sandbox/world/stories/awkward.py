"""Names that break careless programs, and an address that must not match anybody.

An emoji, "NA", a formula, an apostrophe; people called Null and True; a studio and a workshop
that both give a page of the same social network as their web site and have nothing else in
common.
"""

from __future__ import annotations

from kam_sandbox.world.author import Author
from kam_sandbox.world.moments import ago
from kam_sandbox.world.ordinary import IMPORTED
from kam_sandbox.world.people import plain
from kam_sandbox.world.scene import person

__all__ = ["BLOCK", "NAMES", "write"]

BLOCK = 13
NAMES = ("Pâtisserie Étincelle 🎂", "NA", "=1+1 SARL", "O'Neil & Fils")

_NETWORK = "linkedin.com"
_PEOPLE = (
    ("Mme Zoë Null", "Gérante"),
    ("M. Jean-François True", 'Chef "de projet", région Sud'),
    ("Mme Anne-Sophie D'Arc; Dupont", "-"),
    ("Mr. Seán Ó\u00a0Súilleabháin", "Director, R&D <Europe>"),
)


def write(author: Author) -> None:
    """Write them into both CRMs."""
    pen, owner = author.salesforce, author.staff.managers[0]
    for name, (someone, title) in zip(NAMES, _PEOPLE, strict=True):
        domain = f"{plain(name) or 'etincelle'}-awkward.example"
        account = pen.account(
            name,
            owner=owner,
            at=IMPORTED,
            Website=f"https://{domain}",
            Type="Prospect",
            Rating="Cold",
            Industry="Other",
        )
        known = person(someone, title, domain, boss=None)
        pen.contact(known, account, owner=owner, at=IMPORTED)
    pen.account(
        "Studio Bellecour",
        owner=author.staff.left,
        at=IMPORTED,
        Website=f"https://www.{_NETWORK}/company/studio-bellecour",
        Type="Other",
        Industry="Media",
    )
    author.hubspot.company(
        "Atelier Fontaine",
        domain=_NETWORK,
        owner=author.staff.sellers[0],
        at=ago(200),
        industry="MARKETING_AND_ADVERTISING",
    )
