"""An erasure looks without the lock, and misses nothing that is written meanwhile (G18, G20)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kam_connector.model.erasure import Erasure, Person
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor
from kam_connector.store import SqlStore, backup, open_store, restore, searching
from kam_connector.store.retiring import _retired
from kam_connector.testing.store_samples import (
    EPOCH,
    make_action,
    make_agreed,
    make_batch,
    make_mirror,
    make_row,
    make_source,
)

NAME, ADDRESS = "Inès Quintrec", "ines.quintrec@nordwind.example"
REF = "003000000000001AAA"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the database lies."""
    return f"sqlite:///{tmp_path}/kam.db"


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store that knows one person, and speaks of them in one text."""
    opened = open_store(url)
    source = make_source()
    row = make_row(REF, values={"Name": NAME, "Email": ADDRESS})
    opened.stage("sf", source, "changes", [row], Cursor())
    base = make_agreed(REF, Kind.CONTACT, source=source.name, read={"name": NAME})
    mirror = make_mirror(Kind.CONTACT, base.kam_id, name=NAME, email=ADDRESS, account="acc_1")
    opened.apply_merge(make_batch(Kind.CONTACT, mirror, agreed=(base,), source=source.name))
    opened.save_actions([make_action("before", title=f"Thank {NAME}")])
    yield opened
    opened.close()


def in_between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> list[int]:
    """Let something happen after the first look and before its write; returns a count of looks."""
    looks, real = list[int](), searching.look

    def look(opened: searching.Connection, wanted: searching.Searched) -> searching.Searched:
        found = real(opened, wanted)
        looks.append(len(found.found))
        if len(looks) == 1:
            act()
        return found

    monkeypatch.setattr(searching, "look", look)
    return looks


def erased(store: SqlStore) -> Erasure:
    """Erase the one person."""
    (person,) = [one for one in store.people() if one.email == ADDRESS]
    return store.erase_person(person, by="Ada")


def titles(store: SqlStore) -> dict[str, str]:
    """Return what actions say, by id."""
    return {one.id: one.title for one in store.actions()}


def left_of(url: str) -> int:
    """Return how many rows of the marks' table are notes to look again."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as opened:
        (count,) = opened.execute("SELECT count(*) FROM erased WHERE what = 'again'").fetchone()
    return int(count)


