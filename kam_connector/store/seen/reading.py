"""Every read of the KAM layer, by account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from kam_connector.kam.access import feeding, is_told_by_key
from kam_connector.model.access import HIDDEN
from kam_connector.model.account import Account, KeyAccount
from kam_connector.model.facts import AccountFacts
from kam_connector.model.identity import CopiedRecord
from kam_connector.model.kept import KEPT, PROGRAM, Kept, KeptChange, KeptRecords, kept_name
from kam_connector.model.kind import Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, Measure, Objective, Plan
from kam_connector.model.plan_content import PlanVersion
from kam_connector.model.sale import Sale
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal
from kam_connector.model.staging import MirrorRow
from kam_connector.store.seen.facts import shown_kept, trimmed
from kam_connector.store.seen.fields import blotted_row
from kam_connector.store.seen.sight import DERIVED, Sight

__all__ = ["SeenReads"]

T = TypeVar("T", bound=Kept)
_OPEN_KINDS = frozenset({Kind.USER, Kind.PRODUCT, Kind.CURRENCY_RATE})
_PRIVATE = frozenset({"competency", "programme_cost"})
_DERIVED_NAMES = frozenset(kept_name(made) for made in KEPT if made in DERIVED)
_VERSION = kept_name(PlanVersion)
_PLACES = {"contact": Kind.CONTACT, "opportunity": Kind.OPPORTUNITY}


class SeenReads:
    """The part of `SeenStore` that answers."""

    _sight: Sight

    def accounts(self) -> list[Account]:
        """Return the accounts that are there."""
        sight = self._sight
        there = (sight.own(one) for one in sight.store.accounts() if sight.sees(one.id))
        return sight.readable(there)

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
        shown = (trimmed(one, self._sight) for one in found)
        return (one for one in shown if one is not None)

    def hidden(self) -> frozenset[str]:
        """Return the paths of values that this person may not see."""
        return self._sight.hidden

    def mirror_rows(self, kind: Kind) -> Iterator[MirrorRow]:
        """Yield records of accounts that are there; of kinds without an account, all or none."""
        found = (self._row(row, kind) for row in self._sight.store.mirror_rows(kind))
        shown = (row and blotted_row(row, self._sight.hidden) for row in found)
        return (row for row in shown if row is not None)

    def copies(self, kind: Kind) -> list[CopiedRecord]:
        """Return copied records: of everything, or none."""
        return self._sight.store.copies(kind) if self._sight.everything else []

    def business(self, account_ids: Iterable[str]) -> dict[str, list[Opportunity]]:
        """Return the opportunities of accounts that are there."""
        sight = self._sight
        found = sight.store.business([one for one in account_ids if sight.sees(one)])
        return {id_: sight.readable(deals) for id_, deals in found.items()}

    def won_sales(self, *, since: date) -> list[Sale]:
        """Return what accounts that are there bought."""
        found = self._sight.store.won_sales(since=since)
        return self._sight.readable(one for one in found if self._sight.sees(one.account_id))

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
        found = [self._told(one) for one in sight.store.outcomes(kind)]
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

    def _told(self, outcome: Outcome) -> Outcome:
        """Return what a night told, a word in the place of what is made of hidden values."""
        sight = self._sight
        gone = [
            path
            for path, value in outcome.values.items()
            if not is_told_by_key(path, sight.hidden) or sight.names_value(value)
        ]
        if not gone:
            return outcome
        values = {**outcome.values, **dict.fromkeys(gone, HIDDEN)}
        reasons = {path: why for path, why in outcome.reasons.items() if path not in gone}
        shown = {path: why for path, why in reasons.items() if not sight.names_value(why)}
        return replace(outcome, values=values, reasons=shown)

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

    def _row(self, row: MirrorRow, kind: Kind) -> MirrorRow | None:
        """Return a row if its account is there."""
        sight = self._sight
        if sight.everything or kind in _OPEN_KINDS:
            return row
        if kind is not Kind.ACCOUNT:
            return row if sight.sees(_text(row.values.get("account"))) else None
        if not sight.sees(row.id):
            return None
        parent = row.values.get("parent")
        above = parent if isinstance(parent, str) and sight.sees(parent) else None
        return replace(row, values={**row.values, "parent": above})

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
        derived = change.type in _DERIVED_NAMES or _by_rules(change)
        if derived and (feeding(sight.hidden) or sight.names_value((change.before, change.after))):
            return False
        if change.type == _VERSION and sight.hidden:
            return False
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


def _by_rules(change: KeptChange) -> bool:
    """Tell whether a program's act is behind a change: its texts are made of values."""
    return change.by == PROGRAM


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
