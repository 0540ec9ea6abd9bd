"""What hangs on key accounts beyond their own rows: further people, lines, products, rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from kam_connector.model.contact import Affiliation, Contact
from kam_connector.model.currency import Rates
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.product import LineItem, Product
from kam_connector.store import decode
from kam_connector.store import decode_commerce as commerce
from kam_connector.store.tables import table
from kam_connector.store.tree import Tree, alive, by_id, grouped

__all__ = ["known_rates", "lines_of", "people_of", "products_of"]

_RATE = table("currency_rate")
_RATES = select(_RATE).where(alive(_RATE)).order_by(_RATE.c.home_connection, _RATE.c.id)


def people_of(
    connection: Connection,
    tree: Tree,
    affiliations: Mapping[str, list[Affiliation]],
    *,
    gone_since: datetime,
) -> dict[str, list[Contact]]:
    """Return each key account's people, once each.

    Those of its accounts first, whose record may have gone lately, then those tied to them
    by an affiliation.
    """
    people = grouped(connection, "contact", tree, decode.contact, gone_since=gone_since)
    tied = {
        root: {one.contact_id for one in listed if one.contact_id and one.active}
        - {person.id for person in people[root]}
        for root, listed in affiliations.items()
    }
    further = by_id(
        connection,
        "contact",
        "id",
        set[str]().union(*tied.values()),
        decode.contact,
        only=alive,
    )
    return {
        root: [
            *listed,
            *(person for id_ in sorted(tied.get(root, ())) for person in further.get(id_, ())),
        ]
        for root, listed in people.items()
    }


def lines_of(
    connection: Connection, business: Mapping[str, list[Opportunity]]
) -> dict[str, list[LineItem]]:
    """Return the lines of each key account's opportunities."""
    ids = {deal.id for listed in business.values() for deal in listed}
    found = by_id(connection, "line_item", "opportunity_id", ids, commerce.line_item, only=alive)
    return {
        root: [line for deal in listed for line in found.get(deal.id, ())]
        for root, listed in business.items()
    }


def products_of(
    connection: Connection, lines: Mapping[str, Iterable[LineItem]]
) -> dict[str, Product]:
    """Return the products that lines name, by id; one no longer sold counts too."""
    ids = {line.product_id for listed in lines.values() for line in listed if line.product_id}
    found = by_id(connection, "product", "id", ids, commerce.product)
    return {id_: rows[0] for id_, rows in found.items()}


def known_rates(connection: Connection) -> Rates:
    """Return every rate, in a fixed order."""
    rows = (commerce.currency_rate(row) for row in connection.execute(_RATES).mappings())
    return Rates(known=tuple(rate for rate in rows if rate))
