"""What each role may do: one table, and nothing that is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kam_connector.model.access import Capability, Reach, Role

__all__ = ["TABLE", "reach", "roles_of"]

_MANAGER, _ADMIN, _HEAD, _AUDITOR = (
    Role.ACCOUNT_MANAGER,
    Role.ADMIN,
    Role.PROGRAMME_HEAD,
    Role.AUDITOR,
)
_EVERYBODY = dict.fromkeys(Role, Reach.SEEN)

TABLE: Mapping[Capability, Mapping[Role, Reach]] = {
    Capability.GENERAL: _EVERYBODY,
    Capability.ACCESS_OWN: _EVERYBODY,
    Capability.ACCESS_READ: {_ADMIN: Reach.ALL, _AUDITOR: Reach.ALL},
    Capability.ACCOUNTS_READ: {_MANAGER: Reach.SEEN, _HEAD: Reach.ALL},
    Capability.ACCOUNTS_EDIT: {_MANAGER: Reach.SEEN},
    Capability.DECISIONS_READ: {
        _MANAGER: Reach.SEEN,
        _HEAD: Reach.ALL,
        _AUDITOR: Reach.ALL,
    },
    Capability.PLANS_DECIDE: {_HEAD: Reach.ALL},
    Capability.HANDOVER: {_HEAD: Reach.ALL},
    Capability.PROGRAMME_READ: {
        _MANAGER: Reach.SEEN,
        _HEAD: Reach.ALL,
        _AUDITOR: Reach.ALL,
    },
    Capability.PROGRAMME_EDIT: {_HEAD: Reach.ALL},
    Capability.CONTROL_READ: {_ADMIN: Reach.ALL, _HEAD: Reach.ALL, _AUDITOR: Reach.ALL},
    Capability.OPERATE: {_ADMIN: Reach.SYSTEM},
    Capability.PRIVACY: {_ADMIN: Reach.SYSTEM},
    Capability.AUDIT_READ: {_ADMIN: Reach.ALL, _AUDITOR: Reach.ALL},
}
"""Our choice, by least privilege (docs/access.md gives the reasons). An admin works the engine
and reads no plan by that role; an auditor reads who did what, and no opinion of people; a head
of programme reads and decides everywhere, and edits an account only where the CRM lets them."""

_WIDEST_FIRST = (Reach.SYSTEM, Reach.ALL, Reach.SEEN)


def reach(roles: Iterable[Role], doing: Capability) -> Reach | None:
    """Return how far these roles go in doing something; None: they may not do it at all."""
    allowed = {TABLE.get(doing, {}).get(role) for role in roles}
    return next((one for one in _WIDEST_FIRST if one in allowed), None)


def roles_of(person: str, *, is_user: bool, named: Mapping[Role, Iterable[str]]) -> frozenset[Role]:
    """Return somebody's roles.

    Args:
        person: The name they came with; what a CRM says of them is never looked at here, for
            a user may edit their own address there.
        is_user: Whether a CRM knows them as an active user.
        named: Who is named for a role in the configuration.

    An auditor has no other role: whoever judges the records does not make them.
    """
    folded = person.casefold()
    found = {role for role, names in named.items() if folded in {name.casefold() for name in names}}
    if Role.AUDITOR in found:
        return frozenset({Role.AUDITOR})
    return frozenset(found | ({Role.ACCOUNT_MANAGER} if is_user else set()))
