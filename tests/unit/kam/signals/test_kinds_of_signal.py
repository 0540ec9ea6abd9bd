"""Promises of the single rules: found where it should be, silent where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.assess import assess
from kam_connector.kam.signals.acts import told
from kam_connector.model.account_team import ContactCoverage, ExecutivePair, RelationshipLevel
from kam_connector.model.contact import Position
from kam_connector.model.contract import Contract
from kam_connector.model.figures import (
    NewsKind,
    OutsideNews,
    RevenueLine,
    SurveyAnswer,
    SurveyKind,
    Wallet,
)
from kam_connector.model.journey import KeyMoment, MomentKind, Tender, TenderKind, TenderState
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan import Action, ActionState, Level, Objective, ObjectiveStatus
from kam_connector.model.plan_content import Competitor, SharedValue, SharedValueKind, WorkState
from kam_connector.model.programme import Maturity, Programme
from kam_connector.model.service import Case
from kam_connector.model.signal import Severity, Signal

DAY = date(2026, 11, 21)
ADVANCED = Programme(id="p", name="KAM", maturity=Maturity.ADVANCED)


def seen(make: Any, facts: Any) -> list[Signal]:
    """Return what a person is told on the demo's day."""
    return told(assess(facts, as_of=make.as_of, now=make.now).signals, make.as_of)


def kinds(make: Any, *kept: Any, **facts: Any) -> list[str]:
    """Return the kinds told of an account about which people told *kept*, in full method."""
    records = KeptRecords.holding([ADVANCED, *kept])
    return [one.kind.value for one in seen(make, make.facts(kept=records, **facts))]


def ago(days: int) -> date:
    """Return a day before the demo's; negative: after it."""
    return DAY - timedelta(days=days)


def news(kind: NewsKind, days: int, title: str = "Something happened", **more: Any) -> OutsideNews:
    """One piece of news."""
    id_ = f"news-{kind.value}-{days}"
    return OutsideNews(id=id_, account_id="acc_1", kind=kind, title=title, on=ago(days), **more)


def moment(kind: MomentKind, days: int, **more: Any) -> KeyMoment:
    """One key moment, planned so many days ago."""
    values: dict[str, Any] = {
        "id": f"moment-{kind.value}-{days}",
        "account_id": "acc_1",
        "kind": kind,
        "title": "Review",
        "planned_on": ago(days),
    }
    return KeyMoment(**(values | more))


def case(priority: str, days: int, **more: Any) -> Case:
    """One open request for help."""
    values: dict[str, Any] = {
        "id": "case_1",
        "account_id": "acc_1",
        "subject": "Outage in Lyon",
        "priority": priority,
    }
    return Case(**(values | {"opened_at": _at(days)} | more))


def _at(days: int) -> datetime:
    return datetime.combine(ago(days), time(9), tzinfo=UTC)


@pytest.mark.checklist(
    "S2.30", home="news by `kam import`, signals `staff_movement`, `announcement`, `intent_signal`"
)
@pytest.mark.parametrize(
    ("kind", "signal"),
    [
        (NewsKind.STAFF_MOVEMENT, "staff_movement"),
        (NewsKind.ANNOUNCEMENT, "announcement"),
        (NewsKind.INTENT, "intent_signal"),
        (NewsKind.TENDER, "tender_announced"),
    ],
)
def test_news_from_outside_becomes_a_signal(make: Any, kind: NewsKind, signal: str) -> None:
    """Sales intelligence that reached us is told, and fades when it is old."""
    assert kinds(make, news(kind, 5)) == [signal]
    assert kinds(make, news(kind, 200)) == []
    assert kinds(make, news(kind, -5)) == []


