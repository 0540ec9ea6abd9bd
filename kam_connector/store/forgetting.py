"""Erases one record of a CRM, what only it told us, and every text that names the person."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, func, or_, select

from kam_connector.model.kind import Kind
from kam_connector.model.preview import PreviewState
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.repoint import REFERENCES
from kam_connector.store.tables import table

__all__ = ["FORGOTTEN", "forget_record"]

FORGOTTEN = "(forgotten)"
"""Stands where a text named the person."""
_TEXTS = (
    ("signal", "summary"),
    ("signal", "evidence"),
    ("action", "title"),
    ("action", "reason"),
    ("score", "ledger"),
    ("score", "caps"),
    ("score", "changes"),
    ("score", "counterfactual"),
    ("score", "inputs"),
    ("objective", "title"),
    ("objective", "reason"),
    ("outcome", "values"),
    ("outcome", "reasons"),
    ("preview", "changes"),
    ("preview", "notes"),
    ("outbox", "change"),
    ("outbox", "message"),
    ("journal", "before"),
    ("journal", "after"),
    ("quarantine", "message"),
    ("identity_link", "evidence"),
    ("run", "error"),
)
"""Where names may stand in a sentence or a document."""
_SHORTEST = 4
"""Our choice: shorter names would be cut out of other words."""


def forget_record(opened: Connection, connection: str, kind: Kind, ref: str) -> bool:
    """Erase a record; what another CRM still says about the same person is merged anew.

    Returns:
        False if nothing was known of it.
    """
    kam_id = _kam_id(opened, connection, kind, ref)
    others = _others(opened, connection, kind, ref, kam_id)
    names = _names(opened, kind, kam_id)
    found = _erase_image(opened, connection, kind, ref)
    _erase_writing(opened, connection, kind, ref)
    if kam_id is None:
        return found
    if others:
        _merge_anew(opened, others)
        return True
    _erase_mirror(opened, kind, kam_id)
    for name in names:
        _blot(opened, name)
    return True


def _kam_id(opened: Connection, connection: str, kind: Kind, ref: str) -> str | None:
    t = table("agreed")
    mine = (t.c.connection == connection) & (t.c.kind == kind.value) & (t.c.ref == ref)
    found: str | None = opened.scalar(select(t.c.kam_id).where(mine))
    return found


def _others(
    opened: Connection, connection: str, kind: Kind, ref: str, kam_id: str | None
) -> list[tuple[str, str, str]]:
    """Return connection, source and ref of the other records behind the same KAM record."""
    t = table("agreed")
    same = (t.c.kind == kind.value) & (t.c.kam_id == kam_id)
    rows = opened.execute(select(t.c.connection, t.c.source, t.c.ref).where(same))
    return [(c, s, r) for c, s, r in rows if (c, r) != (connection, ref)]


def _names(opened: Connection, kind: Kind, kam_id: str | None) -> list[str]:
    """Return name and address, as texts may hold them."""
    if kind is not Kind.CONTACT or kam_id is None:
        return []
    t = table("contact")
    row = opened.execute(select(t.c.name, t.c.email).where(t.c.id == kam_id)).first()
    return [text for text in row or () if text and len(text) >= _SHORTEST]


def _erase_image(opened: Connection, connection: str, kind: Kind, ref: str) -> bool:
    staged = table("staged")
    mine = (staged.c.connection == connection) & (staged.c.ref == ref)
    mine &= staged.c.source.startswith(f"{kind.value}:", autoescape=True)
    gone = opened.execute(staged.delete().where(mine)).rowcount
    _drop(opened, "quarantine", connection=connection, ref=ref)
    for name in ("agreed", "identity_link"):
        _drop(opened, name, connection=connection, kind=kind.value, ref=ref)
    alias = table("crm_alias")
    mine = (alias.c.connection == connection) & (alias.c.kind == kind.value)
    opened.execute(alias.delete().where(mine, or_(alias.c.loser == ref, alias.c.winner == ref)))
    return gone > 0


def _erase_writing(opened: Connection, connection: str, kind: Kind, ref: str) -> None:
    """Drop what we wrote on it; a preview that shows it is no longer one to approve."""
    _drop(opened, "journal", connection=connection, kind=kind.value, ref=ref)
    _drop(opened, "outbox", connection=connection, ref=ref)
    _drop(opened, "holdback", connection=connection, ref=ref)
    _supersede(opened, f'"{ref}"')


def _merge_anew(opened: Connection, others: Iterable[tuple[str, str, str]]) -> None:
    t = table("staged")
    for connection, source, ref in others:
        same = (t.c.connection == connection) & (t.c.source == source) & (t.c.ref == ref)
        opened.execute(t.update().where(same).values(dirty=t.c.dirty + 1))


def _erase_mirror(opened: Connection, kind: Kind, kam_id: str) -> None:
    """Drop the record, and what speaks of it alone; elsewhere the link to it is cut."""
    if kind in MIRRORED:
        _drop(opened, kind.value, id=kam_id)
    _drop(opened, "outcome", kind=kind.value, id=kam_id)
    for name in REFERENCES[kind]:
        owner, _, column = name.partition(".")
        t = table(owner)
        if column in t.primary_key.columns or owner in ("signal", "affiliation"):
            opened.execute(t.delete().where(t.c[column] == kam_id))
        else:
            opened.execute(t.update().where(t.c[column] == kam_id).values({column: None}))
    if kind is Kind.CONTACT:
        _drop(opened, "position", contact_id=kam_id)


def _supersede(opened: Connection, text: str) -> None:
    t = table("preview")
    shows = t.c.changes.contains(text, autoescape=True)
    shows &= t.c.state.in_((PreviewState.OPEN.value, PreviewState.HELD.value))
    opened.execute(t.update().where(shows).values(state=PreviewState.SUPERSEDED.value))


def _blot(opened: Connection, name: str) -> None:
    """Replace a name wherever a text may hold it; a preview that held it is made anew."""
    _supersede(opened, name)
    for owner, column in _TEXTS:
        t = table(owner)
        holds = t.c[column].contains(name, autoescape=True)
        opened.execute(
            t.update().where(holds).values({column: func.replace(t.c[column], name, FORGOTTEN)})
        )


def _drop(opened: Connection, name: str, **equal: str) -> None:
    t: Table = table(name)
    chosen = t.delete()
    for column, value in equal.items():
        chosen = chosen.where(t.c[column] == value)
    opened.execute(chosen)
