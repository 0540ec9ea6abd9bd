"""What a CRM told by itself: kept once a record, followed, dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, select

from kam_connector.model.hint import Hint
from kam_connector.model.kind import Kind
from kam_connector.store.bulk import Upsert
from kam_connector.store.database import Database
from kam_connector.store.erasing import remember
from kam_connector.store.forgetting import Forgotten, forget_record, subject_of
from kam_connector.store.purging import owe
from kam_connector.store.records import instant_text
from kam_connector.store.searching import Searched, with_search
from kam_connector.store.tables import table
from kam_connector.store.tombstones import Tombstones

__all__ = ["Hinting"]

_Row = dict[str, str | None]
_HINT = table("hint")
_HEARD = table("heard")
_CURSOR = table("stream_cursor")
_JOURNAL = "journal"
"""The journal's place is kept as a stream's."""
_REMEMBERED = timedelta(minutes=10)
"""Twice the five minutes within which a request is believed."""
_SAVE_HINTS = Upsert(
    _HINT,
    ["connection", "object", "ref", "at", "forget"],
    where_existing={
        "at": lambda old, new: case((old.c.at > new["at"], old.c.at), else_=new["at"]),
        "forget": lambda old, new: case((old.c.forget, old.c.forget), else_=new["forget"]),
    },
)
_SAVE_PLACE = Upsert(_CURSOR, ["connection", "source", "stream", "ref"])


class Hinting:
    """The part of ``ports.Store`` that webhooks and journals use."""

    _db: Database
    _clock: Callable[[], datetime]

    def add_hints(self, connection: str, hints: Iterable[Hint], *, place: str = "") -> None:
        """Keep hints, and with *place* how far the CRM's journal was read, together."""
        kept: dict[tuple[str, str], tuple[str, bool]] = {}
        for one in hints:
            at, forget = kept.get((one.object, one.ref), ("", False))
            kept[one.object, one.ref] = max(at, instant_text(one.at)), forget or one.forget
        with self._db.write() as opened:
            _SAVE_HINTS.run(opened, [(connection, *key, *rest) for key, rest in kept.items()])
            if place:
                _SAVE_PLACE.run(opened, [(connection, _JOURNAL, _JOURNAL, place)])

    def journal_place(self, connection: str) -> str:
        """Return how far the CRM's journal was read; empty: not at all."""
        t = _CURSOR
        mine = (t.c.connection == connection) & (t.c.source == _JOURNAL)
        with self._db.read() as opened:
            return opened.scalar(select(t.c.ref).where(mine)) or ""

    def first_heard(self, connection: str, signature: str, *, at: datetime) -> bool:
        """Note a request's signature; False if it was heard before (a replay)."""
        t = _HEARD
        mine = (t.c.connection == connection) & (t.c.signature == signature)
        with self._db.write() as opened:
            opened.execute(t.delete().where(t.c.at < instant_text(at - _REMEMBERED)))
            known = opened.scalar(select(t.c.at).where(mine))
            if known is None:
                row = {"connection": connection, "signature": signature, "at": instant_text(at)}
                opened.execute(t.insert().values(row))
        return known is None

    def hints(self, connection: str, *, limit: int) -> list[Hint]:
        """Return what waits to be looked at, the longest waiting first."""
        t = _HINT
        wanted = select(t).where(t.c.connection == connection)
        with self._db.read() as opened:
            rows = opened.execute(wanted.order_by(t.c.at, t.c.object, t.c.ref).limit(limit)).all()
        return [
            Hint(object=r.object, ref=r.ref, at=datetime.fromisoformat(r.at), forget=r.forget)
            for r in rows
        ]

    def drop_hints(self, connection: str, hints: Sequence[Hint]) -> None:
        """Forget hints that were followed, unless something newer came meanwhile."""
        t = _HINT
        with self._db.write() as opened:
            for one in hints:
                same = (t.c.connection == connection) & (t.c.object == one.object)
                same &= (t.c.ref == one.ref) & (t.c.at <= instant_text(one.at))
                opened.execute(t.delete().where(same))

    def forget(self, connection: str, kind: Kind, ref: str) -> bool:
        """Erase a record and every text that names it; False if nothing was known.

        A person is marked, known or not: an event that comes late brings nobody back.
        """
        on = self._clock().date().isoformat()

        def whom(opened: Connection) -> Searched:
            return subject_of(opened, connection, kind, ref)

        def write(
            opened: Connection, searched: Searched
        ) -> tuple[Forgotten, list[dict[str, str | None]]]:
            gone = forget_record(opened, connection, kind, ref, searched)
            rows: list[dict[str, str | None]] = []
            if kind is Kind.CONTACT:
                tombstones = Tombstones(opened, self._db)
                rows = tombstones.make(gone.keys, gone.words.addresses, on=on)
            if gone.known:
                owe(opened, on=on)
            return gone, rows

        gone, rows = with_search(self._db, whom, write)
        remember(self._db, rows)
        return gone.known