def test_wave_of_announcements_is_one_signal(make: Any) -> None:
    """However many pieces come in, the wave keeps the day it began: the same finding."""
    first = KeptRecords.holding([news(NewsKind.ANNOUNCEMENT, 20)])
    more = KeptRecords.holding([news(NewsKind.ANNOUNCEMENT, days) for days in (20, 9, 2)])
    (one,) = seen(make, make.facts(kept=first))
    (later,) = seen(make, make.facts(kept=more))
    assert (one.key, one.period) == (later.key, later.period)
    assert later.summary.startswith("3 announcements since 2026-11-01")


def test_three_signs_of_interest_are_a_warning(make: Any) -> None:
    """One visit is a visit; three within a month are a pattern."""
    records: list[Any] = [ADVANCED, *(news(NewsKind.INTENT, days) for days in (3, 9, 15))]
    (found,) = seen(make, make.facts(kept=KeptRecords.holding(records)))
    assert (found.severity, found.evidence["because"]) == (Severity.WARNING, "3 within a month")


@pytest.mark.checklist(
    "S2.38", home="signal `strategic_change` (merger, reorganisation, new direction): plan review"
)
@pytest.mark.parametrize("kind", [NewsKind.MERGER, NewsKind.REORGANISATION, NewsKind.NEW_DIRECTION])
def test_strategic_change_asks_for_a_review_of_the_plan(make: Any, kind: NewsKind) -> None:
    """A merger, a reorganisation or a new direction: the plan may rest on what no longer holds."""
    facts = make.facts(kept=KeptRecords.holding([news(kind, 10, "Group restructures")]))
    found = assess(facts, as_of=make.as_of, now=make.now)
    assert [one.kind.value for one in found.signals] == ["strategic_change"]
    assert "Group restructures" in found.signals[0].summary


def test_announced_reorganisation_is_not_told_beside_the_seen_one(make: Any) -> None:
    """Five people changes in seven days and the news of them are one signal."""
    people = [
        make.contact(f"l{k}", "internal_sponsor", left_at=make.at(f"2026-11-1{k}"))
        for k in range(5)
    ]
    assert kinds(make, news(NewsKind.REORGANISATION, 8), contacts=people) == ["reorganisation"]


@pytest.mark.checklist("S2.35", home="signal `new_decision_maker`")
def test_new_decision_maker_is_critical_near_a_renewal(make: Any) -> None:
    """Nobody met who decides, and the renewal is near: the reason says so."""
    signal = seen(make, make.nordwind())[0]
    assert (signal.kind.value, signal.severity) == ("new_decision_maker", Severity.CRITICAL)
    assert signal.evidence["because"] == "the renewal is due on 2027-01-30"


def test_changed_title_is_told_with_both_titles(make: Any) -> None:
    """Who has a role and a new title may have new power."""
    posts = tuple(
        Position(contact_id="m", account_id="acc_1", title=t, manager_id=None, from_on=on)
        for t, on in (("Buyer", date(2024, 1, 1)), ("Head of Purchasing", ago(9)))
    )
    person = make.contact("m", "economic_decider", name="Mona B")
    (found,) = seen(make, make.facts(contacts=[person], positions=posts))
    assert found.kind.value == "title_changed"
    assert "Head of Purchasing, before Buyer" in found.summary


def test_nobody_who_sponsors_us_before_a_renewal_is_a_gap(make: Any) -> None:
    """With roles recorded and a renewal ahead; without any role nothing is known."""
    deal = make.deal("2027-04-01", 100, kind="renewal")
    user = make.contact("u", "operational_user")
    assert "sponsor_gap" in kinds(make, contacts=[user], opportunities=[deal])
    assert "sponsor_gap" not in kinds(make, contacts=[make.contact("u")], opportunities=[deal])
    assert "sponsor_gap" not in kinds(make, contacts=[user])


def cover(level: RelationshipLevel) -> ContactCoverage:
    """A declared tie with Mona."""
    return ContactCoverage(
        id="c",
        account_id="acc_1",
        contact_id="mona",
        user_id="usr_1",
        declared=level,
        declared_on=ago(100),
    )


