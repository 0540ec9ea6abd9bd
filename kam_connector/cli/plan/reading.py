"""What the plan commands read: one account's page as of now, and who speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from kam_connector.cli.command import Session
from kam_connector.cli.reading import facts_since
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan_today import plan_today
from kam_connector.language import Language
from kam_connector.model.account import Account
from kam_connector.sync.derive import HISTORY

__all__ = ["by_option", "read_plan"]


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
    facts = facts_since(session.app.store, account, now - HISTORY)
    settings = session.config.kam.settings()
    if language:
        settings = replace(settings, language=Language(language))
    return plan_today(facts, as_of=now.date(), now=now, settings=settings)
