"""Promises of coverage: which roles are reached, and on how many threads."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.kam.assess import assess
from kam_connector.kam.coverage import GoalStage, effective_threads
from kam_connector.model.contact import Profile
from kam_connector.model.opportunity import OpportunityRole


@pytest.mark.parametrize(
    ("strengths", "threads"),
    [
        ([80], 1.0),
        ([80, 10], 1.25),
        ([60, 50, 40], 2.9),
        ([76, 8, 6], 1.4),
        ([50, 50, 50, 50], 4.0),
        ([0, 70, 0], 1.0),
        ([], 0.0),
        ([0], 0.0),
    ],
)
def test_effective_threads_follow_the_published_vectors(
    strengths: list[float], threads: float
) -> None:
    """1 / HHI of strengths (docs/scores.md)."""
    digits = 2 if threads == 1.25 else 1
    assert round(effective_threads(strengths), digits) == threads


def coverage(make: Any, people: list[Any], seen: Any = (), **changes: Any) -> Any:
    """Return the coverage of an account of such people."""
    facts = make.facts(contacts=people, activities=seen, **changes)
    return assess(facts, as_of=make.as_of, now=make.now).coverage


def test_a_role_goes_through_four_stages(make: Any) -> None:
    """Identified, access, dialogue, supports: by what was observed."""
    people = [
        make.contact("known", "internal_sponsor"),
        make.contact("seen", "economic_decider"),
        make.contact("talks", "operational_user"),
        make.contact("close", "technical_influencer"),
    ]
    seen = [
        make.mail("2026-06-01", "seen"),
        *make.every(40, "talks", until="2026-11-01", times=6),
        *make.every(7, "close", until="2026-11-20", times=20),
    ]
    stages = {goal.contact_id: goal.stage for goal in coverage(make, people, seen).goals}
    assert stages == {
        "known": GoalStage.IDENTIFIED,
        "seen": GoalStage.ACCESS,
        "talks": GoalStage.DIALOGUE,
        "close": GoalStage.SUPPORTS,
    }


def test_percent_is_the_weighted_share_of_goals(make: Any) -> None:
    """A strong sponsor alone meets 40 of 100."""
    people = [make.contact("close", "internal_sponsor")]
    seen = make.every(7, "close", until="2026-11-20", times=20)
    assert coverage(make, people, seen).percent == 40.0


def test_no_recorded_roles_is_unknown_not_zero(make: Any) -> None:
    """Empty role fields in a CRM say nothing about the relationship."""
    assert coverage(make, [make.contact("mona"), make.contact("kurt")]).percent is None


def test_newcomer_counts_for_us_never_against(make: Any) -> None:
    """A decider known for days does not lower coverage before anybody could meet them."""
    sponsor = make.contact("close", "internal_sponsor")
    seen = make.every(7, "close", until="2026-11-20", times=20)
    new = make.contact("ines", "economic_decider", created_at=make.at("2026-11-10"))
    old = make.contact("ines", "economic_decider")
    with_new = coverage(make, [sponsor, new], seen).percent
    with_old = coverage(make, [sponsor, old], seen).percent
    assert with_new > with_old > 40.0


def test_departed_people_reach_nobody(make: Any) -> None:
    """The seat of somebody who left is empty."""
    gone = make.contact("close", "internal_sponsor", left_at=make.at("2026-11-20"))
    seen = make.every(7, "close", until="2026-11-20", times=20)
    found = coverage(make, [gone], seen)
    assert (found.percent, found.bus_factor) == (0.0, 0)


def test_parts_in_opportunities_are_roles(make: Any) -> None:
    """A role given in an opportunity counts like one on the contact."""
    part = OpportunityRole(
        id="rol_1", opportunity_id="opp_1", contact_id="mona", role="economic_decider"
    )
    found = coverage(make, [make.contact("mona")], roles=(part,))
    assert {goal.profile: goal.stage for goal in found.goals}[Profile.ECONOMIC_DECIDER] == 1


def test_strengths_are_kept_per_colleague_too(make: Any) -> None:
    """Who of ours holds a tie is known, beside the whole."""
    people = [make.contact("mona", "internal_sponsor")]
    seen = [
        make.activity("2026-11-20", "mona", user_ids=("usr_1",)),
        make.mail("2026-11-20", "mona", user_ids=("usr_2",)),
    ]
    found = assess(make.facts(contacts=people, activities=seen), as_of=make.as_of, now=make.now)
    by_pair = {pair: float(score.value) for pair, score in found.pairs.items()}
    whole = float(found.strengths["mona"].value)
    assert by_pair["mona", "usr_2"] < by_pair["mona", "usr_1"] < whole
    assert found.strengths["mona"].our_people == 2
