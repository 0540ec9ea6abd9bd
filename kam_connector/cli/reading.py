"""What commands read alike: a key account's facts, the language of the answer, who speaks."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click

from kam_connector.cli.command import Session
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed
from kam_connector.language import Language
from kam_connector.model.account import Account
from kam_connector.model.facts import AccountFacts
from kam_connector.ports import Store
from kam_connector.sync.derive import HISTORY

__all__ = ["author", "facts_now", "facts_since", "language_option"]


def language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--language``, for what goes to people."""
    languages = click.Choice([one.value for one in Language])
    return click.option("--language", type=languages, help="Default: [kam] language.")(function)


def facts_now(session: Session, account: str) -> AccountFacts:
    """Return a key account's facts as of now, activities as far back as a night reads.

    Raises:
        UsageError: No account fits.
        CheckFailed: It is no key account (KAM-7043).
    """
    store, now = session.app.store, session.app.clock.now().astimezone(UTC)
    return facts_since(store, find_account(store, account), now - HISTORY)


def facts_since(
    store: Store, found: Account, since: datetime, *, before: date | None = None
) -> AccountFacts:
    """Return a key account's facts, activities from *since* on, scores from *before* a day.

    Raises:
        CheckFailed: It is no key account (KAM-7043).
    """
    facts = next(iter(store.facts([found.id], since=since, before=before)), None)
    if facts is None:
        hint = "kam account select  shows which are, and why."
        raise CheckFailed(f"{found.name} is no key account.", code="KAM-7043", hint=hint)
    return facts


def author(store: Store, named: str | None) -> str:
    """Return who speaks: our user's id where id, name or address fits one, else the name given.

    Args:
        store: Knows our users.
        named: As typed; None: whoever is signed in on this computer.
    """
    name = named or getpass.getuser()
    wanted = _folded(name)
    fits = [
        one.id
        for one in store.users()
        if wanted in {_folded(one.id), _folded(one.name), _folded(one.email or "")}
    ]
    return fits[0] if len(fits) == 1 else name


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
