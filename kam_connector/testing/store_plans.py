"""Promises about plans: their objectives, and how far each has got."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from decimal import Decimal

from kam_connector.model.kind import Kind
from kam_connector.model.plan import ObjectiveStatus
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    TODAY,
    facts_of,
    make_batch,
    make_key,
    make_measure,
    make_mirror,
    make_objective,
    make_plan,
)

__all__ = ["PlansContract"]


class PlansContract:
    """What plans want to reach."""

    def test_plans_keep_their_id_and_their_first_day(self, store: Store) -> None:
        """Both are what a CRM record is known by."""
        opened = make_plan("acc_1", id="pln-1", opened_on=TODAY)
        store.save_plan(opened)
        store.save_plan(make_plan("acc_0"))
        assert store.plans() == [make_plan("acc_0"), opened]

    def test_objectives_and_measures_are_replaced_by_id(self, store: Store) -> None:
        """Numbers are exact, what is not known stays so, other accounts are left alone."""
        other = make_objective("obj-2", account_id="acc_2", baseline=None)
        measures = [make_measure(), make_measure("msr-2", objective_id="obj-2")]
        store.save_objectives([make_objective(), other], measures=measures)
        closed = make_objective(status=ObjectiveStatus.CLOSED, settled_at=EPOCH)
        store.save_objectives([closed], measures=[make_measure(current=Decimal("61.5"))])
        assert store.objectives() == [closed, other]
        assert store.objectives(account_id="acc_2") == [other]
        assert store.measures(account_id="acc_1") == [make_measure(current=Decimal("61.5"))]

    def test_facts_bring_the_objectives_of_a_plan(self, store: Store) -> None:
        """Closed ones too: an objective is made once."""
        store.apply_merge(make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "acc_1")))
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        closed = make_objective("obj-9", status=ObjectiveStatus.CLOSED)
        stranger = make_objective("obj-3", account_id="acc_2")
        store.save_objectives([make_objective(), closed, stranger])
        assert facts_of(store, "acc_1").objectives == (make_objective(), closed)

    def test_objectives_follow_their_account_through_a_merge(self, store: Store) -> None:
        """Two records of one customer: what was wanted of either is still known (INV10)."""
        store.save_plan(make_plan("acc_1", id="pln-1"))
        store.save_objectives([make_objective()])
        store.repoint(Kind.ACCOUNT, "acc_1", "acc_2")
        (plan,) = store.plans()
        (moved,) = store.objectives(account_id="acc_2")
        assert (plan.account_id, plan.id, moved.id) == ("acc_2", "pln-1", "obj-1")
