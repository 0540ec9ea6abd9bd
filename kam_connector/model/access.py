"""Who asks, what for, and which accounts they may see: values that rules and stores share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["HIDDEN", "Capability", "Heard", "Reach", "Right", "Role", "Viewer"]

HIDDEN = "hidden"
"""What stands where a value is that a person may not read: never nothing, never zero."""


class Role(StrEnum):
    """What somebody is to the product."""

    ACCOUNT_MANAGER = "account_manager"
    """Whom a connected CRM knows as an active user: nobody is named so in the configuration."""
    ADMIN = "admin"
    PROGRAMME_HEAD = "programme_head"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a CRM lets one user do with one account."""

    READ = "read"
    EDIT = "edit"


class Reach(StrEnum):
    """How far a capability goes."""

    SEEN = "seen"
    """The accounts that the CRM lets this person see."""
    ALL = "all"
    """Every account."""
    SYSTEM = "system"
    """Everything, as the nightly run does: its own tables too."""


class Capability(StrEnum):
    """What a command or a page is for; each declares one."""

    GENERAL = "general"
    """Tells nothing of any customer and changes nothing."""
    ACCESS_OWN = "access_own"
    """What one may do oneself."""
    ACCESS_READ = "access_read"
    """What others may do."""
    ACCOUNTS_READ = "accounts_read"
    """Plans, people, scores and signals of accounts."""
    ACCOUNTS_EDIT = "accounts_edit"
    """To change what the layer holds of accounts."""
    DECISIONS_READ = "decisions_read"
    """Who put a plan forward and who decided, without the plan."""
    PLANS_DECIDE = "plans_decide"
    """To approve and to reject plans."""
    HANDOVER = "handover"
    """To move a colleague's work to another."""
    PROGRAMME_READ = "programme_read"
    """The programme, its teams and its figures."""
    PROGRAMME_EDIT = "programme_edit"
    """To choose key accounts, to describe the programme, to try rules."""
    CONTROL_READ = "control_read"
    """State of connections, runs, errors and matches."""
    OPERATE = "operate"
    """Connections, mappings, runs, writes, undo, the database."""
    PRIVACY = "privacy"
    """To export and to erase what is known of a person."""
    AUDIT_READ = "audit_read"
    """The audit log."""

    @property
    def writes(self) -> bool:
        """Whether it may change what people keep in the layer."""
        return self in _WRITING


_WRITING = frozenset(
    {
        Capability.ACCOUNTS_EDIT,
        Capability.PLANS_DECIDE,
        Capability.HANDOVER,
        Capability.PROGRAMME_EDIT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one CRM said of one user's rights, and when."""

    connection: str
    user_ref: str
    at: datetime
    rights: Mapping[str, Right]
    """By account ref; one that is absent is not visible."""
    fields: Mapping[str, Right] | None = None
    """By ``Object.Field``; one that is absent may not be read. None: this CRM does not tell."""

    def is_younger(self, than: timedelta, *, now: datetime) -> bool:
        """Whether it was heard less than *than* ago; never when it was heard in the future."""
        return timedelta(0) <= now - self.at < than


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One person, as far as access goes."""

    name: str
    """As they were named: by the service, the environment or the computer."""
    user_id: str | None = None
    """Our user's id; None: no CRM knows them."""
    roles: frozenset[Role] = frozenset()
    rights: Mapping[str, Right] = field(default_factory=dict)
    """By account id; one that is absent does not exist for this person."""
    as_of: datetime | None = None
    """The oldest answer of a CRM behind ``rights``; None: none was needed."""
    unheard: tuple[str, ...] = ()
    """Connections whose rules are not known: their accounts are not seen."""
    hidden: frozenset[str] = frozenset()
    """Values of CRM fields that this person may not read, by path (``contact.email``)."""
    locked: frozenset[str] = frozenset()
    """Values that go into CRM fields which people edit, and this person may not, by path."""
