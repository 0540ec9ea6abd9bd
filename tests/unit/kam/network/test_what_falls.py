"""What falls when somebody of theirs or of ours goes."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.kam.network.what_if import bus_factor, only_ties, what_falls
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.account import User
from kam_connector.model.contact import Profile


@pytest.fixture(name="account")
def _account(make: Any) -> Situation:
    """Claire alone meets the sponsor; Paul and she meet the decider together."""
    facts = make.facts(
        contacts=[
            make.contact("sponsor", "internal_sponsor"),
            make.contact("decider", "economic_decider", manager_id=None),
            make.contact("user", "operational_user", manager_id="decider"),
        ],
        activities=[
            *make.every(7, "sponsor", until="2026-11-18", times=30, user_ids=("usr_1",)),
            *make.every(7, "decider", until="2026-11-18", times=30, user_ids=("usr_1", "usr_2")),
        ],
        users={id_: User(id=id_, name=id_) for id_ in ("usr_1", "usr_2")},
    )
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


@pytest.mark.checklist(
    "S2.14", home="what falls with anybody: `kam tie without`, `kam.network.what_if`"
)
def test_a_sponsor_who_leaves_takes_their_goal_along(account: Situation) -> None:
    """Coverage, threads and both scores fall; the goal that is lost is named."""
    fall = what_falls(account, contacts={"sponsor"})
    assert [(goal.profile, goal.after.name) for goal in fall.goals] == [
        (Profile.INTERNAL_SPONSOR, "MISSING")
    ]
    assert (fall.coverage[1] or 0) < (fall.coverage[0] or 0)
    assert fall.threads[1] < fall.threads[0]
    assert (fall.relationship[1] or 0) < (fall.relationship[0] or 0)


def test_a_colleague_who_leaves_takes_only_what_nobody_shares(account: Situation) -> None:
    """The decider stays known through Paul; the sponsor is nobody's any more."""
    fall = what_falls(account, users={"usr_1"})
    assert [goal.profile for goal in fall.goals] == [Profile.INTERNAL_SPONSOR]
    (lost,) = fall.only_ties
    assert (lost.contact_id, lost.user_id, lost.ways) == ("sponsor", "usr_1", ())


def test_without_nobody_nothing_falls(account: Situation) -> None:
    """The comparison is with the account itself."""
    fall = what_falls(account)
    assert fall.goals == fall.only_ties == ()
    assert fall.coverage[0] == fall.coverage[1]
    assert fall.health[0] == fall.health[1]


def test_two_who_leave_together_share_no_tie_with_anybody(account: Situation) -> None:
    """What only both know is known by nobody once both are gone."""
    found = only_ties(account, {"usr_1", "usr_2"})
    assert {one.contact_id for one in found} == {"sponsor", "decider"}


def test_bus_factor_counts_departures_until_half_the_goals_are_lost(account: Situation) -> None:
    """One departure is enough here; a lower target takes more."""
    assert bus_factor(account) == 1
    assert bus_factor(account, target=20.0) == 2
    assert bus_factor(account, target=99.0) == 0
