"""What was won of whom: the sales that customers are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, select

from kam_connector.model.product import LineItem, Product
from kam_connector.model.sale import Sale, named_line
from kam_connector.store.cells import day, money
from kam_connector.store.database import Database
from kam_connector.store.tables import table

__all__ = ["Selling"]


class Selling:
    """The part of ``ports.Store`` that reads all sales at once."""

    _db: Database

    def won_sales(self, *, since: date) -> list[Sale]:
        """Return the lines of all opportunities won since a day, of all live accounts."""
        i, o, p, a = (table(name) for name in ("line_item", "opportunity", "product", "account"))
        wanted = (
            select(
                *(o.c.account_id, o.c.closes, i.c.id, i.c.name, i.c.product_id),
                *(i.c.amount_amount, i.c.amount_currency),
                *(p.c.name.label("product"), p.c.family, p.c.code),
            )
            .join_from(o, i, i.c.opportunity_id == o.c.id)
            .join(a, a.c.id == o.c.account_id)
            .outerjoin(p, p.c.id == i.c.product_id)
            .where(o.c.won.is_(True), o.c.closed.is_(True), o.c.closes >= since.isoformat())
            .where(*(one.c.deleted_at.is_(None) for one in (i, o, a)))
            .order_by(i.c.id)
        )
        with self._db.read() as connection:
            found = [_sale(row) for row in connection.execute(wanted).mappings()]
        return [one for one in found if one is not None]


def _sale(row: RowMapping) -> Sale | None:
    """Return one sale; None for a line that names no product at all."""
    closes = day(row["closes"])
    item = LineItem(id=row["id"], opportunity_id=None, name=row["name"] or "")
    line = named_line(item, _product(row))
    if closes is None or line is None:
        return None
    amount = money(row["amount_amount"], row["amount_currency"])
    return Sale(account_id=row["account_id"], product_line=line, on=closes, amount=amount)


def _product(row: Mapping[str, Any] | RowMapping) -> Product | None:
    if row["product_id"] is None or (row["product"] is None and row["family"] is None):
        return None
    name = row["product"] or row["code"] or row["product_id"]
    return Product(id=row["product_id"], name=name, family=row["family"])
