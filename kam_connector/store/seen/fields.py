"""Records without the values that a person may not read: a word stands there, or nothing counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar

from kam_connector.model.access import HIDDEN
from kam_connector.model.account import Account, RenewalCycle
from kam_connector.model.activity import Activity
from kam_connector.model.contact import Affiliation, Contact, Position
from kam_connector.model.contract import Contract
from kam_connector.model.kind import Kind
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.model.product import LineItem, Product
from kam_connector.model.sale import Sale
from kam_connector.model.service import Case
from kam_connector.model.staging import MirrorRow
from kam_connector.model.team import TeamMember

__all__ = ["SOURCES", "blotted", "blotted_row"]

T = TypeVar("T")

_NAMES: Mapping[str, str] = {
    "account_id": "account", "closes_on": "closes", "contact_id": "contact",
    "contact_ids": "people", "contract_id": "contract", "ends_on": "ends",
    "from_on": "manager", "manager_id": "manager", "opportunity_id": "opportunity",
    "owner_id": "owner", "parent_id": "parent", "product_id": "product", "starts_on": "starts",
    "user_id": "user", "user_ids": "people",
}  # fmt: skip
"""A model's attribute and the path behind it, where the two are called differently."""
_WHOSE = frozenset({"account", "contact", "opportunity", "people"})
"""Whose a record is: without it, it would be nobody's, and shown to everybody."""
_OURS = frozenset({"id", "refs", "home_connection", "deleted_at", "to_on", "billed"})
"""What no CRM field says."""


def _of(made: type[Any], kind: Kind) -> dict[str, frozenset[str]]:
    names = [one.name for one in fields(made) if one.name not in _OURS]
    return {name: frozenset({f"{kind.value}.{_NAMES.get(name, name)}"}) for name in names}


_ENDS = frozenset({"contract.ends", "contract.notice_days", "opportunity.closes"})
SOURCES: Mapping[type[Any], Mapping[str, frozenset[str]]] = {
    Account: _of(Account, Kind.ACCOUNT),
    Activity: _of(Activity, Kind.ACTIVITY),
    Affiliation: _of(Affiliation, Kind.AFFILIATION),
    Case: _of(Case, Kind.CASE),
    Contact: _of(Contact, Kind.CONTACT),
    Contract: _of(Contract, Kind.CONTRACT),
    LineItem: _of(LineItem, Kind.LINE_ITEM),
    Opportunity: _of(Opportunity, Kind.OPPORTUNITY),
    OpportunityRole: _of(OpportunityRole, Kind.OPPORTUNITY_ROLE),
    Position: _of(Position, Kind.CONTACT) | {"contact_id": frozenset()},
    Product: _of(Product, Kind.PRODUCT),
    RenewalCycle: {"opens": _ENDS, "decision": _ENDS},
    Sale: {
        "account_id": frozenset({"opportunity.account"}),
        "on": frozenset({"opportunity.closes", "opportunity.closed", "opportunity.won"}),
        "product_line": frozenset({"line_item.name", "line_item.product", "product.family",
                                   "product.name"}),
        "amount": frozenset({"line_item.amount", "opportunity.amount"}),
    },
    TeamMember: _of(TeamMember, Kind.TEAM_MEMBER),
}  # fmt: skip
"""By type: which paths each attribute is made of."""

_BY_NAME = {made.__name__: made for made in SOURCES}


def blotted(record: T, hidden: frozenset[str]) -> T | None:
    """Return a record without hidden values; None: without them there is no record.

    A text becomes a word that says so. What has no room for a word (an amount, a day, a link)
    becomes unknown; a flag, or whose the record is, takes the record away: shown without it,
    the value would be told.
    """
    if not hidden or (isinstance(record, Sale) and record.billed):
        return record
    stands, is_left = _stands(type(record).__name__, hidden)
    if not is_left:
        return None
    changes = dict(stands)
    if isinstance(record, Contact) and "email" in changes and record.name == record.email:
        changes["name"] = HIDDEN  # somebody without a name goes by their address
    if isinstance(record, Product) and "code" in changes and record.name == record.code:
        changes["name"] = HIDDEN
    return replace(record, **changes) if changes else record  # type: ignore[type-var] # SOURCES


def blotted_row(row: MirrorRow, hidden: frozenset[str]) -> MirrorRow | None:
    """Return a row of the mirror with a word in the place of each hidden value, or none."""
    start = f"{row.kind.value}."
    gone = [path.removeprefix(start) for path in hidden if path.startswith(start)]
    if not _WHOSE.isdisjoint(gone):
        return None
    return replace(row, values={**row.values, **dict.fromkeys(gone, HIDDEN)}) if gone else row


@cache
def _stands(name_of_type: str, hidden: frozenset[str]) -> tuple[Mapping[str, Any], bool]:
    """Return what stands for each hidden attribute of a type, and whether a record is left."""
    made = _BY_NAME[name_of_type]
    sources = SOURCES[made]
    types = {one.name: str(one.type) for one in fields(made)}
    gone = [name for name, paths in sources.items() if not hidden.isdisjoint(paths)]
    return {name: _instead(name, types[name]) for name in gone}, all(
        _has_room(name, types[name]) for name in gone
    )


def _instead(name: str, annotation: str) -> str | tuple[()] | None:
    if annotation.startswith("tuple"):
        return ()
    return HIDDEN if annotation in ("str", "str | None") and not name.endswith("_id") else None


def _has_room(name: str, annotation: str) -> bool:
    """Tell whether a record can stand without an attribute."""
    if _NAMES.get(name, name) in _WHOSE:
        return False
    return annotation == "str" or annotation.startswith("tuple") or annotation.endswith("| None")
