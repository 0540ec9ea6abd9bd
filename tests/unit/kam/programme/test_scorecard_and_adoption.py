"""Three pillars and their balance, whether people live it, and what comes before the tool."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.programme.adoption import adoption
from kam_connector.kam.programme.pillar_readings import PILLAR_PARTS
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.promises import (
    PromiseState,
    promise_state,
    promises_by_function,
)
from kam_connector.kam.programme.readiness import is_ready, readiness
from kam_connector.kam.programme.scorecard import Balance, scorecard
from kam_connector.kam.programme.skills import skills_of
from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.account_team import Circle, Teammate, TeamPulse, TeamRole
from kam_connector.model.kept import PROGRAM, KeptChange, KeptRecords
from kam_connector.model.plan import ActionState
from kam_connector.model.programme import (
    Competency,
    Function,
    InternalSla,
    Pillar,
    ProgrammeMember,
    RitualKind,
)
from kam_connector.model.stakeholder import Stakeholder

AS_OF = date(2026, 11, 21)


def mate(user_id: str, account_id: str = "acc_0", **changes: Any) -> Teammate:
    """A core member whose manager agreed to a fifth of their time."""
    values: dict[str, Any] = {
        "id": f"t-{user_id}-{account_id}",
        "account_id": account_id,
        "user_id": user_id,
        "circle": Circle.CORE,
        "role": TeamRole.SALES,
        "time_share_agreed": Decimal(20),
        "agreed_by": "usr_boss",
    }
    return Teammate(**(values | changes))


def change(account_id: str, by: str, at: str = "2026-11-01", record: str = "r") -> KeptChange:
    """Somebody said something about an account."""
    return KeptChange(
        type="swot_item", record_id=record, account_id=account_id,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC), by=by, before=None, after={},
    )  # fmt: skip


@pytest.mark.checklist(
    "S1.02",
    home="`scorecard`: three pillars, 0 to 100, and their balance; `kam programme scorecard`",
)
def test_effort_on_one_pillar_alone_is_lopsided(programmes: Any, portfolio: Any) -> None:
    """Everything is written down, and nobody works on teams and plans."""
    rituals = [programmes.ritual(id=kind.value, kind=kind) for kind in RitualKind]
    member = ProgrammeMember(
        id="m", user_id="usr_1", function=Function.SALES, responsibility="", fte=Decimal(1)
    )
    read = portfolio(programmes.programme(account_cap=5), member, *rituals)
    found = scorecard(read)
    assert found.balance is Balance.LOPSIDED
    assert found.strongest is Pillar.INFRASTRUCTURE
    assert found.apart is not None
    assert found.apart > 30


def test_every_pillar_has_a_ledger_that_sums(programmes: Any, portfolio: Any) -> None:
    """What is counted is the sum of what is shown."""
    found = scorecard(portfolio(programmes.programme(), mate("usr_1"), mate("usr_2")))
    assert [one.value for one in found.pillars] == [ledger_sum(one.ledger) for one in found.pillars]


def test_what_was_not_measured_is_named_and_left_out(portfolio: Any) -> None:
    """Nobody was asked how teams find the work: no mark, neither good nor bad."""
    team = scorecard(portfolio(mate("usr_1"), mate("usr_2"))).pillars[1]
    assert "how teams find the work" in team.unknown
    assert "pulse" not in [line.key for line in team.ledger]


def test_too_few_answers_count_as_not_measured(portfolio: Any) -> None:
    """Two answers could be told apart."""
    told = [
        TeamPulse(id=name, account_id="acc_0", on=AS_OF, clarity=5, workload=5, priorities=5,
                  collaboration=5)
        for name in ("a", "b")
    ]  # fmt: skip
    assert "how teams find the work" in scorecard(portfolio(*told)).pillars[1].unknown


def test_without_accounts_nothing_is_said_of_teams_and_plans(portfolio: Any) -> None:
    """Below half of the weight there is no score, and no balance."""
    found = scorecard(portfolio(count=0))
    assert found.balance is Balance.UNKNOWN
    assert [one.value for one in found.pillars][1:] == [None, None]


@given(members=st.integers(0, 6), accounts=st.integers(0, 3))
def test_pillars_are_bounded(members: int, accounts: int) -> None:
    """0 to 100, whatever there is."""
    mates = [mate(f"usr_{place}") for place in range(members)]
    keys = [
        KeyAccount(account_id=f"acc_{place}", tier="A", stage=Stage.DEVELOPMENT, since=AS_OF,
                   reason="rule")
        for place in range(accounts)
    ]  # fmt: skip
    read = Portfolio(as_of=AS_OF, key_accounts=tuple(keys), kept=KeptRecords.holding(mates))
    found = scorecard(read)
    assert all(one.value is None or 0 <= one.value <= 100 for one in found.pillars)


@pytest.mark.parametrize("pillar", list(Pillar))
def test_weights_of_a_pillar_are_a_hundred(pillar: Pillar) -> None:
    """So that a weight reads as percent."""
    assert sum(part.weight for part in PILLAR_PARTS[pillar]) == 100


@pytest.mark.checklist(
    "S1.10", home="`adoption`: plans touched, judgements fresh; `kam programme adoption`"
)
def test_adoption_tells_who_looks_after_plans(programmes: Any, portfolio: Any) -> None:
    """What the program itself wrote counts for nobody; what is old counts no more."""
    read = portfolio(
        changes=(
            change("acc_0", "usr_1"),
            change("acc_1", PROGRAM),
            change("acc_1", "usr_1", "2026-06-01"),
        )
    )
    found = adoption(read)
    assert (found.looked_after, found.touched, found.untouched) == (100, 50, ("acc_1",))


def test_a_file_given_back_is_seen(portfolio: Any) -> None:
    """Five records of one person at one moment."""
    listed = tuple(change("acc_0", "usr_1", record=str(place)) for place in range(5))
    assert adoption(portfolio(changes=listed)).workbooks == 1
    assert adoption(portfolio(changes=listed[:4])).workbooks == 0


def test_judgements_grow_stale(portfolio: Any) -> None:
    """One of this month, one of last year, one that has expired."""
    told = [
        Stakeholder(id=str(place), account_id="acc_0", contact_id="c", asserted_by="usr_1",
                    asserted_on=date.fromisoformat(day), expires_on=end)
        for place, (day, end) in enumerate(
            [("2026-11-01", None), ("2025-11-01", None), ("2026-10-01", date(2026, 11, 1))]
        )
    ]  # fmt: skip
    found = adoption(portfolio(*told))
    assert (found.judgements, found.fresh) == (3, Decimal("33.3"))


def test_tasks_are_done_in_time_or_not(programmes: Any, portfolio: Any) -> None:
    """In time, late, and never."""
    done = {"state": ActionState.DONE}
    listed = (
        programmes.action("acc_0", "2026-11-01", closed_on=date(2026, 10, 30), **done),
        programmes.action("acc_0", "2026-11-02", closed_on=date(2026, 11, 9), **done),
        programmes.action("acc_0", "2026-11-03"),
        programmes.action("acc_0", "2026-12-03"),
    )
    found = adoption(portfolio(actions=listed))
    assert found.in_time == Decimal("33.3")
    (claire,) = found.kams
    assert (claire.done_in_time, claire.done, claire.overdue) == (1, 2, 1)


@pytest.mark.checklist("S1.29", home="`readiness`: method before tool; `kam programme check`")
def test_what_is_missing_before_the_tool_is_named(portfolio: Any) -> None:
    """Nothing is blocked; everything missing has its hint."""
    items = readiness(portfolio(), approved={"emea": False})
    missing = {one.key for one in items if not one.ready}
    assert missing == {"strategy", "lead", "people", "criteria", "rituals", "time", "mapping.emea"}
    assert all(one.hint for one in items if not one.ready)
    assert not is_ready(items)


def test_a_programme_that_has_all_is_ready(programmes: Any, portfolio: Any) -> None:
    """Strategy, lead, people, criteria, accounts, rituals, time, approval."""
    rituals = [programmes.ritual(id=kind.value, kind=kind) for kind in RitualKind]
    member = ProgrammeMember(
        id="m", user_id="usr_1", function=Function.SALES, responsibility="", fte=Decimal(1)
    )
    read = portfolio(
        programmes.programme(), programmes.criterion("fit", 1), member, mate("usr_1"), *rituals
    )
    assert is_ready(readiness(read, approved={"emea": True}))


def skill(level: int, wanted: int, on: str = "2026-05-01", **changes: Any) -> Competency:
    """A skill of Claire's."""
    values: dict[str, Any] = {
        "id": f"c-{on}-{level}",
        "user_id": "usr_1",
        "skill": "Negotiation",
        "level": level,
        "wanted": wanted,
        "assessed_on": date.fromisoformat(on),
    }
    return Competency(**(values | changes))


