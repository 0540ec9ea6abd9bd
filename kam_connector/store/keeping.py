"""What people tell the layer, kept by type, each change with its author."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import orjson
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)

from kam_connector.model.figures import (
    CostLine,
    KpiValue,
    OfferPosition,
    RevenueLine,
    SurveyAnswer,
    Wallet,
)
from kam_connector.model.kept import KEPT, PROGRAM, Kept, KeptChange, KeptRecords, kept_name
from kam_connector.model.kind import Kind
from kam_connector.store.bulk import Upsert, among
from kam_connector.store.database import Database
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import Codec, instant_text
from kam_connector.store.tables import table

__all__ = ["KEPT_LISTS", "KEPT_REFERENCES", "KEPT_TEXTS", "Keeping", "gather_kept"]

T = TypeVar("T", bound=Kept)
_CODECS: Mapping[type[Any], Codec[Any]] = {made: Codec(made) for made in KEPT}
_WRITERS = {made: Upsert(table(kept_name(made)), _CODECS[made].columns) for made in KEPT}
_CHANGE = Codec(KeptChange)
_POINTS_AT = {
    "account_id": Kind.ACCOUNT,
    "contact_id": Kind.CONTACT,
    "opportunity_id": Kind.OPPORTUNITY,
    "contract_id": Kind.CONTRACT,
    "objective_id": Kind.OBJECTIVE,
    "user_id": Kind.USER,
    "owner_id": Kind.USER,
    "manager_id": Kind.USER,
    "author_id": Kind.USER,
    "lead_id": Kind.USER,
    "sponsor_id": Kind.USER,
}
"""What a column holds the id of, by the end of its name."""


def _columns(suffix: str, kind: Kind) -> list[tuple[str, str]]:
    ends = tuple(end + suffix for end, points_at in _POINTS_AT.items() if points_at is kind)
    return [
        (kept_name(made), one.name)
        for made in KEPT
        for one in fields(made)
        if one.name.endswith(ends)
    ]


KEPT_REFERENCES: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(f"{owner}.{name}" for owner, name in _columns("", kind)) for kind in Kind
}
"""Columns of kept records that hold an id, by kind."""
KEPT_LISTS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    kind: tuple(_columns("s", kind)) for kind in (Kind.CONTACT, Kind.USER)
}
"""Those that list ids as JSON."""


KEPT_TEXTS: tuple[tuple[str, str], ...] = (
    *(
        (kept_name(made), name)
        for made in KEPT
        for name, hint in get_type_hints(made).items()
        if str in (hint, *get_args(hint)) and not name.endswith(("id", "currency", "country"))
    ),
    ("kept_change", "before"),
    ("kept_change", "after"),
)
"""Columns where a person's name may stand in somebody's words."""


_SUMMED: frozenset[type[Any]] = frozenset(
    {RevenueLine, CostLine, SurveyAnswer, Wallet, OfferPosition}
)
"""Figures that a key account's whole tree makes up; all else is said of one account."""
_YEAR_AGO = (timedelta(days=365 + 45), timedelta(days=365 - 45))
"""Which of its key figures an account's facts bring: to compare with, not the whole history."""


def _of_accounts(made: type[Kept]) -> Select[Any]:
    """Return the question for a type's records of some accounts, and the programme's own."""
    t = table(kept_name(made))
    wanted = select(t).order_by(t.c.id)
    if "account_id" in t.c:
        mine = listed(t.c.account_id, "accounts")
        wanted = wanted.where(or_(mine, t.c.account_id.is_(None)))
    return wanted


_WANTED: Mapping[type[Any], Select[Any]] = {made: _of_accounts(made) for made in KEPT}
_USED: CompoundSelect[Any] = union_all(
    *(
        select(literal_column(f"'{kept_name(made)}'")).where(
            exists().select_from(table(kept_name(made)))
        )
        for made in KEPT
    )
)
"""Which types anybody has kept a record of: most installations use a few of them."""
_YEAR_AGO_ONLY = _WANTED[KpiValue].where(
    table(kept_name(KpiValue)).c.as_of.between(bindparam("first"), bindparam("last"))
)


