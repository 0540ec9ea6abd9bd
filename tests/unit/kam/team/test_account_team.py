"""Who is on the team, with what time, and who does what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.team.account_team import Difference, account_team
from kam_connector.kam.team.raci import ROLE_TEMPLATES, RaciIssue, proposed_raci, work_items
from kam_connector.kam.team.time_shares import TimeIssue, time_shares
from kam_connector.language import Language, voice
from kam_connector.model.account import Account, KeyAccount, Stage, User
from kam_connector.model.account_team import Circle, Raci, Responsibility, Teammate, TeamRole
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Function
from kam_connector.model.team import TeamMember

AS_OF = date(2026, 11, 21)


def mate(user_id: str, **changes: Any) -> Teammate:
    """A core member of one account's team."""
    values: dict[str, Any] = {
        "id": f"t-{user_id}-{changes.get('account_id', 'acc_1')}",
        "account_id": "acc_1",
        "user_id": user_id,
        "circle": Circle.CORE,
        "role": TeamRole.SALES,
    }
    return Teammate(**(values | changes))


def facts(make: Any, *kept: Any, **changes: Any) -> Any:
    """The account with what people told."""
    users = {id_: User(id=id_, name=id_.upper()) for id_ in ("usr_1", "ann", "bob", "eve")}
    return make.facts(**({"kept": KeptRecords.holding(kept), "users": users} | changes))


@pytest.mark.checklist("S1.16", home="`account_team`: the KAM and who works around them")
def test_the_owner_leads_until_somebody_else_is_declared(make: Any) -> None:
    """Nobody has to type what the CRM knows."""
    alone = account_team(facts(make), AS_OF)
    other = account_team(facts(make, mate("ann", role=TeamRole.KAM)), AS_OF)
    assert [(one.user_id, one.role, one.declared) for one in alone.members] == [
        ("usr_1", TeamRole.KAM, False)
    ]
    assert (alone.kam_id, other.kam_id) == ("usr_1", "ann")
    assert [one.user_id for one in other.members] == ["ann"]


@pytest.mark.checklist("S1.17", home="`Teammate.circle`; `kam team show`")
def test_the_core_is_told_from_the_extended_team(make: Any) -> None:
    """In both circles one counts as core; who left is in neither."""
    told = [
        mate("ann", role=TeamRole.KAM),
        mate("bob", circle=Circle.EXTENDED, role=TeamRole.LEGAL),
        mate("bob", id="t2", role=TeamRole.SALES),
        mate("eve", circle=Circle.EXTENDED, to_on=date(2026, 1, 1)),
        mate("usr_1", circle=Circle.EXTENDED, role=TeamRole.FINANCE),
    ]
    team = account_team(facts(make, *told), AS_OF)
    assert [one.user_id for one in team.core] == ["ann", "bob"]
    assert [one.user_id for one in team.extended] == ["usr_1"]


@pytest.mark.checklist(
    "S1.13", "S1.20", home="`TeamRole`, `ROLE_TEMPLATES`: support functions and what they do"
)
@pytest.mark.parametrize(
    "role", [TeamRole.HR, TeamRole.PRODUCT, TeamRole.R_AND_D, TeamRole.SUPPORT, TeamRole.LEGAL]
)
def test_support_functions_have_roles_with_descriptions(make: Any, role: TeamRole) -> None:
    """HR, product, research, customer service: each may be on a team, and knows why."""
    team = account_team(facts(make, mate("ann", role=role, function=Function.HR)), AS_OF)
    place = next(one for one in team.members if one.user_id == "ann")
    described, work = ROLE_TEMPLATES[role]
    assert (place.role, place.function) == (role, Function.HR)
    assert described
    assert work


@pytest.mark.checklist("S1.18", home="`Teammate.line_manager_id`; `kam team show`")
def test_a_team_is_virtual(make: Any) -> None:
    """They report to somebody else than the KAM."""
    team = account_team(facts(make, mate("ann", line_manager_id="bob"), mate("eve")), AS_OF)
    assert {one.user_id: one.virtual for one in team.members} == {
        "usr_1": False,
        "ann": True,
        "eve": False,
    }


def test_the_crms_team_is_held_against_the_declared_one(make: Any) -> None:
    """Only here, only there, another role, gone: each named."""
    listed = facts(
        make,
        mate("ann", role=TeamRole.KAM),
        mate("bob", role=TeamRole.SALES),
        mate("eve"),
        team=(
            TeamMember(id="1", account_id="acc_1", user_id="ann", role="Account Manager"),
            TeamMember(id="2", account_id="acc_1", user_id="bob", role="Executive Sponsor"),
            TeamMember(id="3", account_id="acc_1", user_id="usr_9", role="Presales"),
        ),
    )
    found = account_team(listed, AS_OF).differences
    assert [(one.kind, one.user_id) for one in found] == [
        (Difference.ONLY_DECLARED, "eve"),
        (Difference.ONLY_IN_CRM, "usr_9"),
        (Difference.OTHER_ROLE, "bob"),
    ]


