"""Tombstones: who was erased does not come back by a late event, a pull, an undo or a backup.

A mark is an HMAC of (the CRM's org, contact, its record number), or of an address. What comes
in is marked likewise and looked up; nothing can be read back from a mark.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PulledRow
from kam_connector.store.bulk import Upsert, among, inserted
from kam_connector.store.database import Database
from kam_connector.store.faults import storage_error
from kam_connector.store.marks_file import MarksFile, RememberedMarks, key_id
from kam_connector.store.spelling import FORGOTTEN
from kam_connector.store.tables import table
from kam_connector.store.telling import addresses_in, without_addresses

__all__ = ["Screened", "Tombstones"]

ADDRESS, RECORD, KEY, KEY_ID = "address", "record", "key", "key_id"
_ERASED = table("erased")
_ANY = select(_ERASED.c.mark).where(_ERASED.c.what.in_((RECORD, ADDRESS))).limit(1)
_SAVE = Upsert(_ERASED, [column.name for column in _ERASED.columns], keep=["made_on", "met_on"])


class Screened:
    """A page without who was erased."""

    def __init__(self, page: Mapping[str, PulledRow], returned: Sequence[str] = ()) -> None:
        self.page = page
        self.returned = returned
        """Records of another number that bear an erased person's address: a person decides."""


