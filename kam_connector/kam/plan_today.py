"""A plan's page straight from an account's facts, for who has not assessed it already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from kam_connector.kam.assess import Assessment, assess
from kam_connector.kam.plan.basis import PlanBasis, plan_basis
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Action

__all__ = ["assessed_basis", "plan_today"]


def plan_today(
    facts: AccountFacts,
    *,
    as_of: date,
    now: datetime,
    settings: KamSettings | None = None,
    language: Language | None = None,
) -> PlanBasis:
    """Return the basis of a plan's page as of *now*: ``plan_page(plan_today(...))``.

    Facts are as old as the last scores that are stored with them; actions are the known ones,
    not those that the next night would add.

    Args:
        facts: All that is known of the account, activities of two years included.
        as_of: Today.
        now: This instant, aware.
        settings: The method's numbers; defaults when None.
        language: Of the page; None: the settings' own.
    """
    used = settings or KamSettings()
    used = replace(used, language=language) if language else used
    last_run = max((score.as_of for score in facts.previous.values()), default=None)
    found = assess(facts, as_of=as_of, now=now, settings=used)
    said = {one.id: one for one in found.actions}
    actions = [
        replace(one, title=said[one.id].title, reason=said[one.id].reason)
        if one.id in said
        else one
        for one in facts.actions
    ]
    return assessed_basis(found, actions).read_on(last_run)


def assessed_basis(found: Assessment, actions: Iterable[Action] | None = None) -> PlanBasis:
    """Return the basis of the page of an account that is assessed already.

    Args:
        found: What the night found out.
        actions: After `allot`; None: as they were proposed.
    """
    return plan_basis(
        found.situation,
        coverage=found.coverage,
        scores=found.scores,
        aims=found.aims,
        actions=found.actions if actions is None else actions,
    )
