"""Plans of a group: local ones under the global one, added up once, whatever people typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.plan.tree import PlanSite, plan_tree
from kam_connector.model.account import Account
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import Plan, PlanStatus
from kam_connector.model.plan_content import Initiative, InitiativeKind, PlanFrame, WorkState

TODAY = date(2026, 11, 21)


def site(
    id_: str, *, above: str | None = None, carries_out: str | None = None, **changes: Any
) -> PlanSite:
    """An account with a plan, two objectives of which one is on track, and 100 of business."""
    frame = PlanFrame(id=f"f-{id_}", account_id=id_, parent_account_id=carries_out, country="FR")
    deal = Opportunity(
        id=f"d-{id_}", account_id=id_, name="Deal", stage="", closed=False, won=False,
        amount=Money(amount=Decimal(100), currency="EUR"),
    )  # fmt: skip
    values: dict[str, Any] = {
        "account": Account(id=id_, name=id_.title(), parent_id=above),
        "plan": Plan(account_id=id_, status=PlanStatus.ACTIVE),
        "frame": frame,
        "local_kam_ids": (f"kam-{id_}",),
        "well": 1,
        "told": 2,
        "business": (deal,),
    }
    return PlanSite(**(values | changes))


@pytest.mark.checklist(
    "S2.45", home="`PlanFrame.parent_account_id`, `TeamRole.LOCAL_KAM`, `kam plan tree`"
)
def test_local_plans_carry_out_the_global_one_and_add_up(make: Any) -> None:
    """By what the frame says, else by the CRM's tree; each account counts once."""
    found = plan_tree(
        "group",
        [
            site("group"),
            site("spain", carries_out="group"),
            site("madrid", above="spain"),
            site("elsewhere"),
        ],
        as_of=make.as_of,
    )
    assert [(one.name, one.depth) for one in found.root.walk()] == [
        ("Group", 0), ("Spain", 1), ("Madrid", 2),
    ]  # fmt: skip
    assert (found.well, found.told) == (3, 6)
    assert found.business == Money(amount=Decimal(300), currency="EUR")


def test_initiatives_of_a_group_add_up_in_one_currency(make: Any) -> None:
    """Those unfinished; what has no rate is left out and counted."""
    values = [("EUR", WorkState.RUNNING), ("EUR", WorkState.DONE), ("USD", WorkState.PLANNED)]
    work = tuple(
        Initiative(
            id=f"i{k}", account_id="group", kind=InitiativeKind.UPSELL, title="More",
            value=Decimal(40), currency=currency, state=state,
        )
        for k, (currency, state) in enumerate(values)
    )  # fmt: skip
    found = plan_tree("group", [site("group", initiatives=work)], as_of=make.as_of)
    assert found.initiatives == Money(amount=Decimal(40), currency="EUR")
    assert found.left_out == 1


def test_business_that_no_plan_speaks_of_is_named(make: Any) -> None:
    """A subsidiary without business needs no plan."""
    bare: dict[str, Any] = {"plan": None, "frame": None, "told": 0, "well": 0}
    quiet = site("italy", above="group", business=(), **bare)
    found = plan_tree(
        "group", [site("group"), site("spain", above="group", **bare), quiet], as_of=make.as_of
    )
    assert found.without_plan == ("Spain",)
    assert found.business == Money(amount=Decimal(200), currency="EUR")


def test_a_local_plan_that_nobody_local_runs_is_named(make: Any) -> None:
    """The frame's local owner counts, or a local KAM of the team."""
    alone = site("spain", above="group", local_kam_ids=())
    owned = site("italy", above="group", local_kam_ids=())
    frame = PlanFrame(id="f", account_id="italy", local_owner_id="usr_9")
    found = plan_tree(
        "group", [site("group"), alone, replace(owned, frame=frame)], as_of=make.as_of
    )
    assert found.without_local_kam == ("Spain",)
    assert {one.owner_id for one in found.root.walk()} == {"kam-group", "usr_9", None}


def test_plans_that_carry_out_each_other_are_named_and_kept(make: Any) -> None:
    """They hang under the root instead of for ever."""
    found = plan_tree(
        "group",
        [
            site("group"),
            site("spain", above="group", carries_out="italy"),
            site("italy", above="group", carries_out="spain"),
        ],
        as_of=make.as_of,
    )
    assert found.circles == ("Italy", "Spain")
    assert found.told == 6


def test_amounts_without_a_rate_are_left_out_and_counted(make: Any) -> None:
    """Never added as they stand."""
    dollars = Money(amount=Decimal(100), currency="USD")
    abroad = site("texas", above="group")
    deal = replace(abroad.business[0], amount=dollars)
    found = plan_tree(
        "group",
        [site("group"), site("spain", above="group"), replace(abroad, business=(deal,))],
        as_of=make.as_of,
    )
    assert (found.left_out, found.business) == (1, Money(amount=Decimal(200), currency="EUR"))


def test_an_unknown_root_is_refused(make: Any) -> None:
    """Said at once."""
    with pytest.raises(ValueError, match="nowhere"):
        plan_tree("nowhere", [site("group")], as_of=make.as_of)


names = st.sampled_from("abcdef")


@given(st.dictionaries(names, st.tuples(st.none() | names, st.none() | names), min_size=1))
def test_whatever_people_type_the_tree_ends_and_counts_each_account_once(
    links: dict[str, tuple[str | None, str | None]],
) -> None:
    """Frames and parents in any circle."""
    root = min(links)
    sites = [site(id_, above=above, carries_out=up) for id_, (above, up) in links.items()]
    found = plan_tree(root, sites, as_of=TODAY)
    placed = [one.account_id for one in found.root.walk()]
    assert len(placed) == len(set(placed)) == found.well
    assert found.business == Money(amount=Decimal(100 * len(placed)), currency="EUR")
