"""Coverage of contacts, executives, and who is in touch beside the KAM."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.team.account_team import account_team
from kam_connector.kam.team.contact_cover import contact_coverage
from kam_connector.kam.team.executives import executive_pairs
from kam_connector.kam.team.reach import countries_without_kam, outside_the_kam
from kam_connector.model.account import User
from kam_connector.model.account_team import (
    Circle,
    ContactCoverage,
    ExecutivePair,
    RelationshipLevel,
    Teammate,
    TeamRole,
)
from kam_connector.model.activity import ActivityKind
from kam_connector.model.figures import RevenueLine
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import PlanFrame
from kam_connector.model.programme import Function

AS_OF = date(2026, 11, 21)


def cover(contact_id: str, user_id: str, **changes: Any) -> ContactCoverage:
    """One of ours looks after one of theirs."""
    values: dict[str, Any] = {
        "id": f"c-{contact_id}-{user_id}",
        "account_id": "acc_1",
        "contact_id": contact_id,
        "user_id": user_id,
    }
    return ContactCoverage(**(values | changes))


def facts(make: Any, *kept: Any, **changes: Any) -> Any:
    """The account with two people and what we told."""
    users = {id_: User(id=id_, name=id_.upper()) for id_ in ("usr_1", "ann", "bob")}
    values = {
        "contacts": [make.contact("ines"), make.contact("jonas")],
        "kept": KeptRecords.holding(kept),
        "users": users,
    }
    return make.facts(**(values | changes))


def test_first_and_second_are_told_apart(make: Any) -> None:
    """And the highest declared level is held against the wanted one."""
    told = [
        cover("ines", "ann", primary=True, declared=RelationshipLevel.CREDIBLE_SOURCE),
        cover("ines", "bob", desired=RelationshipLevel.TRUSTED_ADVISOR),
    ]
    found = contact_coverage(facts(make, *told), AS_OF)
    ines = next(one for one in found.contacts if one.contact_id == "ines")
    assert (ines.primary_id, ines.second_ids, ines.levels_short) == ("ann", ("bob",), 2)
    assert (found.uncovered, found.share) == (("jonas",), 0.5)
    assert [one.contact_id for one in found.of_user("bob")] == ["ines"]


def test_people_who_left_neither_cover_nor_are_covered(make: Any) -> None:
    """Ours: the contact is orphaned. Theirs: nobody has to cover them."""
    users = {"ann": User(id="ann", name="Ann", active=False)}
    people = [make.contact("ines"), make.contact("gone", left_at=make.at("2026-05-01"))]
    listed = facts(make, cover("ines", "ann", primary=True), contacts=people, users=users)
    found = contact_coverage(listed, AS_OF)
    assert [one.contact_id for one in found.contacts] == ["ines"]
    assert (found.orphaned, found.uncovered) == (("ines",), ("ines",))


def test_two_first_words_are_named(make: Any) -> None:
    """Both think that it is theirs."""
    told = [cover("ines", "ann", primary=True), cover("ines", "bob", primary=True)]
    found = contact_coverage(facts(make, *told), AS_OF)
    assert [one.several_primaries for one in found.contacts if one.user_ids] == [True]


def pair(**changes: Any) -> ExecutivePair:
    """Our chief and their chief."""
    values: dict[str, Any] = {
        "id": "p",
        "account_id": "acc_1",
        "user_id": "ann",
        "contact_id": "ines",
        "cadence_days": 180,
    }
    return ExecutivePair(**(values | changes))


@pytest.mark.parametrize(
    ("day", "kind", "who", "state"),
    [
        ("2026-08-01", ActivityKind.MEETING, "ann", (date(2026, 8, 1), False)),
        ("2026-01-01", ActivityKind.MEETING, "ann", (date(2026, 1, 1), True)),
        ("2026-08-01", ActivityKind.EMAIL, "ann", (None, True)),
        ("2026-08-01", ActivityKind.MEETING, "bob", (None, True)),
    ],
)
def test_executives_meet_within_their_cadence(
    make: Any, day: str, kind: ActivityKind, who: str, state: tuple[date | None, bool]
) -> None:
    """They spoke, both of them; a mail is no meeting."""
    listed = facts(
        make, pair(), activities=[make.activity(day, "ines", kind=kind, user_ids=(who,))]
    )
    (found,) = executive_pairs(listed, AS_OF)
    assert (found.last_met, found.overdue) == state
    assert not found.broken


def test_a_pair_that_lost_one_is_broken(make: Any) -> None:
    """Somebody else has to be found."""
    gone = make.contact("ines", left_at=make.at("2026-05-01"))
    (found,) = executive_pairs(facts(make, pair(), contacts=[gone]), AS_OF)
    assert found.broken


@pytest.mark.checklist(
    "S2.04", home="`outside_the_kam`: which functions are in touch; `kam team show`"
)
def test_contacts_outside_the_kam_are_told_by_function(make: Any) -> None:
    """The KAM orchestrates, and does not control all."""
    support = Teammate(
        id="t", account_id="acc_1", user_id="ann", circle=Circle.EXTENDED, role=TeamRole.SUPPORT
    )
    meetings = [
        make.activity("2026-10-01", "ines", user_ids=("usr_1",)),
        make.activity("2026-10-02", "jonas", user_ids=("ann",)),
        make.activity("2026-10-03", "jonas", user_ids=("ann",)),
        make.activity("2026-10-04", "ines", user_ids=("bob",)),
        make.activity("2024-10-04", "ines", user_ids=("bob",)),
        make.activity("2026-10-05", "ines", user_ids=("usr_1", "bob")),
    ]
    listed = facts(make, support, activities=meetings)
    found = outside_the_kam(listed, account_team(listed, AS_OF), AS_OF)
    assert (found.touches, found.outside, found.outside_percent) == (5, 3, 60)
    assert found.functions == ((Function.CUSTOMER_SERVICE, 2), (None, 1))
    assert found.unknown_to_kam == ("jonas",)
    assert [one.on_the_team for one in found.people] == [True, False]


def test_countries_without_a_local_kam_are_named(make: Any) -> None:
    """Business in three countries, two of them served; one country alone needs none."""
    lines = [
        RevenueLine(id=code, account_id="acc_1", month=date(2026, 6, 1), revenue=Decimal(1),
                    currency="EUR", country=code)
        for code in ("FR", "de")
    ]  # fmt: skip
    plan = PlanFrame(id="f", account_id="acc_1", country="ES")
    local = [
        Teammate(id=code, account_id="acc_1", user_id=code, circle=Circle.EXTENDED,
                 role=TeamRole.LOCAL_KAM, country=code)
        for code in ("fr", "ES")
    ]  # fmt: skip
    many = facts(make, *lines, plan, *local)
    one = facts(make, lines[0])
    assert countries_without_kam(many, account_team(many, AS_OF), AS_OF) == ("DE",)
    assert countries_without_kam(one, account_team(one, AS_OF), AS_OF) == ()
