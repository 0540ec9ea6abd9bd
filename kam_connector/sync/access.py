"""Who somebody is and what they may see: asked of the CRMs, remembered, and never guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from kam_connector.errors import AccessDenied, ConfigError
from kam_connector.kam.access import (
    account_rights,
    concerned,
    hidden_paths,
    locked_paths,
    match_person,
    reach,
    roles_of,
)
from kam_connector.model.access import Capability, Heard, Reach, Role, Viewer
from kam_connector.model.account import Account, User
from kam_connector.model.kind import Kind
from kam_connector.ports import Store, TellsFields
from kam_connector.sync.hearing import Asking, hear

__all__ = ["AccessRules", "Asking", "find_viewer"]

_OF_CUSTOMERS = frozenset(
    {
        Capability.ACCOUNTS_READ,
        Capability.ACCOUNTS_EDIT,
        Capability.DECISIONS_READ,
        Capability.PLANS_DECIDE,
        Capability.HANDOVER,
        Capability.PROGRAMME_READ,
        Capability.PROGRAMME_EDIT,
    }
)
"""What shows customers' values as such; the engine's own pages are by role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """What the configuration says of access."""

    named: Mapping[Role, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    """The CRM's name of somebody, by the name they come with, folded."""
    hide: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    """Values that a role does not see, by path."""
    field_rights: bool = True
    """Whether CRMs are asked which fields somebody may read."""
    fresh: timedelta = timedelta(minutes=15)
    """A younger answer is not asked for again (G30)."""
    stale: timedelta = timedelta(hours=24)
    """An older one counts for nothing, if the CRM cannot be asked (G30)."""


def find_viewer(
    store: Store, rules: AccessRules, actor: str, *, doing: Capability, asking: Asking
) -> Viewer:
    """Return who *actor* is, with the rights that what they do asks for.

    CRMs are asked only for a reach of some accounts, or of a user's fields, and only where the
    last answer is not fresh: one call per 200 accounts or so and connection, and some twenty
    for the fields.

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
    viewer = Viewer(
        name=actor,
        user_id=user.id if user else None,
        roles=roles,
        hidden=frozenset(path for role in roles for path in rules.hide.get(role, ())),
    )
    how_far = reach(roles, doing)
    asking = replace(asking, fields=rules.field_rights, fresh=rules.fresh, stale=rules.stale)
    if user is not None and how_far is Reach.SEEN:
        return _with_rights(store, viewer, user, asking)
    if user is not None and how_far is Reach.ALL and doing in _OF_CUSTOMERS and asking.fields:
        return _with_fields(store, viewer, user, asking)
    return viewer


def _with_rights(store: Store, viewer: Viewer, user: User, asking: Asking) -> Viewer:
    """Return somebody who sees what the CRMs let them see, accounts and fields."""
    asked = _asked(store)
    heard = _heard(store, user.refs, asked, asking)
    known_in = {connection for connection, _ in user.refs}
    unheard = tuple(sorted(known_in - {one.connection for one in heard}))
    if unheard and not heard:
        raise _unknown(unheard, asking)
    found = replace(
        viewer,
        rights=account_rights(asked, heard, known_in=known_in),
        as_of=min((one.at for one in heard), default=None),
        unheard=unheard,
    )
    return _limited(found, heard, asking)


def _with_fields(store: Store, viewer: Viewer, user: User, asking: Asking) -> Viewer:
    """Return somebody who sees every account by role, and of each what a CRM lets them read.

    A connection whose CRM does not tell fields, or that is no longer configured, says nothing;
    one that tells them, and does not answer, denies.
    """
    refs = [pair for pair in user.refs if _tells_fields(pair[0], asking)]
    heard = _heard(store, refs, _asked(store), asking)
    unheard = tuple(sorted({name for name, _ in refs} - {one.connection for one in heard}))
    if unheard:
        raise _unknown(unheard, asking)
    as_of = min((one.at for one in heard), default=None)
    return _limited(replace(viewer, as_of=as_of), heard, asking)


def _limited(viewer: Viewer, heard: Iterable[Heard], asking: Asking) -> Viewer:
    """Return the viewer without fields that any of the CRMs does not let them read, or edit."""
    hidden, locked = set(viewer.hidden), set(viewer.locked)
    for one in heard:
        if one.fields is not None:
            origins = asking.origins_of(one.connection)
            hidden |= hidden_paths(origins.reads, one.fields)
            locked |= locked_paths(origins.shared, one.fields)
    return replace(viewer, hidden=frozenset(hidden), locked=frozenset(locked))


def _asked(store: Store) -> list[Account]:
    chosen = [one.account_id for one in store.key_accounts()]
    return concerned(store.accounts(), [*chosen, *store.former_key_accounts()])


def _heard(
    store: Store,
    refs: Iterable[tuple[str, str]],
    asked: Sequence[Account],
    asking: Asking,
) -> list[Heard]:
    answers = (hear(store, asking, asked, connection, ref) for connection, ref in refs)
    return [one for one in answers if one is not None]


def _tells_fields(connection: str, asking: Asking) -> bool:
    """Whether a connection is there to be asked of fields at all."""
    try:
        return isinstance(asking.crm_of(connection), TellsFields)
    except ConfigError as error:
        return error.code != "KAM-1062"  # not configured, or off: any other mistake denies


def _unknown(unheard: Collection[str], asking: Asking) -> AccessDenied:
    why = "".join(f" {name}: {asking.silent[name]}." for name in unheard if name in asking.silent)
    return AccessDenied(
        f"What you may see is not known: {', '.join(unheard)} did not say it in the last "
        f"{asking.stale / timedelta(hours=1):g} hours.{why}",
        code="KAM-7048",
        hint="kam status  shows the connection; an administrator can look: docs/access.md",
    )


def _nobody(actor: str, refusal: str) -> AccessDenied:
    why = refusal or f'no CRM user and no role of [access] is called "{actor}"'
    return AccessDenied(
        f"Access is denied: {why}.",
        code="KAM-7047",
        hint="An administrator names people in [access], or says there who they are in the CRM.",
    )
