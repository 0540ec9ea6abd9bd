"""Who somebody is and what they may see: asked of the CRMs, remembered, and never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kam_connector.errors import AccessDenied, ConfigError, RecordError, RetryableError, SignInError
from kam_connector.kam.access import account_rights, concerned, match_person, reach, roles_of
from kam_connector.model.access import Capability, Heard, Reach, Role, Viewer
from kam_connector.model.account import Account, User
from kam_connector.model.kind import Kind
from kam_connector.ports import Crm, Store, TellsAccess

__all__ = ["AccessRules", "find_viewer"]

_NO_ANSWER = (RetryableError, SignInError, ConfigError, RecordError)
"""What a connection raises where it cannot say; then the last answer holds for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """What the configuration says of access."""

    named: Mapping[Role, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    """The CRM's name of somebody, by the name they come with, folded."""
    fresh: timedelta = timedelta(minutes=15)
    """A younger answer is not asked for again (G30)."""
    stale: timedelta = timedelta(hours=24)
    """An older one counts for nothing, if the CRM cannot be asked (G30)."""


def find_viewer(
    store: Store,
    rules: AccessRules,
    actor: str,
    *,
    doing: Capability,
    crm_of: Callable[[str], Crm],
    now: datetime,
) -> Viewer:
    """Return who *actor* is, with the rights that what they do asks for.

    CRMs are asked only for a reach of some accounts, and only where the last answer is not
    fresh: one call per 200 accounts or so, and connection.

    Raises:
        AccessDenied: Nobody, several or an inactive user is meant (KAM-7047), or their rights
            are not known and too old (KAM-7048).
    """
    person = rules.people.get(actor.strip().casefold(), actor.strip())
    matched = match_person(person, store.users(), list(store.mirror_rows(Kind.USER)))
    roles = roles_of(person, is_user=matched.user is not None, named=rules.named)
    if matched.refusal or not roles:
        raise _nobody(actor, matched.refusal)
    user = matched.user
    viewer = Viewer(name=actor, user_id=user.id if user else None, roles=roles)
    if user is None or reach(roles, doing) is not Reach.SEEN:
        return viewer
    return _with_rights(store, rules, viewer, user, crm_of=crm_of, now=now)


def _with_rights(
    store: Store,
    rules: AccessRules,
    viewer: Viewer,
    user: User,
    *,
    crm_of: Callable[[str], Crm],
    now: datetime,
) -> Viewer:
    chosen = [one.account_id for one in store.key_accounts()]
    asked = concerned(store.accounts(), [*chosen, *store.former_key_accounts()])
    heard = [
        found
        for connection, ref in user.refs
        if (found := _hear(store, rules, asked, connection, ref, crm_of=crm_of, now=now))
    ]
    known_in = {connection for connection, _ in user.refs}
    unheard = tuple(sorted(known_in - {one.connection for one in heard}))
    if unheard and not heard:
        raise AccessDenied(
            f"What you may see is not known: {', '.join(unheard)} did not say it in the last "
            f"{rules.stale / timedelta(hours=1):g} hours.",
            code="KAM-7048",
            hint="kam status  shows the connection; an administrator can look.",
        )
    return Viewer(
        name=viewer.name,
        user_id=viewer.user_id,
        roles=viewer.roles,
        rights=account_rights(asked, heard, known_in=known_in),
        as_of=min((one.at for one in heard), default=None),
        unheard=unheard,
    )


def _hear(
    store: Store,
    rules: AccessRules,
    accounts: Sequence[Account],
    connection: str,
    user_ref: str,
    *,
    crm_of: Callable[[str], Crm],
    now: datetime,
) -> Heard | None:
    """Return what a CRM says of a user: the last answer while it is fresh, else a new one."""
    last = store.heard(connection, user_ref)
    if last is not None and last.is_younger(rules.fresh, now=now):
        return last
    refs = sorted({ref for one in accounts for name, ref in one.refs if name == connection})
    try:
        crm = crm_of(connection)
        if not isinstance(crm, TellsAccess):
            return None
        rights = crm.visible(user_ref, refs)
    except _NO_ANSWER:
        return last if last is not None and last.is_younger(rules.stale, now=now) else None
    found = Heard(connection=connection, user_ref=user_ref, at=now, rights=dict(rights))
    store.save_heard(found)
    return found


def _nobody(actor: str, refusal: str) -> AccessDenied:
    why = refusal or f'no CRM user and no role of [access] is called "{actor}"'
    return AccessDenied(
        f"Access is denied: {why}.",
        code="KAM-7047",
        hint="An administrator names people in [access], or says there who they are in the CRM.",
    )
