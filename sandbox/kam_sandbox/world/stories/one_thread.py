"""Caldera Rail: everything hangs on one person.

Eleven people stand in the org, one of them answers: Graham Tully, the programme director.
The open opportunity names only him.
"""

from __future__ import annotations

from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.orders import Sale, write_sale, write_won
from kam_sandbox.world.rhythm import correspond, days_back
from kam_sandbox.world.scene import open_scene, person

__all__ = ["ACCOUNT", "BLOCK", "write"]

BLOCK = 8
ACCOUNT = first_id("Account", BLOCK)

_DOMAIN = "caldera-rail.example"


_RENEWAL = Sale(
    name="Depot monitoring, renewal",
    stage="Qualification",
    amount="420000.00",
    close="2027-01-22",
    opened="2026-10-19T09:00",
    moved="2026-11-02T09:00",
    type="Existing Customer - Renewal",
    roles={0: "Executive Sponsor"},
)


def write(author: Author) -> None:
    """Write the story into Salesforce; HubSpot does not know the company."""
    cast = [
        person("Mr. Graham Tully", "Programme Director", _DOMAIN, boss=None),
        person("Ms. Fenella Marsh", "Chief Financial Officer", _DOMAIN),
        person("Mr. Rhodri Bevan", "Head of Rolling Stock", _DOMAIN, department="Technique"),
    ]
    company = Company(name="Caldera Rail", domain=_DOMAIN, language="en", industry="Transportation")
    scene = open_scene(
        author, company, cast, owner="Oliver Hartley", turnover=1_250_000_000, others=8
    )
    pen = author.salesforce
    correspond(pen, scene.rng, scene.circle(0), days_back(690, 3, 7))
    for day in days_back(660, 16, 28):
        at = moment(f"{day}T09:30")
        pen.meeting(at, scene.user, [scene.contacts[0]], scene.account, "Programme board")
    write_won(author, scene, {"2025-02-28": "150000.00", "2025-06-13": "205000.00"})
    opened = moment("2026-08-10T10:00")
    sale = pen.opportunity(
        "Caldera Rail - Signalling data platform",
        scene.account,
        owner=scene.user,
        stage="Needs Analysis",
        amount=Decimal("690000.00"),
        close="2027-03-19",
        at=opened,
        since=moment("2026-10-30T11:00"),
        Type="Existing Customer - Upgrade",
    )
    pen.role(sale, scene.contacts[0], "Decision Maker", at=opened, primary=True)
    write_sale(author, scene, _RENEWAL)
    pen.opportunity(
        "Caldera Rail - Depot monitoring",
        scene.account,
        owner=scene.user,
        stage="Closed Won",
        amount=Decimal("410000.00"),
        close="2026-01-23",
        at=moment("2025-10-06T10:00"),
        since=moment("2026-01-23T16:00"),
        Type="Existing Customer - Upgrade",
    )