def test_declared_closer_than_it_looks_is_a_gap(make: Any) -> None:
    """Declared trusted adviser, last seen seven months ago: somebody should look again."""
    people = [make.contact("mona", "operational_user"), make.contact("kurt", "legal")]
    met = [*make.every(30, "mona", until="2026-04-20", times=2)]
    keep = make.every(14, "kurt", until="2026-11-18", times=3)
    facts = {"contacts": people, "activities": [*met, *keep]}
    assert "declared_observed_gap" in kinds(make, cover(RelationshipLevel.TRUSTED_ADVISOR), **facts)
    assert "declared_observed_gap" not in kinds(make, cover(RelationshipLevel.VENDOR), **facts)


def test_strong_tie_on_no_map_is_suggested(make: Any) -> None:
    """Where people map others, whoever is close to us without a role is worth a place."""
    people = [make.contact("mona", "operational_user"), make.contact("kurt")]
    met = make.every(14, "mona", "kurt", until="2026-11-18", times=9)
    found = seen(
        make,
        make.facts(
            contacts=people,
            activities=met,
            kept=KeptRecords.holding([ADVANCED, cover(RelationshipLevel.VENDOR)]),
        ),
    )
    assert [(one.kind.value, one.contact_id) for one in found] == [
        ("declared_observed_gap", "kurt")
    ]


def test_executive_met_at_their_rhythm_is_no_gap(make: Any) -> None:
    """A decider met punctually each quarter may be called what people call them."""
    people = [make.contact("mona", "economic_decider")]
    met = make.every(91, "mona", until="2026-09-20", times=4)
    found = kinds(make, cover(RelationshipLevel.TRUSTED_ADVISOR), contacts=people, activities=met)
    assert "declared_observed_gap" not in found


@pytest.mark.checklist("S2.36", home="`Tender`, signals `tender_announced` and `tender_window`")
def test_tender_is_told_when_expected_when_out_and_when_due(make: Any) -> None:
    """Half a year ahead, at its publication, and in the last weeks."""
    base = Tender(
        id="t", account_id="acc_1", title="Grid 2027", kind=TenderKind.PERIODIC,
        state=TenderState.EXPECTED, expected_on=ago(-150),
    )  # fmt: skip
    out = replace(base, state=TenderState.PUBLISHED, published_on=ago(10), due_on=ago(-60))
    assert kinds(make, base) == ["tender_window"]
    assert kinds(make, replace(base, expected_on=ago(-200))) == []
    assert kinds(make, out) == ["tender_announced"]
    assert kinds(make, replace(out, due_on=ago(-10))) == ["tender_window", "tender_announced"]
    assert kinds(make, replace(out, state=TenderState.LOST)) == []


def test_tender_without_sponsor_and_plan_gets_louder(make: Any) -> None:
    """Prepare the value, mobilise sponsors: unready a month ahead is a warning."""
    tender = Tender(
        id="t", account_id="acc_1", title="Grid 2027", kind=TenderKind.PERIODIC,
        state=TenderState.EXPECTED, expected_on=ago(-25),
    )  # fmt: skip
    ready = replace(tender, win_plan="Show the savings", sponsor_contact_id="mona")
    (unready,) = seen(make, make.facts(kept=KeptRecords.holding([tender])))
    (prepared,) = seen(make, make.facts(kept=KeptRecords.holding([ready])))
    assert (unready.severity, prepared.severity) == (Severity.WARNING, Severity.INFO)


def test_tender_to_expect_from_a_contracts_end_is_told(make: Any) -> None:
    """Of a customer who buys by tender; from who never did, none is expected."""
    contract = Contract(id="k", account_id="acc_1", number="F-1", ends_on=ago(-300))
    won = Tender(
        id="t", account_id="acc_1", title="Grid", kind=TenderKind.PERIODIC,
        state=TenderState.WON, due_on=ago(700),
    )  # fmt: skip
    facts = make.facts(contracts=(contract,), kept=KeptRecords.holding([ADVANCED, won]))
    (found,) = seen(make, facts)
    assert found.kind.value == "tender_window"
    assert found.summary == "Tender for contract F-1: to be expected around 2027-03-21"
    assert kinds(make, contracts=(contract,)) == []


