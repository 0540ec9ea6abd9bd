"""The section ``[access]``: who is what, and how old the CRM's word may be."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from kam_connector.config.sections import Section

__all__ = ["Access"]

_Names = tuple[str, ...]


class Access(Section):
    """Who may do what; off for an installation of one person."""

    enabled: bool = False
    admins: _Names = Field(default=(), strict=False)
    programme_heads: _Names = Field(default=(), strict=False)
    auditors: _Names = Field(default=(), strict=False)
    people: dict[str, str] = Field(default_factory=dict)
    """What somebody is called in the CRM, by what they are called here."""
    fresh_minutes: int = Field(default=15, ge=1, le=15)
    stale_hours: int = Field(default=24, ge=0, le=24)

    @field_validator("admins", "programme_heads", "auditors")
    @classmethod
    def _said(cls, names: _Names) -> _Names:
        if any(not name.strip() for name in names):
            raise PydanticCustomError("access_name", "holds an empty name.")
        return names
