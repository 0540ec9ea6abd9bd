"""Key accounts with all accounts below them, and what belongs to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, or_, select

from kam_connector.model.account import Account
from kam_connector.store import decode
from kam_connector.store.bulk import among
from kam_connector.store.records import Stored
from kam_connector.store.tables import table

__all__ = ["Tree", "alive", "by_id", "grouped", "mirror_instant"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Key accounts and all accounts below them."""

    roots: list[str]
    accounts: Mapping[str, Account]
    below: Mapping[str, list[str]]
    tops: Mapping[str, list[str]]
    """The key accounts above an account, or the account itself."""

    @staticmethod
    def load(connection: Connection, ids: list[str]) -> Tree:
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
        return Tree(roots=roots, accounts=accounts, below=below, tops=tops)


def by_id(
    connection: Connection,
    name: str,
    column: str,
    ids: Iterable[str],
    value: Callable[[Stored], T],
    *,
    only: ColumnElement[bool] | None = None,
) -> dict[str, list[T]]:
    """Return decoded rows by the id in *column*, ordered by primary key."""
    t = table(name)
    wanted = select(t).where(among(connection, t.c[column], ids)).order_by(*t.primary_key)
    if only is not None:
        wanted = wanted.where(only)
    found: dict[str, list[T]] = {}
    for row in connection.execute(wanted).mappings():
        found.setdefault(row[column], []).append(value(row))
    return found


def alive(name: str, *, since: datetime | None = None) -> ColumnElement[bool] | None:
    """Return the condition that a row is not deleted; or only *since* a time."""
    deleted_at = table(name).c.get("deleted_at")
    if deleted_at is None:
        return None
    lives = deleted_at.is_(None)
    return lives if since is None else or_(lives, deleted_at >= mirror_instant(since))


def grouped(
    connection: Connection,
    name: str,
    tree: Tree,
    value: Callable[[Stored], T],
    *,
    gone_since: datetime | None = None,
) -> dict[str, list[T]]:
    """Return what belongs to a tree's accounts, by key account.

    Args:
        connection: Where to.
        name: The table, which has an ``account_id``.
        tree: The accounts.
        value: Decodes a row.
        gone_since: Also what was deleted since then.
    """
    only = alive(name, since=gone_since)
    found = by_id(connection, name, "account_id", tree.accounts, value, only=only)
    groups: dict[str, list[T]] = {root: [] for root in tree.roots}
    for account_id, values in found.items():
        for root in tree.tops[account_id]:
            groups[root].extend(values)
    return groups


def mirror_instant(at: datetime) -> str:
    """Return an instant in the mirror's canonical form, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