@pytest.mark.checklist("S2.37", home="signals `incident_major` and `escalation`")
@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case("Urgent", 1), ["incident_major"]),
        (case("P1", 1), ["incident_major"]),
        (case("High", 1), []),
        (case("High", 4), ["incident_major"]),
        (case("High", 1, escalated=True), ["incident_major"]),
        (case("Low", 30), []),
        (case("Low", 1, escalated=True), ["escalation"]),
        (case("Urgent", 9, closed=True), []),
    ],
)
def test_major_incident_and_escalation_are_told_once(
    make: Any, one: Case, expected: list[str]
) -> None:
    """The gravest word of the CRM counts at once, "high" when it stays open."""
    assert kinds(make, cases=(one,)) == expected


def test_incident_with_its_moment_is_told_once(make: Any) -> None:
    """The case speaks while it is open; then what nobody followed up, until the lesson."""
    outage = moment(MomentKind.INCIDENT, 3, about="case_1")
    going_on, over = case("P1", 3), case("P1", 3, closed=True)
    assert kinds(make, outage, cases=(going_on,)) == ["incident_major"]
    assert kinds(make, outage, cases=(over,)) == ["incident_major"]
    assert kinds(make, replace(outage, lessons="Two supplies"), cases=(over,)) == []


def test_incident_open_for_a_week_is_critical(make: Any) -> None:
    """A moment of truth that lasts."""
    (found,) = seen(make, make.facts(cases=(case("Urgent", 8),)))
    assert found.severity is Severity.CRITICAL
    assert found.evidence["because"] == "it has been open for 8 days"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (moment(MomentKind.STEERING_COMMITTEE, 20), ["meeting_overdue"]),
        (moment(MomentKind.STEERING_COMMITTEE, 20, held_on=ago(20)), []),
        (moment(MomentKind.STEERING_COMMITTEE, 20, cancelled=True), []),
        (moment(MomentKind.STEERING_COMMITTEE, 3), []),
        (moment(MomentKind.QBR, 20), ["qbr_overdue"]),
        (moment(MomentKind.QBR, 130, held_on=ago(130)), ["qbr_overdue"]),
        (moment(MomentKind.QBR, 80, held_on=ago(80)), []),
        (moment(MomentKind.STEERING_COMMITTEE, 220, held_on=ago(220)), ["meeting_overdue"]),
        (moment(MomentKind.STEERING_COMMITTEE, 200, held_on=ago(200)), []),
    ],
)
def test_meetings_that_did_not_take_place_are_told(
    make: Any, one: KeyMoment, expected: list[str]
) -> None:
    """Planned and not held, or a rhythm that broke off; where none was kept, none is missed."""
    assert kinds(make, one) == expected


PAIR = ExecutivePair(id="pair", account_id="acc_1", user_id="usr_1", contact_id="ceo")


@pytest.mark.checklist("S2.39", home="`ExecutivePair`, signal `no_executive_meeting`")
def test_executives_who_do_not_meet_are_told(make: Any) -> None:
    """Half a year agreed, eleven months gone; a meeting planned ahead settles it."""
    facts = {
        "contacts": [make.contact("ceo", name="Ada K")],
        "activities": [make.activity("2025-12-20", "ceo")],
    }
    ahead = moment(MomentKind.EXECUTIVE_MEETING, -20)
    assert "no_executive_meeting" in kinds(make, PAIR, **facts)
    assert "no_executive_meeting" not in kinds(make, PAIR, ahead, **facts)
    assert "no_executive_meeting" not in kinds(make, **facts)
    recent = {**facts, "activities": [make.activity("2026-08-20", "ceo")]}
    assert "no_executive_meeting" not in kinds(make, PAIR, **recent)


