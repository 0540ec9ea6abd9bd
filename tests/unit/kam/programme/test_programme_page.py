"""The programme on one page: why, who, when, at what cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.programme.beginning import begun_programme
from kam_connector.kam.programme.page import RoadmapState, programme_of, programme_page
from kam_connector.language import Language, voice
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import (
    CostKind,
    Criterion,
    Function,
    Maturity,
    Pillar,
    Programme,
    ProgrammeCost,
    ProgrammeMember,
    Ritual,
    RoadmapItem,
)

AS_OF = date(2026, 11, 21)


def member(user_id: str, fte: str, **changes: Any) -> ProgrammeMember:
    """Somebody who builds the programme."""
    values: dict[str, Any] = {
        "id": f"m-{user_id}",
        "user_id": user_id,
        "function": Function.SALES,
        "responsibility": "method",
        "fte": Decimal(fte),
    }
    return ProgrammeMember(**(values | changes))


def step(due: str, done: str | None = None) -> RoadmapItem:
    """A step of the roadmap."""
    return RoadmapItem(
        id=f"r-{due}",
        title="Teams named",
        pillar=Pillar.TEAM,
        due=date.fromisoformat(due),
        done_on=date.fromisoformat(done) if done else None,
    )


@pytest.mark.checklist(
    "S1.01", "S1.04", home="`Programme.goals`, `.strategy`, `.account_cap`; `kam programme show`"
)
def test_a_programme_says_why_it_is_there_and_how_few_it_wants(programmes: Any) -> None:
    """Strategy, goals and the number of accounts stand on its page."""
    page = programme_page(KeptRecords.holding([programmes.programme(account_cap=12)]), as_of=AS_OF)
    assert page.programme is not None
    assert page.programme.strategy == "Grow with few"
    assert page.programme.goals == ("innovate together",)
    assert page.programme.account_cap == 12


@pytest.mark.checklist(
    "S1.12", home="`Programme.lead_id`, `ProgrammeMember.fte`; `kam programme show`"
)
def test_the_page_names_who_serves_today_with_how_much_time() -> None:
    """Who left, or comes later, is named apart and gives no time."""
    members = [
        member("now", "0.5"),
        member("gone", "1", to_on=date(2026, 1, 1)),
        member("later", "0.3", from_on=date(2027, 1, 1)),
    ]
    page = programme_page(KeptRecords.holding(members), as_of=AS_OF)
    assert [one.user_id for one in page.members] == ["now"]
    assert {one.user_id for one in page.former} == {"gone", "later"}
    assert page.fte == Decimal("0.5")


@pytest.mark.parametrize(
    ("due", "done", "state", "late"),
    [
        ("2027-06-01", None, RoadmapState.PLANNED, 0),
        ("2026-12-10", None, RoadmapState.DUE, 0),
        ("2026-11-01", None, RoadmapState.LATE, 20),
        ("2026-11-01", "2026-10-30", RoadmapState.DONE, 0),
        ("2026-11-01", "2026-11-05", RoadmapState.DONE_LATE, 4),
        ("2026-11-01", "2027-01-05", RoadmapState.LATE, 20),
    ],
)
def test_each_step_of_the_roadmap_knows_where_it_stands(
    due: str, done: str | None, state: RoadmapState, late: int
) -> None:
    """Planned, due within a month, late by so many days, done in time or not."""
    found = programme_page(KeptRecords.holding([step(due, done)]), as_of=AS_OF).roadmap[0]
    assert (found.state, found.days_late) == (state, late)


def test_costs_add_up_by_year_and_never_across_currencies() -> None:
    """Euros and pounds stay two amounts."""
    costs = [
        ProgrammeCost(id=str(place), year=2026, kind=CostKind.PEOPLE, amount=Decimal(amount),
                      currency=currency)
        for place, (amount, currency) in enumerate([(5, "EUR"), (7, "EUR"), (3, "GBP")])
    ]  # fmt: skip
    page = programme_page(KeptRecords.holding(costs), as_of=AS_OF)
    assert page.costs == ((2026, "EUR", Decimal(12)), (2026, "GBP", Decimal(3)))


def test_without_a_baseline_there_is_no_return(programmes: Any) -> None:
    """A margin without its year is no baseline either."""
    half = programmes.programme(baseline_margin=Decimal(100))
    whole = programmes.programme(baseline_margin=Decimal(100), baseline_year=2024, currency="EUR")
    assert programme_page(KeptRecords.holding([half]), as_of=AS_OF).baseline is None
    found = programme_page(KeptRecords.holding([whole]), as_of=AS_OF).baseline
    assert found == (2024, Decimal(100), "EUR")


@pytest.mark.checklist(
    "S1.08", home="`METHODS`, `SHIPPED_CRITERIA`, ritual templates; `kam programme begin`"
)
def test_a_programme_begins_with_criteria_and_the_rituals_of_its_method() -> None:
    """Nobody starts from an empty sheet."""
    found = KeptRecords.holding(
        begun_programme(
            KeptRecords(), name="KAM", as_of=AS_OF, say=voice(Language.EN),
            maturity=Maturity.STANDARD,
        )
    )  # fmt: skip
    begun = programme_of(found)
    assert begun is not None
    assert (begun.name, begun.maturity, begun.started_on) == ("KAM", Maturity.STANDARD, AS_OF)
    assert (len(found.of(Criterion)), len(found.of(Ritual))) == (7, 5)
    assert all(one.next_on and one.next_on.weekday() < 5 for one in found.of(Ritual))


def test_beginning_again_changes_nothing(programmes: Any) -> None:
    """What people described stays as it is."""
    say = voice(Language.FR)
    first = begun_programme(KeptRecords(), name="KAM", as_of=AS_OF, say=say)
    again = begun_programme(KeptRecords.holding(first), name="Other", as_of=AS_OF, say=say)
    assert again == ()
    assert any(isinstance(one, Programme) for one in first)
