"""Nordwind Énergie: everything looked green, and was red.

Salesforce knows the group, HubSpot its subsidiary "Nordwind Energie Services" under another
domain; nothing links the two but a like name and Jonas Brandt, who stands in both. The frame
contract of 2.4 M EUR ends on 30 January 2027 and its renewal is under negotiation. Camille
Martin owns it and knows three people: Claire Delmas, the champion, well (strength 76), Jonas
Brandt (8) and Malika Benali (6) hardly. On 18 November a circular to Claire bounced: she has
left. The new chief financial officer, Inès Roy, has stood in HubSpot since 3 November, holds
the budget, and nobody has met her.

The dates of the activities are chosen for those strengths on 2026-11-21T06:00Z; the test
computes them again. Nobody has any activity in HubSpot.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.companies import Company
from kam_sandbox.world.moments import moment, stamp
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.ordinary import IMPORTED
from kam_sandbox.world.people import Person
from kam_sandbox.world.scene import Scene, open_scene, person

__all__ = ["ACCOUNT", "BLOCK", "CFO", "COMPANY", "CONTACTS", "RENEWAL", "write"]

BLOCK = 1
ACCOUNT = first_id("Account", BLOCK)
COMPANY = first_id("companies", BLOCK)
RENEWAL = first_id("Opportunity", BLOCK)
CFO = first_id("contacts", BLOCK)
CONTACTS = ("Claire Delmas", "Jonas Brandt", "Malika Benali")
"""Strengths 76, 8 and 6, in this order."""

_DOMAIN = "nordwind.example"
_SERVICES = "nordwind-services.example"
_OWNER = "Camille Martin"
_BOUNCED = moment("2026-11-18T09:12")
_BOUNCE = "550 5.1.1 claire.delmas@nordwind.example: recipient address rejected, user unknown"


def write(author: Author) -> None:
    """Write the story into both CRMs."""
    scene = open_scene(
        author,
        Company(name="Nordwind Énergie", domain=_DOMAIN, language="fr", industry="Energy"),
        _cast(),
        owner=_OWNER,
        turnover=4_800_000_000,
        Website="https://www.nordwind.example/fr",
        BillingCity="Nantes",
        BillingCountry="France",
    )
    _contract(author, scene)
    _contacts(author, scene)
    _networks(author, scene)
    _services(author)


def _cast() -> list[Person]:
    transformation = "Directrice de la transformation"
    return [
        person("Mme Claire Delmas", transformation, _DOMAIN, department="Opérations", boss=None),
        person("M. Jonas Brandt", "Head of Grid Engineering", _DOMAIN, department="Technique"),
        person("Mme Malika Benali", "Responsable exploitation", _DOMAIN, department="Opérations"),
    ]


def _contract(author: Author, scene: Scene) -> None:
    pen = author.salesforce
    claire, jonas, malika = scene.contacts[:3]
    opened = moment("2026-08-24T08:30")
    renewal = pen.opportunity(
        "Nordwind Énergie - Renouvellement du contrat-cadre 2027",
        scene.account,
        owner=scene.user,
        stage="Negotiation/Review",
        amount=Decimal("2400000.00"),
        close="2027-01-30",
        at=opened,
        since=moment("2026-10-29T15:20"),
        Type="Existing Customer - Renewal",
        NextStep="Validation des conditions par la direction financière",
    )
    pen.role(renewal, claire, "Executive Sponsor", at=opened, primary=True)
    pen.role(renewal, jonas, "Technical Buyer", at=opened)
    pen.role(renewal, malika, "Business User", at=opened)
    for name, amount, day in (
        ("Contrat-cadre 2024-2026", "1950000.00", "2024-01-31"),
        ("Postes sources, lot 1", "140000.00", "2025-02-14"),
        ("Supervision des postes sources", "310000.00", "2025-06-20"),
        ("Extension éolien en mer", "520000.00", "2026-05-22"),
    ):
        pen.opportunity(
            f"Nordwind Énergie - {name}",
            scene.account,
            owner=scene.user,
            stage="Closed Won",
            amount=Decimal(amount),
            close=day,
            at=moment(f"{day}T09:00") - timedelta(days=70),
            since=moment(f"{day}T16:00"),
            Type="Existing Customer - Upgrade",
        )


def _contacts(author: Author, scene: Scene) -> None:
    pen, user, account = author.salesforce, scene.user, scene.account
    claire, jonas, malika = scene.contacts[:3]
    for week in range(96):
        at = moment("2026-11-17T08:30") - timedelta(weeks=week)
        subject = "Point hebdomadaire"
        pen.mail(at, user, claire, account, subject, inbound=False)
        pen.mail(at + timedelta(hours=2), user, claire, account, f"Re: {subject}", inbound=True)
    for month in range(24):
        at = moment("2026-10-29T13:00") - timedelta(weeks=4 * month)
        pen.meeting(at, user, [claire], account, "Comité de pilotage Nordwind", location="Nantes")
    pen.meeting(moment("2026-06-02T09:00"), user, [jonas], account, "Revue technique réseau")
    called = moment("2026-06-26T09:20")
    pen.call(called, user, malika, account, "Appel : incident de relève", inbound=True)
    author.edit(
        "Contact",
        [claire],
        _BOUNCED,
        author.staff.admin,
        EmailBouncedDate=stamp(_BOUNCED),
        EmailBouncedReason=_BOUNCE,
    )


def _networks(author: Author, scene: Scene) -> None:
    author.salesforce.account(
        "Nordwind Réseaux",
        owner=scene.user,
        at=IMPORTED,
        ParentId=scene.account,
        Website="https://nordwind-reseaux.example",
        Type="Customer - Direct",
        Rating="Warm",
        Industry="Utilities",
        AnnualRevenue=410_000_000,
        NumberOfEmployees=1_800,
        BillingCity="Lille",
        BillingCountry="France",
    )


def _services(author: Author) -> None:
    pen, owner = author.hubspot, author.owner(_OWNER)
    company = pen.company(
        "Nordwind Energie Services",
        domain=_SERVICES,
        owner=owner,
        at=moment("2025-02-11T10:05"),
        industry="UTILITIES",
        city="Nantes",
        annualrevenue="260000000",
        numberofemployees="900",
        lifecyclestage="customer",
        hs_is_target_account="true",
    )
    finance = person("Mme Inès Roy", "Chief Financial Officer", _SERVICES)
    pen.contact(
        finance,
        company,
        owner=owner,
        at=moment("2026-11-03T10:24"),
        hs_buying_role="BUDGET_HOLDER;DECISION_MAKER",
    )
    jonas = person("M. Jonas Brandt", "Head of Grid Engineering", _DOMAIN)
    known = [pen.contact(jonas, company, owner=owner, at=moment("2025-03-04T14:12"))]
    for name, title in (("M. Loïc Kerbrat", "Acheteur"), ("Mme Anneliese Vogt", "Site Manager")):
        met = moment("2025-02-18T09:31")
        known.append(pen.contact(person(name, title, _SERVICES), company, owner=owner, at=met))
    for name, stage, amount, closes in (
        ("Services de relève", "closedwon", 84_000, date(2025, 11, 14)),
        ("Télésurveillance", "closedwon", 126_000, date(2026, 6, 30)),
        ("Maintenance prédictive", "presentationscheduled", 190_000, date(2027, 3, 31)),
    ):
        pen.deal(
            f"Nordwind Energie Services - {name}",
            company,
            known[1:],
            owner=owner,
            stage=stage,
            amount=amount,
            close=moment(f"{closes}T11:00"),
            at=min(moment(f"{closes}T11:00") - timedelta(days=90), moment("2026-09-14T09:00")),
            touched=min(moment(f"{closes}T11:00"), moment("2026-10-20T09:00")),
        )
