"""From what each CRM lets a user see to what the product shows that person."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kam_connector.model.access import Heard, Right
from kam_connector.model.account import Account

__all__ = ["account_rights", "concerned"]


def concerned(accounts: Iterable[Account], key_ids: Iterable[str]) -> list[Account]:
    """Return key accounts and all accounts below them: those a CRM is asked about.

    Our choice: what no key account's tree holds is asked of nobody, so that a person costs
    one call per 200 accounts of the programme and not of the whole CRM.
    """
    listed = list(accounts)
    below: dict[str, list[str]] = {}
    for one in listed:
        if one.parent_id is not None:
            below.setdefault(one.parent_id, []).append(one.id)
    wanted, waiting = set(), list(key_ids)
    while waiting:
        id_ = waiting.pop()
        if id_ not in wanted:
            wanted.add(id_)
            waiting += below.get(id_, ())
    return [one for one in listed if one.id in wanted]


def account_rights(
    accounts: Iterable[Account], heard: Collection[Heard], *, known_in: Collection[str]
) -> dict[str, Right]:
    """Return what a person may do with each account; one that is absent is not theirs to see.

    The account's home CRM must grant it, and so must every other CRM in which the person is
    a user and which holds the account: the least right counts. What we show is merged from
    all of them.

    Args:
        accounts: Accounts with the CRM records behind them.
        heard: What the CRMs said that could be heard.
        known_in: Connections in which the person is a user, heard or not.
    """
    by_connection = {one.connection: one for one in heard}
    found: dict[str, Right] = {}
    for account in accounts:
        refs = [pair for pair in account.refs if pair[0] in known_in]
        rights = [_right(by_connection.get(connection), ref) for connection, ref in refs]
        at_home = any(connection == account.home_connection for connection, _ in refs)
        if at_home and None not in rights:
            found[account.id] = Right.READ if Right.READ in rights else Right.EDIT
    return found


def _right(heard: Heard | None, ref: str) -> Right | None:
    return None if heard is None else heard.rights.get(ref)
