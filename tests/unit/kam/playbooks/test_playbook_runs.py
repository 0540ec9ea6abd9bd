"""A playbook's steps become actions once, by the right owner, and go when the occasion goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kam_connector.kam.actions import allot
from kam_connector.kam.assess import Assessment, assess
from kam_connector.kam.playbooks.book import PLAYBOOKS, playbook_steps
from kam_connector.kam.playbooks.night import run_begun, step_action_id
from kam_connector.kam.playbooks.steps import working_days_apart
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.playbooks import PlaybookSettings
from kam_connector.language import Language, voice
from kam_connector.model.account import User
from kam_connector.model.account_team import (
    Circle,
    ExecutivePair,
    Handover,
    HandoverKind,
    Teammate,
    TeamRole,
)
from kam_connector.model.contract import Contract
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import (
    KeyMoment,
    MomentKind,
    PlaybookKind,
    PlaybookRun,
    Tender,
    TenderKind,
    TenderState,
)
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan import ActionState, Level, Nature, Objective, ObjectiveStatus
from kam_connector.model.programme import Maturity, Programme
from kam_connector.model.service import Case

if TYPE_CHECKING:
    from tests.unit.kam.conftest import Make
else:
    Make = Any

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
AS_OF = NOW.date()
ALL = KamSettings(playbooks=PlaybookSettings(enabled=frozenset(PlaybookKind)))
STANDARD = Programme(id="p", name="KAM", maturity=Maturity.STANDARD)
PEOPLE = {
    "usr_1": User(id="usr_1", name="Claire Martin"),
    "boss": User(id="boss", name="Odile Bonnet"),
    "help": User(id="help", name="Hugo Petit"),
    "gone": User(id="gone", name="Guy Parti", active=False),
}
BOSS = Teammate(
    id="m1",
    account_id="acc_1",
    user_id="boss",
    circle=Circle.EXTENDED,
    role=TeamRole.EXECUTIVE_SPONSOR,
)
HELP = replace(BOSS, id="m2", user_id="help", role=TeamRole.SUPPORT)
CASE = Case(
    id="cas_1", account_id="acc_1", priority="High", escalated=True,
    opened_at=datetime(2026, 11, 19, tzinfo=UTC),
)  # fmt: skip
TENDER = Tender(
    id="ten_1", account_id="acc_1", title="Framework 2027", kind=TenderKind.PERIODIC,
    state=TenderState.PUBLISHED, due_on=date(2027, 1, 15),
)  # fmt: skip
HANDOVER = Handover(
    id="han_1", account_id="acc_1", kind=HandoverKind.KAM_CHANGE, opened_on=AS_OF,
    from_user_id="usr_1", to_user_id="help",
)  # fmt: skip

GOAL = Objective(
    id="obj_1", account_id="acc_1", title="One system", reason="asked for", level=Level.STRATEGIC,
    metric="scope", baseline=None, target=None, due=AS_OF, status=ObjectiveStatus.REACHED,
    settled_at=datetime(2026, 11, 18, tzinfo=UTC), nature=Nature.QUALITATIVE, customer_shared=True,
    made_by="Ada",
)  # fmt: skip


def night(facts: AccountFacts, *, days: int = 0, settings: KamSettings = ALL) -> Assessment:
    """Assess some nights later."""
    later = timedelta(days=days)
    return assess(facts, as_of=AS_OF + later, now=NOW + later, settings=settings)


def after(facts: AccountFacts, told: Assessment) -> AccountFacts:
    """Return the facts as they are kept after a night."""
    runs = {run.id: run for run in (*facts.kept.of(PlaybookRun), *told.runs)}
    others = [
        one
        for made, listed in facts.kept.by_type.items()
        if made is not PlaybookRun
        for one in listed
    ]
    return replace(
        facts,
        actions=tuple(allot(told.actions, max_open_per_account=5)),
        signals=told.signals,
        kept=KeptRecords.holding([*others, *runs.values()]),
    )


def steps_of(told: Assessment, kind: PlaybookKind) -> dict[str, Any]:
    """Return the actions of the account's run of one kind, by step."""
    run = next(one for one in told.runs if one.playbook is kind)
    made = {action.id: action for action in told.actions}
    keys = [step.key for step in PLAYBOOKS[kind]]
    return {key: made[step_action_id(run, key)] for key in keys if step_action_id(run, key) in made}


