"""Backup and restore against links, full disks and files that are not what they say (G20, G38)."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.errors import StorageError
from kam_connector.model.kind import Kind
from kam_connector.store import backup, open_store
from kam_connector.testing.store_samples import make_batch, make_mirror, make_run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, links and limits of POSIX")
Ask = Callable[..., tuple[int, str, str]]
VICTIM = b"somebody's own words"


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one run and one person."""
    file = tmp_path_factory.mktemp("made") / "kam.db"
    store = open_store(f"sqlite:///{file}")
    store.open_run(make_run())
    person = make_mirror(Kind.CONTACT, "con_1", name="Zoé Roy", email="z@x.test")
    store.apply_merge(make_batch(Kind.CONTACT, person))
    store.close()
    return file


@pytest.fixture(name="ask")
def _ask(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """An installation with one person; asks one command: exit code, error code, message."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text('[connections.us]\ncrm = "hubspot"\naccess_token = "env:T"\n')
    shutil.copy(made, "kam.db")
    Path("victim").write_bytes(VICTIM)

    def ask(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*words, "--json"])
        error = (json.loads(capsys.readouterr().out)["error"]) or {"code": "", "message": ""}
        return code, error["code"], error["message"]

    return ask


def digest(*names: str) -> list[str]:
    """Return what files hold, as hashes."""
    return [sha256(Path(name).read_bytes()).hexdigest() for name in names]


def leftovers(before: set[str]) -> set[str]:
    """Return files that were not there before."""
    return {one.name for one in Path().iterdir()} - before


def here() -> set[str]:
    """Return the names of all files."""
    return {one.name for one in Path().iterdir()}


def link(name: str) -> Callable[[], None]:
    """Return what plants a link to somebody's file."""
    return lambda: Path(name).symlink_to("victim")


@pytest.mark.guarantee("G20", "G38")
@pytest.mark.parametrize(
    ("plant", "name", "code"),
    [
        (link("copy.db"), "copy.db", "KAM-6015"),
        (lambda: Path("copy.db").symlink_to("nowhere"), "copy.db", "KAM-6015"),
        (link("copy.db.erased"), "copy.db", "KAM-6015"),
        (lambda: os.mkfifo("copy.db"), "copy.db", "KAM-6016"),
        (lambda: Path("copy.db.erased").mkdir(), "copy.db", "KAM-6016"),
        (lambda: None, "nowhere/copy.db", "KAM-6016"),
    ],
    ids=["link", "dangling link", "link beside", "fifo", "folder beside", "no folder"],
)
def test_a_name_that_stands_for_something_is_not_written_through(
    ask: Ask, plant: Callable[[], object], name: str, code: str
) -> None:
    """Refused by its code; nothing behind the name is touched, nothing is left."""
    plant()
    before = here()
    told, found, message = ask("db", "backup", name)
    assert (told, found) == (1, code), message
    assert Path(name).name in message
    assert (leftovers(before), digest("victim")) == (set(), [sha256(VICTIM).hexdigest()])


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("planted", ["copy.db", ".copy.db.part", "copy.db.erased"])
@pytest.mark.usefixtures("ask")
def test_replace_takes_the_link_s_place_and_not_its_target_s(planted: str) -> None:
    """What the link leads to stays; the backup is a file of its owner's own."""
    Path(planted).symlink_to("victim")
    old = os.umask(0)
    try:
        backup("sqlite:///kam.db", Path("copy.db"), replace=True)
    finally:
        os.umask(old)
    copy = Path("copy.db").lstat().st_mode
    assert (stat.S_ISREG(copy), stat.S_IMODE(copy)) == (True, 0o600)
    assert Path("victim").read_bytes() == VICTIM


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("name", ["kam.db", "./kam.db", "again/kam.db", "kam.db-wal"])
@pytest.mark.usefixtures("ask")
def test_a_backup_never_takes_the_live_database_s_place(name: str) -> None:
    """Whoever has it open would go on writing into nothing."""
    Path("again").symlink_to(".")
    Path("kam.db-wal").touch()
    inode = Path("kam.db").stat().st_ino
    with pytest.raises(StorageError, match="the database itself") as told:
        backup("sqlite:///kam.db", Path(name), replace=True)
    assert told.value.code == "KAM-6016"
    assert Path("kam.db").stat().st_ino == inode


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.guarantee("G20")
@pytest.mark.parametrize("words", [("backup", "full.db"), ("restore", "copy.db", "--yes")])
def test_a_full_disk_leaves_no_half_file_and_the_database_as_it_was(
    ask: Ask, words: tuple[str, ...]
) -> None:
    """A clear code, no part of a file, the older backup and the database untouched."""
    assert ask("db", "backup", "copy.db")[0] == 0
    before, held = here(), digest("kam.db", "copy.db")
    with full_disk(100_000):
        code, found, message = ask("db", *words)
    assert (code, found) in {(1, "KAM-6005"), (1, "KAM-6013"), (1, "KAM-6016")}, message
    assert (leftovers(before), digest("kam.db", "copy.db")) == (set(), held)


def changed(*statements: str) -> Callable[[], None]:
    """Return what changes the backup behind our back."""

    def change() -> None:
        with closing(sqlite3.connect("copy.db")) as opened:
            for statement in statements:
                opened.execute(statement)
            opened.commit()

    return change


def cut(share: float) -> Callable[[], None]:
    """Return what leaves so much of the backup."""

    def change() -> None:
        held = Path("copy.db").read_bytes()
        Path("copy.db").write_bytes(held[: int(len(held) * share)])

    return change


def foreign() -> None:
    """Another program's database that has a table ``run`` and our revision's number."""
    with closing(sqlite3.connect("copy.db")) as opened:
        (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    Path("copy.db").unlink()
    with closing(sqlite3.connect("copy.db")) as opened:
        opened.execute("CREATE TABLE alembic_version (version_num TEXT)")
        opened.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        opened.execute("CREATE TABLE run (id TEXT, started_at TEXT)")
        opened.commit()


def itself() -> None:
    """Name the live database, by a link."""
    Path("copy.db").unlink()
    Path("copy.db").symlink_to("kam.db")


TRIGGER = "CREATE TRIGGER t AFTER UPDATE ON lease BEGIN DELETE FROM contact; END"
WRITES = "CREATE TRIGGER audit_entry_kept BEFORE DELETE ON run BEGIN SELECT 1; END"


@pytest.mark.guarantee("G20", "G38")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (cut(0.0), "KAM-6017"),
        (cut(0.5), "KAM-6017"),
        (cut(0.999), "KAM-6017"),
        (lambda: Path("copy.db").write_bytes(b"PK\3\4" + b"x" * 9000), "KAM-6017"),
        (lambda: Path("copy.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 9000), "KAM-6017"),
        (foreign, "KAM-6017"),
        (changed("DROP TABLE contact"), "KAM-6017"),
        (changed("ALTER TABLE plan DROP COLUMN status"), "KAM-6017"),
        (changed("UPDATE alembic_version SET version_num = '0001'"), "KAM-6017"),
        (changed("UPDATE alembic_version SET version_num = '9999'"), "KAM-6003"),
        (changed("DELETE FROM alembic_version"), "KAM-6017"),
        (changed(TRIGGER), "KAM-6017"),
        (changed("DROP TRIGGER audit_entry_kept", WRITES), "KAM-6017"),
        (changed("CREATE VIEW v AS SELECT 1 AS one"), "KAM-6017"),
        (lambda: (Path("copy.db").unlink(), os.mkfifo("copy.db")), "KAM-6017"),
        (itself, "KAM-6017"),
        (lambda: Path("copy.db.erased").write_bytes(b"{}"), "KAM-6031"),
    ],
    ids=[
        *("empty", "half", "last page cut", "a zip", "only a header", "another program's"),
        *("a table less", "a column less", "a false age", "a newer release", "no release"),
        *("a trigger", "a changed trigger", "a view", "fifo", "the database", "marks spoilt"),
    ],
)
def test_a_file_that_is_no_sound_backup_is_refused_and_nothing_changes(
    ask: Ask, spoil: Callable[[], Any], code: str
) -> None:
    """Its code, exit code 1, no traceback; database, marks and folder stay as they were."""
    assert ask("db", "backup", "copy.db")[0] == 0
    spoil()
    before, held = here(), digest("kam.db")
    told, found, message = ask("db", "restore", "copy.db", "--yes")
    assert (told, found) == (1, code), message
    assert "Traceback" not in message
    assert (leftovers(before), digest("kam.db")) == (set(), held)


@pytest.mark.guarantee("G20")
def test_a_log_laid_beside_a_backup_is_not_read(ask: Ask) -> None:
    """Only the file that was named counts."""
    assert ask("db", "backup", "copy.db")[0] == 0
    with closing(sqlite3.connect("copy.db")) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
    held = Path("copy.db").read_bytes()
    with closing(sqlite3.connect("copy.db")) as opened:
        opened.execute("UPDATE contact SET name = 'Mallory'")
        opened.commit()
        logged = Path("copy.db-wal").read_bytes()
    Path("copy.db").write_bytes(held)
    Path("copy.db-wal").write_bytes(logged)
    assert ask("db", "restore", "copy.db", "--yes")[0] == 0
    with closing(sqlite3.connect("kam.db")) as opened:
        assert opened.execute("SELECT name FROM contact").fetchall() == [("Zoé Roy",)]
