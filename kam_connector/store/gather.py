"""Gathers all that is known about key accounts, in a fixed number of queries a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    select,
    union,
)

from kam_connector.model.account import KeyAccount, RenewalCycle, User
from kam_connector.model.activity import Activity, ActivityKind, Direction
from kam_connector.model.contact import Contact, Position
from kam_connector.model.currency import Rates
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.model.plan import Action, Objective, Plan
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal
from kam_connector.store import decode
from kam_connector.store import decode_commerce as commerce
from kam_connector.store.belongings import lines_of, people_of, products_of
from kam_connector.store.keeping import gather_kept
from kam_connector.store.prepared import listed
from kam_connector.store.records import Codec
from kam_connector.store.tables import table
from kam_connector.store.tree import Tree, alive, by_id, grouped, mirror_instant

__all__ = ["captured_users", "gather", "live_users"]

_Told: TypeAlias = Mapping[str, Mapping[str, Sequence[Any]]]
"""Lists by the facts' names, then by key account."""
_KEY = Codec(KeyAccount)
_POSITION = Codec(Position)
_RENEWAL = Codec(RenewalCycle)
_PLAN = Codec(Plan)
_OBJECTIVE = Codec(Objective)
_ACTION = Codec(Action)
_SIGNAL = Codec(Signal)
_SCORE = Codec(Score)
_USER, _ACTIVITY, _PERSON = table("user"), table("activity"), table("activity_person")
_USERS = select(_USER).where(alive(_USER)).order_by(_USER.c.id)
_CAPTURED = (
    select(_PERSON.c.person_id)
    .distinct()
    .join_from(_ACTIVITY, _PERSON, _PERSON.c.activity_id == _ACTIVITY.c.id)
    .where(_PERSON.c.kind == "user", _ACTIVITY.c.kind == ActivityKind.EMAIL.value)
    .where(_ACTIVITY.c.direction.in_((Direction.INBOUND.value, Direction.OUTBOUND.value)))
    .where(_ACTIVITY.c.at >= bindparam("since"), alive(_ACTIVITY))
)


def gather(
    connection: Connection,
    ids: list[str],
    *,
    since: datetime,
    before: date | None,
    users: Mapping[str, User],
    captured: frozenset[str],
    rates: Rates,
    former: bool = False,
) -> Iterator[AccountFacts]:
    """Yield the facts of the key accounts among *ids*, in that order; *former*: of past ones."""
    wanted = _former if former else _chosen
    keys = by_id(connection, "key_account", "account_id", ids, _KEY.value, only=wanted)
    tree = Tree.load(connection, [account_id for account_id in ids if account_id in keys])
    told = {**_mirrored(connection, tree, since), **_remembered(connection, ids)}
    products = products_of(connection, told["line_items"])
    plans = by_id(connection, "plan", "account_id", ids, _PLAN.value)
    scores = _previous(connection, ids, before)
    kept = gather_kept(connection, tree.roots, tops=tree.tops, before=before)
    for root in tree.roots:
        listed: dict[str, Any] = {name: tuple(of.get(root, ())) for name, of in told.items()}
        sold = {line.product_id for line in listed["line_items"]} & products.keys()
        yield AccountFacts(
            account=tree.accounts[root],
            key=keys[root][0],
            tree=tuple(tree.accounts[below] for below in tree.below[root]),
            products={id_: products[id_] for id_ in sorted(sold)},
            users=users,
            captured_user_ids=captured,
            rates=rates,
            kept=kept[root],
            plan=next(iter(plans.get(root, ())), None),
            previous={score.name: score for score in scores.get(root, ())},
            **listed,
        )


def _mirrored(connection: Connection, tree: Tree, since: datetime) -> _Told:
    """Return what the CRMs say, by the facts' names."""
    affiliations = grouped(connection, "affiliation", tree, commerce.affiliation)
    people = people_of(connection, tree, affiliations, gone_since=since)
    business = grouped(connection, "opportunity", tree, decode.opportunity)
    return {
        "contacts": people,
        "positions": grouped(connection, "position", tree, _POSITION.value),
        "opportunities": business,
        "roles": _roles(connection, business),
        "activities": _activities(connection, tree, people, since),
        "affiliations": affiliations,
        "cases": grouped(connection, "case", tree, commerce.case),
        "contracts": grouped(connection, "contract", tree, commerce.contract),
        "team": grouped(connection, "team_member", tree, commerce.team_member),
        "line_items": lines_of(connection, business),
    }