def kept(*records: Any) -> KeptRecords:
    """Return kept records."""
    return KeptRecords.holding(records)


@pytest.mark.checklist(
    "S2.35",
    home="playbook `new_decision_maker` in `kam/playbooks/book.py`, started by the signal",
)
def test_a_new_decision_maker_starts_the_onboarding_protocol(make: Make) -> None:
    """Its steps take the place of the one action; the first names the finding as its reason."""
    told = night(make.nordwind(users=PEOPLE, kept=kept(BOSS)))
    steps = steps_of(told, PlaybookKind.NEW_DECISION_MAKER)
    assert list(steps) == ["meet", "learn"]
    assert steps["meet"].owner_id == "usr_1"
    assert "Inès Roy" in steps["meet"].reason
    assert steps["meet"].success_indicator == "A first meeting took place"
    single = [a for a in told.actions if (a.signal_key or "").startswith("new_decision_maker")]
    assert single == []


def test_the_next_night_repeats_nothing(make: Make) -> None:
    """Two nights make the same actions: an occasion is answered once."""
    facts = make.nordwind(users=PEOPLE)
    first = night(facts)
    second = night(after(facts, first))
    assert {a.id for a in second.actions} == {a.id for a in first.actions}
    assert second.runs == ()


def test_later_steps_become_tasks_when_their_time_comes(make: Make) -> None:
    """A step for next month holds no place today."""
    facts = make.nordwind(users=PEOPLE, kept=kept(BOSS))
    later = night(after(facts, night(facts)), days=14)
    run = next(
        one
        for one in after(facts, night(facts)).kept.of(PlaybookRun)
        if one.playbook is PlaybookKind.NEW_DECISION_MAKER
    )
    by_id = {action.id: action for action in later.actions}
    assert by_id[step_action_id(run, "welcome")].owner_id == "boss"


def test_meeting_the_person_ends_the_finding_not_the_protocol(make: Make) -> None:
    """That somebody acted is no reason to stop."""
    facts = make.nordwind(users=PEOPLE)
    kept_on = after(facts, night(facts))
    met = make.activity("2026-11-20", "ines")
    then = night(replace(kept_on, activities=(*kept_on.activities, met)))
    run = next(
        one
        for one in kept_on.kept.of(PlaybookRun)
        if one.playbook is PlaybookKind.NEW_DECISION_MAKER
    )
    state = next(a.state for a in then.actions if a.id == step_action_id(run, "learn"))
    assert state in {ActionState.OPEN, ActionState.WAITING}


def test_a_false_occasion_withdraws_what_nobody_began(make: Make) -> None:
    """The new decision-maker is none after all: open steps go, the run is closed for good."""
    facts = make.nordwind(users=PEOPLE)
    kept_on = after(facts, night(facts))
    people = tuple(replace(p, roles=()) if p.id == "ines" else p for p in kept_on.contacts)
    then = night(replace(kept_on, contacts=people))
    run = next(one for one in then.runs if one.playbook is PlaybookKind.NEW_DECISION_MAKER)
    states = {a.state for a in then.actions if a.playbook_run_id == run.id}
    assert (run.closed_on, states) == (AS_OF, {ActionState.WITHDRAWN})


def test_what_a_person_did_stays_done_when_the_occasion_turns_out_false(make: Make) -> None:
    """A done step is never called withdrawn."""
    facts = make.nordwind(users=PEOPLE)
    told = night(facts)
    first = steps_of(told, PlaybookKind.NEW_DECISION_MAKER)["meet"].id
    kept_on = after(facts, told)
    done = tuple(
        replace(a, state=ActionState.DONE) if a.id == first else a for a in kept_on.actions
    )
    people = tuple(replace(p, roles=()) if p.id == "ines" else p for p in kept_on.contacts)
    then = night(replace(kept_on, contacts=people, actions=done))
    assert next(a.state for a in then.actions if a.id == first) is ActionState.DONE