def gather_kept(
    connection: Connection,
    account_ids: Sequence[str],
    *,
    tops: Mapping[str, Sequence[str]] | None = None,
    before: date | None = None,
) -> dict[str, KeptRecords]:
    """Return each account's records with the programme's own, in one query a type that is used.

    Args:
        connection: Where to.
        account_ids: The accounts.
        tops: For facts: the accounts among *account_ids* above each account of their trees,
            whose figures count there too.
        before: For facts: the day of the run. Key figures come from about a year earlier.
    """
    shared: list[Kept] = []
    own: dict[str, list[Kept]] = {account_id: [] for account_id in account_ids}
    used = frozenset(connection.scalars(_USED))
    for made, codec in _CODECS.items():
        if kept_name(made) not in used:
            continue
        over = tops if tops is not None and made in _SUMMED else {}
        given: dict[str, Any] = {"accounts": {*account_ids, *over}}
        wanted = _WANTED[made]
        if made is KpiValue and tops is not None:
            if before is None:
                continue
            wanted, given = _YEAR_AGO_ONLY, {**given, **_year_ago(before)}
        for row in connection.execute(wanted, given).mappings():
            account_id = row.get("account_id") or ""
            record = codec.value(row)
            for top in over.get(account_id, (account_id,)):
                own.get(top, shared).append(record)
    return {
        account_id: KeptRecords.holding([*shared, *listed]) for account_id, listed in own.items()
    }


def _year_ago(before: date) -> dict[str, str]:
    first, last = ((before - apart).isoformat() for apart in _YEAR_AGO)
    return {"first": first, "last": last}


class Keeping:
    """``ports.layer.Layer`` over SQL."""

    _db: Database

    def kept(self, made: type[T], *, account_id: str | None = None) -> list[T]:
        """Return the records of one type by id, of one account or of all."""
        wanted = _kept(made, of_account=account_id is not None)
        with self._db.read() as connection:
            rows = connection.execute(wanted, {"account_id": account_id}).mappings()
            return [_CODECS[made].value(row) for row in rows]

    def kept_records(self, account_id: str | None = None) -> KeptRecords:
        """Return an account's records of every type with the programme's own; None: all."""
        if account_id is None:
            return KeptRecords.holding(one for made in KEPT for one in self.kept(made))
        with self._db.read() as connection:
            return gather_kept(connection, [account_id])[account_id]

    def keep(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Insert or replace by id, of any types; return how many changed."""
        with self._db.write() as connection:
            changed = 0
            for made, listed in KeptRecords.holding(records).by_type.items():
                before = _known(connection, made, [one.id for one in listed])
                fresh = {one.id: one for one in listed if before.get(one.id) != one}
                rows = [_CODECS[made].row(one) for one in fresh.values()]
                _WRITERS[made].run(connection, rows)
                _remember(
                    connection, [(before.get(id_), one) for id_, one in fresh.items()], by, at
                )
                changed += len(fresh)
            return changed

    def drop(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Remove records; return how many there were."""
        with self._db.write() as connection:
            dropped = 0
            for made, listed in KeptRecords.holding(records).by_type.items():
                before = _known(connection, made, [one.id for one in listed])
                t = table(kept_name(made))
                connection.execute(t.delete().where(among(connection, t.c.id, before)))
                _remember(connection, [(one, None) for one in before.values()], by, at)
                dropped += len(before)
            return dropped

    def kept_changes(
        self, *, account_id: str | None = None, record_id: str | None = None, limit: int = 100
    ) -> list[KeptChange]:
        """Return what people changed, newest first."""
        t = table("kept_change")
        wanted = select(t).order_by(t.c.number.desc()).limit(limit)
        if account_id is not None:
            wanted = wanted.where(t.c.account_id == account_id)
        if record_id is not None:
            wanted = wanted.where(t.c.record_id == record_id)
        with self._db.read() as connection:
            return [_CHANGE.value(row) for row in connection.execute(wanted).mappings()]


@cache
def _kept(made: type[Kept], *, of_account: bool) -> Select[Any]:
    """Return the question for a type's records, of one account or of all."""
    t = table(kept_name(made))
    wanted = select(t).order_by(t.c.id)
    return wanted.where(matching(t, "account_id")) if of_account else wanted


@cache
def _by_id(made: type[Kept]) -> Select[Any]:
    t = table(kept_name(made))
    return select(t).where(listed(t.c.id, "ids"))


def _known(connection: Connection, made: type[T], ids: Sequence[str]) -> dict[str, T]:
    rows = connection.execute(_by_id(made), {"ids": ids}).mappings()
    return {row["id"]: _CODECS[made].value(row) for row in rows}


def _remember(
    connection: Connection,
    pairs: Iterable[tuple[Kept | None, Kept | None]],
    by: str,
    at: datetime,
) -> None:
    """Note each change; what the nightly run computes is no change of a person's."""
    rows = [
        {
            "type": kept_name(type(one)),
            "record_id": one.id,
            "account_id": getattr(one, "account_id", None),
            "at": instant_text(at),
            "by": by,
            "before": before and _document(before),
            "after": after and _document(after),
        }
        for before, after in pairs
        for one in [after or before]
        if one is not None and by != PROGRAM
    ]
    if rows:
        connection.execute(table("kept_change").insert(), rows)


def _document(record: Kept) -> str:
    codec = _CODECS[type(record)]
    return orjson.dumps(dict(zip(codec.columns, codec.row(record), strict=True))).decode()