def _remembered(connection: Connection, ids: list[str]) -> _Told:
    """Return what the layer itself knows, by the facts' names."""
    return {
        "renewals": by_id(connection, "renewal_cycle", "account_id", ids, _RENEWAL.value),
        "objectives": by_id(connection, "objective", "account_id", ids, _OBJECTIVE.value),
        "actions": by_id(connection, "action", "account_id", ids, _ACTION.value),
        "signals": by_id(connection, "signal", "account_id", ids, _SIGNAL.value),
    }


def live_users(connection: Connection) -> dict[str, User]:
    """Return our people by id."""
    rows = connection.execute(_USERS).mappings()
    return {row["id"]: decode.user(row) for row in rows}


def captured_users(connection: Connection, since: datetime) -> frozenset[str]:
    """Return our people with any mail recorded since a time, in either direction.

    A task that only says "email" carries no direction: somebody typed it, nothing was captured.
    """
    return frozenset(connection.scalars(_CAPTURED, {"since": mirror_instant(since)}))


def _roles(
    connection: Connection, business: Mapping[str, list[Opportunity]]
) -> dict[str, list[OpportunityRole]]:
    ids = {opportunity.id for listed in business.values() for opportunity in listed}
    found = by_id(
        connection,
        "opportunity_role",
        "opportunity_id",
        ids,
        decode.opportunity_role,
        only=alive,
    )
    return {
        root: [role for opportunity in listed for role in found.get(opportunity.id, ())]
        for root, listed in business.items()
    }


def _activities(
    connection: Connection,
    tree: Tree,
    people: Mapping[str, list[Contact]],
    since: datetime,
) -> dict[str, list[Activity]]:
    """Return activities of the accounts or with their people, oldest first."""
    tops: dict[str, set[str]] = {}
    for root, contacts in people.items():
        for contact in contacts:
            tops.setdefault(contact.id, set()).add(root)
    grouped: dict[str, list[Activity]] = {root: [] for root in tree.roots}
    given = {"accounts": tree.accounts, "contacts": tops, "since": mirror_instant(since)}
    for row in connection.execute(_concerning(), given).mappings():
        activity = decode.activity(row)
        if activity is None:
            continue
        roots = set(tree.tops.get(activity.account_id or "", ()))
        roots.update(*(tops.get(contact_id, ()) for contact_id in activity.contact_ids))
        for root in roots:
            grouped[root].append(activity)
    return grouped


@cache
def _concerning() -> Select[Any]:
    t, p = table("activity"), table("activity_person")
    # Two index walks and a union: an OR over both makes PostgreSQL read the whole table.
    either = union(
        select(t.c.id).where(listed(t.c.account_id, "accounts")),
        select(p.c.activity_id).where(listed(p.c.person_id, "contacts")),
    ).subquery()
    return (
        select(t)
        .join_from(either, t, t.c.id == either.c.id)
        .where(t.c.at >= bindparam("since"), alive(t))
        .order_by(t.c.at, t.c.id)
    )


def _previous(
    connection: Connection, ids: Iterable[str], before: date | None
) -> dict[str, list[Score]]:
    """Return the latest score of each name, from before a day if one is given."""
    given: dict[str, Any] = {"ids": ids}
    if before is not None:
        given["before"] = before.isoformat()
    found: dict[str, list[Score]] = {}
    for row in connection.execute(_latest(early=before is not None), given).mappings():
        found.setdefault(row["account_id"], []).append(_SCORE.value(row))
    return found


@cache
def _latest(*, early: bool) -> Select[Any]:
    """Return the question for the latest score of each name; *early*: from before a day."""
    t = table("score")
    wanted = listed(t.c.account_id, "ids")
    if early:
        wanted = wanted & (t.c.as_of < bindparam("before"))
    latest = (
        select(t.c.account_id, t.c.name, func.max(t.c.as_of).label("as_of"))
        .where(wanted)
        .group_by(t.c.account_id, t.c.name)
        .subquery()
    )
    same = and_(*(t.c[name] == latest.c[name] for name in ("account_id", "name", "as_of")))
    return select(t).join_from(t, latest, same)


def _chosen(t: Table) -> ColumnElement[bool]:
    return t.c.left_on.is_(None)


def _former(t: Table) -> ColumnElement[bool]:
    return t.c.left_on.is_not(None)
