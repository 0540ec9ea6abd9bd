"""Every change of the KAM layer, judged by account before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kam_connector.model.account import KeyAccount, RenewalCycle
from kam_connector.model.kept import Kept
from kam_connector.model.plan import Action, Measure, Objective, Plan
from kam_connector.model.signal import Signal
from kam_connector.store.seen.locks import must_carry
from kam_connector.store.seen.sight import Sight

__all__ = ["SeenWrites"]


class SeenWrites:
    """The part of `SeenStore` that changes; what is stored under an id counts as well.

    Every method raises `UsageError` (KAM-7042) about an account that is not there, and
    `AccessDenied` (KAM-7049) about one that is not this person's to change; then nothing of
    the call is stored.
    """

    _sight: Sight

    def keep(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Insert or replace records of accounts that this person may change."""
        listed = list(records)
        self._judge_kept(listed)
        return self._sight.store.keep(listed, by=by, at=at)

    def drop(self, records: Iterable[Kept], *, by: str, at: datetime) -> int:
        """Remove records of accounts that this person may change."""
        listed = list(records)
        self._judge_kept(listed)
        return self._sight.store.drop(listed, by=by, at=at)

    def save_actions(self, actions: Iterable[Action]) -> None:
        """Insert or replace actions."""
        listed = list(actions)
        self._judge(listed, self._sight.store.actions)
        self._sight.store.save_actions(listed)

    def save_objectives(
        self, objectives: Iterable[Objective], *, measures: Iterable[Measure] = ()
    ) -> None:
        """Insert or replace objectives and their measures."""
        listed, measured = list(objectives), list(measures)
        self._judge(listed, self._sight.store.objectives)
        known = {one.id: one.account_id for one in [*self._sight.store.objectives(), *listed]}
        measures_before = {
            old.id: old
            for account_id in {known.get(one.objective_id) for one in measured}
            if account_id is not None
            for old in self._sight.store.measures(account_id=account_id)
        }
        for one in measured:
            self._sight.must_edit(known.get(one.objective_id, one.objective_id))
            must_carry(one, measures_before.get(one.id), self._sight.viewer.locked)
        self._sight.store.save_objectives(listed, measures=measured)

    def save_plan(self, plan: Plan) -> None:
        """Insert or replace a plan."""
        self._sight.must_edit(plan.account_id)
        before = self._sight.store.plan(plan.account_id)
        must_carry(plan, before, self._sight.viewer.locked)
        self._sight.store.save_plan(plan)

    def save_renewals(self, account_id: str, cycles: Iterable[RenewalCycle]) -> None:
        """Replace an account's renewal cycles."""
        listed = list(cycles)
        for one in (account_id, *(cycle.account_id for cycle in listed)):
            self._sight.must_edit(one)
        self._sight.store.save_renewals(account_id, listed)

    def save_signals(self, account_id: str, signals: Iterable[Signal]) -> None:
        """Replace the signals of an account that this person sees; the others stay."""
        sight, listed = self._sight, list(signals)
        for one in (account_id, *(signal.account_id for signal in listed)):
            sight.must_edit(one)
        before = sight.store.signals(account_id=account_id, everything=True)
        seen = {one.key for one in sight.shown(before)}
        unseen = [one for one in before if one.key not in seen]
        sight.store.save_signals(account_id, [*listed, *unseen])

    def save_key_accounts(self, chosen: Sequence[KeyAccount], *, as_of: date) -> None:
        """Replace the choice: a matter of the whole programme, but for an account's stage."""
        sight = self._sight
        if sight.everything:
            sight.must_edit(None)
            sight.store.save_key_accounts(chosen, as_of=as_of)
            return
        stored = sight.store.key_accounts()
        mine = {one.account_id: one for one in stored if sight.sees(one.account_id)}
        if {one.account_id for one in chosen} != mine.keys():
            sight.must_edit(None)
        for one in chosen:
            before = mine[one.account_id]
            if one != before:
                staged = replace(before, stage=one.stage)
                sight.must_edit(one.account_id if one == staged else None)
        unseen = [one for one in stored if one.account_id not in mine]
        sight.store.save_key_accounts([*chosen, *unseen], as_of=as_of)

    def _judge_kept(self, records: Sequence[Kept]) -> None:
        for made in {type(one) for one in records}:
            self._judge(
                [one for one in records if type(one) is made],
                lambda made=made: self._sight.store.kept(made),
            )

    def _judge(self, records: Sequence[Any], stored: Any) -> None:
        """Refuse unless each record, and what is stored under its id, may be changed."""
        if not records:
            return
        ids = {one.id for one in records}
        for one in records:
            self._sight.must_edit(getattr(one, "account_id", None))
        replaced = [old for old in stored() if old.id in ids]
        for old in replaced:
            self._sight.must_edit(getattr(old, "account_id", None), called=old.id)
        self._sight.must_see(replaced)
        before = {old.id: old for old in replaced}
        for one in records:
            must_carry(one, before.get(one.id), self._sight.viewer.locked)