@pytest.mark.guarantee("G18", "G20")
def test_nobody_waits_while_texts_are_searched(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program begins to write in the middle of the search, at once."""

    def write() -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")

    looks = in_between(monkeypatch, write)
    erased(store)
    assert titles(store) == {"before": "Thank (forgotten)"}
    assert len(looks) == 1  # nothing was written meanwhile: one look is enough


@pytest.mark.guarantee("G18")
def test_what_is_written_between_look_and_write_is_erased_too(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new text, a text that changed, a text that named them no longer."""
    other = open_store(url)
    other.save_actions([make_action("changed", title="Nobody")])

    def write() -> None:
        other.save_actions([
            make_action("new", title=f"Ask {NAME.upper()}"),
            make_action("changed", title=f"{NAME} was asked"),
            make_action("before", title="Thank them"),
        ])  # fmt: skip

    looks = in_between(monkeypatch, write)
    erased(store)
    other.close()
    assert titles(store) == {
        "new": "Ask (forgotten)",
        "changed": "(forgotten) was asked",
        "before": "Thank them",
    }
    assert (len(looks), left_of(url)) == (2, 0)


@pytest.mark.guarantee("G18")
def test_a_name_that_changed_between_look_and_write_is_looked_for_too(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull brings their married name while the search is on: both names go."""
    other = open_store(url)

    def write() -> None:
        values = {"Name": "Inès Zwicky", "Email": ADDRESS}
        row = make_row(REF, "2026-11-21T08:00:00.000Z", values=values)
        other.stage("sf", make_source(), "changes", [row], Cursor())
        other.save_actions([make_action("new", title="Inès Zwicky, once Inès Quintrec")])

    in_between(monkeypatch, write)
    erased(store)
    other.close()
    assert titles(store)["new"] == "(forgotten), once (forgotten)"


@pytest.mark.guarantee("G10", "G18")
def test_a_crash_before_the_second_look_loses_nothing(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure stands, the note of whom to look for does too; the next purge looks."""
    other = open_store(url)
    write = lambda: other.save_actions([make_action("new", title=f"Ask {NAME}")])  # noqa: E731
    in_between(monkeypatch, write)
    monkeypatch.setattr(searching, "finish", _killed)
    with pytest.raises(KeyboardInterrupt):
        erased(store)
    other.close()
    assert (store.people(), left_of(url), store.purge_owed()) == ([], 1, True)
    monkeypatch.undo()
    again = open_store(url)
    assert again.purge()
    assert titles(again)["new"] == "Ask (forgotten)"
    again.close()
    store.close()
    held = b"".join(
        one.read_bytes() for one in Path(url.removeprefix("sqlite:///")).parent.iterdir()
    )
    assert (left_of(url), NAME.encode() in held) == (0, False)


def _killed(_database: object) -> bool:
    raise KeyboardInterrupt


@pytest.mark.guarantee("G18")
def test_a_note_to_look_again_survives_backup_and_restore(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A copy made in that moment is looked through when it is purged."""
    other = open_store(url)
    in_between(monkeypatch, lambda: other.save_actions([make_action("new", title=f"Ask {NAME}")]))
    monkeypatch.setattr(searching, "finish", _killed)
    with pytest.raises(KeyboardInterrupt):
        erased(store)
    monkeypatch.undo()
    backup(url, tmp_path / "copy.db")
    other.close()
    store.close()
    restore(url, tmp_path / "copy.db", aside=tmp_path / "aside.db", now=EPOCH)
    again = open_store(url)
    assert again.purge()
    assert titles(again)["new"] == "Ask (forgotten)"
    again.close()


@pytest.mark.guarantee("G21")
def test_a_dry_run_writes_nothing_at_all(url: str, store: SqlStore) -> None:
    """The same counts and doubts as the erasure, and no byte of the database changes."""
    store.save_actions([make_action("near", title="Quintrec said so", account_id="acc_1")])
    person = next(one for one in store.people() if one.email == ADDRESS)
    store.close()
    file = Path(url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    again = open_store(url)
    would = again.erase_person(person, by="Ada", dry_run=True)
    again.close()
    assert file.read_bytes() == before
    after = open_store(url)
    done = after.erase_person(person, by="Ada")
    after.close()
    assert (would.rows, would.texts, would.doubts) == (done.rows, done.texts, done.doubts)
    assert [one.text for one in done.doubts] == ["Quintrec said so"]


def test_a_person_of_one_connection_erased_by_its_event_is_searched_alike(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CRM's own erasure takes the same way: no lock while it looks, nothing missed."""
    other = open_store(url)
    in_between(monkeypatch, lambda: other.save_actions([make_action("new", title=f"Ask {NAME}")]))
    assert store.forget("sf", Kind.CONTACT, REF)
    other.close()
    assert titles(store) == {"before": "Thank (forgotten)", "new": "Ask (forgotten)"}


@pytest.mark.guarantee("G18")
def test_a_note_of_a_retired_person_is_followed_too(
    store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No purge was asked for: what is still to be looked for asks for one."""
    other = open_store(url)
    in_between(monkeypatch, lambda: other.save_actions([make_action("new", title=f"Ask {NAME}")]))
    monkeypatch.setattr(searching, "finish", _killed)
    with pytest.raises(KeyboardInterrupt):
        _retired(store._db, "sf", Kind.CONTACT, REF)
    monkeypatch.undo()
    other.close()
    assert store.purge_owed()
    assert store.purge()
    assert (titles(store)["new"], store.purge_owed()) == ("Ask (forgotten)", False)


def nobody() -> Person:
    """Return a person without records."""
    return Person(id=None, name="", email=None, account=None, records=())


def test_nobody_is_looked_for_twice(url: str, store: SqlStore) -> None:
    """An erasure of nothing leaves no note."""
    store.erase_person(nobody(), by="Ada")
    assert left_of(url) == 0
