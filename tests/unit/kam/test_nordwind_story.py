"""Story 1: green was red. The golden account of the demo, as plain data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.actions import allot
from kam_connector.kam.assess import Assessment, assess, conclude
from kam_connector.kam.explain import explain_score
from kam_connector.model.plan import ActionState
from kam_connector.model.score import Band
from kam_connector.model.signal import SignalKind


@pytest.fixture
def nordwind(make: Any) -> Assessment:
    """Return the assessment of Nordwind Énergie on the demo's day."""
    return assess(make.nordwind(), as_of=make.as_of, now=make.now)


def test_strengths_are_one_strong_tie_and_two_cold_ones(nordwind: Assessment) -> None:
    """One person carries the relationship; the new CFO is known, not connected."""
    values = [round(nordwind.strengths[who].value) for who in ("claire", "jonas", "malika", "ines")]
    assert values == [76, 8, 6, 0]
    assert nordwind.strengths["ines"].band == "known, not connected"


def test_three_contacts_are_hardly_more_than_one_thread(nordwind: Assessment) -> None:
    """1 / HHI of the strengths says what the number of contacts hides."""
    assert round(nordwind.threads, 1) == 1.4


def test_health_fell_from_green_to_red(nordwind: Assessment) -> None:
    """A week before it was green; the champion's leaving makes it red, and says so."""
    health = nordwind.scores["health"]
    assert (health.before, health.value) == (Decimal("78.1"), Decimal("52.0"))
    assert health.band is Band.RED
    assert health.caps == ("champion left, 70 days before renewal",)


def test_ledger_sums_exactly(nordwind: Assessment) -> None:
    """The lines are the value, to the tenth."""
    health = nordwind.scores["health"]
    assert sum(line.points for line in health.ledger) == health.value


def test_changes_sum_exactly(nordwind: Assessment) -> None:
    """What changed since a week ago explains the whole fall."""
    health = nordwind.scores["health"]
    assert health.value is not None
    assert health.before is not None
    assert sum(line.points for line in health.changes) == health.value - health.before
    assert health.changes[0].key == "cap.champion_left"


def test_counterfactual_is_a_reply_from_the_new_cfo(nordwind: Assessment) -> None:
    """The best single next step is named, with what it would add."""
    reply = nordwind.scores["health"].counterfactual
    assert reply is not None
    assert reply.what == "a reply from Inès Roy"
    assert Decimal("8.5") <= reply.points <= Decimal("9.4")


def test_counterfactual_comes_true(make: Any, nordwind: Assessment) -> None:
    """When the reply really arrives, health is what was promised."""
    facts = make.nordwind()
    reply = make.mail(make.now, "ines")
    answered = assess(
        make.nordwind(activities=(*facts.activities, reply)), as_of=make.as_of, now=make.now
    )
    before, after = nordwind.scores["health"], answered.scores["health"]
    assert before.value is not None
    assert before.counterfactual is not None
    assert after.value == before.value + before.counterfactual.points


def test_findings_name_people_dates_and_renewal(nordwind: Assessment) -> None:
    """The gravest first; every sentence has absolute dates."""
    assert [signal.kind for signal in nordwind.signals] == [
        SignalKind.NEW_DECISION_MAKER,
        SignalKind.CONTACT_LEFT,
        SignalKind.SINGLE_THREADED,
        SignalKind.RENEWAL_WINDOW,
    ]
    assert "2026-11-18" in nordwind.signals[1].summary


def test_one_task_for_the_right_owner(nordwind: Assessment) -> None:
    """Four findings ask for one conversation: one task opens, due in a working week."""
    opened = [a for a in allot(nordwind.actions) if a.state is ActionState.OPEN]
    assert [(a.title, a.owner_id, str(a.due)) for a in opened] == [
        ("Meet the new CFO, Inès Roy", "usr_1", "2026-11-27")
    ]


def test_account_outcome_says_it_in_one_line(nordwind: Assessment) -> None:
    """The summary a CRM shows has the value, the reason and the next step."""
    account = conclude(nordwind, allot(nordwind.actions))[0]
    assert account.values["summary.text"] == (
        "Health 52 (red): champion left on 2026-11-18, renewal due on 2027-01-30. "
        "Next: Meet the new decision-maker, due 2026-11-27."
    )
    assert account.values["phase"] == "renewal"


def test_explanation_prints_the_whole_ledger(nordwind: Assessment) -> None:
    """`kam score explain` says value, lines, cap, change and what would help."""
    lines = explain_score(nordwind.scores["health"])
    assert lines[0] == "Health on 2026-11-21: 52.0 (red)"
    assert "Capped: champion left, 70 days before renewal" in lines
    assert lines[-1].startswith("What would help most: a reply from Inès Roy would add ")


def test_second_run_of_a_day_repeats_the_first(make: Any, nordwind: Assessment) -> None:
    """A run repeated on one day gives the same scores, change and all."""
    facts = replace(nordwind.situation.facts, previous=nordwind.scores)
    again = assess(facts, as_of=make.as_of, now=make.now)
    assert again.scores == nordwind.scores
