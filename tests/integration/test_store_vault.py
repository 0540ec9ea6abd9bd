"""Sign-ins at rest: encrypted, bound to their connection, and keys that change."""

from __future__ import annotations

import base64
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kam_connector.bootstrap import SystemClock
from kam_connector.errors import BusyError, ConfigError, StorageError
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock
from kam_connector.store import SqlStore, Vault, open_store
from tests.factories.clock import ManualClock
from tests.guarantees import Figures

OLD, NEW = (Secret(base64.b64encode(bytes([n]) * 32).decode()) for n in (1, 2))
TEXT = Secret('{"refresh_token": "hush-secret"}')


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'kam.db'}")
    yield opened
    opened.close()


def make_vault(
    store: SqlStore,
    *keys: Secret,
    connection: str = "acme",
    crm: str = "salesforce",
    clock: Clock | None = None,
) -> Vault:
    """Return the vault of a connection."""
    clock = clock or ManualClock(datetime(2026, 11, 21, tzinfo=UTC))
    return Vault(store, connection=connection, crm=crm, keys=lambda: keys or (OLD,), clock=clock)


@pytest.mark.guarantee("G25", "G26", "TM1")
def test_what_is_kept_comes_back_and_is_not_readable_at_rest(store: SqlStore) -> None:
    """G25: the database holds no token."""
    make_vault(store).save(TEXT)
    sealed = store.sealed_token("acme") or ""
    assert make_vault(store).load() == TEXT
    assert "hush" not in sealed
    assert b"hush" not in base64.urlsafe_b64decode(sealed)


@pytest.mark.guarantee("G26")
@pytest.mark.parametrize(
    ("connection", "crm"), [("other", "salesforce"), ("acme2", "salesforce"), ("other", "hubspot")]
)
def test_token_copied_to_another_connection_does_not_open(
    store: SqlStore, connection: str, crm: str
) -> None:
    """Each connection has keys of its own."""
    make_vault(store).save(TEXT)
    store.save_sealed_token(connection, store.sealed_token("acme"))
    with pytest.raises(StorageError) as caught:
        make_vault(store, connection=connection, crm=crm).load()
    assert caught.value.code == "KAM-6014"
    assert connection in str(caught.value)


@pytest.mark.guarantee("G26")
def test_changed_key_opens_with_the_old_one_and_seals_anew(store: SqlStore) -> None:
    """Once read, the old key is needed no more."""
    make_vault(store, OLD).save(TEXT)
    assert make_vault(store, NEW, OLD).load() == TEXT
    assert make_vault(store, NEW).load() == TEXT


@pytest.mark.guarantee("G26")
def test_lost_key_is_told(store: SqlStore) -> None:
    """Another key opens nothing; the message names the connection."""
    make_vault(store, OLD).save(TEXT)
    with pytest.raises(StorageError) as caught:
        make_vault(store, NEW).load()
    assert caught.value.code == "KAM-6014"


@pytest.mark.guarantee("G26")
def test_changed_text_does_not_open(store: SqlStore) -> None:
    """A row that somebody edited is refused, not half-read."""
    make_vault(store).save(TEXT)
    sealed = store.sealed_token("acme") or ""
    store.save_sealed_token("acme", sealed[:-6] + "AAAA==")
    with pytest.raises(StorageError):
        make_vault(store).load()


@pytest.mark.parametrize("key", ["", "short", "x" * 44, base64.b64encode(b"1" * 16).decode()])
def test_unusable_key_says_how_to_make_one(store: SqlStore, key: str) -> None:
    """And never shows the key."""
    with pytest.raises(ConfigError) as caught:
        make_vault(store, Secret(key)).check()
    assert caught.value.code == "KAM-1015"
    assert "openssl rand -base64 32" in caught.value.hint


def test_both_alphabets_of_base64_are_one_key(store: SqlStore) -> None:
    """OpenSSL writes + and /, Python's Fernet - and _."""
    raw = bytes(range(224, 256))
    make_vault(store, Secret(base64.b64encode(raw).decode())).save(TEXT)
    assert make_vault(store, Secret(base64.urlsafe_b64encode(raw).decode())).load() == TEXT


def test_forgetting_leaves_nothing(store: SqlStore) -> None:
    """Twice is harmless."""
    vault = make_vault(store)
    vault.save(TEXT)
    vault.forget()
    vault.forget()
    assert vault.load() is None
    assert store.sealed_token("acme") is None


def test_one_process_renews_at_a_time(store: SqlStore) -> None:
    """Eight of them take turns."""
    inside: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def renew(_number: int) -> None:
        with make_vault(store, clock=SystemClock()).turn():
            with lock:
                inside.append(1)
                most.append(len(inside))
            with lock:
                inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(renew, range(8)))
    assert most == [1] * 8


def test_a_turn_that_never_ends_is_told(store: SqlStore) -> None:
    """Five minutes of waiting, then the run is busy."""
    store.acquire_lease("sign-in acme", "somebody", ttl_s=10_000)
    with pytest.raises(BusyError), make_vault(store).turn():
        pass


@pytest.mark.guarantee("G26", "TM1")
def test_many_sign_ins_change_their_key_while_they_are_used(
    store: SqlStore, tmp_path: Path, figure: Figures
) -> None:
    """Every load while keys change opens; afterwards the old key opens nothing, no file tells."""
    names = [f"org{number}" for number in range(150)]
    texts = {name: Secret(f"hush-secret of {name}") for name in names}
    for name in names:
        make_vault(store, OLD, connection=name).save(texts[name])
    before = {name: store.sealed_token(name) for name in names}
    opened = [make_vault(store, NEW, OLD, connection=name).load() for name in names]
    again = [make_vault(store, NEW, connection=name).load() for name in names]
    failed = sum(one != texts[name] for name, one in zip(names, opened, strict=True))
    failed += sum(one != texts[name] for name, one in zip(names, again, strict=True))
    same = sum(store.sealed_token(name) == sealed for name, sealed in before.items())
    found = [one.name for one in tmp_path.iterdir() if b"hush-secret" in one.read_bytes()]
    figure(
        "G26",
        f"{len(names)} rows sealed anew in {len(opened)} loads, {failed} failed, {same} left with "
        f"the old key, plaintext in {len(found)} of {len(list(tmp_path.iterdir()))} files",
        met=not failed and not same and not found,
    )


@pytest.mark.guarantee("G26")
def test_files_of_the_database_are_for_their_owner_alone(store: SqlStore, tmp_path: Path) -> None:
    """Database, log and its index: 0600, whatever the umask says."""
    make_vault(store).save(TEXT)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes == {"kam.db": 0o600, "kam.db-wal": 0o600, "kam.db-shm": 0o600}


@pytest.mark.guarantee("G26")
def test_two_rows_swapped_open_neither_connection(store: SqlStore) -> None:
    """Who may write to the table gains no other connection's sign-in."""
    make_vault(store, connection="one").save(TEXT)
    make_vault(store, connection="two").save(Secret("another"))
    one, two = store.sealed_token("one"), store.sealed_token("two")
    store.save_sealed_token("one", two)
    store.save_sealed_token("two", one)
    with pytest.raises(StorageError, match="one"):
        make_vault(store, connection="one").load()
    with pytest.raises(StorageError, match="two"):
        make_vault(store, connection="two").load()
