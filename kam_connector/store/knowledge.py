"""The KAM layer's tables: facts out, scores, signals, plans, actions and outcomes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, or_, select

from kam_connector.model.account import Account, KeyAccount, RenewalCycle, User
from kam_connector.model.currency import Rates
from kam_connector.model.facts import AccountFacts
from kam_connector.model.identity import CopiedRecord, RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, Measure, Objective, Plan
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal, SignalState
from kam_connector.model.staging import MirrorRow
from kam_connector.store import decode
from kam_connector.store.belongings import known_rates
from kam_connector.store.bulk import Upsert, among
from kam_connector.store.cells import refs
from kam_connector.store.database import Database
from kam_connector.store.gather import captured_users, gather, live_users
from kam_connector.store.mirror import MIRRORED, mirror_codec
from kam_connector.store.prepared import listed, matching
from kam_connector.store.records import Codec
from kam_connector.store.tables import table
from kam_connector.store.tree import alive

__all__ = ["Knowledge"]

T = TypeVar("T")
_CHUNK = 50
"""Key accounts a round of queries; our choice: some 20 MB of facts at most."""
_PAGE = 2_000

_KEY = Codec(KeyAccount)
_RENEWAL = Codec(RenewalCycle)
_PLAN = Codec(Plan)
_OBJECTIVE = Codec(Objective)
_MEASURE = Codec(Measure)
_ACTION = Codec(Action)
_SIGNAL = Codec(Signal)
_SCORE = Codec(Score)
_STRENGTH = Codec(StrengthScore)
_OUTCOME = Codec(Outcome)
_IN_FORCE = [
    state.value for state in (SignalState.ACTIVE, SignalState.ACKNOWLEDGED, SignalState.IN_PROGRESS)
]
_ACCOUNTS = select(table("account")).where(alive(table("account")))
_ACCOUNTS = _ACCOUNTS.order_by(table("account").c.id)
_BUSINESS = (
    select(table("opportunity"))
    .where(listed(table("opportunity").c.account_id, "accounts"), alive(table("opportunity")))
    .order_by(table("opportunity").c.id)
)
_CHOSEN = (
    select(table("key_account"))
    .where(table("key_account").c.left_on.is_(None))
    .order_by(table("key_account").c.account_id)
)
_ACTIONS = select(table("action")).order_by(table("action").c.id)
_PLANS = select(table("plan")).order_by(table("plan").c.account_id)
_BEHIND = select(*(table("agreed").c[name] for name in ("kam_id", "connection", "ref"))).where(
    matching(table("agreed"), "kind"), listed(table("agreed").c.kam_id, "ids")
)


@cache
def _page_of(kind: Kind) -> Select[Any]:
    """Return the question for a page of live records of a kind."""
    t = mirror_codec(kind).table
    page = select(t).where(alive(t), t.c.id > bindparam("after"))
    return page.order_by(t.c.id).limit(_PAGE)


@cache
def _refs_of(kind: Kind) -> Select[Any]:
    """Return the question for the CRM records behind some of a kind."""
    t = table(kind.value)
    wanted = select(t.c.id, t.c.refs).where(listed(t.c.id, "ids"))
    # Nothing may point at a person whose record is gone.
    return wanted.where(alive(t)) if kind is Kind.CONTACT else wanted


@cache
def _signals(*, of_account: bool, everything: bool) -> Select[Any]:
    """Return the question for signals."""
    t = table("signal")
    wanted = select(t).order_by(t.c.account_id, t.c.key)
    if not everything:
        wanted = wanted.where(t.c.state.in_(_IN_FORCE))
    return wanted.where(matching(t, "account_id")) if of_account else wanted


class Knowledge:
    """The part of ``ports.Store`` that derive uses."""

    _db: Database
    _save_chosen = Upsert(table("key_account"), (*_KEY.columns, "left_on"))
    _save_renewals = Upsert(table("renewal_cycle"), _RENEWAL.columns)
    _save_plans = Upsert(table("plan"), _PLAN.columns)
    _save_objectives = Upsert(table("objective"), _OBJECTIVE.columns)
    _save_measures = Upsert(table("measure"), _MEASURE.columns)
    _save_actions = Upsert(table("action"), _ACTION.columns)
    _save_signals = Upsert(table("signal"), _SIGNAL.columns)
    _save_score = Upsert(table("score"), (*_SCORE.columns, "run_id"))
    _save_strength = Upsert(table("strength"), (*_STRENGTH.columns, "as_of"))
    _save_outcome = Upsert(table("outcome"), (*_OUTCOME.columns, "as_of"))

    def accounts(self) -> list[Account]:
        """Return all live accounts."""
        with self._db.read() as connection:
            return [decode.account(row) for row in connection.execute(_ACCOUNTS).mappings()]

    def copies(self, kind: Kind) -> list[CopiedRecord]:
        """Return live records that say which record of another CRM they are a copy of."""
        t = table(kind.value)
        wanted = select(t.c.id, t.c.refs, t.c.copy_of)
        wanted = wanted.where(t.c.copy_of.is_not(None), t.c.deleted_at.is_(None))
        with self._db.read() as connection:
            rows = connection.execute(wanted.order_by(t.c.id)).all()
        return [
            CopiedRecord(key=RecordKey(name, kind, ref), kam_id=id_, copy_of=copy_of)
            for id_, listed, copy_of in rows
            for name, ref in refs(listed)
        ]

    def mirror_rows(self, kind: Kind) -> Iterator[MirrorRow]:
        """Yield live records with their values by READ_PATHS, a page of them at a time."""
        codec = mirror_codec(kind)
        last = ""
        while True:
            with self._db.read() as connection:
                rows = connection.execute(_page_of(kind), {"after": last}).mappings().all()
            yield from (codec.record(row) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["id"]

    def business(self, account_ids: Iterable[str]) -> dict[str, list[Opportunity]]:
        """Return the opportunities of accounts, by account."""
        found: dict[str, list[Opportunity]] = {}
        with self._db.read() as connection:
            for row in connection.execute(_BUSINESS, {"accounts": account_ids}).mappings():
                found.setdefault(row["account_id"], []).append(decode.opportunity(row))
        return found

    def users(self) -> list[User]:
        """Return our people."""
        with self._db.read() as connection:
            return list(live_users(connection).values())

    def rates(self) -> Rates:
        """Return what currencies are worth, as each CRM counts."""
        with self._db.read() as connection:
            return known_rates(connection)

    def refs(self, kind: Kind, kam_ids: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the (connection, ref) pairs behind KAM records, home first."""
        with self._db.read() as connection:
            if kind in MIRRORED:
                rows = connection.execute(_refs_of(kind), {"ids": kam_ids})
                return {id_: refs(text) for id_, text in rows}
            found: dict[str, tuple[tuple[str, str], ...]] = {}
            for row in connection.execute(_BEHIND, {"kind": kind.value, "ids": kam_ids}):
                pair = (row.connection, row.ref)
                found[row.kam_id] = (*found.get(row.kam_id, ()), pair)
            return found

    def key_accounts(self) -> list[KeyAccount]:
        """Return the chosen accounts."""
        return self._list(_CHOSEN, _KEY)

    def former_key_accounts(self) -> dict[str, date]:
        """Return the accounts that are no key accounts any more, with the day they left."""
        t = table("key_account")
        wanted = select(t.c.account_id, t.c.left_on).where(t.c.left_on.is_not(None))
        with self._db.read() as connection:
            rows = connection.execute(wanted.order_by(t.c.account_id)).all()
        return {account_id: date.fromisoformat(left_on) for account_id, left_on in rows}

    def save_key_accounts(self, chosen: Sequence[KeyAccount], *, as_of: date) -> None:
        """Replace the choice; who leaves keeps last values with a date."""
        t = table("key_account")
        with self._db.write() as connection:
            gone = t.c.left_on.is_(None) & ~among(
                connection, t.c.account_id, [key.account_id for key in chosen]
            )
            connection.execute(t.update().where(gone).values(left_on=as_of.isoformat()))
            self._save_chosen.run(connection, [(*_KEY.row(key), None) for key in chosen])

    def facts(
        self,
        account_ids: Iterable[str],
        *,
        since: datetime,
        before: date | None = None,
        former: bool = False,
    ) -> Iterator[AccountFacts]:
        """Yield everything known about key accounts and their trees, activities since a time.

        *former* asks for accounts that left the choice, and for no others.
        A score of queries for every fifty accounts. With *before*, ``previous`` holds scores from
        before that day, so that a night run twice compares with the night before both times.
        """
        ids = list(dict.fromkeys(account_ids))
        with self._db.read() as connection:
            users = live_users(connection)
            captured = captured_users(connection, since)
            rates = known_rates(connection)
        for start in range(0, len(ids), _CHUNK):
            with self._db.read() as connection:
                chunk = list(
                    gather(
                        connection,
                        ids[start : start + _CHUNK],
                        since=since,
                        before=before,
                        users=users,
                        captured=captured,
                        rates=rates,
                        former=former,
                    )
                )
            yield from chunk

    def save_scores(self, scores: Iterable[Score], *, run_id: str) -> None:
        """Keep one score per account, name and day, with its ledger."""
        with self._db.write() as connection:
            rows = [(*_SCORE.row(score), run_id) for score in scores]
            self._save_score.run(connection, rows)

    def scores(self, account_id: str, *, limit: int = 2) -> list[Score]:
        """Return an account's scores of the latest *limit* days, newest first, all names."""
        t = table("score")
        days = (
            select(t.c.as_of)
            .distinct()
            .where(t.c.account_id == account_id)
            .order_by(t.c.as_of.desc())
            .limit(limit)
        )
        mine = select(t).where(t.c.account_id == account_id, t.c.as_of.in_(days))
        return self._list(mine.order_by(t.c.as_of.desc(), t.c.name), _SCORE)

    def save_strengths(self, strengths: Iterable[StrengthScore], *, as_of: date) -> None:
        """Replace the ties' present values."""
        with self._db.write() as connection:
            rows = [(*_STRENGTH.row(strength), as_of.isoformat()) for strength in strengths]
            self._save_strength.run(connection, rows)

    def strengths(self, account_id: str) -> list[StrengthScore]:
        """Return the ties with one account's contacts, strongest first."""
        t, c, a = table("strength"), table("contact"), table("affiliation")
        tied = select(a.c.contact_id).where(
            a.c.account_id == account_id, a.c.active.is_not(False), a.c.deleted_at.is_(None)
        )
        wanted = select(t).join_from(t, c, c.c.id == t.c.contact_id)
        theirs = or_(c.c.account_id == account_id, c.c.id.in_(tied))
        ties = self._list(wanted.where(theirs, c.c.deleted_at.is_(None)), _STRENGTH)
        return sorted(ties, key=lambda tie: (-Decimal(tie.value), tie.contact_id))

    def save_signals(self, account_id: str, signals: Iterable[Signal]) -> None:
        """Replace an account's signals."""
        t = table("signal")
        with self._db.write() as connection:
            connection.execute(t.delete().where(t.c.account_id == account_id))
            self._save_signals.run(connection, [_SIGNAL.row(signal) for signal in signals])

    def signals(self, *, account_id: str | None = None, everything: bool = False) -> list[Signal]:
        """Return signals in force; with *everything*, those on trial and those ended too."""
        wanted = _signals(of_account=account_id is not None, everything=everything)
        return self._list(wanted, _SIGNAL, account_id=account_id)

    def actions(self) -> list[Action]:
        """Return all actions."""
        return self._list(_ACTIONS, _ACTION)

    def save_actions(self, actions: Iterable[Action]) -> None:
        """Insert or replace by id."""
        with self._db.write() as connection:
            self._save_actions.run(connection, [_ACTION.row(action) for action in actions])

    def plan(self, account_id: str) -> Plan | None:
        """Return an account's plan."""
        t = table("plan")
        found = self._list(select(t).where(t.c.account_id == account_id), _PLAN)
        return found[0] if found else None

    def plans(self) -> list[Plan]:
        """Return all plans."""
        return self._list(_PLANS, _PLAN)

    def save_plan(self, plan: Plan) -> None:
        """Insert or replace."""
        with self._db.write() as connection:
            self._save_plans.run(connection, [_PLAN.row(plan)])

    def objectives(self, *, account_id: str | None = None) -> list[Objective]:
        """Return the objectives of one account's plan, or of all."""
        t = table("objective")
        wanted = select(t).order_by(t.c.account_id, t.c.id)
        if account_id is not None:
            wanted = wanted.where(t.c.account_id == account_id)
        return self._list(wanted, _OBJECTIVE)

    def measures(self, *, account_id: str) -> list[Measure]:
        """Return the measures of an account's objectives."""
        t, o = table("measure"), table("objective")
        mine = select(t).join_from(t, o, o.c.id == t.c.objective_id)
        return self._list(mine.where(o.c.account_id == account_id).order_by(t.c.id), _MEASURE)

    def save_objectives(
        self, objectives: Iterable[Objective], *, measures: Iterable[Measure] = ()
    ) -> None:
        """Insert or replace objectives and their measures by id."""
        with self._db.write() as connection:
            self._save_objectives.run(connection, [_OBJECTIVE.row(one) for one in objectives])
            self._save_measures.run(connection, [_MEASURE.row(one) for one in measures])

    def save_renewals(self, account_id: str, cycles: Iterable[RenewalCycle]) -> None:
        """Replace an account's renewal cycles."""
        t = table("renewal_cycle")
        with self._db.write() as connection:
            connection.execute(t.delete().where(t.c.account_id == account_id))
            self._save_renewals.run(connection, [_RENEWAL.row(cycle) for cycle in cycles])

    def save_outcomes(self, outcomes: Iterable[Outcome], *, as_of: date) -> None:
        """Insert or replace by kind and id; ones not given keep their last values."""
        with self._db.write() as connection:
            rows = [(*_OUTCOME.row(outcome), as_of.isoformat()) for outcome in outcomes]
            self._save_outcome.run(connection, rows)

    def outcomes(self, kind: Kind) -> list[Outcome]:
        """Return the last outcomes of all records of a kind."""
        t = table("outcome")
        return self._list(select(t).where(t.c.kind == kind.value).order_by(t.c.id), _OUTCOME)

    def _list(self, wanted: Any, codec: Codec[T], **given: Any) -> list[T]:
        with self._db.read() as connection:
            return [codec.value(row) for row in connection.execute(wanted, given).mappings()]
