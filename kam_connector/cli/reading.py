"""What commands read alike: one key account's facts as of now, and the language of the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

import click

from kam_connector.cli.command import Session
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed
from kam_connector.language import Language
from kam_connector.model.facts import AccountFacts
from kam_connector.sync.derive import HISTORY

__all__ = ["facts_now", "language_option"]


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
    store = session.app.store
    found, now = find_account(store, account), session.app.clock.now().astimezone(UTC)
    facts = next(iter(store.facts([found.id], since=now - HISTORY)), None)
    if facts is None:
        hint = "Only key accounts are read:  kam account select"
        raise CheckFailed(f"{found.name} is no key account.", code="KAM-7043", hint=hint)
    return facts
