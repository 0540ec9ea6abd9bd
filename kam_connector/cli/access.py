"""kam access show | check."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.errors import AccessDenied, CheckFailed
from kam_connector.model.access import Capability, Right, Viewer

__all__ = ["check", "show"]

_OFF = "Access control is off: whoever runs a command may do everything ([access] enabled)."


@command(
    "show",
    click.argument("user", required=False),
    help="Show who you are here, or USER: roles, accounts in sight, as of when, and why.",
)
def show(session: Session, *, user: str | None) -> Result:
    """Show a person's roles and reach."""
    from kam_connector.kam.access import reach  # noqa: PLC0415 - heavy

    viewer = _viewer(session, user)
    edits = sum(right is Right.EDIT for right in viewer.rights.values())
    may = {doing: found for doing in Capability if (found := reach(viewer.roles, doing))}
    lines = [] if session.config.access.enabled else [_OFF]
    lines += [
        f"  {'name':<12}{viewer.name}",
        f"  {'CRM user':<12}{viewer.user_id or 'none'}",
        f"  {'roles':<12}{', '.join(sorted(viewer.roles)) or 'none'}",
        f"  {'accounts':<12}{len(viewer.rights)} in sight, {edits} of them to edit",
        f"  {'as of':<12}{viewer.as_of or 'no CRM was asked'}",
    ]
    lines += [f"  {'not heard':<12}{one}: its accounts are not seen" for one in viewer.unheard]
    lines += [f"  {'hidden':<12}{path}" for path in sorted(viewer.hidden)]
    lines += [f"  {'not edited':<12}{path}" for path in sorted(viewer.locked)]
    lines += table(("may", "how far"), [(doing.replace("_", " "), may[doing]) for doing in may])
    data = {
        "enabled": session.config.access.enabled,
        "name": viewer.name,
        "user_id": viewer.user_id,
        "roles": sorted(viewer.roles),
        "accounts": len(viewer.rights),
        "editable": edits,
        "as_of": viewer.as_of,
        "unheard": list(viewer.unheard),
        "hidden": sorted(viewer.hidden),
        "locked": sorted(viewer.locked),
        "may": dict(may),
    }
    return Result(data=data, lines=lines)


@command(
    "check",
    click.argument("user"),
    click.argument("account"),
    help="Say whether USER sees ACCOUNT, and whether they may change it; exit 4 if not seen.",
)
def check(session: Session, *, user: str, account: str) -> Result:
    """Check one person and one account."""
    viewer = _viewer(session, user)
    whole = session.whole_app().store
    admitted = session.admitted
    if admitted is None or _same(user, session.actor):
        store = whole if admitted is None else whole.seen_by(viewer, doing=_READING)
    else:
        store = whole  # who may ask about others may know that an account exists
    found = find_account(store, account)
    right = viewer.rights.get(found.id)
    everything = _sees_all(viewer)
    word = right.value if right else "read, by role" if everything else "none"
    lines = [f"  {viewer.name}  {found.name} ({found.id}): {word}"]
    error = None
    if right is None and not everything:
        error = CheckFailed(f"{viewer.name} does not see this account.", hint=_WHY)
    data = {"user": viewer.name, "account_id": found.id, "right": right, "by_role": everything}
    return Result(data=data, lines=lines, error=error)


_READING = Capability.ACCOUNTS_READ
_WHY = "The CRM decides, for key accounts and those below them: docs/access.md"


def _viewer(session: Session, user: str | None) -> Viewer:
    """Return the person asked about, with the rights of an account manager if they are one.

    Raises:
        AccessDenied: It is somebody else, and the one who asks may not look at others.
    """
    from kam_connector.kam.access import reach  # noqa: PLC0415 - heavy

    wanted = user or session.actor
    admitted = session.admitted
    others = Capability.ACCESS_READ
    if (
        admitted is not None
        and not _same(wanted, session.actor)
        and reach(admitted.viewer.roles, others) is None
    ):
        raise AccessDenied(
            "Only administrators and auditors may ask what others see.",
            hint="kam access show  without a name shows your own.",
        )
    return session.whole_app().viewer(wanted, doing=Capability.ACCESS_OWN)


def _sees_all(viewer: Viewer) -> bool:
    from kam_connector.kam.access import reach  # noqa: PLC0415 - heavy
    from kam_connector.model.access import Reach  # noqa: PLC0415 - heavy

    return reach(viewer.roles, _READING) is Reach.ALL


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
