"""What a CRM says of one user's rights: the last answer while it is fresh, else a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kam_connector.errors import ConfigError, RecordError, RetryableError, SignInError
from kam_connector.mapping import Origins
from kam_connector.model.access import Heard
from kam_connector.model.account import Account
from kam_connector.ports import Crm, Store, TellsAccess, TellsFields

__all__ = ["Asking", "hear"]

_NO_ANSWER = (RetryableError, SignInError, ConfigError, RecordError)
"""What a connection raises where it cannot say; then the last answer holds for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How CRMs are asked, and when."""

    crm_of: Callable[[str], Crm]
    """A connection by its name; raises ConfigError where it is not configured, or off."""
    origins_of: Callable[[str], Origins]
    """Which CRM fields a connection's values are made of; raises MappingError."""
    now: datetime
    fields: bool = True
    """Whether rights to single fields are asked for."""
    fresh: timedelta = timedelta(minutes=15)
    stale: timedelta = timedelta(hours=24)
    silent: dict[str, str] = field(default_factory=dict)
    """Why a connection did not say it, by its name: filled while asking."""


def hear(
    store: Store, asking: Asking, accounts: Sequence[Account], connection: str, user_ref: str
) -> Heard | None:
    """Return what a CRM says of a user; None: nothing that is young enough to count.

    Accounts and fields are one answer with one age: where one of them cannot be had, neither
    counts, for half of an answer would show what the other half hides.
    """
    last = store.heard(connection, user_ref)
    if last is not None and last.is_younger(asking.fresh, now=asking.now):
        return last
    try:
        found = _ask(asking, accounts, connection, user_ref)
    except _NO_ANSWER as error:
        asking.silent[connection] = f"{error.code}: {error.message}"
        young = last is not None and last.is_younger(asking.stale, now=asking.now)
        return last if young else None
    if found is not None:
        store.save_heard(found)
    return found


def _ask(
    asking: Asking, accounts: Sequence[Account], connection: str, user_ref: str
) -> Heard | None:
    crm = asking.crm_of(connection)
    if not isinstance(crm, TellsAccess):
        return None
    refs = sorted({ref for one in accounts for name, ref in one.refs if name == connection})
    fields = None
    if asking.fields and isinstance(crm, TellsFields):
        fields = dict(crm.field_rights(user_ref, asking.origins_of(connection).fields))
    rights = dict(crm.visible(user_ref, refs))
    return Heard(
        connection=connection, user_ref=user_ref, at=asking.now, rights=rights, fields=fields
    )
