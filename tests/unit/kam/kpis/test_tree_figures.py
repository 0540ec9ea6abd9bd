"""Promises of figures over an account tree, whatever CRM knows its accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_connector.kam.kpis.tree import branch, tree_kpis
from kam_connector.model.account import Account
from kam_connector.model.contact import Affiliation, Contact
from kam_connector.model.currency import CurrencyRate, Rates

AS_OF = date(2026, 11, 21)
GROUP = Account(id="acc_1", name="Group", refs=(("emea", "001A"),))
FRANCE = Account(id="fr", name="France", parent_id="acc_1", refs=(("emea", "001B"),))
LYON = Account(id="ly", name="Lyon", parent_id="fr", refs=(("growth", "77"),))
UK = Account(id="uk", name="UK", parent_id="acc_1", refs=(("growth", "78"),))
RATES = Rates(
    known=(
        CurrencyRate(connection="emea", currency="EUR", rate=Decimal(1), corporate=True),
        CurrencyRate(connection="emea", currency="GBP", rate=Decimal("0.5")),
    )
)


def _group(figures: Any, *kept: Any, **changes: Any) -> Any:
    return figures.facts(*kept, account=GROUP, tree=(FRANCE, LYON, UK), rates=RATES, **changes)


def test_a_tree_of_any_depth_adds_up_across_both_crms(figures: Any) -> None:
    """Lyon is in HubSpot and under France, which is in Salesforce: all count once above."""
    facts = _group(
        figures,
        *figures.years(10, 10),
        *figures.years(20, 25, account_id="fr"),
        *figures.years(30, 40, account_id="ly"),
        *figures.years(5, 5, account_id="uk", currency="GBP"),
    )
    places = tree_kpis(facts, AS_OF)
    told = [
        (
            one.account.name,
            one.depth,
            one.alone["revenue_12m"].value,
            one.together["revenue_12m"].value,
        )
        for one in places
    ]
    assert told == [
        ("Group", 0, 120, 1020),
        ("France", 1, 300, 780),
        ("Lyon", 2, 480, 480),
        ("UK", 1, 120, 120),
    ]
    assert places[0].together["growth"].value == Decimal("21.4")


def test_a_percentage_of_a_tree_is_weighted_never_a_plain_mean(figures: Any) -> None:
    """A large account at 10 % and a small one at 50 % are not 30 % together."""
    facts = _group(
        figures,
        *figures.years(900, 900, account_id="fr", cost_of_goods=Decimal(810)),
        *figures.years(100, 100, account_id="uk", cost_of_goods=Decimal(50)),
    )
    group = tree_kpis(facts, AS_OF)[0]
    assert group.together["margin_percent"].value == 14


def test_a_person_of_two_accounts_counts_once(figures: Any, make: Any) -> None:
    """She works in Lyon and is tied to the UK: one active contact of the group."""
    person = Contact(id="ines", account_id="ly", name="Inès", roles=("economic_decider",))
    facts = _group(
        figures,
        contacts=(person,),
        affiliations=(Affiliation(id="aff", account_id="uk", contact_id="ines"),),
        activities=(make.activity("2026-11-10", "ines"),),
    )
    found = {one.account.name: one for one in tree_kpis(facts, AS_OF)}
    assert [found[name].together["active_contacts"].value for name in ("Lyon", "UK")] == [1, 1]
    assert found["Group"].together["active_contacts"].value == 1


def test_a_circle_of_parents_ends_where_it_began(figures: Any) -> None:
    """Two accounts that are each other's parent hang nothing up."""
    one = Account(id="a", name="A", parent_id="b")
    other = Account(id="b", name="B", parent_id="a")
    facts = figures.facts(account=one, tree=(other,))
    assert [place.account.id for place in tree_kpis(facts, AS_OF)] == ["a", "b"]
    assert [each.id for each in branch(facts, "a").tree] == ["b"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(["acc_1", "fr", "ly", "uk"]), st.integers(-100, 10**6)),
        min_size=1,
        max_size=20,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_sums_of_a_tree_are_the_sums_of_its_accounts_in_any_order(
    figures: Any, amounts: list[tuple[str, int]], seed: Any
) -> None:
    """Revenue alone adds up to revenue together; the order of lines does not matter."""
    lines = [figures.line("2026-05", amount, account_id=where) for where, amount in amounts]
    places = tree_kpis(_group(figures, *lines), AS_OF)
    alone = sum((one.alone["revenue_12m"].value or Decimal(0) for one in places), Decimal(0))
    assert places[0].together["revenue_12m"].value == alone
    shuffled = list(lines)
    seed.shuffle(shuffled)
    again = tree_kpis(_group(figures, *shuffled), AS_OF)
    assert [one.together for one in again] == [one.together for one in places]