def test_another_newcomer_is_another_occasion(make: Make) -> None:
    """The protocol is gone through again with the next person."""
    facts = make.nordwind(users=PEOPLE)
    kept_on = after(facts, night(facts))
    coo = make.contact(
        "paul", "economic_decider", name="Paul Sy", created_at=datetime(2026, 11, 10, tzinfo=UTC)
    )
    then = night(replace(kept_on, contacts=(*kept_on.contacts, coo)))
    assert [(r.playbook, r.contact_id) for r in then.runs] == [
        (PlaybookKind.NEW_DECISION_MAKER, "paul")
    ]


@pytest.mark.checklist("S2.37", "S2.12", home="playbook `crisis`, from escalated cases and moments")
def test_an_incident_starts_the_crisis_protocol(make: Make) -> None:
    """Support leads, the executive speaks, all critical and at once."""
    facts = make.facts(users=PEOPLE, kept=kept(BOSS, HELP), cases=(CASE,))
    told = night(facts)
    steps = steps_of(told, PlaybookKind.CRISIS)
    assert [steps[key].owner_id for key in ("call", "lead", "executive")] == [
        "usr_1",
        "help",
        "boss",
    ]
    opened = {a.id for a in allot(told.actions) if a.state is ActionState.OPEN}
    assert {steps["call"].id, steps["lead"].id, steps["executive"].id} <= opened


def test_a_solved_incident_leaves_the_lesson_to_be_learned(make: Make) -> None:
    """Open steps go, post-mortem and the question about trust stay."""
    facts = make.facts(users=PEOPLE, cases=(CASE,))
    kept_on = after(facts, night(facts))
    solved = replace(CASE, closed=True)
    then = night(replace(kept_on, cases=(solved,)), days=7)
    run = kept_on.kept.of(PlaybookRun)[0]
    by_id = {a.id: a.state for a in then.actions}
    assert by_id[step_action_id(run, "call")] is ActionState.WITHDRAWN
    assert by_id[step_action_id(run, "lessons")] is ActionState.WAITING


@pytest.mark.checklist("S2.36", home="`Tender`, `kam/journey/tenders.py`, playbook `tender`")
def test_a_tender_that_is_out_is_prepared_backwards_from_its_day(make: Make) -> None:
    """Steps count from the submission; what is late is due tomorrow."""
    told = night(make.facts(users=PEOPLE, kept=kept(TENDER)))
    run = next(one for one in told.runs if one.playbook is PlaybookKind.TENDER)
    steps = steps_of(told, PlaybookKind.TENDER)
    assert run.target_on == date(2027, 1, 15)
    assert steps["criteria"].due == date(2026, 11, 23)
    assert "decide" not in steps


def test_a_cancelled_tender_withdraws_its_steps(make: Make) -> None:
    """Nobody prepares what will not be."""
    facts = make.facts(users=PEOPLE, kept=kept(TENDER))
    kept_on = after(facts, night(facts))
    runs = kept_on.kept.of(PlaybookRun)
    cancelled = replace(TENDER, state=TenderState.CANCELLED)
    then = night(replace(kept_on, kept=kept(cancelled, *runs)))
    assert {a.state for a in then.actions if a.playbook_run_id} == {ActionState.WITHDRAWN}


@pytest.mark.checklist("S2.14", home="`Handover` and playbook `kam_handover`")
def test_a_handover_gives_each_side_its_steps(make: Make) -> None:
    """Who leaves writes and introduces, who comes reads and meets."""
    told = night(make.facts(users=PEOPLE, kept=kept(HANDOVER, BOSS)))
    steps = steps_of(told, PlaybookKind.KAM_HANDOVER)
    assert {key: steps[key].owner_id for key in ("write", "introduce", "read", "meet")} == {
        "write": "usr_1",
        "introduce": "usr_1",
        "read": "help",
        "meet": "help",
    }


@pytest.mark.checklist("S2.38", home="playbook `strategic_change`: its third step reviews the plan")
def test_a_strategic_change_asks_for_a_review_of_the_plan() -> None:
    """Map, meaning, plan, and a meeting with those who now lead."""
    steps = playbook_steps(PlaybookKind.STRATEGIC_CHANGE, start=AS_OF)
    assert [one.step.key for one in steps] == ["map", "meaning", "plan", "direction"]


