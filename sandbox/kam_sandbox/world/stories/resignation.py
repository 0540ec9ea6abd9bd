"""Twelve key accounts of Mathilde Arnoux, who resigns.

Little is wrong with any of them: at three, somebody new decides whom nobody has met. At five,
nobody else of ours has ever written to the people she deals with; at four a colleague knows two
of the four as well as she does the others; at three a colleague knows most, and she the head. Who
could follow her is in the mail: Julien Perrot at five accounts, Naïma Chérif at two. She has had
the accounts since March; HubSpot knows three of the twelve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import ago
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_newcomer, write_sale, write_won
from kam_sandbox.world.people import Person
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect

__all__ = ["ACCOUNTS", "ALONE", "FIRST_BLOCK", "LEAVER", "MIRRORED", "STORIES"]

LEAVER = "Mathilde Arnoux"
FIRST_BLOCK = 40

_PERROT, _CHERIF = "Julien Perrot", "Naïma Chérif"

_TITLES = {
    "Mme": (
        "Directrice générale",
        "Directrice administrative et financière",
        "Responsable d'exploitation",
        "Directrice technique",
    ),
    "M.": (
        "Directeur général",
        "Directeur administratif et financier",
        "Responsable d'exploitation",
        "Directeur technique",
    ),
    "Ms.": ("Managing Director", "Chief Financial Officer", "Operations Manager", "Head of IT"),
    "Mr.": ("Managing Director", "Chief Financial Officer", "Operations Manager", "Head of IT"),
}
_DEPARTMENTS = (None, "Finance", "Opérations", "Technique")
_ROLES = {0: "Executive Sponsor", 1: "Economic Buyer", 2: "Business User", 3: "Technical Buyer"}

_SINCE_DAYS = 255
"""She took over on 11 March."""

_Rhythm = tuple[int, int, int]
"""Place in the cast, days since the last exchange, days between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    name: str
    industry: str
    cast: Sequence[str]
    """Head, finance, operations, technology."""
    hers: Sequence[_Rhythm]
    colleague: str | None = None
    theirs: Sequence[_Rhythm] = ()
    portal: str | None = None
    """What HubSpot calls it, if it knows it."""
    newcomer: tuple[str, str] | None = None
    """Who decides since October, and as what."""
    english: bool = False

    @property
    def domain(self) -> str:
        """Where its people have their mailboxes."""
        return f"{self.name.split()[-1].lower()}-group.example"


_EVERYBODY = ((0, 6, 9), (1, 11, 14), (2, 3, 7), (3, 16, 21))
_TWO = ((0, 6, 9), (2, 4, 7))
_HEAD = ((0, 5, 8), (3, 25, 35))
_OTHER_TWO = ((1, 5, 9), (3, 8, 11))
_MOST = ((1, 5, 9), (2, 3, 8), (3, 8, 11))
"""Our choices: what makes ties that are worth handing over, and some that are hardly one."""

ACCOUNTS = (
    _Key(
        name="Fonderies Bellegarde",
        industry="Manufacturing",
        cast=("M. Gaspard Vernay", "Mme Odile Castaing", "M. Yannis Perrault", "Mme Lise Ambert"),
        hers=_EVERYBODY,
        portal="Bellegarde Fonderies SA",
    ),
    _Key(
        name="Verreries Montesson",
        industry="Manufacturing",
        cast=("Mme Capucine Robic", "M. Armand Teissier", "Mme Jade Lorrain", "M. Ugo Santini"),
        hers=_EVERYBODY,
        newcomer=("Mme Garance Olivier", "Directrice générale déléguée"),
    ),
    _Key(
        name="Halden Maritime Svendborg",
        industry="Shipping",
        cast=("Ms. Astrid Halden", "Mr. Rupert Lowell", "Mr. Owen Pryce", "Ms. Freya Holm"),
        hers=_EVERYBODY,
        portal="Halden Maritime",
        english=True,
    ),
    _Key(
        name="Biscuiterie Caradec",
        industry="Food & Beverage",
        cast=("M. Ronan Caradec", "Mme Elsa Vigneau", "M. Tugdual Riou", "Mme Ondine Fabry"),
        hers=_TWO,
    ),
    _Key(
        name="Glenmoor Distillers",
        industry="Food & Beverage",
        cast=("Ms. Morag Sutherland", "Mr. Ewan Baird", "Ms. Isla Crombie", "Mr. Struan Kerr"),
        hers=_EVERYBODY,
        english=True,
    ),
    _Key(
        name="Assurances Lugdunum",
        industry="Insurance",
        cast=("Mme Blandine Chavanne", "M. Edgar Morisot", "M. Amir Belkacem", "Mme Solveig Aune"),
        hers=_TWO,
        colleague=_PERROT,
        theirs=_OTHER_TWO,
        portal="Lugdunum Assurances (siège)",
        newcomer=("M. Lazare Quentin", "Directeur général délégué"),
    ),
    _Key(
        name="Cimenteries Chasseneuil",
        industry="Construction",
        cast=("M. Honoré Pasquet", "Mme Iris Delvigne", "M. Malo Kerguelen", "Mme Tess Rambaud"),
        hers=_TWO,
        colleague=_PERROT,
        theirs=_OTHER_TWO,
    ),
    _Key(
        name="Ridgeway Semiconductors",
        industry="Electronics",
        cast=("Mr. Dominic Ridge", "Ms. Harriet Quayle", "Mr. Arjun Mehta", "Ms. Wren Talbot"),
        hers=_TWO,
        colleague=_CHERIF,
        theirs=_OTHER_TWO,
        english=True,
    ),
    _Key(
        name="Papiers Ventadour",
        industry="Manufacturing",
        cast=("Mme Aliénor Ventadour", "M. Basile Jouve", "Mme Coline Maurel", "M. Livio Ferrari"),
        hers=_TWO,
        colleague=_PERROT,
        theirs=_OTHER_TWO,
    ),
    _Key(
        name="Tramways Roannais",
        industry="Transportation",
        cast=("M. Firmin Oudinot", "Mme Perle Gautrand", "M. Sacha Lemercier", "Mme Ida Nollet"),
        hers=_HEAD,
        colleague=_PERROT,
        theirs=_MOST,
    ),
    _Key(
        name="Câblages Sarrebourg",
        industry="Telecommunications",
        cast=("Mme Rose Wendling", "M. Anselme Klein", "Mme Nour Haddou", "M. Pio Marchetti"),
        hers=_HEAD,
        colleague=_PERROT,
        theirs=_MOST,
    ),
    _Key(
        name="Severnside Water",
        industry="Utilities",
        cast=("Mr. Clive Anstey", "Ms. Tamsin Vowles", "Mr. Desmond Achebe", "Ms. Bryony Lisle"),
        hers=_HEAD,
        colleague=_CHERIF,
        theirs=_MOST,
        english=True,
        newcomer=("Ms. Ottoline Frayne", "Group Chief Financial Officer"),
    ),
)