@pytest.mark.checklist(
    "S1.11", home="`Competency`, `TeamPulse`; `kam programme show`, `kam team pulse`"
)
def test_skills_count_as_last_assessed() -> None:
    """A gap that was closed is none."""
    people = ["usr_1", "usr_2"]
    open_ = skills_of([skill(2, 4)], people=people, as_of=AS_OF)
    closed = skills_of([skill(2, 4), skill(4, 4, "2026-09-01")], people=people, as_of=AS_OF)
    assert [(one.skill, one.level, one.wanted) for one in open_.gaps] == [("Negotiation", 2, 4)]
    assert (closed.gaps, closed.met_share) == ((), 1)


def test_training_is_told_of_everybody() -> None:
    """Who had none is named with none; a course of last year counts no more."""
    told = [
        skill(3, 3, training="A", trained_on=date(2026, 6, 1)),
        skill(3, 3, "2026-05-02", skill="Finance", training="B", trained_on=date(2025, 6, 1)),
    ]
    found = skills_of(told, people=["usr_1", "usr_2"], as_of=AS_OF)
    assert found.trained == (("usr_1", 1), ("usr_2", 0))
    assert (found.trained_percent, found.largest_share) == (50, 1)


def promise(target: str, unit: str, actual: str | None, function: Function) -> InternalSla:
    """What a function promises."""
    return InternalSla(
        id=f"{function.value}-{target}-{actual}", function=function, commitment="answer",
        target=Decimal(target), unit=unit, actual=Decimal(actual) if actual else None,
    )  # fmt: skip


