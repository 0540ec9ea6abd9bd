"""Every read of the KAM layer, by account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from kam_connector.model.account import Account, KeyAccount
from kam_connector.model.facts import AccountFacts
from kam_connector.model.identity import CopiedRecord
from kam_connector.model.kept import KEPT, Kept, KeptChange, KeptRecords, kept_name
from kam_connector.model.kind import Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, Measure, Objective, Plan
from kam_connector.model.sale import Sale
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal
from kam_connector.model.staging import MirrorRow
from kam_connector.store.seen.facts import shown_kept, trimmed
from kam_connector.store.seen.sight import DERIVED, Sight

__all__ = ["SeenReads"]

T = TypeVar("T", bound=Kept)
_OPEN_KINDS = frozenset({Kind.USER, Kind.PRODUCT, Kind.CURRENCY_RATE})
_PRIVATE = frozenset({"competency", "programme_cost"})
_DERIVED_NAMES = frozenset(kept_name(made) for made in KEPT if made in DERIVED)
_PLACES = {"contact": Kind.CONTACT, "opportunity": Kind.OPPORTUNITY}


class SeenReads:
    """The part of `SeenStore` that answers."""

    _sight: Sight

    def accounts(self) -> list[Account]:
        """Return the accounts that are there."""
        sight = self._sight
        return [sight.own(one) for one in sight.store.accounts() if sight.sees(one.id)]

    def key_accounts(self) -> list[KeyAccount]:
        """Return the chosen accounts that are there."""
        return [one for one in self._sight.store.key_accounts() if self._sight.sees(one.account_id)]

    def former_key_accounts(self) -> dict[str, date]:
        """Return past key accounts that are there."""
        found = self._sight.store.former_key_accounts()
        return {id_: left for id_, left in found.items() if self._sight.sees(id_)}

    def facts(
        self,
        account_ids: Iterable[str],
        *,
        since: datetime,
        before: date | None = None,
        former: bool = False,
    ) -> Iterator[AccountFacts]:
        """Yield facts, without what belongs to accounts that are not there."""
        wanted = [one for one in account_ids if self._sight.sees(one)]
        found = self._sight.store.facts(wanted, since=since, before=before, former=former)
        return (trimmed(one, self._sight) for one in found)

    def mirror_rows(self, kind: Kind) -> Iterator[MirrorRow]:
        """Yield records of accounts that are there; of kinds without an account, all or none."""
        sight = self._sight
        for row in sight.store.mirror_rows(kind):
            if sight.everything or kind in _OPEN_KINDS:
                yield row
            elif kind is Kind.ACCOUNT and sight.sees(row.id):
                parent = row.values.get("parent")
                above = parent if isinstance(parent, str) and sight.sees(parent) else None
                yield replace(row, values={**row.values, "parent": above})
            elif kind is not Kind.ACCOUNT and sight.sees(_text(row.values.get("account"))):
                yield row

    def copies(self, kind: Kind) -> list[CopiedRecord]:
        """Return copied records: of everything, or none."""
        return self._sight.store.copies(kind) if self._sight.everything else []

    def business(self, account_ids: Iterable[str]) -> dict[str, list[Opportunity]]:
        """Return the opportunities of accounts that are there."""
        return self._sight.store.business([one for one in account_ids if self._sight.sees(one)])

    def won_sales(self, *, since: date) -> list[Sale]:
        """Return what accounts that are there bought."""
        found = self._sight.store.won_sales(since=since)
        return [one for one in found if self._sight.sees(one.account_id)]

    def refs(self, kind: Kind, kam_ids: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the refs of records that are there."""
        sight = self._sight
        ids = list(kam_ids)
        if not sight.everything:
            if kind is Kind.ACCOUNT:
                ids = [one for one in ids if sight.sees(one)]
            elif kind in _PLACES.values():
                homes = sight.store.homes(kind, ids)
                ids = [one for one in ids if sight.sees(homes.get(one))]
            elif kind not in _OPEN_KINDS:
                ids = []
        return sight.store.refs(kind, ids)

    def homes(self, kind: Kind, ids: Collection[str]) -> dict[str, str | None]:
        """Return the accounts of records that are there."""
        found = self._sight.store.homes(kind, ids)
        return {id_: home for id_, home in found.items() if self._sight.sees(home)}

    def scores(self, account_id: str, *, limit: int = 2) -> list[Score]:
        """Return an account's scores, where all that they are made of is there."""
        return self._of(account_id, self._sight.store.scores(account_id, limit=limit))

    def strengths(self, account_id: str) -> list[StrengthScore]:
        """Return the ties with an account's people who are there."""
        if not self._sight.sees(account_id):
            return []
        return self._sight.shown(self._sight.store.strengths(account_id))

    def signals(self, *, account_id: str | None = None, everything: bool = False) -> list[Signal]:
        """Return signals, where all that they are made of is there."""
        found = self._sight.store.signals(account_id=account_id, everything=everything)
        return self._sight.shown(found)

    def actions(self) -> list[Action]:
        """Return actions of accounts that are there."""
        return self._sight.shown(self._sight.store.actions())

    def plan(self, account_id: str) -> Plan | None:
        """Return an account's plan."""
        return self._sight.store.plan(account_id) if self._sight.sees(account_id) else None

    def plans(self) -> list[Plan]:
        """Return plans of accounts that are there."""
        return self._sight.shown(self._sight.store.plans())

    def objectives(self, *, account_id: str | None = None) -> list[Objective]:
        """Return objectives of accounts that are there."""
        return self._sight.shown(self._sight.store.objectives(account_id=account_id))

    def measures(self, *, account_id: str) -> list[Measure]:
        """Return the measures of objectives that are there."""
        known = {one.id for one in self.objectives(account_id=account_id)}
        found = self._sight.store.measures(account_id=account_id)
        return [one for one in found if one.objective_id in known]

    def outcomes(self, kind: Kind) -> list[Outcome]:
        """Return outcomes of records that are there."""
        sight = self._sight
        found = sight.store.outcomes(kind)
        if sight.everything:
            return found
        accounts = self._accounts_of(kind, [one.id for one in found])
        return [
            one
            for one in found
            if (home := accounts.get(one.id)) is not None
            and sight.sees(home)
            and sight.whole(home)
            and not sight.names_hidden((one.values, one.reasons))
        ]

    def kept(self, made: type[T], *, account_id: str | None = None) -> list[T]:
        """Return records of one type, of accounts that are there or of the programme."""
        return self._sight.shown(self._sight.store.kept(made, account_id=account_id))

    def kept_records(self, account_id: str | None = None) -> KeptRecords:
        """Return records of every type."""
        if account_id is not None and not self._sight.sees(account_id):
            account_id = ""  # nobody's: the programme's own are left
        return shown_kept(self._sight.store.kept_records(account_id), self._sight)

    def kept_changes(
        self, *, account_id: str | None = None, record_id: str | None = None, limit: int = 100
    ) -> list[KeptChange]:
        """Return changes of records that are there, newest first."""
        asked = limit
        while True:
            found = self._sight.store.kept_changes(
                account_id=account_id, record_id=record_id, limit=asked
            )
            shown = [one for one in found if self._shows(one)]
            if len(shown) >= limit or len(found) < asked:
                return shown[:limit]
            asked *= 4

    def _of(self, account_id: str, records: list[Score]) -> list[Score]:
        return self._sight.shown(records) if self._sight.sees(account_id) else []

    def _accounts_of(self, kind: Kind, ids: list[str]) -> dict[str, str | None]:
        if kind is Kind.ACCOUNT:
            return dict(zip(ids, ids, strict=True))
        if kind is Kind.TASK:
            return {one.id: one.account_id for one in self.actions()}
        if kind in _PLACES.values():
            return self._sight.store.homes(kind, ids)
        return {}

    def _shows(self, change: KeptChange) -> bool:
        sight = self._sight
        if sight.everything:
            return True
        if change.account_id is None:
            return change.type not in _PRIVATE
        if not sight.sees(change.account_id):
            return False
        if change.type in _DERIVED_NAMES and not sight.whole(change.account_id):
            return False
        documents = [one for one in (change.before, change.after) if one is not None]
        return not any(
            sight.hides(kind, id_)
            for document in documents
            for key, value in document.items()
            for name, kind in _PLACES.items()
            if key.endswith((f"{name}_id", f"{name}_ids"))
            for id_ in (value if isinstance(value, list) else [value])
            if isinstance(id_, str)
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
