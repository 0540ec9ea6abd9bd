"""People who ask to be forgotten, or to see what is kept of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from kam_connector.model.erasure import ErasedMark, Erasure, Person, PersonFile
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind
from kam_connector.store.blotting import Finder
from kam_connector.store.database import Database
from kam_connector.store.forgetting import forget_people, person_of
from kam_connector.store.marks_file import MarksFile, key_id
from kam_connector.store.purging import is_owed, owe, purge
from kam_connector.store.searching import Searched, finish, look, with_search
from kam_connector.store.tables import table
from kam_connector.store.telling import words_given
from kam_connector.store.tombstones import ADDRESS, KEY_ID, RECORD, Tombstones

__all__ = ["Erasing", "absorb_marks", "erase_marked", "remember"]

_MARK = table("erased")
_TOMBSTONES = _MARK.c.what.in_((RECORD, ADDRESS))
_Row = dict[str, str | None]
_KEYED = ("staged", "agreed", "journal", "identity_link", "quarantine")
"""Tables whose rows name a record by connection and number alone."""


class _Undone(Exception):
    """A dry run ends as if it had never begun."""

    def __init__(self, done: Erasure) -> None:
        super().__init__()
        self.done = done


class Erasing:
    """``ports.Erasures`` over SQL."""

    _db: Database
    _clock: Callable[[], datetime]

    def people(self) -> list[Person]:
        """Return everybody the layer knows from a CRM, deleted ones too, with their records."""
        with self._db.read() as opened:
            return _people(opened)

    def erase_person(
        self, person: Person, *, by: str, also: Sequence[str] = (), dry_run: bool = False
    ) -> Erasure:
        """Erase a person from every table and text, in one transaction, and mark them."""

        def write(opened: Connection, searched: Searched) -> tuple[Erasure, list[_Row]]:
            done, rows = _erase(opened, self._db, person, searched, on=self._today(), by=by)
            if dry_run:
                raise _Undone(done)
            return done, rows

        try:
            done, rows = with_search(self._db, lambda opened: _whom(opened, person, also), write)
        except _Undone as undone:
            return undone.done
        remember(self._db, rows)
        return done

    def purge(self) -> bool:
        """Let no deleted byte stay in the database's files, if an erasure asked for it."""
        return not is_owed(self._db) or (finish(self._db) and purge(self._db))

    def purge_owed(self) -> bool:
        """Tell whether bytes of somebody erased may still be in the database's files."""
        return is_owed(self._db)

    def person_file(self, person: Person, *, also: Sequence[str] = ()) -> PersonFile:
        """Return every row that speaks of a person."""
        found: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        with self._db.read() as opened:
            whom = _whom(opened, person, also)
            for name, row in _keyed_rows(opened, person.records):
                found[name][_identity(name, row)] = _opened(row)
            for one in Finder(opened, whom.words).everywhere():
                t = table(one.table)
                same = [t.c[name] == value for name, value in one.key.items()]
                row = opened.execute(select(t).where(*same)).mappings().one()
                found[one.table][_identity(one.table, row)] = _opened(row)
        listed = {name: tuple(rows.values()) for name, rows in sorted(found.items())}
        return PersonFile(person=person, tables=listed)

    def erased_marks(self) -> list[ErasedMark]:
        """Return what may be told of the marks, oldest first."""
        t = _MARK
        wanted = select(t.c.what, t.c.place, t.c.made_on, t.c.met_on).where(_TOMBSTONES)
        with self._db.read() as opened:
            rows = opened.execute(wanted.order_by(t.c.made_on, t.c.what, t.c.mark)).mappings()
            return [ErasedMark(**row) for row in rows]

    def allow_again(
        self, connection: str, kind: Kind, ref: str, *, addresses: Sequence[str] = ()
    ) -> int:
        """Drop the marks of a record (empty: of none) and of addresses; returns how many."""
        with self._db.write(durable=True) as opened:
            tombstones = Tombstones(opened, self._db)
            if not tombstones.any():
                return 0
            marks = tombstones.marks_of(connection, kind, ref, addresses)
            self._drop_from_file(marks)
            return opened.execute(_MARK.delete().where(_MARK.c.mark.in_(marks))).rowcount

    def drop_marks(self) -> int:
        """Drop all marks, as when their key is lost; returns how many there were."""
        with self._db.write(durable=True) as opened:
            self._drop_from_file(opened.scalars(select(_MARK.c.mark).where(_TOMBSTONES)))
            opened.execute(_MARK.delete().where(_MARK.c.what == KEY_ID))
            return opened.execute(_MARK.delete().where(_TOMBSTONES)).rowcount

    def _drop_from_file(self, marks: Iterable[str]) -> None:
        """First there: the next opening takes over what only the file knows."""
        if self._db.file is not None:
            MarksFile(self._db.file).drop(marks)

    def _today(self) -> str:
        return self._clock().date().isoformat()