def test_executives_without_recorded_contact_are_not_blamed(make: Any) -> None:
    """Nobody's calendar is read: nothing is known of their meetings."""
    people = [make.contact("ceo", name="Ada K")]
    found = kinds(make, PAIR, contacts=people, captured_user_ids=frozenset())
    assert "no_executive_meeting" not in found


def action(number: int, due: date, **more: Any) -> Action:
    """An open action."""
    values: dict[str, Any] = {
        "id": f"tsk_{number}", "account_id": "acc_1", "title": "Call", "reason": "because",
        "due": due, "owner_id": "usr_1", "state": ActionState.OPEN, "created_on": ago(60),
        "made_by": "usr_1",
    }  # fmt: skip
    return Action(**(values | more))


def test_overdue_actions_are_one_signal_and_no_more_work(make: Any) -> None:
    """Three late tasks are one warning, and make no fourth task."""
    facts = make.facts(actions=tuple(action(k, ago(10 + k)) for k in range(3)))
    found = assess(facts, as_of=make.as_of, now=make.now)
    assert [(one.kind.value, one.severity.value) for one in found.signals] == [
        ("action_overdue", "warning")
    ]
    assert len(found.actions) == 3


def test_objective_a_person_set_and_missed_is_told(make: Any) -> None:
    """One that a rule set is watched by the rules anyway."""
    objective = Objective(
        id="o", account_id="acc_1", title="Win Spain", reason="plan", level=Level.STRATEGIC,
        metric="revenue", baseline=Decimal(0), target=Decimal(10), due=ago(5), made_by="usr_1",
        last=Decimal(3),
    )  # fmt: skip
    ours = replace(objective, made_by=None)
    assert kinds(make, objectives=(objective,)) == ["objective_off_track"]
    assert kinds(make, objectives=(ours,)) == []


def revenue(month: date, amount: int, cost: int, line: str = "Grid") -> RevenueLine:
    """A month billed."""
    return RevenueLine(
        id=f"rev-{month}-{line}", account_id="acc_1", month=month, revenue=Decimal(amount),
        currency="EUR", cost_of_goods=Decimal(cost), product_line=line,
    )  # fmt: skip


