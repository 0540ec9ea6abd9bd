"""Names and headings of a plan's page."""

from __future__ import annotations

from kam_connector.language import Voice
from kam_connector.model.account import User
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan_content import SectionKind

__all__ = ["able_owner_id", "able_user", "person_of_ours", "person_of_theirs", "section_title"]


def section_title(kind: SectionKind, say: Voice) -> str:
    """Return a section's heading: "Action plan", « Plan d'action »."""
    name = say.name(kind)
    return name[:1].upper() + name[1:]


def person_of_ours(facts: AccountFacts, user_id: str | None, say: Voice) -> str:
    """Return the name of one of ours; what is no id of ours is a name already."""
    if not user_id:
        return say("nobody")
    user = facts.users.get(user_id)
    return user.name if user else user_id


def person_of_theirs(facts: AccountFacts, contact_id: str | None) -> str:
    """Return the name of one of the customer's people; empty when unknown."""
    return next((one.name for one in facts.contacts if one.id == contact_id), "")


def able_owner_id(facts: AccountFacts, user_id: str | None) -> str | None:
    """Return the user's id, or None when nobody or somebody inactive is named."""
    user = facts.users.get(user_id or "")
    return None if user is not None and not user.active else user_id


def able_user(facts: AccountFacts, user_id: str | None) -> User | None:
    """Return an active user of ours; None when nobody or somebody who left is named."""
    user = facts.users.get(user_id or "")
    return user if user is not None and user.active else None
