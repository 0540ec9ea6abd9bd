"""Brightwater Utilities: the opportunity that everybody forecasts and nobody moves.

"Smart metering roll-out" entered its stage in June, was touched last on 10 July, and its
closing date was pushed twice, to 31 October, which has passed. The people are still in touch
about daily business, so only the opportunity is at fault.
"""

from __future__ import annotations

from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_sale, write_won
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import Scene, open_scene, person, reflect

__all__ = ["ACCOUNT", "BLOCK", "OPPORTUNITY", "write"]

BLOCK = 5
ACCOUNT = first_id("Account", BLOCK)
OPPORTUNITY = first_id("Opportunity", BLOCK)

_DOMAIN = "brightwater.example"


_RENEWAL = Sale(
    name="Maintenance agreement 2027",
    stage="Negotiation/Review",
    amount="305000.00",
    close="2026-12-11",
    opened="2026-09-14T09:00",
    moved="2026-11-10T09:00",
    type="Existing Customer - Renewal",
    roles={1: "Economic Buyer", 2: "Technical Buyer", 0: "Executive Sponsor"},
)


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    cast = [
        person("Ms. Harriet Colborne", "Chief Executive Officer", _DOMAIN, boss=None),
        person("Mr. Declan O'Rourke", "Chief Operating Officer", _DOMAIN),
        person("Ms. Priya Raman", "Head of Metering", _DOMAIN, department="Technique", boss=1),
    ]
    company = Company(
        name="Brightwater Utilities", domain=_DOMAIN, language="en", industry="Utilities"
    )
    scene = open_scene(author, company, cast, owner="Rebecca Stone", turnover=1_700_000_000)
    for place, last, every in ((0, 25, 42), (1, 6, 14), (2, 3, 10)):
        days = days_back(680, last, every)
        correspond(author.salesforce, scene.rng, scene.circle(place), days)
    _opportunity(author, scene)
    write_won(author, scene, {"2025-01-17": "360000.00", "2025-07-04": "180000.00"})
    write_sale(author, scene, _RENEWAL)
    reflect(author, scene, "Brightwater Utilities plc", domain=_DOMAIN, shared=(2,))


def _opportunity(author: Author, scene: Scene) -> None:
    pen, opened = author.salesforce, moment("2026-02-16T09:00")
    sale = pen.opportunity(
        "Brightwater - Smart metering roll-out",
        scene.account,
        owner=scene.user,
        stage="Proposal/Price Quote",
        amount=Decimal("1150000.00"),
        close="2026-06-30",
        at=opened,
        since=moment("2026-06-11T14:00"),
        Type="Existing Customer - Upgrade",
    )
    pen.role(sale, scene.contacts[1], "Decision Maker", at=opened, primary=True)
    pen.role(sale, scene.contacts[2], "Technical Buyer", at=opened)
    pen.role(sale, scene.contacts[0], "Executive Sponsor", at=opened)
    met = [scene.contacts[1], scene.contacts[2]]
    pen.meeting(moment("2026-07-10T10:00"), scene.user, met, sale, "Roll-out workshop")
    for at, close in (("2026-06-29T16:20", "2026-09-30"), ("2026-07-10T15:45", "2026-10-31")):
        author.edit("Opportunity", [sale], moment(at), scene.user, CloseDate=close)
    pen.opportunity(
        "Brightwater - Maintenance agreement 2026",
        scene.account,
        owner=scene.user,
        stage="Closed Won",
        amount=Decimal("290000.00"),
        close="2025-12-12",
        at=moment("2025-09-29T09:00"),
        since=moment("2025-12-12T15:00"),
        Type="Existing Customer - Replacement",
    )
