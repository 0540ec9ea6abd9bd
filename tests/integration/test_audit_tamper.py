"""Nothing in the audit log can be changed, removed, added or moved unseen (G33, TM19)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from kam_connector.errors import StorageError
from kam_connector.model.audit import Act, Anchor, AuditEntry
from kam_connector.model.kind import Kind
from kam_connector.model.retention import RetentionDays
from kam_connector.store.auditing import CHAINED
from kam_connector.store.chain import linked
from kam_connector.store.chain_check import check_chain
from kam_connector.store.sql_store import SqlStore, open_store
from kam_connector.store.tables import table
from kam_connector.testing.store_samples import SteppedClock, make_agreed, make_batch, make_entry
from tests.guarantees import Figures

_TABLES = ("audit_entry", "audit_subject", "audit_head")
_BOTH = (table("audit_entry"), table("audit_subject"))
_ERASED = make_entry("KAM_Role__c", item_id="i2", kind=Kind.CONTACT, object="Contact", ref="003A")


@pytest.fixture(name="store")
def _store() -> Iterator[SqlStore]:
    """A log with writes, decisions, an erasure and a retention run; its triggers are dropped."""
    clock = SteppedClock()
    store = open_store("sqlite://", clock=clock)
    store.audit(AuditEntry(act=Act.WRITES_ENABLED, by="ann", connection="sf"))
    clock.advance(6 * 365 * 86_400)
    store.retire(RetentionDays())
    store.apply_merge(make_batch(Kind.CONTACT, agreed=(make_agreed("003A", Kind.CONTACT),)))
    store.confirm([], agreed=[], journal=[make_entry(), _ERASED], by="ann")
    store.forget("sf", Kind.CONTACT, "003A")
    store.audit(AuditEntry(act=Act.MATCH_CONFIRMED, why="one domain", ref="001B"))
    with store._db.write() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_unchanged"))
        connection.execute(text("DROP TRIGGER audit_entry_kept"))
    yield store
    store.close()


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    """Do something to the log, and take it back."""
    savepoint = connection.begin_nested()
    yield
    savepoint.rollback()


def is_broken(connection: Connection, *anchors: Anchor) -> bool:
    """Whether the log says of itself that it does not fit."""
    return check_chain(connection, anchors, chained=CHAINED).broken is not None


def changes(value: Any) -> Iterator[Any]:
    """Yield a value with each of its bytes changed, cut off, and gone or made up."""
    if isinstance(value, int):
        yield from (value + 1000, -value - 1)  # neighbours are taken
    elif value is None:
        yield from ("", "0" * 32)
    else:
        for place, letter in enumerate(value):
            yield value[:place] + chr(ord(letter) ^ 1) + value[place + 1 :]
        yield from (value + " ", None)
        if value:
            yield value[:-1]


def unseen_changes(connection: Connection) -> tuple[int, list[str]]:
    """Change every byte of every column of every row in turn; return how many, and those unseen."""
    tried, unseen = 0, []
    for name in _TABLES:
        t = table(name)
        key = next(iter(t.primary_key))
        for row in connection.execute(t.select()).mappings().all():
            for column, value in row.items():
                for changed in changes(value):
                    if changed is None and not t.c[column].nullable:
                        continue
                    with taken_back(connection):
                        same = t.update().where(key == row[key.name])
                        connection.execute(same.values({column: changed}))
                        tried += 1
                        if not is_broken(connection):
                            unseen.append(f"{name} {row[key.name]} {column}: {changed!r}")
    return tried, unseen


def unseen_moves(connection: Connection, head: Anchor) -> tuple[int, list[str]]:
    """Delete, insert, swap and cut off rows; return how many ways, and those unseen."""
    e, s = table("audit_entry"), table("audit_subject")
    numbers = list(connection.scalars(select(e.c.number).order_by(e.c.number)))
    subjects = list(connection.scalars(select(s.c.number).order_by(s.c.number)))
    acts: list[tuple[str, list[Any]]] = [
        *((f"entry {one} deleted", [e.delete().where(e.c.number == one)]) for one in numbers),
        *((f"subject {one} deleted", [s.delete().where(s.c.number == one)]) for one in subjects),
        *((f"{one} deleted with its subject", _taken_out(one)) for one in numbers),
        *((f"{one} and the next swapped", _swapped(connection, one)) for one in numbers[:-1]),
        *((f"{one} doubled behind", _copied(connection, one, numbers[-1] + 1)) for one in numbers),
        *((f"{one} doubled before", _copied(connection, one, numbers[0] - 1)) for one in numbers),
        *((f"tail from {one} cut off", _cut(connection, one)) for one in numbers),
        ("an erased subject back", [s.insert().values(number=4, salt="0" * 32, why="")]),
        ("a subject of nothing", [s.insert().values(number=999, salt="0" * 32, why="")]),
        ("all gone", [e.delete(), s.delete(), table("audit_head").delete()]),
    ]
    unseen = []
    for what, statements in acts:
        with taken_back(connection):
            for statement in statements:
                connection.execute(statement)
            if not is_broken(connection, head):
                unseen.append(what)
    return len(acts), unseen


def _taken_out(number: int) -> list[Any]:
    return [one.delete().where(one.c.number == number) for one in _BOTH]


def _swapped(connection: Connection, number: int) -> list[Any]:
    e = table("audit_entry")
    moves = ((number, -1), (number + 1, number), (-1, number + 1))
    return [e.update().where(e.c.number == old).values(number=new) for old, new in moves]


def _copied(connection: Connection, number: int, place: int) -> list[Any]:
    e = table("audit_entry")
    row = connection.execute(e.select().where(e.c.number == number)).mappings().one()
    return [e.insert().values({**row, "number": place})]


def _cut(connection: Connection, number: int) -> list[Any]:
    """Cut the tail off as one who knows the tables does: the head moves too."""
    e, s, head = table("audit_entry"), table("audit_subject"), table("audit_head")
    last = connection.execute(e.select().where(e.c.number == number - 1)).first()
    kept = {"number": number - 1, "digest": last.digest if last else "0" * 64}
    gone = (one.delete().where(one.c.number >= number) for one in (e, s))
    return [*gone, head.update().values(**kept)]


@pytest.mark.guarantee("G33")
def test_every_changed_byte_is_noticed(store: SqlStore, figure: Figures) -> None:
    """Of every column, in the chain and beside it, an erasure and a trimmed front included."""
    assert store.verify_audit().broken is None
    with store._db.read() as connection:
        tried, unseen = unseen_changes(connection)
    assert unseen == []
    figure("G33", f"{tried:,} changes of single bytes, {len(unseen)} unseen", met=not unseen)


@pytest.mark.guarantee("G33")
def test_no_row_goes_comes_or_moves_unseen(store: SqlStore, figure: Figures) -> None:
    """With an anchor kept elsewhere not even a tail cut off with its head."""
    head = store.verify_audit().anchor
    with store._db.read() as connection:
        tried, unseen = unseen_moves(connection, head)
    assert unseen == []
    said = f"{tried} rows deleted, doubled, swapped or cut off, {len(unseen)} unseen"
    figure("G33", said, met=not unseen)


@pytest.mark.guarantee("G33")
def test_an_entry_sealed_anew_no_longer_fits_the_next(store: SqlStore) -> None:
    """Who knows the rules can seal the entry they changed; the one behind it holds the old seal."""
    e = table("audit_entry")
    with store._db.write() as connection:
        rows = connection.execute(e.select().order_by(e.c.number)).mappings().all()
        before, victim, behind = rows[:3]
        forged = {**victim, "by": "mallory"}
        digest = linked(before["digest"], [forged[name] for name in CHAINED])
        same = e.update().where(e.c.number == victim["number"])
        connection.execute(same.values(by="mallory", digest=digest))
    assert store.verify_audit().broken == behind["number"]


def test_only_an_anchor_notices_a_log_written_anew(store: SqlStore) -> None:
    """Who can write the database and knows the rules can write another log; said in the docs."""
    head = store.verify_audit().anchor
    with store._db.write() as connection:
        for name in _TABLES:
            connection.execute(table(name).delete())
    store.audit(*[AuditEntry(act=Act.PAUSED)] * head.number)
    assert store.verify_audit().broken is None
    assert store.verify_audit([head]).broken == head.number


@pytest.mark.parametrize("act", ["UPDATE audit_entry SET by = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_log(act: str) -> None:
    """A mistake in a script stops there; an enemy would have to drop the triggers first."""
    store = open_store("sqlite://")
    store.audit(AuditEntry(act=Act.PAUSED))
    with pytest.raises(StorageError), store._db.write() as connection:
        connection.execute(text(act))
    assert store.verify_audit().broken is None
    store.close()


@pytest.mark.guarantee("G33")
def test_a_log_that_cannot_be_written_stops_the_write(tmp_path: Any) -> None:
    """No entry, no journal, no result: the answer of the CRM is looked at again by the next run."""
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}")
    with store._db.write() as connection:
        refuse = "BEGIN SELECT RAISE(ABORT, 'full'); END"
        connection.execute(text(f"CREATE TRIGGER t BEFORE INSERT ON audit_entry {refuse}"))
    with pytest.raises(StorageError):
        store.confirm([], agreed=[make_agreed()], journal=[replace(make_entry(), before=None)])
    assert (store.journal("run-1"), store.agreed([make_agreed().key])) == ([], {})
    store.close()
