"""Erases records of a CRM, what only they told us, and every text that names the person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import OutboxState
from kam_connector.store.blotting import supersede
from kam_connector.store.bulk import among
from kam_connector.store.emptying import empty_entries, near_ids
from kam_connector.store.mirror import MIRRORED
from kam_connector.store.repoint import LISTED, REFERENCES
from kam_connector.store.searching import Searched
from kam_connector.store.spelling import Words
from kam_connector.store.tables import table
from kam_connector.store.telling import words_of

__all__ = ["Forgotten", "forget_people", "forget_record", "person_of", "subject_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was taken away."""

    keys: tuple[RecordKey, ...] = ()
    """The CRM's records that went."""
    words: Words = field(default_factory=Words)
    """What named the person; empty where another CRM still says who they are."""
    rows: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there was anything."""
        return any(self.rows.values())


def person_of(
    opened: Connection,
    kind: Kind,
    keys: Sequence[RecordKey],
    kam_ids: Sequence[str],
    more: Words | None = None,
) -> Searched:
    """Return by what one person is found in texts; nothing for records that are no people.

    Args:
        opened: The transaction; nothing is written.
        kind: What kind of record.
        keys: Their records.
        kam_ids: Their ids of ours.
        more: Further words that name them.
    """
    words = words_of(opened, kind, keys, kam_ids).joined(more or Words())
    near = near_ids(opened, kam_ids) if kind is Kind.CONTACT else set[str]()
    return Searched(words=words, near=frozenset(near))


def subject_of(opened: Connection, connection: str, kind: Kind, ref: str) -> Searched:
    """Return by what whoever a record is about is found; nothing where another CRM knows them."""
    refs = _absorbed(opened, connection, kind, ref)
    kam_id = _kam_id(opened, connection, kind, refs)
    if _others(opened, connection, kind, refs, kam_id):
        return Searched()
    keys = [RecordKey(connection, kind, one) for one in refs]
    return person_of(opened, kind, keys, [kam_id] if kam_id else [])


def forget_record(
    opened: Connection, connection: str, kind: Kind, ref: str, searched: Searched
) -> Forgotten:
    """Erase a record, and those that lost a merge to it; the same in another CRM is merged anew.

    Args:
        opened: The transaction.
        connection: Whose record.
        kind: What kind of record.
        ref: Its number there.
        searched: Where `subject_of` was found.
    """
    refs = _absorbed(opened, connection, kind, ref)
    keys = [RecordKey(connection, kind, one) for one in refs]
    kam_id = _kam_id(opened, connection, kind, refs)
    others = _others(opened, connection, kind, refs, kam_id)
    if not others:
        return forget_people(opened, kind, keys, [kam_id] if kam_id else [], searched)
    gone: Counter[str] = Counter()
    empty_entries(opened, keys, [], [])
    for key in keys:
        gone += _erase_writing(opened, key) + _erase_image(opened, key)
    _merge_anew(opened, others)
    return Forgotten(keys=tuple(keys), rows=gone)


def forget_people(
    opened: Connection,
    kind: Kind,
    keys: Sequence[RecordKey],
    kam_ids: Sequence[str],
    searched: Searched,
    *,
    by: str = "",
) -> Forgotten:
    """Erase everything of one person: their records of every CRM, and who they are to us.

    Args:
        opened: The transaction.
        kind: What kind of record; only people are taken out of texts.
        keys: Their records.
        kam_ids: Their ids of ours.
        searched: Where `person_of` was found, maybe some time ago.
        by: Who asked, for the audit log.
    """
    words = words_of(opened, kind, keys, kam_ids).joined(searched.words)
    gone: Counter[str] = Counter()
    logged = empty_entries(opened, keys, kam_ids, searched.reasons, by=by)
    for key in keys:
        gone += _erase_writing(opened, key) + _erase_image(opened, key)
    for kam_id in kam_ids:
        gone += _erase_mirror(opened, kind, kam_id)
    gone["audit_subject"] += len(logged)
    texts = searched.taken_out(opened)
    return Forgotten(keys=tuple(keys), words=words, rows=gone, texts=texts)


def _absorbed(opened: Connection, connection: str, kind: Kind, ref: str) -> list[str]:
    """Return the record's ref, and those of the records that became it by merges."""
    t = table("crm_alias")
    mine = (t.c.connection == connection) & (t.c.kind == kind.value)
    refs = [ref]
    for one in refs:  # grows while it is walked: a loser may have won before
        losers = opened.scalars(select(t.c.loser).where(mine, t.c.winner == one))
        refs += [loser for loser in losers if loser not in refs]
    return refs


