"""Whoever was erased stays erased when an installation moves to another database (G18, TM21)."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kam_connector.errors import StorageError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor
from kam_connector.store import SqlStore, backup, open_store, restore
from kam_connector.store.marks_file import MarksFile
from kam_connector.testing.store_samples import (
    EPOCH,
    make_action,
    make_agreed,
    make_batch,
    make_mirror,
    make_row,
    make_source,
)
from tests.factories.postgres import empty
from tests.guarantees import Figures

REFS = {"Ann Once": "003000000000001AAA", "Bob Twice": "003000000000002AAA"}
STAYS = ("Cleo Stays", "003000000000003AAA")
MOVES = [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")]
MOVES += [("postgres", "second_postgres")]
Place = Callable[[str], str]


def address(name: str) -> str:
    """Return a person's address."""
    return f"{name.replace(' ', '.').lower()}@move.test"


def pull(store: SqlStore, name: str, ref: str) -> None:
    """Stage what the CRM shows of a person."""
    row = make_row(ref, values={"Name": name, "Email": address(name)})
    store.stage("sf", make_source(), "changes", [row], Cursor())


def know(store: SqlStore, name: str, ref: str) -> None:
    """Let a database know a person, and speak of them."""
    pull(store, name, ref)
    id_ = f"con_{ref[-4:]}"
    base = make_agreed(ref, Kind.CONTACT, kam_id=id_, read={"name": name})
    mirror = make_mirror(Kind.CONTACT, id_, name=name, email=address(name))
    store.apply_merge(make_batch(Kind.CONTACT, mirror, agreed=(base,), source=make_source().name))
    store.save_actions([make_action(f"act_{ref[14]}", title=f"Thank {name}")])


def erase(store: SqlStore, name: str) -> None:
    """Erase a person by name."""
    (person,) = [one for one in store.people() if one.name == name]
    store.erase_person(person, by="Ada")


def names(store: SqlStore) -> set[str]:
    """Return who is known."""
    return {one.name or one.records[0].ref for one in store.people()}


@pytest.fixture(scope="session")
def second_url(postgres_url: str) -> str:
    """Another database of the same server."""
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as opened:
        opened.execute(text("CREATE DATABASE kam_second"))
    engine.dispose()
    return make_url(postgres_url).set(database="kam_second").render_as_string(hide_password=False)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return the URL of a new, empty database of a kind."""
    count = iter(range(9))

    def of(kind: str) -> str:
        if kind == "sqlite":
            folder = tmp_path / f"place{next(count)}"
            folder.mkdir()
            return f"sqlite:///{folder}/kam.db"
        url: str = request.getfixturevalue("postgres_url" if kind == "postgres" else "second_url")
        open_store(url).close()
        empty(url)
        return url

    return of


def moved(place: Place, there: str, here: str, file: Path) -> tuple[str, str]:
    """Make two databases: Ann is erased in the one that moves, Bob where it moves to.

    Where it moves to, nothing else is known; what moves still knows Bob.
    """
    source, target = place(there), place(here)
    old = open_store(source)
    for name, ref in (*REFS.items(), STAYS):
        know(old, name, ref)
    erase(old, "Ann Once")
    backup(source, file)
    old.close()
    new = open_store(target)
    know(new, "Bob Twice", REFS["Bob Twice"])
    erase(new, "Bob Twice")
    new.close()
    return source, target


@pytest.mark.guarantee("G18", "TM21")
@pytest.mark.parametrize(("there", "here"), MOVES)
def test_the_marks_of_both_databases_hold_after_a_move(
    there: str, here: str, place: Place, tmp_path: Path, figure: Figures
) -> None:
    """Erased before the move or where it leads: known no longer, named nowhere, never back."""
    file = tmp_path / "move.db"
    _, target = moved(place, there, here, file)
    restore(target, file, aside=tmp_path / "aside.db", now=EPOCH)
    store = open_store(target)
    after = names(store)
    for name, ref in REFS.items():
        pull(store, name, ref)
        pull(store, name, f"{ref[:-4]}9AAA")
    back, said = names(store), {one.title for one in store.actions()}
    waiting = {one.code for one in store.quarantined()}
    marks = len(store.erased_marks())
    store.close()
    figure(
        "G18",
        f"{there} to {here}: {len(back - {'Cleo Stays'})} of 2 people came back, {marks} marks "
        "under two keys",
        met=after == back == {"Cleo Stays"} and marks == 4,
    )
    assert said == {"Thank Cleo Stays", "Thank (forgotten)"}
    assert waiting == {"KAM-6032"}


@pytest.mark.guarantee("G18", "TM21")
@pytest.mark.parametrize("there", ["sqlite", "postgres"])
def test_no_key_of_a_mark_is_in_a_backup(there: str, place: Place, tmp_path: Path) -> None:
    """It lies in a file of its own, its owner's alone; a second backup does not add to it."""
    file = tmp_path / "move.db"
    source, _ = moved(place, there, "sqlite", file)
    beside = MarksFile(file)
    kept = beside.read()
    assert kept is not None
    assert (len(kept.keys), len(kept.rows)) == (1, 2)
    assert stat.S_IMODE(beside.path.stat().st_mode) == 0o600
    held = file.read_bytes()
    assert kept.keys[0] not in held
    assert kept.keys[0].hex().encode() not in held
    backup(source, file, replace=True)
    assert beside.read() == kept


