"""Mirror rows as the model's entities."""

from __future__ import annotations

import orjson

from kam_connector.model.account import Account, User
from kam_connector.model.activity import Activity, ActivityKind, Direction
from kam_connector.model.contact import Contact
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.store.cells import day, instant, money, refs
from kam_connector.store.records import Stored

__all__ = [
    "account",
    "activity",
    "contact",
    "opportunity",
    "opportunity_role",
    "user",
]

_KINDS = frozenset(kind.value for kind in ActivityKind)
_DIRECTIONS = frozenset(direction.value for direction in Direction)


def account(row: Stored) -> Account:
    """Return an account; one without a name goes by its id."""
    return Account(
        id=row["id"],
        name=row["name"] or row["id"],
        domain=row["domain"],
        industry=row["industry"],
        segment=row["segment"],
        turnover=money(row["turnover_amount"], row["turnover_currency"]),
        city=row["city"],
        parent_id=row["parent_id"],
        owner_id=row["owner_id"],
        home_connection=row["home_connection"],
        refs=refs(row["refs"]),
        record_type=row["record_type"],
        person=bool(row["person"]),
    )


def user(row: Stored) -> User:
    """Return one of our people; unknown counts as active."""
    return User(
        id=row["id"],
        name=row["name"] or row["email"] or row["id"],
        email=row["email"],
        active=row["active"] is not False,
        home_connection=row["home_connection"],
        refs=refs(row["refs"]),
    )


def contact(row: Stored) -> Contact:
    """Return a person at a customer."""
    return Contact(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"] or row["email"] or row["id"],
        email=row["email"],
        title=row["title"],
        department=row["department"],
        manager_id=row["manager_id"],
        roles=tuple(orjson.loads(row["roles"])) if row["roles"] else (),
        created_at=instant(row["created_at"]),
        bounced_at=instant(row["bounced_at"]),
        left_at=instant(row["left_at"]),
        deleted_at=instant(row["deleted_at"]),
    )


def opportunity(row: Stored) -> Opportunity:
    """Return an opportunity; without flags it is open."""
    return Opportunity(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"] or row["id"],
        stage=row["stage"] or "",
        closed=bool(row["closed"]),
        won=bool(row["won"]),
        amount=money(row["amount_amount"], row["amount_currency"]),
        closes_on=day(row["closes"]),
        kind=row["kind"],
        owner_id=row["owner_id"],
        created_at=instant(row["created_at"]),
        stage_changed_at=instant(row["stage_changed_at"]),
        home_connection=row["home_connection"],
        refs=refs(row["refs"]),
        contract_id=row["contract_id"],
        record_type=row["record_type"],
    )


def opportunity_role(row: Stored) -> OpportunityRole:
    """Return a contact's part in an opportunity."""
    return OpportunityRole(
        id=row["id"],
        opportunity_id=row["opportunity_id"],
        contact_id=row["contact_id"],
        role=row["role"] or "other",
    )


def activity(row: Stored) -> Activity | None:
    """Return what happened; None for a row that has no time or a kind that does not count."""
    at = instant(row["at"])
    if at is None or row["kind"] not in _KINDS:
        return None
    people = orjson.loads(row["people"]) if row["people"] else []
    return Activity(
        id=row["id"],
        kind=ActivityKind(row["kind"]),
        at=at,
        direction=_direction(row["direction"]),
        contact_ids=_of_kind(people, "contact"),
        user_ids=_of_kind(people, "user"),
        held=row["held"] != "false",
        account_id=row["account_id"],
    )


def _direction(text: str | None) -> Direction:
    return Direction(text) if text in _DIRECTIONS else Direction.UNKNOWN


def _of_kind(people: list[dict[str, str]], kind: str) -> tuple[str, ...]:
    """Return ids once each: a merge may have made two of them one."""
    return tuple(dict.fromkeys(p["id"] for p in people if p["kind"] == kind and p.get("id")))
