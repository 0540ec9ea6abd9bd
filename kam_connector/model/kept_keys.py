"""What makes a kept record the one it is: the fields its id follows from when a person adds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.model import (
    account_team,
    figures,
    journey,
    plan,
    plan_content,
    programme,
    stakeholder,
)
from kam_connector.model.kept import kept_id

__all__ = ["NATURAL", "id_of_new"]

NATURAL: Mapping[type[Any], tuple[str, ...]] = {
    plan.Objective: ("account_id", "title"),
    plan.Action: ("account_id", "title", "due"),
    programme.Programme: (),
    programme.ProgrammeMember: ("user_id", "function"),
    programme.ProgrammeCost: ("year", "kind"),
    programme.Criterion: ("axis", "name"),
    programme.SelectionScore: ("account_id", "criterion_id"),
    programme.Competency: ("user_id", "skill"),
    account_team.Teammate: ("account_id", "user_id", "role"),
    account_team.Responsibility: ("account_id", "work", "user_id"),
    account_team.ContactCoverage: ("account_id", "contact_id", "user_id"),
    account_team.ExecutivePair: ("account_id", "user_id", "contact_id"),
    plan_content.PlanFrame: ("account_id",),
    plan_content.PlanSection: ("account_id", "kind"),
    plan_content.CommunicationCharter: ("account_id",),
    plan_content.Competitor: ("account_id", "name", "product_line"),
    plan_content.SwotItem: ("account_id", "quadrant", "text"),
    plan_content.Risk: ("account_id", "text"),
    stakeholder.PeopleEdge: ("account_id", "from_contact_id", "to_contact_id", "kind"),
    stakeholder.ProfilePath: ("profile",),
    journey.GateAnswer: ("account_id", "stage", "item"),
    figures.Wallet: ("account_id", "product_line", "year"),
    figures.CatalogueItem: ("product_line",),
    figures.OfferPosition: ("account_id", "product_line", "country"),
}
"""Of the other types every field counts: two that differ anywhere are two."""


def id_of_new(made: type[Any], values: Mapping[str, object]) -> str:
    """Return the id of a record that a person adds: the same content asked twice, the same.

    Args:
        made: Its type.
        values: Its fields without ``id``.
    """
    names = NATURAL.get(made, tuple(sorted(name for name in values if name != "id")))
    return kept_id(made, *(values.get(name) for name in names))
