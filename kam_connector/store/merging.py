"""What one merge writes: mirror, bases, identity, aliases, quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, literal_column, select

from kam_connector.model.identity import IdentityLink, RecordKey
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.staging import Agreed, MergeBatch, MirrorRow, Quarantined
from kam_connector.store.bulk import Delete, Upsert, among
from kam_connector.store.database import Database
from kam_connector.store.mirror import mirror_codec
from kam_connector.store.people import save_participants, save_positions
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import Codec, instant_text
from kam_connector.store.repoint import repoint
from kam_connector.store.tables import table
from kam_connector.store.tombstones import Tombstones

__all__ = ["Merging", "save_agreed"]

_AGREED = table("agreed")
_LINK = table("identity_link")
_ALIAS = table("crm_alias")
_QUARANTINE = table("quarantine")
_QUARANTINED = Codec(Quarantined)
_SAVE_AGREED = Upsert(_AGREED, [column.name for column in _AGREED.columns])
_SAVE_LINKS = Upsert(_LINK, [column.name for column in _LINK.columns])
_SAVE_ALIASES = Upsert(_ALIAS, [column.name for column in _ALIAS.columns])
_SAVE_QUARANTINE = Upsert(
    _QUARANTINE,
    _QUARANTINED.columns,
    keep=["first_seen"],
    where_existing={"times": lambda old, _new: old.c.times + literal_column("1")},
)
_CLEAR = Delete(_QUARANTINE, ["connection", "source", "ref", "field", "direction"])
_DELETE_ALIASES = Delete(_ALIAS, ["connection", "kind", "loser"])
_LINKS = select(_LINK)
_BASES = select(_AGREED).where(
    matching(_AGREED, "connection", "kind"), listed(_AGREED.c.ref, "refs")
)
_BASES_OF = (
    select(_AGREED)
    .where(matching(_AGREED, "kind"), listed(_AGREED.c.kam_id, "kam_ids"))
    .order_by(_AGREED.c.connection, _AGREED.c.ref)
)
_ALIASES = select(_ALIAS).where(matching(_ALIAS, "connection"))
_WAITING = select(_QUARANTINE).order_by(
    *(_QUARANTINE.c[name] for name in ("first_seen", "connection", "source", "ref", "field"))
)
_WAITING_OF = _WAITING.where(matching(_QUARANTINE, "connection"))
_HEAL = _QUARANTINE.delete().where(
    matching(_QUARANTINE, "connection", "source", "direction"),
    listed(_QUARANTINE.c.ref, "refs"),
)


def save_agreed(connection: Connection, bases: Iterable[Agreed]) -> None:
    """Insert or replace base documents, one row a CRM record."""
    rows = []
    for base in bases:
        doc = orjson.dumps(
            {"read": base.read, "written": base.written, "provenance": base.provenance},
            default=dict,
        )
        rows.append((*_plain(base.key), base.source, base.kam_id, doc.decode()))
    _SAVE_AGREED.run(connection, rows)


class Merging:
    """The part of ``ports.Store`` that resolve and merge use."""

    _db: Database
    _clock: Callable[[], datetime]
    _merged: Callable[[Connection, str, str, Sequence[str]], None]

    def identities(self) -> list[IdentityLink]:
        """Return all links that differ from a record's default id, proposals included."""
        with self._db.read() as connection:
            return [
                IdentityLink(
                    key=RecordKey(row.connection, Kind(row.kind), row.ref),
                    kam_id=row.kam_id,
                    state=row.state,
                    evidence=row.evidence,
                )
                for row in connection.execute(_LINKS)
            ]

    def save_identities(self, links: Iterable[IdentityLink]) -> None:
        """Insert or replace by record."""
        with self._db.write() as connection:
            _save_links(connection, links)

    def repoint(self, kind: Kind, old_id: str, new_id: str, *, findings: bool = False) -> None:
        """Make everything that points at *old_id* point at *new_id*, and drop *old_id*'s row."""
        with self._db.write() as connection:
            repoint(connection, kind, old_id, new_id, findings=findings)

    def agreed(self, keys: Iterable[RecordKey]) -> dict[RecordKey, Agreed]:
        """Return the base documents of CRM records."""
        wanted: dict[tuple[str, Kind], list[str]] = {}
        for key in keys:
            wanted.setdefault((key.connection, key.kind), []).append(key.ref)
        found: list[Agreed] = []
        with self._db.read() as opened:
            for (connection, kind), refs in wanted.items():
                given = {"connection": connection, "kind": kind.value, "refs": refs}
                found.extend(_agreed(row) for row in opened.execute(_BASES, given))
        return {base.key: base for base in found}

    def agreed_of(self, kind: Kind, kam_ids: Iterable[str]) -> dict[str, list[Agreed]]:
        """Return the base documents behind KAM records."""
        found: dict[str, list[Agreed]] = {}
        with self._db.read() as opened:
            for row in opened.execute(_BASES_OF, {"kind": kind.value, "kam_ids": kam_ids}):
                found.setdefault(row.kam_id, []).append(_agreed(row))
        return found

    def apply_merge(self, batch: MergeBatch) -> None:
        """Write mirror rows, base documents, quarantine and aliases, and clear dirty flags."""
        aliases = [(batch.connection, batch.kind.value, *pair) for pair in batch.aliases]
        with self._db.write() as connection:
            batch = self._without_erased(connection, batch)
            if batch.mirror and batch.kind not in MADE:
                self._save_mirror(connection, batch.kind, batch.mirror)
            save_agreed(connection, batch.agreed)
            _save_links(connection, batch.identities)
            # A winner that was itself a loser once has come back: its old alias ends.
            _DELETE_ALIASES.run(connection, [(*key[:2], key[3]) for key in aliases])
            _SAVE_ALIASES.run(connection, aliases)
            _heal(connection, batch)
            self._count(connection, batch.quarantined)
            self._merged(connection, batch.connection, batch.source, batch.done)

    def _without_erased(self, connection: Connection, batch: MergeBatch) -> MergeBatch:
        """Return a merge without people who were erased while it was being made."""
        bases = [base.key.ref for base in batch.agreed]
        erased = Tombstones(connection, self._db).marked(batch.connection, batch.kind, bases)
        if not erased:
            return batch
        gone = {base.kam_id for base in batch.agreed if base.key.ref in erased}
        return replace(
            batch,
            mirror=tuple(row for row in batch.mirror if row.id not in gone),
            agreed=tuple(base for base in batch.agreed if base.key.ref not in erased),
        )

    def alias(self, connection: str, kind: Kind, ref: str) -> str:
        """Return the surviving ref at the end of any chain of merges (INV10)."""
        t = _ALIAS
        seen = {ref}
        with self._db.read() as opened:
            while True:
                winner = opened.execute(
                    select(t.c.winner).where(
                        t.c.connection == connection, t.c.kind == kind.value, t.c.loser == ref
                    )
                ).scalar()
                if winner is None or winner in seen:
                    return ref
                seen.add(winner)
                ref = winner

    def aliases(self, connection: str) -> dict[tuple[Kind, str], str]:
        """Return all merges of a connection, each loser with its direct winner."""
        with self._db.read() as opened:
            rows = opened.execute(_ALIASES, {"connection": connection})
            return {(Kind(row.kind), row.loser): row.winner for row in rows}

    def quarantined(self, *, connection: str | None = None) -> list[Quarantined]:
        """Return what waits for a person, oldest first."""
        wanted = _WAITING if connection is None else _WAITING_OF
        with self._db.read() as opened:
            rows = opened.execute(wanted, {"connection": connection}).mappings()
            return [_QUARANTINED.value(row) for row in rows]

    def save_quarantined(self, entries: Iterable[Quarantined]) -> None:
        """Insert, or count one more time."""
        with self._db.write() as connection:
            self._count(connection, entries)

    def clear_quarantined(self, entries: Iterable[Quarantined]) -> None:
        """Remove by connection, source, ref, field and direction."""
        keys = [(e.connection, e.source, e.ref, e.field, e.direction) for e in entries]
        with self._db.write() as connection:
            _CLEAR.run(connection, keys)

    def _save_mirror(
        self, connection: Connection, kind: Kind, records: Sequence[MirrorRow]
    ) -> None:
        now = instant_text(self._clock())
        codec = mirror_codec(kind)
        # A deletion without values leaves the last ones in place.
        bare = [record for record in records if record.deleted and not record.values]
        full = [record for record in records if record.values or not record.deleted]
        full.sort(key=attrgetter("id"))  # neighbours in the index: fewer pages touched
        if kind is Kind.CONTACT:
            save_positions(connection, full, today=now[:10])
        if kind is Kind.ACTIVITY:
            save_participants(connection, full)
        codec.upsert.run(connection, [codec.row(record, now=now) for record in full])
        for at, gone in groupby(bare, key=lambda record: record.deleted_at or now):
            t = codec.table
            live = among(connection, t.c.id, [one.id for one in gone]) & t.c.deleted_at.is_(None)
            connection.execute(t.update().where(live).values(deleted_at=at))

    def _count(self, connection: Connection, entries: Iterable[Quarantined]) -> None:
        now = self._clock().astimezone(UTC)
        rows: list[tuple[Any, ...]] = []
        for entry in entries:
            row = dict(zip(_QUARANTINED.columns, _QUARANTINED.row(entry), strict=True))
            row["first_seen"] = row["first_seen"] or instant_text(now)
            rows.append(tuple(row.values()))
        _SAVE_QUARANTINE.run(connection, rows)


def _plain(key: RecordKey) -> tuple[str, str, str]:
    return key.connection, key.kind.value, key.ref


def _heal(connection: Connection, batch: MergeBatch) -> None:
    """End the quarantine of records that were read without a problem, all in one statement."""
    given = {"connection": batch.connection, "source": batch.source, "direction": "read"}
    connection.execute(_HEAL, {**given, "refs": batch.healed})


def _save_links(connection: Connection, links: Iterable[IdentityLink]) -> None:
    rows = [(*_plain(link.key), link.kam_id, link.state, link.evidence) for link in links]
    _SAVE_LINKS.run(connection, rows)


def _agreed(row: Any) -> Agreed:
    doc = orjson.loads(row.doc)
    return Agreed(
        key=RecordKey(row.connection, Kind(row.kind), row.ref),
        source=row.source,
        kam_id=row.kam_id,
        read=doc["read"],
        written=doc["written"],
        provenance=doc["provenance"],
    )
