"""What Salesforce works out for contracts, cases, products, teams and relations."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.state import World

__all__ = ["CLOSED_CASE", "SELLING"]

CLOSED_CASE = "Closed"
"""The one status of a new org that means closed (CaseStatus.IsClosed)."""


def _parent(world: World, record: Record, object_: str, lookup: str) -> Record | None:
    return world.salesforce.get(object_, record.fields.get(lookup) or "")


def _of(object_: str, lookup: str, field: str) -> Callable[[World, Record], Any]:
    """Return the reader of a parent's field."""

    def read(world: World, record: Record) -> Any:
        parent = _parent(world, record, object_, lookup)
        return parent.fields.get(field) if parent else None

    return read


def _contract_end(_world: World, record: Record) -> str | None:
    """The day before the term's anniversary (Contract, EndDate)."""
    start, months = record.fields.get("StartDate"), record.fields.get("ContractTerm")
    if not start or months is None:
        return None
    first = date.fromisoformat(start)
    year, month = divmod(first.month - 1 + int(months), 12)
    year, month = first.year + year, month + 1
    day = min(first.day, monthrange(year, month)[1])
    return (date(year, month, day) - timedelta(days=1)).isoformat()


def _entry(world: World, record: Record) -> Record | None:
    return _parent(world, record, "PricebookEntry", "PricebookEntryId")


def _product_id(world: World, record: Record) -> Any:
    entry = _entry(world, record)
    return entry.fields.get("Product2Id") if entry else record.fields.get("Product2Id")


def _of_product(field: str) -> Callable[[World, Record], Any]:
    def read(world: World, record: Record) -> Any:
        product = world.salesforce.get("Product2", _product_id(world, record) or "")
        return product.fields.get(field) if product else None

    return read


def _line_name(world: World, record: Record) -> str | None:
    sale = _parent(world, record, "Opportunity", "OpportunityId")
    product = _of_product("Name")(world, record)
    return " ".join(filter(None, [sale.fields.get("Name") if sale else None, product])) or None


def _list_price(world: World, record: Record) -> Any:
    entry = _entry(world, record)
    return entry.fields.get("UnitPrice") if entry else None


def _line_total(_world: World, record: Record) -> Any:
    price, count = record.fields.get("UnitPrice"), record.fields.get("Quantity")
    if price is None or count is None:
        return record.fields.get("TotalPrice")
    return (Decimal(str(price)) * Decimal(str(count))).quantize(Decimal("0.01"))


def _line_price(_world: World, record: Record) -> Any:
    price, count = record.fields.get("UnitPrice"), record.fields.get("Quantity")
    if price is not None or not count:
        return price
    total = Decimal(str(record.fields.get("TotalPrice") or 0))
    return (total / Decimal(str(count))).quantize(Decimal("0.01"))


def _is_direct(world: World, record: Record) -> bool:
    contact = _parent(world, record, "Contact", "ContactId")
    return bool(contact and contact.fields.get("AccountId") == record.fields.get("AccountId"))


def _record_type(world: World, record: Record) -> Any:
    """The type given, or the object's first of the same sort: persons have their own."""
    if given := record.fields.get("RecordTypeId"):
        return given
    is_person = record.object == "Account" and bool(record.fields.get("LastName"))
    fitting = (
        row.id
        for row in world.salesforce.all("RecordType")
        if row.fields["SobjectType"] == record.object and row.fields["IsPersonType"] == is_person
    )
    return next(fitting, None)


def _account_name(_world: World, record: Record) -> Any:
    parts = [record.fields.get("FirstName"), record.fields.get("LastName")]
    return " ".join(part for part in parts if part) or record.fields.get("Name")


def _measured(field: str, kind: str) -> Callable[[World, Record], Any]:
    """Return the reader of a measure's typed twin: empty unless the value is of that type."""

    def read(_world: World, record: Record) -> Decimal | None:
        text = record.fields.get(field) or ""
        is_number = _NUMBER.fullmatch(text) and record.fields.get("ValueType") == kind
        return Decimal(text) if is_number else None

    return read


_NUMBER = re.compile(r"-?\d{1,16}(?:\.\d+)?")
_MEASURES = {
    ("AccountPlanObjectiveMeasure", f"{which}{kind}Value"): _measured(f"{which}Value", kind)
    for which in ("Current", "Target")
    for kind in ("Currency", "Number", "Percent")
}


SELLING: dict[tuple[str, str], Callable[[World, Record], Any]] = {
    **_MEASURES,
    ("Account", "Name"): _account_name,
    ("Account", "RecordTypeId"): _record_type,
    ("Opportunity", "RecordTypeId"): _record_type,
    ("Account", "IsPersonAccount"): lambda _world, record: bool(record.fields.get("LastName")),
    ("AccountContactRelation", "IsDirect"): _is_direct,
    ("AccountTeamMember", "Title"): _of("User", "UserId", "Title"),
    ("Case", "ContactEmail"): _of("Contact", "ContactId", "Email"),
    ("Case", "ContactFax"): _of("Contact", "ContactId", "Fax"),
    ("Case", "ContactMobile"): _of("Contact", "ContactId", "MobilePhone"),
    ("Case", "ContactPhone"): _of("Contact", "ContactId", "Phone"),
    ("Case", "IsClosed"): lambda _world, record: record.fields.get("Status") == CLOSED_CASE,
    ("Contract", "EndDate"): _contract_end,
    ("Contract", "StatusCode"): lambda _world, record: record.fields.get("Status") or "Draft",
    ("OpportunityLineItem", "ListPrice"): _list_price,
    ("OpportunityLineItem", "Name"): _line_name,
    ("OpportunityLineItem", "Product2Id"): _product_id,
    ("OpportunityLineItem", "ProductCode"): _of_product("ProductCode"),
    ("OpportunityLineItem", "TotalPrice"): _line_total,
    ("OpportunityLineItem", "UnitPrice"): _line_price,
    ("PricebookEntry", "Name"): _of("Product2", "Product2Id", "Name"),
    ("PricebookEntry", "ProductCode"): _of("Product2", "Product2Id", "ProductCode"),
}
"""By object and field: how it is worked out."""
