"""The section ``[access]``: who is what, and how old the CRM's word may be."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from kam_connector.config.problem import nearest
from kam_connector.config.sections import Section
from kam_connector.model.access import Role
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.paths import READ_PATHS

__all__ = ["Access"]

_Names = tuple[str, ...]
_KINDS = [kind for kind in READ_PATHS if kind not in (*MADE, Kind.USER, Kind.CURRENCY_RATE)]
_PATHS = frozenset(f"{kind.value}.{path}" for kind in _KINDS for path in READ_PATHS[kind])
"""What may be hidden: values of customers' records."""


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
    field_rights: bool = True
    """Whether CRMs are asked which fields a person may read; off: an administrator answers for it
    with ``hide``."""
    hide: dict[str, list[str]] = Field(default_factory=dict)
    """Values that a role does not see, by role: ``account_manager = ["contact.email"]``."""

    @field_validator("admins", "programme_heads", "auditors")
    @classmethod
    def _said(cls, names: _Names) -> _Names:
        if any(not name.strip() for name in names):
            raise PydanticCustomError("access_name", "holds an empty name.")
        return names

    @field_validator("hide")
    @classmethod
    def _known(cls, hide: dict[str, list[str]]) -> dict[str, list[str]]:
        """Refuse a rule that would hide nothing: a typing error must not show a value."""
        for role, paths in hide.items():
            if role not in set(Role):
                raise _unknown("role", role, tuple(Role))
            for path in paths:
                if path not in _PATHS:
                    raise _unknown("value", path, _PATHS)
        return hide


def _unknown(what: str, name: str, known: Iterable[str]) -> PydanticCustomError:
    near = nearest(name, known) or "kam mapping paths  lists the values."
    given = {"what": what, "said": name, "hint": near}
    return PydanticCustomError("name", 'names an unknown {what} "{said}".', given)
