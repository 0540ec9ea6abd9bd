"""What the plan commands read: one account's page as of now, and who speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from kam_connector.cli.command import Session
from kam_connector.errors import CheckFailed
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan_today import plan_today
from kam_connector.language import Language
from kam_connector.model.account import Account
from kam_connector.ports import Store
from kam_connector.sync.derive import HISTORY

__all__ = ["author", "by_option", "read_plan"]


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--by``, who says so."""
    return click.option("--by", required=True, help="Who says so: one of our people, by name.")(
        function
    )


def read_plan(session: Session, account: Account, language: str | None = None) -> PlanBasis:
    """Return the basis of an account's plan as of now.

    Raises:
        CheckFailed: It is no key account (KAM-7043).
    """
    now = session.app.clock.now()
    facts = next(iter(session.app.store.facts([account.id], since=now - HISTORY)), None)
    if facts is None:
        raise CheckFailed(
            f"{account.name} is no key account: it has no plan.",
            code="KAM-7043",
            hint="kam account select  shows how the key accounts were chosen.",
        )
    settings = session.config.kam.settings()
    if language:
        settings = replace(settings, language=Language(language))
    return plan_today(facts, as_of=now.date(), now=now, settings=settings)


def author(store: Store, named: str) -> str:
    """Return the id of the one of ours who is named, or the name of somebody who is no user."""
    wanted = " ".join(named.casefold().split())
    users = store.users()
    if any(one.id == named for one in users):
        return named
    found = [
        one.id
        for one in users
        if " ".join(one.name.casefold().split()) == wanted
        or (one.email and one.email.casefold() == wanted)
    ]
    return found[0] if len(found) == 1 else named