def _kam_id(opened: Connection, connection: str, kind: Kind, refs: Collection[str]) -> str | None:
    t = table("agreed")
    mine = (t.c.connection == connection) & (t.c.kind == kind.value)
    bases = select(t.c.ref, t.c.kam_id).where(mine, among(opened, t.c.ref, refs))
    ids: dict[str, str] = {row.ref: row.kam_id for row in opened.execute(bases)}
    return next((ids[ref] for ref in refs if ref in ids), None)


def _others(
    opened: Connection, connection: str, kind: Kind, refs: Collection[str], kam_id: str | None
) -> list[tuple[str, str, str]]:
    """Return connection, source and ref of the other records behind the same KAM record."""
    t = table("agreed")
    same = (t.c.kind == kind.value) & (t.c.kam_id == kam_id)
    rows = opened.execute(select(t.c.connection, t.c.source, t.c.ref).where(same))
    return [(c, s, r) for c, s, r in rows if c != connection or r not in refs]


def _erase_image(opened: Connection, key: RecordKey) -> Counter[str]:
    connection, kind, ref = key
    gone: Counter[str] = Counter()
    for name in ("staged", "quarantine", "swept"):
        t = table(name)
        mine = (t.c.connection == connection) & (t.c.ref == ref) & _of_kind(t, kind)
        gone[name] += opened.execute(t.delete().where(mine)).rowcount
    for name in ("agreed", "identity_link"):
        gone += _drop(opened, name, connection=connection, kind=kind.value, ref=ref)
    alias = table("crm_alias")
    mine = (alias.c.connection == connection) & (alias.c.kind == kind.value)
    either = or_(alias.c.loser == ref, alias.c.winner == ref)
    gone["crm_alias"] += opened.execute(alias.delete().where(mine, either)).rowcount
    return gone


def _of_kind(t: Table, kind: Kind) -> ColumnElement[bool]:
    """Return the condition on sources: refs of two objects may be equal."""
    return t.c.source.startswith(f"{kind.value}:", autoescape=True)


def _erase_writing(opened: Connection, key: RecordKey) -> Counter[str]:
    """Drop what we wrote on it, or would; a preview that shows it is not one to approve."""
    connection, kind, ref = key
    gone = _drop(opened, "journal", connection=connection, kind=kind.value, ref=ref)
    gone += _drop(opened, "conflict", connection=connection, kind=kind.value, ref=ref)
    for object_ in _objects(opened, connection, kind, ref):
        for name in ("holdback", "paused_field", "hint"):
            gone += _drop(opened, name, connection=connection, object=object_, ref=ref)
        gone += _drop(opened, "outbox", connection=connection, record=f"{object_}/ref:{ref}")
    outbox = table("outbox")
    names_it = (outbox.c.connection == connection) & outbox.c.change.contains(
        f'"{ref}"', autoescape=True
    )
    waits = outbox.c.state == OutboxState.PENDING.value
    # The next preview asks without it.
    gone["outbox"] += opened.execute(outbox.delete().where(names_it, waits)).rowcount
    _leave_previews(opened, connection, kind, ref)
    return gone


