"""Moves every reference from one KAM id to another when two records turn out to be one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, and_, exists, func, literal, select

from kam_connector.model.kind import Kind
from kam_connector.model.plan import ActionState
from kam_connector.store.keeping import KEPT_LISTS, KEPT_REFERENCES
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.tables import table

__all__ = ["LISTED", "REFERENCES", "repoint"]

_OF_THE_REST: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACCOUNT: (
        "account.parent_id",
        "contact.account_id",
        "position.account_id",
        "opportunity.account_id",
        "activity.account_id",
        "case.account_id",
        "contract.account_id",
        "team_member.account_id",
        "affiliation.account_id",
        "key_account.account_id",
        "renewal_cycle.account_id",
        "plan.account_id",
        "objective.account_id",
        "action.account_id",
        "signal.account_id",
        "score.account_id",
    ),
    Kind.CONTACT: (
        "contact.manager_id",
        "position.manager_id",
        "opportunity_role.contact_id",
        "case.contact_id",
        "affiliation.contact_id",
        "activity_person.person_id",
        "action.contact_id",
        "signal.contact_id",
        "strength.contact_id",
    ),
    Kind.OPPORTUNITY: (
        "opportunity_role.opportunity_id",
        "line_item.opportunity_id",
        "renewal_cycle.opportunity_id",
        "signal.opportunity_id",
    ),
    Kind.OPPORTUNITY_ROLE: (),
    Kind.ACTIVITY: ("activity_person.activity_id",),
    Kind.USER: (
        "account.owner_id",
        "opportunity.owner_id",
        "case.owner_id",
        "contract.owner_id",
        "team_member.user_id",
        "action.owner_id",
        "objective.owner_id",
        "activity_person.person_id",
    ),
    Kind.CASE: (),
    Kind.CONTRACT: ("opportunity.contract_id", "renewal_cycle.contract_id"),
    Kind.TEAM_MEMBER: (),
    Kind.PRODUCT: ("line_item.product_id",),
    Kind.LINE_ITEM: (),
    Kind.AFFILIATION: (),
    Kind.CURRENCY_RATE: (),
    Kind.PLAN: (),
    Kind.OBJECTIVE: ("measure.objective_id", "action.objective_id"),
    Kind.MEASURE: (),
    Kind.TASK: (),
}
_UNFINISHED = (ActionState.OPEN.value, ActionState.WAITING.value)
REFERENCES: Mapping[Kind, tuple[str, ...]] = {
    kind: (*names, *KEPT_REFERENCES[kind]) for kind, names in _OF_THE_REST.items()
}
"""Columns that hold an id of a kind; positions and columns beside a kind are moved apart."""
_BESIDE_A_KIND = (
    "agreed.kam_id",
    "identity_link.kam_id",
    "outcome.id",
    "journal.kam_id",
    "conflict.kam_id",
)
LISTED: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.CONTACT: (
        ("opportunity", "contacts"),
        ("activity", "people"),
        *KEPT_LISTS[Kind.CONTACT],
    ),
    Kind.USER: (("activity", "people"), *KEPT_LISTS[Kind.USER]),
}
"""JSON columns that list ids."""


def repoint(
    connection: Connection, kind: Kind, old_id: str, new_id: str, *, findings: bool = False
) -> None:
    """Move every reference of a kind and drop the old mirror row; to itself, nothing moves.

    Args:
        connection: The transaction.
        kind: Of the record.
        old_id: Whose references move.
        new_id: Where to.
        findings: Whether open findings and actions go on under the new id, as after a merge in
            the CRM; otherwise they end, and are thought of anew at the new home.
    """
    if old_id == new_id:
        return
    _move_listed(connection, kind, old_id, new_id)
    for name in REFERENCES[kind]:
        _move(connection, name, old_id, new_id)
    for name in _BESIDE_A_KIND:
        _move(connection, name, old_id, new_id, kind=kind)
    if kind is Kind.CONTACT:
        _move_positions(connection, old_id, new_id)
    if findings:
        _move_keys(connection, old_id, new_id)
    if kind in MIRRORED:
        mirror = table(kind.value)
        connection.execute(mirror.delete().where(mirror.c.id == old_id))


def _move(
    connection: Connection,
    name: str,
    old_id: str,
    new_id: str,
    *,
    kind: Kind | None = None,
) -> None:
    """Set the column; where the new id has such a row already, the old one goes."""
    owner, _, last = name.partition(".")
    t = table(owner)
    column = t.c[last]
    of_kind = [t.c.kind == kind.value] if kind else []
    old = and_(column == old_id, *of_kind)
    if column.primary_key:
        others = [c.name for c in t.primary_key if c.name != column.name]
        twin = t.alias()
        same = [twin.c[name] == t.c[name] for name in others]
        taken = exists(select(literal(1)).where(twin.c[column.name] == new_id, *same))
        connection.execute(t.delete().where(old, taken))
    connection.execute(t.update().where(old).values({last: new_id}))


def _move_keys(connection: Connection, old_id: str, new_id: str) -> None:
    """Let findings, and what was done about them, be of the survivor: keys hold ids.

    So an open task goes on under the survivor's finding, instead of expiring to be made anew.
    Where the survivor has an unfinished action of the same finding, that one stays the only one.
    """
    for owner, name in (("signal", "key"), ("action", "signal_key"), ("signal_act", "signal_key")):
        t = table(owner)
        moved = func.replace(t.c[name], old_id, new_id)
        holds = t.c[name].contains(old_id, autoescape=True)
        if owner == "signal_act":
            connection.execute(t.update().where(holds).values({name: moved}))
            continue
        twin = t.alias()
        unfinished = twin.c.state.in_(_UNFINISHED) if owner == "action" else literal(True)
        same = (twin.c.account_id == t.c.account_id, twin.c[name] == moved, unfinished)
        taken = exists(select(literal(1)).where(*same).correlate(t))
        if owner == "signal":
            connection.execute(t.delete().where(holds, taken))
        connection.execute(t.update().where(holds, ~taken).values({name: moved}))


def _move_listed(connection: Connection, kind: Kind, old_id: str, new_id: str) -> None:
    """Replace the id inside JSON lists: an id in quotes occurs nowhere else."""
    quoted = (f'"{old_id}"', f'"{new_id}"')
    for owner, name in LISTED.get(kind, ()):
        t = table(owner)
        holds = t.c[name].contains(quoted[0], autoescape=True)
        if owner == "activity":
            person = table("activity_person")
            of_person = select(person.c.activity_id).where(person.c.person_id == old_id)
            holds = t.c.id.in_(of_person)
        connection.execute(t.update().where(holds).values({name: func.replace(t.c[name], *quoted)}))


def _move_positions(connection: Connection, old_id: str, new_id: str) -> None:
    """Put the old contact's past jobs before the new one's; its present job goes."""
    t = table("position")
    first = connection.scalar(select(func.min(t.c.number)).where(t.c.contact_id == new_id))
    old = t.c.contact_id == old_id
    if first is not None:
        connection.execute(t.delete().where(old, t.c.to_on.is_(None)))
        last = connection.scalar(select(func.max(t.c.number)).where(old)) or 0
        moved = {"contact_id": new_id, "number": t.c.number + (first - 1 - last)}
        connection.execute(t.update().where(old).values(**moved))
        return
    connection.execute(t.update().where(old).values(contact_id=new_id))