@pytest.mark.checklist(
    "S2.40", home="`InternalSla`, kept and broken by function; `kam programme show`"
)
@pytest.mark.parametrize(
    ("target", "unit", "actual", "state"),
    [
        ("4", "hours", "3", PromiseState.KEPT),
        ("4", "heures", "5", PromiseState.BROKEN),
        ("95", "percent", "96", PromiseState.KEPT),
        ("95", "percent", "90", PromiseState.BROKEN),
        ("95", "percent", None, PromiseState.NOT_MEASURED),
    ],
)
def test_a_delay_is_kept_from_below_a_share_from_above(
    target: str, unit: str, actual: str | None, state: PromiseState
) -> None:
    """The unit says which way is good."""
    assert promise_state(promise(target, unit, actual, Function.FINANCE)) is state


def test_promises_are_told_by_function_the_broken_first() -> None:
    """Legal keeps, finance does not."""
    told = [
        promise("4", "hours", "3", Function.LEGAL),
        promise("2", "days", "5", Function.FINANCE),
        promise("2", "days", None, Function.FINANCE),
    ]
    found = promises_by_function(told)
    assert [(one.function, len(one.kept), len(one.broken)) for one in found] == [
        (Function.FINANCE, 0, 1),
        (Function.LEGAL, 1, 0),
    ]