@pytest.mark.checklist(
    "S2.10", home="`RenewalCycle`, playbook `renewal`, `kam/journey/value_recap.py`"
)
def test_a_renewal_window_starts_the_renewal_playbook_once(make: Make) -> None:
    """The louder steps of the same window are the same occasion."""
    contract = Contract(
        id="ctr_1", account_id="acc_1", number="F-1", active=True, ends_on=date(2027, 4, 30)
    )
    facts = make.facts(users=PEOPLE, contracts=(contract,))
    first = night(facts)
    second = night(after(facts, first), days=60)
    assert [run.playbook for run in first.runs] == [PlaybookKind.RENEWAL]
    assert first.runs[0].target_on == date(2027, 4, 30)
    assert second.runs == ()


def test_a_renewal_that_is_decided_withdraws_what_is_left(make: Make) -> None:
    """A won renewal needs no offer any more."""
    facts = make.facts(users=PEOPLE, opportunities=[make.deal("2026-12-20", 9, kind="renewal")])
    kept_on = after(facts, night(facts))
    won = tuple(replace(d, closed=True, won=True) for d in kept_on.opportunities)
    then = night(replace(kept_on, opportunities=won))
    assert {a.state for a in then.actions if a.playbook_run_id} == {ActionState.WITHDRAWN}
    assert then.runs[0].closed_on == AS_OF


@pytest.mark.checklist("S2.13", home="playbook `celebration`, from signal `celebration_due`")
def test_a_shared_goal_reached_is_celebrated_once_and_held_open_while_planned(make: Make) -> None:
    """Its steps take the signal's place; a day set for it does not withdraw them."""
    facts = make.facts(users=PEOPLE, objectives=(GOAL,))
    told = night(facts)
    (run,) = told.runs
    feast = KeyMoment(
        id="f", account_id="acc_1", kind=MomentKind.CELEBRATION, title="Lunch", planned_on=AS_OF
    )
    kept_on = after(facts, told)
    then = night(replace(kept_on, kept=kept(run, feast)))
    assert (run.playbook, list(steps_of(told, PlaybookKind.CELEBRATION))) == (
        PlaybookKind.CELEBRATION,
        ["plan", "story", "celebrate"],
    )
    assert ActionState.WITHDRAWN not in {a.state for a in then.actions}


@pytest.mark.parametrize(
    "records",
    [{"kept": (TENDER,)}, {"cases": (CASE,)}, {"kept": (HANDOVER,)}, {"objectives": (GOAL,)}],
)
def test_no_finding_that_a_playbook_answers_makes_a_task_of_its_own(
    make: Make, records: dict[str, Any]
) -> None:
    """One occasion, one run, whatever tells of it."""
    values = {**records, "kept": kept(*records.get("kept", ()))}
    told = night(make.facts(users=PEOPLE, **values))
    answered = ("tender", "incident", "escalation", "celebration")
    single = [a.signal_key for a in told.actions if (a.signal_key or "").startswith(answered)]
    assert (len(told.runs), single) == (1, [])


def test_a_step_of_somebody_inactive_falls_to_the_owner(make: Make) -> None:
    """No task waits with somebody who has left us."""
    inactive = replace(BOSS, user_id="gone")
    told = night(make.facts(users=PEOPLE, kept=kept(inactive), cases=(CASE,)))
    assert steps_of(told, PlaybookKind.CRISIS)["executive"].owner_id == "usr_1"


def test_a_pair_of_executives_names_our_executive(make: Make) -> None:
    """Where no sponsor is on the team, the pair says who it is (S2.39)."""
    pair = ExecutivePair(id="e", account_id="acc_1", user_id="boss", contact_id="ines")
    told = night(make.facts(users=PEOPLE, kept=kept(pair), cases=(CASE,)))
    assert steps_of(told, PlaybookKind.CRISIS)["executive"].owner_id == "boss"


