"""Companies that stand in both CRMs, and how one can tell: the truth for checkers of a match.

Thirty-three: twelve key accounts with a twin, Nordwind with its subsidiary, and the twenty here. Of
these, four have no domain in HubSpot, so that a person has to look; and Vauban is a trap: the
parent and its subsidiary share a domain, and HubSpot knows the subsidiary only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company, address, size
from kam_sandbox.world.numbering import block, first_id
from kam_sandbox.world.ordinary import IMPORTED, Volume, write_account
from kam_sandbox.world.scene import Scene, reflect
from kam_sandbox.world.stories import (
    champion_silent,
    growing,
    nordwind,
    plan_overdue,
    quarterly_sponsor,
    reorganisation,
    resignation,
    stalled,
    steady,
)

__all__ = ["Evidence", "Pair", "true_pairs", "write_pairs"]


class Evidence(Enum):
    """What speaks for a pair."""

    DOMAIN = "domain"
    NAME = "name"
    """The name alone: a person has to look."""
    SHARED_DOMAIN = "shared domain"
    """A domain of a parent and its subsidiary: must not match by itself."""
    SUBSIDIARY = "subsidiary"
    """Another legal entity under another domain: a person may join them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One company in both CRMs."""

    account: str
    company: str
    evidence: Evidence


_FIRST_BLOCK = 20
_VAUBAN_BLOCK = 39
_DOMAINS = (
    "armoricaine rochebrune corvisart quemeneur thevenin grand-large val-orne lachaume belle-rive "
    "bretagne-cables stonebridge harcourt-bligh meadowbank tyneside-marine kestrel-aero tilleuls "
    "gascogne whitcombe novalys"
)
_TWINS = (
    ("Société Armoricaine d'Emballage", "Armoricaine Emballage", "fr", "Manufacturing", True),
    ("Cabinet Rochebrune", "Rochebrune Conseil", "fr", "Consulting", True),
    ("Ateliers Corvisart", "CORVISART", "fr", "Machinery", True),
    ("Transports Quéméneur", "Quemeneur Transports SAS", "fr", "Transportation", True),
    ("Laboratoires Thévenin", "Thevenin Labs", "fr", "Healthcare", True),
    ("Éditions du Grand Large", "Grand Large Editions", "fr", "Media", True),
    ("Coopérative Val d'Orne", "Val d'Orne Coop", "fr", "Agriculture", True),
    ("Ferronnerie Lachaume", "Lachaume & Cie", "fr", "Construction", True),
    ("Hôtels Belle Rive", "Belle Rive Hotels", "fr", "Hospitality", True),
    ("Bretagne Câbles", "Bretagne Cables SA", "fr", "Electronics", True),
    ("Stonebridge Analytics", "Stonebridge Analytics Ltd", "en", "Technology", True),
    ("Harcourt & Bligh", "Harcourt Bligh LLP", "en", "Finance", True),
    ("Meadowbank Dairy", "Meadowbank Dairies", "en", "Food & Beverage", True),
    ("Tyneside Marine", "Tyneside Marine Services", "en", "Shipping", True),
    ("Kestrel Aerospace", "Kestrel Aero", "en", "Engineering", True),
    ("Clinique des Tilleuls", "Clinique Les Tilleuls", "fr", "Healthcare", False),
    ("Papeteries Gascogne", "Gascogne Papeteries", "fr", "Manufacturing", False),
    ("Whitcombe Textiles", "Whitcombe Textile Co", "en", "Apparel", False),
    ("Novalys Énergies", "Novalys", "fr", "Energy", False),
)
"""Name in Salesforce, name in HubSpot, language, trade, whether HubSpot has the domain."""


def write_pairs(author: Author) -> None:
    """Write the twenty pairs that have no other story, each in a block of its own."""
    for place, (twin, domain) in enumerate(zip(_TWINS, _DOMAINS.split(), strict=True)):
        name, portal, language, industry, has_domain = twin
        with block(author.world, _FIRST_BLOCK + place):
            company = Company(
                name=name, domain=f"{domain}.example", language=language, industry=industry
            )
            _write_twin(author, company, portal, has_domain=has_domain)
    with block(author.world, _VAUBAN_BLOCK):
        _write_vauban(author)


def true_pairs() -> list[Pair]:
    """Return all thirty-three pairs."""
    key = (quarterly_sponsor, reorganisation, stalled, growing, champion_silent, plan_overdue)
    by_domain = [module.BLOCK for module in key]
    by_domain += [number for number in steady.STORIES if number != steady.PEMBERTON]
    by_domain += resignation.MIRRORED
    by_domain += [_FIRST_BLOCK + place for place, twin in enumerate(_TWINS) if twin[4]]
    by_name = [steady.PEMBERTON]
    by_name += [_FIRST_BLOCK + place for place, twin in enumerate(_TWINS) if not twin[4]]
    return [
        _pair(nordwind.BLOCK, Evidence.SUBSIDIARY),
        *(_pair(number, Evidence.DOMAIN) for number in by_domain),
        *(_pair(number, Evidence.NAME) for number in by_name),
        _pair(_VAUBAN_BLOCK, Evidence.SHARED_DOMAIN),
    ]


def _pair(number: int, evidence: Evidence) -> Pair:
    return Pair(
        account=first_id("Account", number),
        company=first_id("companies", number),
        evidence=evidence,
    )


def _write_twin(author: Author, company: Company, portal: str, *, has_domain: bool) -> None:
    rng = author.dice(f"twin {company.name}")
    owner = rng.choice(author.staff.managers)
    account, contacts = write_account(
        author,
        rng,
        company,
        Volume(people=rng.randint(8, 14), sales=rng.randint(2, 5), activities=rng.randint(20, 90)),
        owner=owner,
        **size(rng),
    )
    scene = Scene(company=company, account=account, contacts=tuple(contacts), user=owner, rng=rng)
    reflect(
        author,
        scene,
        portal,
        domain=company.domain if has_domain else None,
        shared=range(4) if has_domain else (),
        volume=Volume(people=7, sales=2, activities=24),
        target=False,
    )


def _write_vauban(author: Author) -> None:
    rng = author.dice("Vauban")
    owner = author.staff.managers[3]
    services = Company(
        name="Vauban Services", domain="vauban.example", language="fr", industry="Engineering"
    )
    account, contacts = write_account(
        author,
        rng,
        services,
        Volume(people=9, sales=2, activities=30),
        owner=owner,
        **size(rng),
    )
    group = Company(name="Groupe Vauban", domain=services.domain, language="fr", industry="Finance")
    parent = author.salesforce.account(
        group.name, owner=owner, at=IMPORTED, **address(rng, group) | size(rng)
    )
    author.edit("Account", [account], IMPORTED, author.staff.admin, ParentId=parent)
    scene = Scene(company=services, account=account, contacts=tuple(contacts), user=owner, rng=rng)
    reflect(author, scene, "Vauban Services SAS", domain=services.domain, target=False)
