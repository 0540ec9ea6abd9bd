"""A store as a large installation has it, and the two ways through it that are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.staging import MergeBatch, MirrorRow
from kam_connector.ports import Store
from kam_connector.store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.derive import HISTORY, derive
from kam_connector.testing import MemoryCrm

__all__ = ["build_store", "derive_all", "read_all"]

KEY_ACCOUNTS = 200
_PEOPLE = 5
"""Contacts of every account: 100,000 within 20,000."""
_MEETINGS = 60
"""Contacts with each person of a key account in two years: 60,000 in all."""
_BATCH = 2_000
_TITLES = ("CEO", "CFO", "Head of IT", "Buyer", "User")
_ROLES = ("internal_sponsor", "economic_decider", "technical_influencer", "operational_user")


def build_store(folder: Path, *, accounts: int, now: datetime) -> Store:
    """Return a database with accounts, people, business and contacts."""
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    _merge(store, Kind.USER, (_row(Kind.USER, f"usr_{n}", name=f"User {n}", email=f"u{n}@us.test",
                                   active=True) for n in range(40)))  # fmt: skip
    _merge(store, Kind.ACCOUNT, (_account(n) for n in range(accounts)))
    _merge(store, Kind.CONTACT, (_person(n, now) for n in range(accounts * _PEOPLE)))
    _merge(store, Kind.OPPORTUNITY, (_deal(n, now) for n in range(accounts)))
    _merge(store, Kind.ACTIVITY, _meetings(now))
    store.save_key_accounts([_key(n, now) for n in range(KEY_ACCOUNTS)], as_of=now.date())
    return store


def read_all(store: Store, *, now: datetime) -> None:
    """Read the facts of the key accounts, and judge nothing."""
    ids = [f"acc_{n}" for n in range(KEY_ACCOUNTS)]
    read = sum(1 for _facts in store.facts(ids, since=now - HISTORY))
    if read != KEY_ACCOUNTS:
        message = f"{read} accounts were read, not {KEY_ACCOUNTS}"
        raise SystemExit(message)


def derive_all(store: Store, *, now: datetime) -> None:
    """Choose, read, judge and keep."""
    crm = MemoryCrm(now=now)
    ctx = SyncContext(
        connection="acme",
        crm=crm,
        store=store,
        mapping=load_mapping(shipped_mapping_path("salesforce")),
        settings=KamSettings(),
        clock=_Clock(now),
        owner="bench:1",
        selects=lambda row: bool(row.get("target")),
        selects_because="target",
        source_order=("acme",),
    )
    found = derive(ctx, run_id="bench")
    if len(found.assessed) != KEY_ACCOUNTS:
        message = f"{len(found.assessed)} accounts were assessed, not {KEY_ACCOUNTS}"
        raise SystemExit(message)


class _Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the one instant."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Wait for nothing."""


def _merge(store: Store, kind: Kind, rows: Iterator[MirrorRow]) -> None:
    while batch := list(islice(rows, _BATCH)):
        store.apply_merge(_batch(kind, batch))


def _batch(kind: Kind, rows: Sequence[MirrorRow]) -> MergeBatch:
    return MergeBatch(connection="acme", source=f"{kind.value}:X", kind=kind, mirror=tuple(rows))


def _row(of: Kind, id_: str, **values: JsonValue) -> MirrorRow:
    return MirrorRow(
        kind=of, id=id_, values=values, home_connection="acme", refs=(("acme", f"ref-{id_}"),)
    )


def _key(n: int, now: datetime) -> KeyAccount:
    """Return an account as chosen a year ago."""
    since = (now - timedelta(days=365)).date()
    return KeyAccount(
        account_id=f"acc_{n}", tier="A", stage=Stage.DEVELOPMENT, since=since, reason="target"
    )


def _account(n: int) -> MirrorRow:
    return _row(
        Kind.ACCOUNT, f"acc_{n}", name=f"Company {n}", domain=f"c{n}.test",
        target=n < KEY_ACCOUNTS, owner=f"usr_{n % 40}", segment="ABC"[n % 3],
        parent=f"acc_{n % KEY_ACCOUNTS}" if KEY_ACCOUNTS <= n < 5 * KEY_ACCOUNTS else None,
    )  # fmt: skip


def _person(n: int, now: datetime) -> MirrorRow:
    place = n % _PEOPLE
    return _row(
        Kind.CONTACT, f"con_{n}", account=f"acc_{n // _PEOPLE}", name=f"Person {n}",
        email=f"p{n}@c{n // _PEOPLE}.test", title=_TITLES[place],
        roles=[_ROLES[place % 4]], created_at=_instant(now - timedelta(days=900)),
        manager=f"con_{n - place}" if place else None,
    )  # fmt: skip


def _deal(n: int, now: datetime) -> MirrorRow:
    closed = n % 3 > 0
    day = now + timedelta(days=(n % 700) * (-1 if closed else 1))
    return _row(
        Kind.OPPORTUNITY, f"opp_{n}", account=f"acc_{n % 1000}", name=f"Deal {n}", closed=closed,
        won=n % 3 == 1, amount={"amount": str(1000 + n), "currency": "EUR"},
        closes=day.date().isoformat(), stage="Negotiation", owner=f"usr_{n % 40}",
    )  # fmt: skip


def _meetings(now: datetime) -> Iterator[MirrorRow]:
    for person in range(KEY_ACCOUNTS * _PEOPLE):
        for number in range(_MEETINGS):
            at = now - timedelta(days=12 * number + person % 12, hours=1)
            people: list[JsonValue] = [
                {"kind": "contact", "id": f"con_{person}"},
                {"kind": "user", "id": f"usr_{person % 40}"},
            ]
            yield _row(
                Kind.ACTIVITY, f"act_{person}_{number}", at=_instant(at), people=people,
                kind=("email", "meeting")[number % 2], account=f"acc_{person // _PEOPLE}",
                direction=("inbound", "outbound")[number % 2],
            )  # fmt: skip


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