@pytest.mark.guarantee("G18", "TM21")
@pytest.mark.parametrize("here", ["sqlite", "postgres"])
def test_a_backup_whose_key_is_not_here_is_refused_before_anything_changes(
    here: str, place: Place, tmp_path: Path
) -> None:
    """Nobody could tell who must not come back; without its marks it is taken when told to."""
    file = tmp_path / "move.db"
    _, target = moved(place, "sqlite", here, file)
    MarksFile(file).path.unlink()
    with pytest.raises(StorageError) as told:
        restore(target, file, aside=tmp_path / "aside.db", now=EPOCH)
    untouched = open_store(target)
    assert (told.value.code, names(untouched)) == ("KAM-6019", set())
    untouched.close()
    assert not (tmp_path / "aside.db").exists()
    restore(target, file, aside=tmp_path / "aside.db", now=EPOCH, without_marks=True)
    store = open_store(target)
    pull(store, "Bob Twice", REFS["Bob Twice"])
    assert names(store) == {"Cleo Stays"}
    pull(store, "Ann Once", REFS["Ann Once"])
    assert names(store) == {"Cleo Stays", REFS["Ann Once"]}
    store.close()


@pytest.mark.guarantee("G18")
def test_a_moved_installation_moves_on(place: Place, tmp_path: Path) -> None:
    """Two keys travel as one did: SQLite to PostgreSQL and back to a third place."""
    file, again = tmp_path / "move.db", tmp_path / "again.db"
    _, target = moved(place, "sqlite", "postgres", file)
    restore(target, file, aside=tmp_path / "aside.db", now=EPOCH)
    backup(target, again)
    third = place("sqlite")
    restore(third, again, aside=tmp_path / "aside2.db", now=EPOCH)
    store = open_store(third)
    for name, ref in REFS.items():
        pull(store, name, ref)
    assert (names(store), len(store.erased_marks())) == ({"Cleo Stays"}, 4)
    erase(store, "Cleo Stays")
    pull(store, *STAYS)
    assert names(store) == set()
    store.close()


@pytest.mark.guarantee("G18")
def test_what_was_still_being_written_is_looked_at_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL: a transaction that was open during the erasure holds the second look up."""
    monkeypatch.setattr("kam_connector.store.searching._WAIT_S", 0.0)
    url = place("postgres")
    store = open_store(url)
    know(store, "Ann Once", REFS["Ann Once"])
    store.save_actions([make_action("act_open", title="Nobody")])
    engine = create_engine(url)
    with engine.connect() as other, other.begin():
        said = {"said": "Ask ann once"}
        other.execute(text("INSERT INTO swept VALUES ('sf', :said, 'x')"), said)
        erase(store, "Ann Once")
        assert not store.purge()
    engine.dispose()
    assert store.purge()
    engine = create_engine(url)
    with engine.connect() as opened:
        assert opened.execute(text("SELECT count(*) FROM swept")).scalar() == 0
        assert (
            opened.execute(text("SELECT count(*) FROM erased WHERE what = 'again'")).scalar() == 0
        )
    engine.dispose()
    store.close()