def _objects(opened: Connection, connection: str, kind: Kind, ref: str) -> list[str]:
    t = table("staged")
    mine = (t.c.connection == connection) & (t.c.ref == ref) & _of_kind(t, kind)
    return [source.partition(":")[2] for source in opened.scalars(select(t.c.source).where(mine))]


def _leave_previews(opened: Connection, connection: str, kind: Kind, ref: str) -> None:
    """Take the record's changes out of every preview."""
    supersede(opened, f'"{ref}"')
    t = table("preview")
    shows = (t.c.connection == connection) & t.c.changes.contains(f'"{ref}"', autoescape=True)
    for id_, text in opened.execute(select(t.c.id, t.c.changes).where(shows)).all():
        rest = [one for one in orjson.loads(text) if (one["kind"], one["ref"]) != (kind.value, ref)]
        changes = orjson.dumps(rest).decode()
        opened.execute(t.update().where(t.c.id == id_).values(changes=changes))


def _merge_anew(opened: Connection, others: Iterable[tuple[str, str, str]]) -> None:
    t = table("staged")
    for connection, source, ref in others:
        same = (t.c.connection == connection) & (t.c.source == source) & (t.c.ref == ref)
        opened.execute(t.update().where(same).values(dirty=t.c.dirty + 1))


def _erase_mirror(opened: Connection, kind: Kind, kam_id: str) -> Counter[str]:
    """Drop the record, and what speaks of it alone; elsewhere the link to it is cut."""
    gone: Counter[str] = Counter()
    if kind in MIRRORED:
        gone += _drop(opened, kind.value, id=kam_id)
    gone += _drop(opened, "outcome", kind=kind.value, id=kam_id)
    _cut_lists(opened, kind, kam_id)
    for name in REFERENCES[kind]:
        owner, _, column = name.partition(".")
        t = table(owner)
        speaks_of_it = owner in ("signal", "affiliation") or not t.c[column].nullable
        if column in t.primary_key.columns or speaks_of_it:
            gone[owner] += opened.execute(t.delete().where(t.c[column] == kam_id)).rowcount
            gone["kept_change"] += _erase_changes(opened, owner, column, kam_id)
        else:
            opened.execute(t.update().where(t.c[column] == kam_id).values({column: None}))
    if kind is Kind.CONTACT:
        gone += _drop(opened, "position", contact_id=kam_id)
    return gone


def _erase_changes(opened: Connection, owner: str, column: str, kam_id: str) -> int:
    """Drop who said what when of records that are gone: an opinion outlives nobody it is of."""
    t = table("kept_change")
    said = orjson.dumps({column: kam_id}).decode()[1:-1]
    spoke = (t.c[side].contains(said, autoescape=True) for side in ("before", "after"))
    return opened.execute(t.delete().where(t.c.type == owner, or_(*spoke))).rowcount


def _cut_lists(opened: Connection, kind: Kind, kam_id: str) -> None:
    """Take the id out of lists of ids."""
    for owner, column in LISTED.get(kind, ()):
        t = table(owner)
        holds = t.c[column].contains(f'"{kam_id}"', autoescape=True)
        if owner == "activity":
            person = table("activity_person")
            holds = t.c.id.in_(select(person.c.activity_id).where(person.c.person_id == kam_id))
        for id_, text in opened.execute(select(t.c.id, t.c[column]).where(holds)).all():
            rest = [one for one in orjson.loads(text or "[]") if _id_of(one) != kam_id]
            left = orjson.dumps(rest).decode()
            opened.execute(t.update().where(t.c.id == id_).values({column: left}))


def _id_of(listed: JsonValue) -> JsonValue:
    return listed.get("id") if isinstance(listed, dict) else listed


def _drop(opened: Connection, name: str, **equal: str) -> Counter[str]:
    t: Table = table(name)
    same = and_(*(t.c[column] == value for column, value in equal.items()))
    return Counter({name: opened.execute(t.delete().where(same)).rowcount})