def test_a_member_who_left_us_is_named(make: Any) -> None:
    """The CRM says that the user is active no more."""
    users = {"ann": User(id="ann", name="Ann", active=False)}
    (found,) = account_team(facts(make, mate("ann"), users=users), AS_OF).differences
    assert found.kind is Difference.NO_LONGER_WITH_US


@pytest.mark.checklist(
    "S1.19", home="`Teammate.time_share_agreed`, `.time_share_actual`; `kam team check`"
)
def test_time_is_summed_over_all_accounts() -> None:
    """60 and 50 are more than there is."""
    told = [
        mate("ann", time_share_agreed=Decimal(60), agreed_by="boss"),
        mate("ann", account_id="acc_2", time_share_agreed=Decimal(50), agreed_by="boss"),
    ]
    (found,) = time_shares(told, as_of=AS_OF)
    assert (found.agreed, found.accounts) == (110, ("acc_1", "acc_2"))
    assert found.issues == ((TimeIssue.OVERBOOKED, None),)


@pytest.mark.parametrize(
    ("agreed", "actual", "by", "issues"),
    [
        (20, 20, "boss", []),
        (20, 24, "boss", []),
        (20, 30, "boss", [TimeIssue.MORE_THAN_AGREED]),
        (20, 5, "boss", [TimeIssue.LESS_THAN_AGREED]),
        (20, None, None, [TimeIssue.NOT_AGREED]),
        (None, 40, None, [TimeIssue.NOT_KNOWN]),
    ],
)
def test_agreed_and_actual_time_are_compared(
    agreed: int | None, actual: int | None, by: str | None, issues: list[TimeIssue]
) -> None:
    """More, less, never agreed, never named."""
    told = mate(
        "ann",
        time_share_agreed=None if agreed is None else Decimal(agreed),
        time_share_actual=None if actual is None else Decimal(actual),
        agreed_by=by,
    )
    (found,) = time_shares([told], as_of=AS_OF)
    assert [issue for issue, _ in found.issues] == issues


def part(work: str, user_id: str, raci: Raci) -> Responsibility:
    """Somebody's part in a piece of work."""
    return Responsibility(
        id=f"{work}-{user_id}-{raci.value}", account_id="acc_1", work=work, user_id=user_id,
        raci=raci,
    )  # fmt: skip


@pytest.mark.checklist("S1.20", home="`Responsibility`, `work_items`; `kam team show`")
@pytest.mark.parametrize(
    ("parts", "issues"),
    [
        ([("ann", Raci.ACCOUNTABLE), ("bob", Raci.RESPONSIBLE)], []),
        ([("bob", Raci.RESPONSIBLE)], [RaciIssue.NOBODY_ACCOUNTABLE]),
        ([("ann", Raci.ACCOUNTABLE)], [RaciIssue.NOBODY_RESPONSIBLE]),
        (
            [("ann", Raci.ACCOUNTABLE), ("bob", Raci.ACCOUNTABLE), ("bob", Raci.RESPONSIBLE)],
            [RaciIssue.SEVERAL_ACCOUNTABLE],
        ),
        (
            [("ann", Raci.ACCOUNTABLE), ("stranger", Raci.RESPONSIBLE)],
            [RaciIssue.NOT_ON_THE_TEAM],
        ),
    ],
)
def test_each_work_has_one_accountable_and_somebody_who_does_it(
    make: Any, parts: list[tuple[str, Raci]], issues: list[RaciIssue]
) -> None:
    """What is wrong has a name."""
    team = account_team(facts(make, mate("ann"), mate("bob")), AS_OF)
    (item,) = work_items([part("renew", user, raci) for user, raci in parts], team)
    assert list(item.issues) == issues


@given(roles=st.lists(st.sampled_from(list(TeamRole)), min_size=1, max_size=8))
def test_proposed_work_always_has_one_accountable(roles: list[TeamRole]) -> None:
    """Whatever roles are on the team."""
    told = [mate(f"u{place}", role=role) for place, role in enumerate(roles)]
    listed = AccountFacts(
        account=Account(id="acc_1", name="A", owner_id="usr_1"),
        key=KeyAccount(
            account_id="acc_1", tier="A", stage=Stage.DEVELOPMENT, since=AS_OF, reason="rule"
        ),
        kept=KeptRecords.holding(told),
    )
    team = account_team(listed, AS_OF)
    items = work_items(proposed_raci(team, voice(Language.EN)), team)
    wrong = {RaciIssue.NOBODY_ACCOUNTABLE, RaciIssue.SEVERAL_ACCOUNTABLE}
    assert [item for item in items if wrong & set(item.issues)] == []
