"""What moves from one of ours to another, and what stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.actions import able_owner
from kam_connector.kam.handover.account import AccountHandover, account_handover, concerns
from kam_connector.kam.handover.moves import moved_actions, moved_records
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.account import User
from kam_connector.model.account_team import (
    Circle,
    ContactCoverage,
    Handover,
    HandoverKind,
    RelationshipLevel,
    Side,
    Teammate,
    TeamRole,
)
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.kept import KEPT, Kept, KeptRecords, kept_name
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.plan_content import Tactic, WorkState
from kam_connector.testing.kept_samples import make_kept

DAY = date(2026, 11, 21)
PLACE = Teammate(
    id="mate-1",
    account_id="acc_1",
    user_id="usr_1",
    circle=Circle.CORE,
    role=TeamRole.KAM,
    time_share_agreed=Decimal(40),
    agreed_by="usr_9",
    from_on=date(2025, 1, 1),
)
COVER = ContactCoverage(
    id="cov-1",
    account_id="acc_1",
    contact_id="sponsor",
    user_id="usr_1",
    primary=True,
    declared=RelationshipLevel.TRUSTED_ADVISOR,
    desired=RelationshipLevel.TRUSTED_ADVISOR,
    declared_by="usr_1",
    declared_on=date(2026, 3, 1),
)


def moved(*kept: Kept) -> list[Kept]:
    """Return what is kept after usr_1 gave to usr_2."""
    found = moved_records(KeptRecords.holding(kept), "usr_1", "usr_2", on=DAY)
    return [record for one in found for record in one.kept]


def account(make: Any, *kept: Kept, **changes: Any) -> Situation:
    """Claire alone knows the sponsor, Paul knows the decider."""
    facts = make.facts(
        contacts=[
            make.contact("sponsor", "internal_sponsor"),
            make.contact("decider", "economic_decider"),
        ],
        activities=[
            *make.every(7, "sponsor", until="2026-11-18", times=30, user_ids=("usr_1",)),
            *make.every(7, "decider", until="2026-11-18", times=30, user_ids=("usr_2",)),
        ],
        users={"usr_1": User(id="usr_1", name="Claire"), "usr_2": User(id="usr_2", name="Paul")},
        kept=KeptRecords.holding(kept),
        **changes,
    )
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


def test_a_place_on_the_team_ends_and_another_begins() -> None:
    """The team of any day can still be told; the new one's time is agreed anew."""
    ended, begun = moved(PLACE)
    assert isinstance(ended, Teammate)
    assert isinstance(begun, Teammate)
    assert (ended.user_id, ended.to_on) == ("usr_1", date(2026, 11, 20))
    assert (begun.user_id, begun.role, begun.from_on) == ("usr_2", TeamRole.KAM, DAY)
    assert (begun.time_share_agreed, begun.agreed_by) == (Decimal(40), None)


def test_a_level_is_not_handed_over() -> None:
    """Who was trusted goes; the next one starts without, and with the same aim."""
    (found,) = moved(COVER)
    assert isinstance(found, ContactCoverage)
    assert (found.user_id, found.primary, found.declared) == ("usr_2", True, None)
    assert found.desired is RelationshipLevel.TRUSTED_ADVISOR


@pytest.mark.parametrize(
    ("record", "moves"),
    [
        (make_kept(Tactic, owner_id="usr_1", state=WorkState.RUNNING), True),
        (make_kept(Tactic, owner_id="usr_1", state=WorkState.DONE), False),
        (make_kept(KeyMoment, owner_id="usr_1", held_on=None, cancelled=False), True),
        (make_kept(KeyMoment, owner_id="usr_1", held_on=DAY, kind=MomentKind.QBR), False),
        (make_kept(Tactic, owner_id="usr_3", state=WorkState.RUNNING), False),
    ],
)
def test_work_to_come_moves_and_work_done_stays(record: Kept, *, moves: bool) -> None:
    """What somebody did is theirs for ever."""
    assert bool(moved(record)) is moves


@pytest.mark.parametrize("made", KEPT, ids=kept_name)
def test_nothing_of_somebody_else_moves(made: type[Any]) -> None:
    """Every type, every field: a stranger's record is left alone."""
    assert moved(make_kept(made)) == []


def test_unfinished_actions_move_and_closed_ones_do_not() -> None:
    """Open and waiting ones; what was done stays with who did it."""
    actions = [
        Action(
            id=state.value, account_id="acc_1", title="x", reason="y", due=DAY, owner_id="usr_1",
            created_on=DAY, state=state,
        )
        for state in ActionState
    ]  # fmt: skip
    found = {after.id: after.owner_id for _, after in moved_actions(actions, "usr_1", "usr_2")}
    assert found == {"open": "usr_2", "waiting": "usr_2"}


@pytest.mark.checklist(
    "S2.14",
    home="`Handover`, `HandoverStep`, `kam handover --from A --to B --dry-run`, docs/handover.md",
)
def test_a_handover_names_what_would_be_lost_and_who_could_follow(make: Any) -> None:
    """The sponsor is known to nobody else: the one who goes introduces the next one."""
    found: AccountHandover = account_handover(account(make, COVER), "usr_1", "usr_2")
    assert found.owner
    assert [tie.contact_id for tie in found.only_ties] == ["sponsor"]
    assert [one.user_id for one in found.successors] == ["usr_2"]
    assert {step.side for step in found.steps} == {Side.OURS, Side.THEIRS}
    first = found.steps[0]
    assert (first.owner_id, first.contact_id) == ("usr_1", "sponsor")
    assert first.text == "Introduce Paul to Sponsor, whom nobody else of ours knows well"


def test_a_handover_begun_is_gone_on_with(make: Any) -> None:
    """Asked again a day later, the same record and the same steps: nothing twice."""
    first = account_handover(account(make, COVER), "usr_1", "usr_2")
    assert first.record is not None
    again = account_handover(account(make, first.record), "usr_1", "usr_2")
    assert again.record == first.record
    assert {one.id for one in again.steps} == {one.id for one in first.steps}


def test_an_account_concerns_who_owns_it_works_on_it_or_knows_its_people(make: Any) -> None:
    """And nobody else."""
    read = account(make)
    assert [concerns(read, user) for user in ("usr_1", "usr_2", "usr_3")] == [True, True, False]


def test_new_actions_go_to_who_took_over(make: Any) -> None:
    """Before the owner is changed in the CRM, and along a chain of handovers."""
    change = Handover(
        id="h1", account_id="acc_1", kind=HandoverKind.KAM_CHANGE, opened_on=DAY,
        from_user_id="usr_1", to_user_id="usr_2",
    )  # fmt: skip
    assert able_owner(account(make, change), "usr_1") == "usr_2"
    assert able_owner(account(make), "usr_1") == "usr_1"