class Tombstones:
    """The marks as one transaction sees them.

    Args:
        opened: The transaction.
        database: Whose; a SQLite file has the key in a file beside it, any other database
            holds it itself, because several machines work on it.
    """

    def __init__(self, opened: Connection, database: Database) -> None:
        self._opened = opened
        path = database.file
        self._file = MarksFile(path) if path is not None else None

    def any(self) -> bool:
        """Tell whether anybody was ever erased."""
        return self._opened.execute(_ANY).first() is not None

    def make(
        self, keys: Iterable[RecordKey], addresses: Iterable[str], *, on: str
    ) -> list[dict[str, str | None]]:
        """Remember records and addresses as erased; returns the rows for the file beside."""
        key = self._first_key()
        self.note_keys([key])
        said = [
            (_parts(org, one), RECORD, one.connection)
            for one in keys
            for org in self._orgs(one.connection)[:1]
        ]
        said += [((ADDRESS, one.lower()), ADDRESS, "") for one in sorted(set(addresses))]
        others = [one for one in self.keys() if one != key]
        rows: list[dict[str, str | None]] = [
            _row(_digest(key, *parts), what, place, on)
            for parts, what, place in said
            if not self._known(_digest(one, *parts) for one in others)
        ]
        _SAVE.run(self._opened, [tuple(row.values()) for row in rows])
        return rows

    def marked(self, connection: str, kind: Kind, refs: Iterable[str]) -> set[str]:
        """Return which of a connection's records were erased."""
        if kind is not Kind.CONTACT or not self.any():
            return set()
        keys, orgs = self.keys(), self._orgs(connection)
        by_mark = {
            _digest(key, *_parts(org, RecordKey(connection, kind, ref))): ref
            for ref in refs
            for org in orgs
            for key in keys
        }
        return {by_mark[mark] for mark in self._known(by_mark)}

    def marks_of(self, connection: str, kind: Kind, ref: str, addresses: Iterable[str]) -> set[str]:
        """Return the marks in force of a record and of addresses."""
        record, made = RecordKey(connection, kind, ref), list[str]()
        for key in self.keys():
            made += [_digest(key, *_parts(org, record)) for org in self._orgs(connection) if ref]
            made += [_digest(key, ADDRESS, one.lower()) for one in addresses]
        return self._known(made)

    def marked_addresses(self, addresses: Iterable[str]) -> set[str]:
        """Return which addresses are an erased person's."""
        if not self.any():
            return set()
        listed = set(addresses)
        by_mark = {_digest(key, ADDRESS, one.lower()): one for key in self.keys() for one in listed}
        return {by_mark[mark] for mark in self._known(by_mark)}

    def screened(
        self, connection: str, source: str, page: Mapping[str, PulledRow], *, on: str
    ) -> Screened:
        """Return a page without erased people, and without their addresses elsewhere.

        Notes that the CRM still shows a record whose person was erased.
        """
        kind = Kind(source.partition(":")[0])
        if not page or kind is Kind.USER or not self.any():
            return Screened(page)
        gone = self.marked(connection, kind, page)
        self._meet(connection, [ref for ref in gone if not page[ref].deleted], on)
        held = {ref: list(addresses_in(dict(row.values))) for ref, row in page.items()}
        erased = self.marked_addresses({one for listed in held.values() for one in listed})
        hit = {ref for ref, listed in held.items() if not erased.isdisjoint(listed)} - gone
        returned = sorted(hit) if kind is Kind.CONTACT else []
        left = {ref: row for ref, row in page.items() if ref not in gone.union(returned)}
        for ref in hit.difference(returned):
            values: Any = without_addresses(dict(left[ref].values), erased, FORGOTTEN)
            left[ref] = left[ref]._replace(values=values)
        return Screened(left, returned)

    def _meet(self, connection: str, refs: Collection[str], on: str) -> None:
        if not refs:
            return
        orgs = self._orgs(connection)
        marks = [
            _digest(key, *_parts(org, RecordKey(connection, Kind.CONTACT, ref)))
            for key in self.keys()
            for ref in refs
            for org in orgs
        ]
        t = _ERASED
        met = t.update().where(among(self._opened, t.c.mark, marks))
        self._opened.execute(met.values(met_on=on))

    def _known(self, marks: Iterable[str]) -> set[str]:
        t = _ERASED
        wanted = select(t.c.mark).where(among(self._opened, t.c.mark, marks))
        return set(self._opened.scalars(wanted))

    def _orgs(self, connection: str) -> list[str]:
        """Return what a connection's records are marked with: its org, else its name; both."""
        t = table("connection")
        org = self._opened.scalar(select(t.c.org_ref).where(t.c.name == connection))
        return [*([f"org:{org}"] if org else []), f"name:{connection}"]

    def keys(self) -> tuple[bytes, ...]:
        """Return the keys of all marks; the first makes new ones.

        Raises:
            StorageError: There are marks and the file with their keys is gone, or is another
                database's (KAM-6030).
        """
        if self._file is None:
            return self._own_keys()
        known = self._file.read()
        keys = known.keys if known is not None else ()
        if not keys or not self.key_ids() <= {key_id(key) for key in keys}:
            raise storage_error("KAM-6030", str(self._file.path))
        return keys

    def remembered(self) -> RememberedMarks | None:
        """Return all marks with their keys; None: there is no mark, or their key is lost."""
        if not self.any():
            return None
        known = self._file.read() if self._file is not None else None
        keys = known.keys if known is not None else ()
        if self._file is None:
            keys = self._own_keys()
        marks = _ERASED.c.what.in_((RECORD, ADDRESS))
        rows = self._opened.execute(select(_ERASED).where(marks)).mappings()
        return RememberedMarks(keys=keys, rows={r["mark"]: dict(r) for r in rows}) if keys else None

    def key_ids(self) -> set[str]:
        """Return what tells the keys of the marks here; those of old releases do not say."""
        t = _ERASED
        return set(self._opened.scalars(select(t.c.mark).where(t.c.what == KEY_ID)))

    def note_keys(self, keys: Iterable[bytes]) -> None:
        """Remember that marks here were made with these keys."""
        for key in keys:
            inserted(self._opened, _ERASED, _row(key_id(key), KEY_ID, "", ""))

    def _first_key(self) -> bytes:
        if self._file is not None and not self.any():
            return self._file.begin()
        return self.keys()[0]

    def _own_keys(self) -> tuple[bytes, ...]:
        """Return the keys that the table itself holds; makes one where there is none."""
        t = _ERASED
        kept = self._opened.scalars(select(t.c.mark).where(t.c.what == KEY).order_by(t.c.mark))
        keys = tuple(bytes.fromhex(one) for one in kept)
        if keys:
            return keys
        fresh = _fresh_key()
        self._opened.execute(t.insert().values(_row(fresh.hex(), KEY, "", "")))
        return (fresh,)


def _fresh_key() -> bytes:
    import secrets  # noqa: PLC0415 - once in the life of an installation

    return secrets.token_bytes(32)


def _parts(org: str, key: RecordKey) -> tuple[str, ...]:
    return (RECORD, org, key.kind.value, key.ref)


def _digest(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()


def _row(mark: str, what: str, place: str, on: str) -> dict[str, str | None]:
    return {"mark": mark, "what": what, "place": place, "made_on": on, "met_on": None}
