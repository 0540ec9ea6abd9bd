"""Key moments: three checklists, the usual rhythm, executives, celebrations, incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kam_connector.kam.journey.celebrations import CelebrationKind, celebrations_due
from kam_connector.kam.journey.incidents import incidents
from kam_connector.kam.journey.moments import MomentPart, moment_progress, moments_due
from kam_connector.kam.journey.rhythm import executive_gaps, held_suggestions, strategic_rhythm
from kam_connector.kam.journey.value_recap import value_recap
from kam_connector.model.account import Stage
from kam_connector.model.account_team import Circle, ExecutivePair, Teammate, TeamRole
from kam_connector.model.contract import Contract
from kam_connector.model.figures import SurveyAnswer, SurveyKind
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan import Level, Nature, Objective, ObjectiveStatus
from kam_connector.model.plan_content import SharedValue, SharedValueKind, WorkState
from kam_connector.model.service import Case

if TYPE_CHECKING:
    from tests.unit.kam.conftest import Make
else:
    Make = Any

AS_OF = date(2026, 11, 21)
QBR = KeyMoment(
    id="q", account_id="acc_1", kind=MomentKind.QBR, title="QBR 4", planned_on=date(2026, 12, 10)
)
BOSS = Teammate(
    id="m", account_id="acc_1", user_id="boss", circle=Circle.EXTENDED,
    role=TeamRole.EXECUTIVE_SPONSOR,
)  # fmt: skip
GOAL = Objective(
    id="o", account_id="acc_1", title="One system in Lyon", reason="asked for",
    level=Level.STRATEGIC, metric="scope", baseline=None, target=None, due=date(2026, 12, 1),
    status=ObjectiveStatus.REACHED, settled_at=datetime(2026, 11, 10, tzinfo=UTC),
    nature=Nature.QUALITATIVE, customer_shared=True, made_by="Ada",
)  # fmt: skip
CONTRACT = Contract(
    id="ctr", account_id="acc_1", number="F-1", active=True, starts_on=date(2023, 12, 1),
    ends_on=date(2027, 11, 30),
)  # fmt: skip


def kept(*records: Any) -> KeptRecords:
    """Return kept records."""
    return KeptRecords.holding(records)


@pytest.mark.checklist("S2.11", home="`KeyMoment`, `kam/journey/moments.py`, `kam journey moments`")
def test_a_moment_is_prepared_held_and_followed_up(make: Make) -> None:
    """Each part says what it still wants; a part is done on its day."""
    bare = moment_progress(QBR, AS_OF)
    assert {part for part, _ in bare.missing} == set(MomentPart)
    whole = replace(
        QBR, owner_id="usr_1", agenda="Numbers", user_ids=("usr_1",), contact_ids=("ines",),
        prepared_on=date(2026, 11, 18), held_on=date(2026, 11, 19), decisions="Go on",
        follow_up="Ada sends the offer", followed_up_on=date(2026, 11, 20),
    )  # fmt: skip
    done = moment_progress(whole, AS_OF)
    assert (done.done, done.missing, done.next_part) == (tuple(MomentPart), (), None)


@pytest.mark.parametrize(
    ("changes", "as_of", "late"),
    [
        ({}, "2026-12-01", None),
        ({}, "2026-12-04", MomentPart.PREPARED),
        ({"prepared_on": date(2026, 12, 1)}, "2026-12-09", None),
        ({}, "2026-12-11", MomentPart.HELD),
        ({"held_on": date(2026, 12, 10)}, "2026-12-20", None),
        ({"held_on": date(2026, 12, 10)}, "2026-12-25", MomentPart.FOLLOWED_UP),
        ({"cancelled": True}, "2026-12-25", None),
    ],
)
def test_a_part_is_late_when_its_day_passed(
    changes: dict[str, Any], as_of: str, late: MomentPart | None
) -> None:
    """A week before, on the day, two weeks after."""
    assert moment_progress(replace(QBR, **changes), date.fromisoformat(as_of)).overdue is late


def test_a_business_review_is_due_every_quarter_in_the_first_tier(make: Make) -> None:
    """Counted from the last one held, with the reason in words."""
    held = replace(QBR, planned_on=date(2026, 8, 1), held_on=date(2026, 8, 1))
    due = {one.kind: one for one in moments_due(make.facts(kept=kept(held)), AS_OF)}
    review = due[MomentKind.QBR]
    assert (review.due_on, review.overdue, review.days_late) == (date(2026, 10, 30), True, 22)
    assert review.reason == "Quarterly business review: every 90 days, the last on 2026-08-01"


def test_a_planned_review_is_not_overdue(make: Make) -> None:
    """Whoever has a day for it needs no reminder."""
    due = {one.kind: one for one in moments_due(make.facts(kept=kept(QBR)), AS_OF)}
    assert (due[MomentKind.QBR].overdue, due[MomentKind.QBR].planned) == (False, QBR)


@pytest.mark.parametrize(
    ("tier", "stage", "kinds", "qbr_days"),
    [
        ("A", Stage.DEVELOPMENT, 4, 90),
        ("A", Stage.CONSOLIDATION, 4, 135),
        ("B", Stage.DEVELOPMENT, 3, 180),
        ("C", Stage.DEVELOPMENT, 1, None),
        ("A", Stage.IDENTIFICATION, 0, None),
    ],
)
def test_the_rhythm_follows_tier_and_stage(
    make: Make, tier: str, stage: Stage, kinds: int, qbr_days: int | None
) -> None:
    """Nobody owes a small account what a large one gets; consolidation is calmer (S2.09)."""
    facts = make.facts()
    facts = replace(facts, key=replace(facts.key, tier=tier, stage=stage))
    due = moments_due(facts, AS_OF)
    days = next((one.cadence_days for one in due if one.kind is MomentKind.QBR), None)
    assert (len(due), days) == (kinds, qbr_days)


def test_a_recorded_meeting_with_an_executive_may_be_the_moment(make: Make) -> None:
    """Three of theirs and our sponsor on the planned day: a suggestion, nothing more."""
    people = [make.contact(name) for name in ("ines", "malika", "jonas")]
    met = make.activity("2026-11-19", "ines", "malika", "jonas", user_ids=("usr_1", "boss"))
    planned = replace(QBR, planned_on=date(2026, 11, 19))
    facts = make.facts(contacts=people, activities=[met], kept=kept(planned, BOSS))
    (found,) = held_suggestions(facts, AS_OF)
    assert (found.moment_id, found.on, len(found.contact_ids)) == ("q", date(2026, 11, 19), 3)


@pytest.mark.parametrize("ours", [("usr_1",), ()])
def test_without_our_executive_a_meeting_is_just_a_meeting(
    make: Make, ours: tuple[str, ...]
) -> None:
    """The rule would rather miss one than invent one."""
    people = [make.contact(name) for name in ("ines", "malika", "jonas")]
    met = make.activity("2026-11-19", "ines", "malika", "jonas", user_ids=ours)
    planned = replace(QBR, planned_on=date(2026, 11, 19))
    facts = make.facts(contacts=people, activities=[met], kept=kept(planned, BOSS))
    assert held_suggestions(facts, AS_OF) == ()


@pytest.mark.checklist("S2.39", home="`ExecutivePair`, `executive_gaps`, steps of our executives")
def test_a_pair_of_executives_that_does_not_meet_is_named(make: Make) -> None:
    """With both names and the last day."""
    pair = ExecutivePair(id="p", account_id="acc_1", user_id="usr_1", contact_id="ines")
    facts = make.facts(
        contacts=[make.contact("ines", name="Inès Roy")],
        activities=[make.activity("2026-03-01", "ines")],
        kept=kept(pair),
    )
    (gap,) = executive_gaps(facts, AS_OF)
    assert gap.reason == "Claire Martin and Inès Roy last met on 2026-03-01"


def test_executives_whose_calendar_is_not_recorded_are_not_accused(make: Make) -> None:
    """No record is no silence."""
    pair = ExecutivePair(id="p", account_id="acc_1", user_id="boss", contact_id="ines")
    facts = make.facts(contacts=[make.contact("ines")], kept=kept(pair))
    assert executive_gaps(facts, AS_OF) == ()


def test_an_account_without_pairs_is_asked_for_its_executive_meeting(make: Make) -> None:
    """Twice a year in the first tier, unless one is planned."""
    planned = replace(QBR, kind=MomentKind.EXECUTIVE_MEETING)
    assert len(executive_gaps(make.facts(), AS_OF)) == 1
    assert executive_gaps(make.facts(kept=kept(planned)), AS_OF) == ()


def test_strategic_contact_is_counted_by_the_day(make: Make) -> None:
    """Moments and meetings with deciders over a year; joint ones apart (S2.33, S2.44)."""
    held = replace(QBR, held_on=date(2026, 8, 1), joint=True)
    facts = make.facts(
        contacts=[make.contact("ines", "economic_decider"), make.contact("jonas")],
        activities=[
            make.activity("2026-08-01", "ines"),
            make.activity("2026-09-01", "ines"),
            make.activity("2026-09-02", "jonas"),
            make.activity("2025-01-01", "ines"),
        ],
        kept=kept(held),
    )
    rhythm = strategic_rhythm(facts, AS_OF)
    assert (rhythm.moments, rhythm.joint, rhythm.strategic) == (1, 1, 2)
    assert rhythm.per_quarter == Decimal("0.5")


@pytest.mark.checklist("S2.13", home="`celebrations_due`, `KeyMoment` of kind `celebration`")
def test_anniversaries_goals_and_launches_are_to_be_celebrated(make: Make) -> None:
    """Around their day, nearest first."""
    pilot = SharedValue(
        id="v", account_id="acc_1", kind=SharedValueKind.CO_INNOVATION, text="Pilot",
        state=WorkState.DONE, on=date(2026, 11, 15),
    )  # fmt: skip
    facts = make.facts(contracts=(CONTRACT,), objectives=(GOAL,), kept=kept(pilot))
    found = celebrations_due(facts, AS_OF)
    assert [one.kind for one in found] == [
        CelebrationKind.GOAL_REACHED,
        CelebrationKind.LAUNCH,
        CelebrationKind.ANNIVERSARY,
    ]
    assert found[-1].words == "Contract F-1 is 3 years old on 2026-12-01"


def test_what_is_planned_or_called_off_is_not_named_again(make: Make) -> None:
    """One celebration an occasion."""
    feast = replace(
        QBR, kind=MomentKind.CELEBRATION, about="o", planned_on=date(2026, 11, 30), cancelled=True
    )
    assert celebrations_due(make.facts(objectives=(GOAL,), kept=kept(feast)), AS_OF) == ()


def test_a_goal_of_ours_alone_is_no_feast_of_theirs(make: Make) -> None:
    """Our revenue is not what the customer celebrates."""
    own = replace(GOAL, customer_shared=False)
    assert celebrations_due(make.facts(objectives=(own,)), AS_OF) == ()


@pytest.mark.checklist("S2.12", home="`incidents`, `KeyMoment.lessons`")
def test_an_incident_is_closed_with_its_lesson(make: Make) -> None:
    """A closed case whose post-mortem is missing is still told; with lessons it is not."""
    opened = datetime(2026, 11, 1, tzinfo=UTC)
    case = Case(id="c", account_id="acc_1", escalated=True, closed=True, opened_at=opened)
    moment = replace(QBR, kind=MomentKind.INCIDENT, about="c", planned_on=date(2026, 11, 1))
    told = incidents(make.facts(cases=(case,), kept=kept(moment)), AS_OF)
    learned = replace(moment, lessons="Two power supplies")
    assert [(one.over, one.lessons_missing) for one in told] == [(True, True)]
    assert incidents(make.facts(cases=(case,), kept=kept(learned)), AS_OF) == ()


def test_a_post_mortem_is_asked_of_an_incident_alone() -> None:
    """A review needs none."""
    texts = {text for _, text in moment_progress(QBR, AS_OF).missing}
    incident = replace(QBR, kind=MomentKind.INCIDENT)
    asked = {text for _, text in moment_progress(incident, AS_OF).missing} - texts
    assert asked == {"Write down what we learned"}


@pytest.mark.checklist("S2.10", home="`value_recap`, `kam journey recap`")
def test_the_value_recap_says_what_was_delivered_since_the_contract_began(make: Make) -> None:
    """Goals, shared value, business, satisfaction and moments, with what is missing."""
    pilot = SharedValue(
        id="v", account_id="acc_1", kind=SharedValueKind.CO_INNOVATION, text="Pilot",
        benefit_them="8 % less energy", state=WorkState.DONE, on=date(2026, 5, 1),
    )  # fmt: skip
    nps = SurveyAnswer(
        id="s", account_id="acc_1", kind=SurveyKind.NPS, on=AS_OF - timedelta(days=9),
        score=Decimal(8),
    )  # fmt: skip
    facts = make.facts(
        opportunities=[make.won("2026-05-22", 520_000), make.won("2020-01-01", 1)],
        objectives=(GOAL,),
        contracts=(replace(CONTRACT, ends_on=date(2027, 2, 28)),),
        kept=kept(pilot, nps),
    )
    recap = value_recap(facts, AS_OF)
    assert recap.since == date(2023, 12, 1)
    assert recap.lines == (
        "Goal reached: One system in Lyon",
        "Done together: Pilot; benefit: 8 % less energy",
        "1 decision in our favour, EUR 520,000 in all",
        "NPS: 8 on average, 1 answer",
    )
    assert recap.missing == ()


def test_an_empty_recap_says_what_would_make_it_one(make: Make) -> None:
    """Nothing delivered, nothing invented."""
    recap = value_recap(make.facts(), AS_OF)
    assert (recap.lines, len(recap.missing)) == ((), 3)