def fifteen_months(costs: tuple[int, int]) -> list[RevenueLine]:
    """A year and a quarter up to October 2026, with costs before and in the last quarter."""
    months = [date(2025 + (7 + k) // 12, (7 + k) % 12 + 1, 1) for k in range(15)]
    return [revenue(month, 100, costs[k >= 12]) for k, month in enumerate(months)]


def test_margin_below_that_of_the_year_before_is_told(make: Any) -> None:
    """Forty percent became thirty; two points less, or a month missing, say nothing."""
    assert kinds(make, *fifteen_months((60, 70))) == ["margin_drop"]
    assert kinds(make, *fifteen_months((60, 62))) == []
    assert kinds(make, *fifteen_months((60, 70))[1:]) == []


def wallet(year: int) -> Wallet:
    """What they spend on grids."""
    return Wallet(
        id=f"w{year}", account_id="acc_1", product_line="Grid", year=year, spend=Decimal(1000),
        currency="EUR",
    )  # fmt: skip


def test_falling_share_of_wallet_is_told(make: Any) -> None:
    """Half of their spend one year, a third the next; one year alone compares with nothing."""
    billed = [revenue(date(2024, 5, 1), 500, 1), revenue(date(2025, 5, 1), 330, 1)]
    assert kinds(make, wallet(2024), wallet(2025), *billed) == ["sow_drop"]
    assert kinds(make, wallet(2025), *billed) == []


def answers(scores: list[int], days: int, person: str | None = None) -> list[SurveyAnswer]:
    """NPS answers of one time."""
    return [
        SurveyAnswer(
            id=f"nps-{days}-{k}", account_id="acc_1", kind=SurveyKind.NPS, on=ago(days),
            score=Decimal(score), contact_id=person,
        )
        for k, score in enumerate(scores)
    ]  # fmt: skip


def test_falling_nps_needs_answers_on_both_sides(make: Any) -> None:
    """Five happy answers became five lukewarm ones; four are too few to say so."""
    before = answers([9, 9, 10, 9, 8], 250)
    assert kinds(make, *before, *answers([7, 8, 7, 6, 8], 20)) == ["nps_drop"]
    assert kinds(make, *before, *answers([7, 8, 7, 6], 20)) == []


def test_decider_who_is_a_detractor_is_told_by_role_to_others(make: Any) -> None:
    """One low answer of who decides weighs more than an average."""
    person = make.contact("boss", "economic_decider", name="Ada K")
    assert kinds(make, *answers([4], 9, "boss"), contacts=[person]) == ["nps_drop"]
    assert kinds(make, *answers([8], 9, "boss"), contacts=[person]) == []


def test_end_of_a_competitors_contract_is_a_dated_chance(make: Any) -> None:
    """Told half a year before, once for each record of it, until the day has passed."""
    rival = Competitor(id="x", account_id="acc_1", name="Rival", contract_ends_on=ago(-100))
    assert kinds(make, rival, replace(rival, id="y")) == ["competitor_contract_end"]
    assert kinds(make, replace(rival, contract_ends_on=ago(-300))) == []
    assert kinds(make, replace(rival, contract_ends_on=ago(1))) == []


@pytest.mark.checklist(
    "S2.10", home="`Contract`, `RenewalCycle`, signal `renewal_window` (180/120/90/60/30 days)"
)
@pytest.mark.parametrize(
    ("days", "step"), [(180, 180), (120, 120), (90, 90), (60, 60), (30, 30), (1, 30)]
)
def test_framework_contract_opens_its_renewal_window(make: Any, days: int, step: int) -> None:
    """The steps come from the contract's own end: its renegotiation is no surprise."""
    contract = Contract(
        id="k", account_id="acc_1", active=True, starts_on=date(2024, 2, 1), ends_on=ago(-days)
    )
    found = seen(make, make.facts(contracts=(contract,)))
    window = next(one for one in found if one.kind.value == "renewal_window")
    assert (window.evidence["step_days"], window.due) == (step, ago(-days))


@pytest.mark.checklist("S2.13", home="signal `celebration_due`, `KeyMoment` of kind celebration")
def test_occasions_to_celebrate_are_told_once(make: Any) -> None:
    """A shared goal, joint work, a round anniversary; not when a celebration is planned."""
    goal = Objective(
        id="o", account_id="acc_1", title="Ten sites", reason="plan", level=Level.STRATEGIC,
        metric="sites", baseline=None, target=None, due=ago(-40), customer_shared=True,
        status=ObjectiveStatus.REACHED, settled_at=_at(9), made_by="usr_1",
    )  # fmt: skip
    work = SharedValue(
        id="v", account_id="acc_1", kind=SharedValueKind.CO_INNOVATION, text="Pilot",
        state=WorkState.DONE, on=ago(8),
    )  # fmt: skip
    old = Contract(id="k", account_id="acc_1", starts_on=date(2021, 12, 1))
    party = moment(MomentKind.CELEBRATION, -5)
    assert kinds(make, objectives=(goal,)) == ["celebration_due"]
    assert kinds(make, work) == ["celebration_due"]
    assert kinds(make, contracts=(old,)) == ["celebration_due"]
    assert kinds(make, work, party, contracts=(old,), objectives=(goal,)) == []


def test_nobody_is_asked_to_celebrate_in_a_crisis(make: Any) -> None:
    """While something is critical the occasion waits."""
    work = SharedValue(
        id="v", account_id="acc_1", kind=SharedValueKind.CO_INNOVATION, text="Pilot",
        state=WorkState.DONE, on=ago(8),
    )  # fmt: skip
    assert kinds(make, work, cases=(case("Urgent", 8),)) == ["incident_major"]
