"""Our people on an account's team, as the CRM declares them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TeamMember"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """One of ours who covers an account beside its owner: declared, not observed."""

    id: str
    account_id: str | None
    user_id: str | None
    role: str = ""
    """Their part, as the CRM names it."""
