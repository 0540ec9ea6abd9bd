"""Gathers all that is known about key accounts, in a fixed number of queries a chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, func, literal_column, select, union

from kam_connector.model.account import Account, KeyAccount, RenewalCycle, User
from kam_connector.model.activity import Activity, ActivityKind, Direction
from kam_connector.model.contact import Contact, Position
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity, OpportunityRole
from kam_connector.model.plan import Action, Objective, Plan
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal
from kam_connector.store import decode
from kam_connector.store.bulk import among
from kam_connector.store.records import Codec, Stored
from kam_connector.store.tables import table

__all__ = ["captured_users", "gather", "live_users"]

T = TypeVar("T")
_KEY = Codec(KeyAccount)
_POSITION = Codec(Position)
_RENEWAL = Codec(RenewalCycle)
_PLAN = Codec(Plan)
_OBJECTIVE = Codec(Objective)
_ACTION = Codec(Action)
_SIGNAL = Codec(Signal)
_SCORE = Codec(Score)


def gather(
    connection: Connection,
    ids: list[str],
    *,
    since: datetime,
    before: date | None,
    users: Mapping[str, User],
    captured: frozenset[str],
) -> Iterator[AccountFacts]:
    """Yield the facts of the key accounts among *ids*, in that order."""
    keys = _by(connection, "key_account", "account_id", ids, _KEY.value, only="left_on IS NULL")
    tree = _Tree.load(connection, [account_id for account_id in ids if account_id in keys])
    people = _grouped(connection, "contact", tree, decode.contact)
    business = _grouped(connection, "opportunity", tree, decode.opportunity)
    positions = _grouped(connection, "position", tree, _POSITION.value)
    roles = _roles(connection, business)
    activities = _activities(connection, tree, people, since)
    plans = _by(connection, "plan", "account_id", ids, _PLAN.value)
    objectives = _by(connection, "objective", "account_id", ids, _OBJECTIVE.value)
    renewals = _by(connection, "renewal_cycle", "account_id", ids, _RENEWAL.value)
    actions = _by(connection, "action", "account_id", ids, _ACTION.value)
    signals = _by(connection, "signal", "account_id", ids, _SIGNAL.value)
    scores = _previous(connection, ids, before)
    for root in tree.roots:
        yield AccountFacts(
            account=tree.accounts[root],
            key=keys[root][0],
            tree=tuple(tree.accounts[below] for below in tree.below[root]),
            contacts=_all(people[root]),
            positions=_all(positions[root]),
            opportunities=_all(business[root]),
            roles=_all(roles[root]),
            activities=_all(activities[root]),
            users=users,
            captured_user_ids=captured,
            renewals=_all(renewals.get(root, ())),
            plan=next(iter(plans.get(root, ())), None),
            objectives=_all(objectives.get(root, ())),
            actions=_all(actions.get(root, ())),
            signals=_all(signals.get(root, ())),
            previous={score.name: score for score in scores.get(root, ())},
        )


def live_users(connection: Connection) -> dict[str, User]:
    """Return our people by id."""
    t = table("user")
    rows = connection.execute(select(t).where(t.c.deleted_at.is_(None)).order_by(t.c.id))
    return {row["id"]: decode.user(row) for row in rows.mappings()}


def captured_users(connection: Connection, since: datetime) -> frozenset[str]:
    """Return our people with any mail recorded since a time, in either direction.

    A task that only says "email" carries no direction: somebody typed it, nothing was captured.
    """
    t, p = table("activity"), table("activity_person")
    wanted = (
        select(p.c.person_id)
        .distinct()
        .join_from(t, p, p.c.activity_id == t.c.id)
        .where(p.c.kind == "user", t.c.kind == ActivityKind.EMAIL.value)
        .where(t.c.direction.in_((Direction.INBOUND.value, Direction.OUTBOUND.value)))
        .where(t.c.at >= _instant(since), t.c.deleted_at.is_(None))
    )
    return frozenset(connection.scalars(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """Key accounts and all accounts below them."""

    roots: list[str]
    accounts: Mapping[str, Account]
    below: Mapping[str, list[str]]
    tops: Mapping[str, list[str]]
    """The key accounts above an account, or the account itself."""

    @staticmethod
    def load(connection: Connection, ids: list[str]) -> _Tree:
        """Walk down from *ids*, at any depth; a circle of parents ends where it began."""
        t = table("account")
        live = t.c.deleted_at.is_(None)
        start = select(t.c.id.label("root"), t.c.id.label("id")).where(
            live, among(connection, t.c.id, ids)
        )
        walk = start.cte("tree", recursive=True)
        walk = walk.union(
            select(walk.c.root, t.c.id).join_from(walk, t, t.c.parent_id == walk.c.id).where(live)
        )
        wanted = select(walk.c.root, t).join_from(walk, t, t.c.id == walk.c.id).order_by(t.c.id)
        accounts: dict[str, Account] = {}
        below: dict[str, list[str]] = {}
        tops: dict[str, list[str]] = {}
        for row in connection.execute(wanted).mappings():
            accounts[row["id"]] = decode.account(row)
            tops.setdefault(row["id"], []).append(row["root"])
            listed = below.setdefault(row["root"], [])
            if row["id"] != row["root"]:
                listed.append(row["id"])
        roots = [account_id for account_id in dict.fromkeys(ids) if account_id in below]
        return _Tree(roots=roots, accounts=accounts, below=below, tops=tops)


def _all(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(values)


def _by(
    connection: Connection,
    name: str,
    column: str,
    ids: Iterable[str],
    value: Callable[[Stored], T],
    *,
    only: str | None = None,
) -> dict[str, list[T]]:
    """Return decoded rows by the id in *column*, ordered by primary key."""
    t = table(name)
    wanted = select(t).where(among(connection, t.c[column], ids)).order_by(*t.primary_key)
    if only:
        wanted = wanted.where(literal_column(only))
    found: dict[str, list[T]] = {}
    for row in connection.execute(wanted).mappings():
        found.setdefault(row[column], []).append(value(row))
    return found


def _grouped(
    connection: Connection, name: str, tree: _Tree, value: Callable[[Stored], T]
) -> dict[str, list[T]]:
    """Return what belongs to a tree's accounts, by key account."""
    alive = "deleted_at IS NULL" if "deleted_at" in table(name).c else None
    found = _by(connection, name, "account_id", tree.accounts, value, only=alive)
    grouped: dict[str, list[T]] = {root: [] for root in tree.roots}
    for account_id, values in found.items():
        for root in tree.tops[account_id]:
            grouped[root].extend(values)
    return grouped


