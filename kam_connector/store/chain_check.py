"""Verifies the audit log: recomputes every digest and every commitment, in one pass."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, RowMapping, func, select

from kam_connector.model.audit import Act, Anchor, AuditCheck
from kam_connector.store.chain import GENESIS, broken_promise, linked
from kam_connector.store.tables import table

__all__ = ["check_chain"]

_PAGE = 2_000
"""Rows held at a time; our choice, some 2 MB."""


def check_chain(
    connection: Connection, anchors: Sequence[Anchor], *, chained: Sequence[str]
) -> AuditCheck:
    """Return whether every entry still says what was written, in one pass over the log.

    Args:
        connection: A reading transaction that sees one moment.
        anchors: Heads of earlier days that were kept elsewhere.
        chained: The columns that a digest covers, the number first.
    """
    walk = _Walk(chained, {one.number: one.digest for one in anchors}, _trims(connection))
    with closing(_rows(connection)) as rows:
        for row in rows:
            walk.take(row)
            if walk.broken is not None:
                break
    if walk.broken is None:
        walk.end(_head(connection), _strays(connection))
    return AuditCheck(
        entries=walk.entries,
        first=walk.first,
        anchor=Anchor(number=walk.number, digest=walk.digest),
        anchors=walk.compared,
        erased=len(walk.nameless | walk.saltless),
        broken=walk.broken,
        problem=walk.problem,
    )


@dataclass(slots=True)
class _Walk:
    """Where the pass stands."""

    chained: Sequence[str]
    anchors: Mapping[int, str]
    trims: Mapping[int, str]
    """Digest of the last entry dropped, by its number, as retention runs say."""
    entries: int = 0
    first: int = 1
    number: int = 0
    digest: str = GENESIS
    compared: int = 0
    nameless: set[int] = field(default_factory=set)
    """Entries whose subject is gone."""
    saltless: set[int] = field(default_factory=set)
    """Entries whose values' salt is gone."""
    erased: dict[str, set[int]] = field(default_factory=lambda: {"rows": set(), "values": set()})
    """What erasures say they emptied."""
    broken: int | None = None
    problem: str = ""

    def take(self, row: RowMapping) -> None:
        """Check one entry against the one before."""
        number = row["number"]
        if not self.entries:
            self._begin(number)
        if number != self.number + 1:
            self._break(self.number + 1, "the entry is missing")
        elif linked(self.digest, [row[name] for name in self.chained]) != row["digest"]:
            self._break(number, "the entry, or the one before it, was changed")
        else:
            self.entries += 1
            self.number, self.digest = number, row["digest"]
            self._compare()
            self._beside(row)

    def end(self, head: RowMapping | None, stray: int | None) -> None:
        """Check what can be seen only when all entries were."""
        said = (head["number"], head["digest"]) if head else (0, GENESIS)
        if said != (self.number, self.digest):
            self._break(min(said[0], self.number) + 1, "the log does not end where its head says")
        if head and head["trimmed"] != self.first - 1:
            self._break(self.first, "the log does not begin where its head says")
        if stray is not None:
            self._break(stray, "a subject was added that no entry speaks of")
        for emptied, told in (("nameless", "rows"), ("saltless", "values")):
            said_so = {one for one in self.erased[told] if one >= self.first}
            for one in sorted(getattr(self, emptied) ^ said_so)[:1]:
                self._break(one, "its record or values are gone, or back, and no erasure says so")
        self._past()

    def _begin(self, number: int) -> None:
        """Start from the first entry, or behind the last one that a retention run dropped."""
        if number - 1 in self.trims:
            self.first, self.number, self.digest = number, number - 1, self.trims[number - 1]
        self._compare()

    def _beside(self, row: RowMapping) -> None:
        """Check what lies outside the chain."""
        if row["salt"] is None:
            self.nameless.add(row["number"])
        elif problem := broken_promise(row):
            self._break(row["number"], problem)
        if row["salt"] is not None and row["salted"] is not None and row["value_salt"] is None:
            self.saltless.add(row["number"])
        if row["act"] == Act.ERASED.value:
            for told, pairs in orjson.loads(row["note"]).get("emptied", {}).items():
                self.erased[told].update(n for low, high in pairs for n in range(low, high + 1))
                self.erased["values"] -= self.erased["rows"]

    def _compare(self) -> None:
        kept = self.anchors.get(self.number)
        if kept is None:
            return
        self.compared += 1
        if kept != self.digest:
            self._break(self.number, "it is not the entry that the anchor remembers")

    def _past(self) -> None:
        """Check the youngest anchor: a cut tail leaves it beyond the end."""
        youngest = max(self.anchors, default=None)
        if youngest is None:
            return
        if youngest > self.number:
            self._break(self.number + 1, "the log ends before the anchor: its tail was cut off")
        elif youngest < self.first - 1:
            self._break(youngest, "the anchor is older than all that retention left")

    def _break(self, number: int, problem: str) -> None:
        """Remember the first entry that does not fit."""
        if self.broken is None or number < self.broken:
            self.broken, self.problem = number, problem


def _rows(connection: Connection) -> Generator[RowMapping]:
    e, s = table("audit_entry"), table("audit_subject")
    beside = [s.c[name] for name in ("salt", "value_salt", "kind", "ref", "kam_id", "why")]
    wanted = select(e, *beside).join_from(e, s, s.c.number == e.c.number, isouter=True)
    streamed = wanted.order_by(e.c.number).execution_options(stream_results=True, yield_per=_PAGE)
    found = connection.execute(streamed)
    try:
        yield from found.mappings()
    finally:
        found.close()


def _trims(connection: Connection) -> dict[int, str]:
    e = table("audit_entry")
    notes = connection.scalars(select(e.c.note).where(e.c.act == Act.PURGED.value)).all()
    return dict(trim for text in notes if (trim := _trim(text)))


def _trim(note: str) -> tuple[int, str] | None:
    """Return what a retention run dropped; a note that was changed is found by its digest."""
    try:
        said = orjson.loads(note)["trimmed"]
        return int(said["number"]), str(said["digest"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def _head(connection: Connection) -> RowMapping | None:
    t = table("audit_head")
    return connection.execute(select(t).where(t.c.id == 1)).mappings().first()


def _strays(connection: Connection) -> int | None:
    """Return the first subject without an entry."""
    e, s = table("audit_entry"), table("audit_subject")
    alone = s.c.number.not_in(select(e.c.number))
    first: int | None = connection.scalar(select(func.min(s.c.number)).where(alone))
    return first
