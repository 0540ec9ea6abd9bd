"""Finds what a person means: an account by its ids or name, somebody by id or name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from kam_connector.errors import UsageError
from kam_connector.model.account import Account
from kam_connector.ports import Store

__all__ = ["find_account", "find_one"]

_FEW = 5  # our choice: more suggestions than this are a list nobody reads


def find_account(store: Store, wanted: str) -> Account:
    """Return the one account meant.

    Raises:
        UsageError: None fits, or several do (KAM-7042); names the nearest ones.
    """
    accounts = store.accounts()
    for account in accounts:
        if wanted == account.id or wanted in {ref for _, ref in account.refs}:
            return account
    folded = _fold(wanted)
    exact = [one for one in accounts if _fold(one.name) == folded]
    found = exact or [one for one in accounts if folded and folded in _fold(one.name)]
    if len(found) > 1:
        chosen = {one.account_id for one in store.key_accounts()}
        found = [one for one in found if one.id in chosen] or found
    if len(found) == 1:
        return found[0]
    raise _not_one(wanted, found or _near(accounts, folded), several=bool(found))


def find_one(what: str, wanted: str, names: Mapping[str, str]) -> str:
    """Return the id of the one whose id or (part of a) name is *wanted*.

    Args:
        what: What is looked for, for the message: "person", "colleague".
        wanted: As typed.
        names: Names by id.

    Raises:
        UsageError: Nobody fits, or several do (KAM-7042); names the nearest ones.
    """
    if wanted in names:
        return wanted
    folded = _fold(wanted)
    exact = [id_ for id_, name in names.items() if _fold(name) == folded]
    found = exact or [id_ for id_, name in names.items() if folded and folded in _fold(name)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{names[id_]} ({id_})" for id_ in found[:_FEW])
        message, hint = f'Several fit the {what} "{wanted}".', f"Which one?  {listed}"
    else:
        by_name = {_fold(name): name for name in names.values()}
        near = [by_name[one] for one in get_close_matches(folded, by_name, n=3, cutoff=0.5)]
        message = f'No {what} fits "{wanted}".'
        hint = f"Did you mean  {', '.join(near)} ?" if near else "Names are those of the CRM."
    raise UsageError(message, code="KAM-7042", hint=hint)


def _near(accounts: list[Account], folded: str) -> list[Account]:
    by_name = {_fold(one.name): one for one in accounts}
    return [by_name[name] for name in get_close_matches(folded, by_name, n=3, cutoff=0.5)]


def _not_one(wanted: str, near: list[Account], *, several: bool) -> UsageError:
    names = ", ".join(f"{one.name} ({one.id})" for one in near[:_FEW])
    if several:
        message, hint = f'Several accounts fit "{wanted}".', f"Which one?  {names}"
    else:
        message = f'No account fits "{wanted}".'
        hint = f"Did you mean  {names} ?" if near else "kam account list  shows them."
    return UsageError(message, code="KAM-7042", hint=hint)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one)).strip()