ALONE = tuple(
    first_id("Account", FIRST_BLOCK + place)
    for place, one in enumerate(ACCOUNTS)
    if one.colleague is None
)
"""Accounts where nobody but her has ever been in touch."""
MIRRORED = tuple(FIRST_BLOCK + place for place, one in enumerate(ACCOUNTS) if one.portal)
"""Blocks of the accounts that HubSpot knows too."""


def _write(place: int, author: Author) -> None:
    one = ACCOUNTS[place]
    language = "en" if one.english else "fr"
    company = Company(name=one.name, domain=one.domain, language=language, industry=one.industry)
    turnover = 560_000_000 + 70_000_000 * place
    cast = _people(one)
    scene = open_scene(author, company, cast, owner=LEAVER, turnover=turnover, others=4)
    _keep_up(author, scene, one.hers)
    if one.colleague is not None:
        beside = replace(scene, user=author.user(one.colleague))
        _keep_up(author, beside, one.theirs)
    _trade(author, scene, place)
    if one.portal is not None:
        reflect(author, scene, one.portal, domain=one.domain, shared=(0, 2))


def _people(one: _Key) -> list[Person]:
    return [
        person(
            name,
            _TITLES[name.split()[0]][place],
            one.domain,
            department=_DEPARTMENTS[place],
            boss=0 if place else None,
        )
        for place, name in enumerate(one.cast)
    ]


def _keep_up(author: Author, scene: Scene, rhythms: Sequence[_Rhythm]) -> None:
    """Write mail since March, and an account review every eight weeks with the closest two."""
    for place, last, every in rhythms:
        days = days_back(_SINCE_DAYS, last, every)
        correspond(author.salesforce, scene.rng, scene.circle(place), days)
    subject = "Revue de compte" if scene.company.language == "fr" else "Account review"
    met = [scene.contacts[place] for place, _last, _every in rhythms[:2]]
    for back in range(19, _SINCE_DAYS, 56):
        author.salesforce.meeting(ago(back, "13:30"), scene.user, met, scene.account, subject)


def _trade(author: Author, scene: Scene, place: int) -> None:
    """Write two years of orders that grow a little, and what is being sold."""
    orders = {"2025-03-14": 90, "2025-10-10": 100, "2026-02-20": 110, "2026-08-28": 95}
    amounts = {day: f"{thousands + 5 * place}000.00" for day, thousands in orders.items()}
    write_won(author, scene, amounts)
    sale = Sale(
        name="Suivi des sites" if scene.company.language == "fr" else "Site monitoring",
        stage="Needs Analysis",
        amount=f"{130 + 10 * place}000.00",
        close=f"2027-03-{place + 8:02d}",
        opened="2026-09-14T09:00",
        moved=f"2026-11-{place % 9 + 2:02d}T10:00",
        roles=_ROLES,
    )
    id_ = write_sale(author, scene, sale)
    if newcomer := ACCOUNTS[place].newcomer:
        write_newcomer(author, scene, *newcomer, sale=id_, since=f"2026-10-{place + 12}T08:00")


STORIES: dict[int, Callable[[Author], None]] = {
    FIRST_BLOCK + place: partial(_write, place) for place in range(len(ACCOUNTS))
}
