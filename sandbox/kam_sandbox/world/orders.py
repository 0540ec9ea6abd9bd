"""A key account's order book: what it bought, what is being sold, and who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from kam_sandbox.world.author import Author
from kam_sandbox.world.moments import moment
from kam_sandbox.world.scene import Scene, person

__all__ = ["Sale", "write_newcomer", "write_sale", "write_won"]

_CYCLE = timedelta(days=84)
"""From the first talk to the order: twelve weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """An open opportunity of a story."""

    name: str
    stage: str
    amount: str
    close: str
    opened: str
    moved: str
    """When it entered its stage."""
    type: str = "Existing Customer - Upgrade"
    roles: Mapping[int, str]
    """By place in the cast; the first one is primary."""


def write_won(author: Author, scene: Scene, orders: Mapping[str, str]) -> None:
    """Write won opportunities: amount by the day of the order, oldest first."""
    for number, (day, amount) in enumerate(orders.items(), start=1):
        won = moment(f"{day}T15:30")
        author.salesforce.opportunity(
            f"{scene.company.name} - Commande {number}"
            if scene.company.language == "fr"
            else f"{scene.company.name} - Order {number}",
            scene.account,
            owner=scene.user,
            stage="Closed Won",
            amount=Decimal(amount),
            close=day,
            at=won - _CYCLE,
            since=won,
            Type="Existing Customer - Upgrade",
        )


def write_sale(author: Author, scene: Scene, sale: Sale) -> str:
    """Write an open opportunity with its contact roles; return its id."""
    pen, opened = author.salesforce, moment(sale.opened)
    id_ = pen.opportunity(
        f"{scene.company.name} - {sale.name}",
        scene.account,
        owner=scene.user,
        stage=sale.stage,
        amount=Decimal(sale.amount),
        close=sale.close,
        at=opened,
        since=moment(sale.moved),
        Type=sale.type,
    )
    for turn, (place, role) in enumerate(sale.roles.items()):
        pen.role(id_, scene.contacts[place], role, at=opened, primary=turn == 0)
    return id_


def write_newcomer(
    author: Author, scene: Scene, name: str, title: str, *, sale: str, since: str
) -> str:
    """Write a decision-maker who joined lately and whom nobody of ours has met; return the id."""
    at = moment(since)
    domain = scene.company.domain
    newcomer = person(name, title, domain, department="Finance")
    pen = author.salesforce
    contact = pen.contact(newcomer, scene.account, owner=scene.user, at=at, boss=scene.contacts[0])
    pen.role(sale, contact, "Economic Buyer", at=at)
    return contact