def _roles(
    connection: Connection, business: Mapping[str, list[Opportunity]]
) -> dict[str, list[OpportunityRole]]:
    ids = {opportunity.id for listed in business.values() for opportunity in listed}
    found = _by(
        connection,
        "opportunity_role",
        "opportunity_id",
        ids,
        decode.opportunity_role,
        only="deleted_at IS NULL",
    )
    return {
        root: [role for opportunity in listed for role in found.get(opportunity.id, ())]
        for root, listed in business.items()
    }


def _activities(
    connection: Connection,
    tree: _Tree,
    people: Mapping[str, list[Contact]],
    since: datetime,
) -> dict[str, list[Activity]]:
    """Return activities of the accounts or with their people, oldest first."""
    tops: dict[str, set[str]] = {}
    for root, contacts in people.items():
        for contact in contacts:
            tops.setdefault(contact.id, set()).add(root)
    grouped: dict[str, list[Activity]] = {root: [] for root in tree.roots}
    wanted = _concerning(connection, list(tree.accounts), list(tops), since)
    for row in connection.execute(wanted).mappings():
        activity = decode.activity(row)
        if activity is None:
            continue
        roots = set(tree.tops.get(activity.account_id or "", ()))
        roots.update(*(tops.get(contact_id, ()) for contact_id in activity.contact_ids))
        for root in roots:
            grouped[root].append(activity)
    return grouped


def _concerning(
    connection: Connection, accounts: list[str], contacts: list[str], since: datetime
) -> Select[Any]:
    t, p = table("activity"), table("activity_person")
    # Two index walks and a union: an OR over both makes PostgreSQL read the whole table.
    either = union(
        select(t.c.id).where(among(connection, t.c.account_id, accounts)),
        select(p.c.activity_id).where(among(connection, p.c.person_id, contacts)),
    ).subquery()
    return (
        select(t)
        .join_from(either, t, t.c.id == either.c.id)
        .where(t.c.at >= _instant(since), t.c.deleted_at.is_(None))
        .order_by(t.c.at, t.c.id)
    )


def _previous(
    connection: Connection, ids: Iterable[str], before: date | None
) -> dict[str, list[Score]]:
    """Return the latest score of each name, from before a day if one is given."""
    t = table("score")
    wanted = among(connection, t.c.account_id, ids)
    if before is not None:
        wanted = wanted & (t.c.as_of < before.isoformat())
    latest = (
        select(t.c.account_id, t.c.name, func.max(t.c.as_of).label("as_of"))
        .where(wanted)
        .group_by(t.c.account_id, t.c.name)
        .subquery()
    )
    same = and_(*(t.c[name] == latest.c[name] for name in ("account_id", "name", "as_of")))
    found: dict[str, list[Score]] = {}
    for row in connection.execute(select(t).join_from(t, latest, same)).mappings():
        found.setdefault(row["account_id"], []).append(_SCORE.value(row))
    return found


def _instant(at: datetime) -> str:
    """Return an instant in the mirror's canonical form, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
