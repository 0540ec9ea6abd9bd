"""Takes a person out of the audit log: whom entries are about, and the salts of their values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, select

from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.store.auditing import noted
from kam_connector.store.bulk import among
from kam_connector.store.chain import ranges
from kam_connector.store.tables import table

__all__ = ["empty_entries", "near_ids"]

_AT_ONCE = 500
"""As many numbers as every database takes in one statement; our choice."""


def empty_entries(
    opened: Connection,
    keys: Sequence[RecordKey],
    kam_ids: Collection[str],
    naming: Iterable[int],
    *,
    by: str = "",
) -> list[int]:
    """Erase what lies beside the audit chain, and add the entry that says so; returns its rows.

    What goes whole is about the record itself, or gives a reason that names the person. Of
    entries about the person's accounts, and the tasks, business and plans there, only the salt
    of the values goes: a value may have named the person, and without its salt nobody can try
    names on the hash. The entry holds the numbers of both, and nobody's name or number.
    Call it while the record still stands in the mirror.

    Args:
        opened: The transaction.
        keys: The person's records.
        kam_ids: Their ids of ours.
        naming: Numbers of the entries whose reason names them.
        by: Who asked.
    """
    s = table("audit_subject")
    rows = sorted({*_about(opened, keys), *naming})
    for some in _some(rows):
        opened.execute(s.delete().where(s.c.number.in_(some)))
    people = any(key.kind is Kind.CONTACT for key in keys)
    near = among(opened, s.c.kam_id, near_ids(opened, kam_ids) if people else ())
    values = _numbers(opened, near & s.c.value_salt.is_not(None))
    for some in _some(values):
        opened.execute(s.update().where(s.c.number.in_(some)).values(value_salt=None))
    emptied: JsonValue = {"rows": ranges(rows), "values": ranges(values)}
    connection = keys[0].connection if len({key.connection for key in keys}) == 1 else None
    facts: dict[str, JsonValue] = {"emptied": emptied, "records": len(keys)}
    noted(opened, AuditEntry(act=Act.ERASED, by=by, connection=connection, facts=facts))
    return rows


def near_ids(opened: Connection, kam_ids: Collection[str]) -> set[str]:
    """Return the ids of people's accounts, and of what belongs to them and may name people."""
    person, tied, action = table("contact"), table("affiliation"), table("action")
    mine = select(person.c.account_id).where(among(opened, person.c.id, kam_ids))
    also = select(tied.c.account_id).where(among(opened, tied.c.contact_id, kam_ids))
    accounts = {one for wanted in (mine, also) for one in opened.scalars(wanted) if one}
    found = set(accounts)
    for name in ("opportunity", "action", "objective", "plan"):
        t = table(name)
        theirs = select(t.c.id).where(among(opened, t.c.account_id, accounts))
        found.update(one for one in opened.scalars(theirs) if one)
    with_them = select(action.c.id).where(among(opened, action.c.contact_id, kam_ids))
    found.update(opened.scalars(with_them))
    return found


def _about(opened: Connection, keys: Iterable[RecordKey]) -> list[int]:
    e, s = table("audit_entry"), table("audit_subject")
    found: list[int] = []
    for connection, kind, ref in keys:
        here = (e.c.connection == connection) & (s.c.kind == kind.value) & (s.c.ref == ref)
        found += _numbers(opened, here)
    return found


def _numbers(opened: Connection, which: ColumnElement[bool]) -> list[int]:
    e, s = table("audit_entry"), table("audit_subject")
    wanted = select(s.c.number).join_from(s, e, e.c.number == s.c.number).where(which)
    return list(opened.scalars(wanted.order_by(s.c.number)))


def _some(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
