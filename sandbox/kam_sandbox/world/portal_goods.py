"""What the portal's customers bought and asked for help with: products, line items, tickets.

Nothing here changes what the stories tell: every ticket is closed, the line items of a deal
are worth its amount, no other record gets a new stamp, and only numbers of objects that the
stories do not use are taken.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from kam_sandbox.records import Record
from kam_sandbox.world.author import Author
from kam_sandbox.world.holdings import PRODUCTS
from kam_sandbox.world.moments import TODAY, ago, moment
from kam_sandbox.world.numbering import ORDINARY_BLOCK, block, first_id

__all__ = ["write_portal_goods"]

_BLOCK = 61
"""Our choice: above the stories and the pairs, below the ordinary part."""
_LISTED = moment("2024-10-01T09:00")
_LINE_TO_DEAL, _TICKET_PRIMARY_COMPANY, _TICKET_TO_CONTACT = 20, 26, 16
_CLOSED = "4"
_TICKETS = (
    ("Accès refusé au portail de supervision", "GENERAL_INQUIRY", "LOW"),
    ("Relève de capteurs en retard", "PRODUCT_ISSUE", "HIGH"),
    ("Facture en double", "BILLING_ISSUE", "MEDIUM"),
    ("Alerte de seuil à régler", "FEATURE_REQUEST", "LOW"),
    ("Arrêt de la télésurveillance pendant la nuit", "PRODUCT_ISSUE", "URGENT"),
)
"""Subject, category, priority."""
_LONGEST_DAYS = 9


def write_portal_goods(author: Author) -> None:
    """Write the product library, then lines and tickets of the companies with a story or a twin."""
    rng = author.dice("portal goods")
    with block(author.world, _BLOCK):
        products = [_product(author, place) for place in range(len(PRODUCTS))]
        for deal in _told(author, "deals"):
            _lines(author, rng, deal, products)
        for company in _told(author, "companies"):
            for _ in range(rng.randint(0, 2)):
                _ticket(author, rng, company)


def _told(author: Author, object_: str) -> list[Record]:
    """Return the records of an object that do not belong to the ordinary part."""
    end = int(first_id(object_, ORDINARY_BLOCK))
    return [one for one in author.hubspot.records.all(object_) if int(one.id) < end]


def _product(author: Author, place: int) -> str:
    name, code, family = PRODUCTS[place]
    service = family in ("Services", "Training")
    values: dict[str, str | None] = {
        "name": name,
        "hs_sku": code,
        "price": str(10_000 * (place + 1)),
        "hs_product_type": "service" if service else "non_inventory",
        "recurringbillingfrequency": "annually" if family == "Software" else None,
    }
    return author.hubspot.put("products", values, author.staff.sellers[0], _LISTED)


def _lines(author: Author, rng: Random, deal: Record, products: list[str]) -> None:
    """Share a deal's amount over one or two lines."""
    amount = Decimal(str(deal.fields.get("amount") or 0))
    if not amount:
        return
    parts = [amount] if rng.random() < 0.5 else [amount * 3 / 4, amount / 4]
    for place, part in enumerate(parts):
        product = products[rng.randrange(len(products))]
        sold = author.hubspot.record("products", product).fields
        values = {
            "name": sold["name"],
            "hs_product_id": product,
            "hs_sku": sold["hs_sku"],
            "quantity": "1",
            "price": format(part.normalize() + 0, "f"),
            "hs_position_on_quote": str(place),
            "recurringbillingfrequency": sold["recurringbillingfrequency"],
        }
        owner = str(deal.fields["hubspot_owner_id"])
        line = author.hubspot.put("line_items", values, owner, deal.created_at)
        author.hubspot.links.link("line_items", line, "deals", deal.id, _LINE_TO_DEAL)


def _ticket(author: Author, rng: Random, company: Record) -> None:
    pen = author.hubspot
    subject, category, priority = rng.choice(_TICKETS)
    opened = ago(rng.randint(30, min(280, (TODAY - company.created_at.date()).days)), "08:40")
    closed = opened + timedelta(days=rng.randint(1, _LONGEST_DAYS), hours=3)
    owner = str(company.fields["hubspot_owner_id"])
    values = {
        "subject": subject,
        "hs_pipeline": "0",
        "hs_pipeline_stage": _CLOSED,
        "hs_ticket_priority": priority,
        "hs_ticket_category": category,
        "source_type": rng.choice(("EMAIL", "PHONE", "FORM")),
        "hubspot_owner_id": owner,
    }
    ticket = pen.put("tickets", values, owner, opened, closed)
    pen.links.link("tickets", ticket, "companies", company.id, _TICKET_PRIMARY_COMPANY)
    people = pen.links.of("companies", company.id, "contacts")
    if people:
        pen.links.link("tickets", ticket, "contacts", people[0][0], _TICKET_TO_CONTACT)