@pytest.mark.parametrize(
    ("maturity", "playbooks"),
    [(Maturity.STARTER, 0), (Maturity.STANDARD, 1), (Maturity.ADVANCED, 1)],
)
def test_playbooks_start_by_themselves_once_the_programme_is_ready(
    make: Make, maturity: Maturity, playbooks: int
) -> None:
    """A starter programme keeps its one action a finding."""
    programme = replace(STANDARD, maturity=maturity)
    told = night(make.facts(kept=kept(programme), cases=(CASE,)), settings=KamSettings())
    assert len(told.runs) == playbooks


def test_without_a_programme_nothing_starts_by_itself(make: Make) -> None:
    """An installation that nobody described keeps its single actions."""
    told = night(make.nordwind(), settings=KamSettings())
    assert told.runs == ()
    assert any((a.signal_key or "").startswith("new_decision_maker") for a in told.actions)


def test_a_finding_with_its_own_action_starts_no_playbook(make: Make) -> None:
    """Whoever has a task already is not given five more when playbooks are switched on."""
    facts = make.nordwind(users=PEOPLE)
    kept_on = after(facts, night(facts, settings=KamSettings()))
    then = night(kept_on)
    assert PlaybookKind.NEW_DECISION_MAKER not in {run.playbook for run in then.runs}


def test_a_run_that_a_person_started_goes_on_under_any_setting(make: Make) -> None:
    """It is theirs: the night makes its steps and never closes it by itself."""
    run = run_begun(
        "acc_1", PlaybookKind.STRATEGIC_CHANGE, "merger", reason="Merger", on=AS_OF, by="Ada"
    )
    told = night(make.facts(kept=kept(run)), settings=KamSettings())
    assert next(a.title for a in told.actions if a.playbook_run_id == run.id) == (
        "Redraw the map of people at Nordwind Énergie"
    )


def test_a_run_that_a_person_closed_withdraws_its_open_steps(make: Make) -> None:
    """Closing is: no more of this."""
    run = run_begun("acc_1", PlaybookKind.CRISIS, "x", reason="Outage", on=AS_OF, by="Ada")
    facts = make.facts(kept=kept(run))
    kept_on = after(facts, night(facts))
    closed = replace(run, closed_on=AS_OF)
    then = night(replace(kept_on, kept=kept(closed)))
    assert {a.state for a in then.actions if a.playbook_run_id} == {ActionState.WITHDRAWN}


def test_texts_are_in_the_installation_s_language(make: Make) -> None:
    """Titles, reasons and signs of success, written once."""
    settings = replace(ALL, language=Language.FR)
    told = night(make.facts(users=PEOPLE, cases=(CASE,)), settings=settings)
    action = steps_of(told, PlaybookKind.CRISIS)["call"]
    assert action.title == voice(Language.FR)(
        PLAYBOOKS[PlaybookKind.CRISIS][0].title, account="Nordwind Énergie"
    )
    assert not action.title.startswith("Call ")


def test_late_steps_follow_each_other_day_by_day() -> None:
    """Five weeks before a decision, what should have been done is done first, in its order."""
    steps = playbook_steps(PlaybookKind.RENEWAL, start=AS_OF, target=AS_OF + timedelta(days=35))
    assert [one.due.isoformat() for one in steps] == [
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-12-10",
    ]


@pytest.mark.parametrize("kind", list(PlaybookKind))
def test_every_playbook_has_dated_steps_with_a_sign_of_success(kind: PlaybookKind) -> None:
    """At least three steps, keys of their own, in the order of their days."""
    steps = playbook_steps(kind, start=AS_OF, target=AS_OF + timedelta(days=300))
    assert len(steps) >= 3
    assert len({one.step.key for one in steps}) == len(steps)
    assert [one.due for one in steps] == sorted(one.due for one in steps)
    assert all(one.step.indicator for one in steps)


@pytest.mark.parametrize(
    ("count", "day"), [(1, "2026-11-23"), (5, "2026-11-27"), (-1, "2026-11-20"), (0, "2026-11-21")]
)
def test_working_days_leave_weekends_out(count: int, day: str) -> None:
    """Both ways from a Saturday."""
    assert working_days_apart(AS_OF, count) == date.fromisoformat(day)
