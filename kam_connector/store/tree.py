"""Key accounts with all accounts below them, and what belongs to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, or_, select

from kam_connector.model.account import Account
from kam_connector.store import decode
from kam_connector.store.prepared import listed
from kam_connector.store.records import Stored
from kam_connector.store.tables import table

__all__ = ["Tree", "alive", "by_id", "grouped", "lately_alive", "mirror_instant"]

T = TypeVar("T")
Only: TypeAlias = Callable[[Table], ColumnElement[bool]]
"""Which rows of a table count."""


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
        accounts: dict[str, Account] = {}
        below: dict[str, list[str]] = {}
        tops: dict[str, list[str]] = {}
        for row in connection.execute(_walk(), {"ids": ids}).mappings():
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
    only: Only | None = None,
    gone_since: datetime | None = None,
) -> dict[str, list[T]]:
    """Return decoded rows by the id in *column*, ordered by primary key.

    Args:
        connection: Where to.
        name: The table.
        column: The one that holds the id.
        ids: The ids.
        value: Decodes a row.
        only: Which rows count; default: all.
        gone_since: For ``lately_alive``.
    """
    given: dict[str, Any] = {"ids": ids}
    if gone_since is not None:
        given["gone_since"] = mirror_instant(gone_since)
    found: dict[str, list[T]] = {}
    for row in connection.execute(_wanted(name, column, only), given).mappings():
        found.setdefault(row[column], []).append(value(row))
    return found


def alive(t: Table) -> ColumnElement[bool]:
    """Return the condition that a row is not deleted."""
    return t.c.deleted_at.is_(None)


def lately_alive(t: Table) -> ColumnElement[bool]:
    """Return the condition that a row is not deleted, or only since a time."""
    return or_(alive(t), t.c.deleted_at >= bindparam("gone_since"))


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
    only = alive if gone_since is None else lately_alive
    found = by_id(
        connection,
        name,
        "account_id",
        tree.accounts,
        value,
        only=only if "deleted_at" in table(name).c else None,
        gone_since=gone_since,
    )
    groups: dict[str, list[T]] = {root: [] for root in tree.roots}
    for account_id, values in found.items():
        for root in tree.tops[account_id]:
            groups[root].extend(values)
    return groups


def mirror_instant(at: datetime) -> str:
    """Return an instant in the mirror's canonical form, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _walk() -> Select[Any]:
    """Return the question for accounts and all below them."""
    t = table("account")
    start = select(t.c.id.label("root"), t.c.id.label("id")).where(alive(t), listed(t.c.id, "ids"))
    walk = start.cte("tree", recursive=True)
    below = select(walk.c.root, t.c.id).join_from(walk, t, t.c.parent_id == walk.c.id)
    walk = walk.union(below.where(alive(t)))
    return select(walk.c.root, t).join_from(walk, t, t.c.id == walk.c.id).order_by(t.c.id)


@cache
def _wanted(name: str, column: str, only: Only | None) -> Select[Any]:
    """Return the question for rows by an id."""
    t = table(name)
    wanted = select(t).where(listed(t.c[column], "ids")).order_by(*t.primary_key)
    return wanted if only is None else wanted.where(only(t))