def remember(database: Database, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Keep marks beside the database too, where a restored copy of it finds them."""
    if database.file is not None and rows:
        MarksFile(database.file).add(rows)


def absorb_marks(database: Database, *, on: str) -> int:
    """Bring an older copy of the database up to the marks beside it; returns people erased.

    Whoever was erased since the copy was made is erased again, before anything is shown.
    """
    beside = MarksFile(database.file).read() if database.file is not None else None
    if beside is None:
        return 0
    with database.read() as opened:
        known = set(opened.scalars(select(_MARK.c.mark).where(_TOMBSTONES)))
        foreign = Tombstones(opened, database).key_ids() - {key_id(one) for one in beside.keys}
    if known == beside.rows.keys() or foreign:  # foreign: whoever asks the marks is told
        return 0
    with database.write(durable=True) as opened:
        Tombstones(opened, database).note_keys(beside.keys)
        here = {row["mark"]: dict(row) for row in _tombstones(opened)}
        missing = [dict(row) for mark, row in beside.rows.items() if mark not in here]
        if missing:
            opened.execute(_MARK.insert(), missing)
        count = erase_marked(opened, database, on) if missing else 0
    remember(database, [row for mark, row in here.items() if mark not in beside.rows])
    if count:
        purge(database)
    return count


def _tombstones(opened: Connection) -> Iterable[Any]:
    return opened.execute(select(_MARK).where(_TOMBSTONES)).mappings()


def erase_marked(opened: Connection, database: Database, on: str) -> int:
    """Erase everybody whose record or address bears a mark."""
    tombstones = Tombstones(opened, database)
    people = _people(opened)
    by_connection: dict[str, list[str]] = defaultdict(list)
    for key in (one for person in people for one in person.records):
        by_connection[key.connection].append(key.ref)
    gone = {
        (connection, ref)
        for connection, refs in by_connection.items()
        for ref in tombstones.marked(connection, Kind.CONTACT, refs)
    }
    addresses = tombstones.marked_addresses({one.email.lower() for one in people if one.email})
    count = 0
    for person in people:
        marked = any((key.connection, key.ref) in gone for key in person.records)
        if marked or (person.email or "").lower() in addresses:
            _erase(opened, database, person, look(opened, _whom(opened, person)), on=on)
            count += 1
    return count


def _erase(
    opened: Connection,
    database: Database,
    person: Person,
    searched: Searched,
    *,
    on: str,
    by: str = "",
) -> tuple[Erasure, list[_Row]]:
    gone = forget_people(opened, Kind.CONTACT, person.records, _ids(person), searched, by=by)
    rows = Tombstones(opened, database).make(person.records, gone.words.addresses, on=on)
    owe(opened, on=on)
    taken = {name: count for name, count in sorted(gone.rows.items()) if count}
    done = Erasure(
        records=gone.keys,
        rows=taken,
        texts=dict(sorted(gone.texts.items())),
        marks=len(rows),
        doubts=searched.doubts,
    )
    return done, rows


def _whom(opened: Connection, person: Person, also: Sequence[str] = ()) -> Searched:
    return person_of(opened, Kind.CONTACT, person.records, _ids(person), words_given(also))


def _ids(person: Person) -> list[str]:
    return [person.id] if person.id else []


def _people(opened: Connection) -> list[Person]:
    """Return all contacts, and records that were read and never became one."""
    keys: dict[str, list[RecordKey]] = defaultdict(list)
    base, staged, contact = table("agreed"), table("staged"), table("contact")
    merged = set[RecordKey]()
    of_people = base.c.kind == Kind.CONTACT.value
    wanted = select(base.c.connection, base.c.ref, base.c.kam_id).where(of_people)
    for connection, ref, id_ in opened.execute(wanted):
        key = RecordKey(connection, Kind.CONTACT, ref)
        keys[id_].append(key)
        merged.add(key)
    accounts = table("account")
    named = {row.id: row.name for row in opened.execute(select(accounts.c.id, accounts.c.name))}
    columns = (contact.c.id, contact.c.name, contact.c.email, contact.c.account_id)
    found = {
        id_: Person(id=id_, name=name or "", email=email, account=named.get(at), records=())
        for id_, name, email, at in opened.execute(select(*columns))
    }
    people = [replace(one, records=tuple(sorted(keys.pop(id_, ())))) for id_, one in found.items()]
    people += [_unmerged(id_, sorted(listed)) for id_, listed in keys.items()]
    of_people = staged.c.source.startswith(f"{Kind.CONTACT.value}:", autoescape=True)
    for connection, ref in opened.execute(
        select(staged.c.connection, staged.c.ref).where(of_people)
    ):
        key = RecordKey(connection, Kind.CONTACT, ref)
        if key not in merged:
            people.append(_unmerged(None, [key]))
    return people


def _unmerged(id_: str | None, keys: Sequence[RecordKey]) -> Person:
    return Person(id=id_, name="", email=None, account=None, records=tuple(keys))


def _keyed_rows(
    opened: Connection, records: Iterable[RecordKey]
) -> Iterable[tuple[str, Mapping[Any, Any]]]:
    for connection, kind, ref in records:
        for name in _KEYED:
            t = table(name)
            mine = (t.c.connection == connection) & (t.c.ref == ref)
            if "kind" in t.c:
                mine &= t.c.kind == kind.value
            else:
                mine &= t.c.source.startswith(f"{kind.value}:", autoescape=True)
            for row in opened.execute(select(t).where(mine)).mappings():
                yield name, row


def _identity(name: str, row: Mapping[Any, Any]) -> str:
    return "\0".join(str(row[column.name]) for column in table(name).primary_key)


def _opened(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with its documents opened, and what says nothing left out."""
    return {str(name): _document(value) for name, value in row.items() if value is not None}


def _document(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(value)
    return value
