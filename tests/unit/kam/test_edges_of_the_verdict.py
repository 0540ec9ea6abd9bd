"""Edges of verdicts and actions: who else is there, what was decided when, who takes over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kam_connector.kam.assess import assess
from kam_connector.kam.health.caps import health_caps
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.signals.follow import account_signals
from kam_connector.kam.situation import facts_at, read_situation
from kam_connector.model.account import User
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import Band
from kam_connector.model.signal import SignalKind, SignalState


def _situation(make: Any, facts: AccountFacts) -> Any:
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


def _champion_left(make: Any, *others: Contact) -> AccountFacts:
    """The champion left in November; the others are met every week; a renewal is near."""
    champion = make.contact("claire", "internal_sponsor", left_at=make.at("2026-11-10"))
    people = [person.id for person in others]
    meetings = [
        *make.every(7, "claire", until="2026-11-05", times=30),
        *make.every(7, *(people or ["nobody"]), until="2026-11-19", times=30),
    ]
    return make.facts(  # type: ignore[no-any-return] # factories are untyped
        contacts=[champion, *others],
        activities=meetings,
        opportunities=[make.deal("2027-01-30", 100, kind="renewal")],
    )


def test_a_champion_who_leaves_nobody_behind_makes_it_red(make: Any) -> None:
    """No sponsor and no decider in dialogue, a renewal near: at best red."""
    (cap,) = health_caps(_situation(make, _champion_left(make)))
    assert (cap.key, cap.band) == ("cap.champion_left", Band.RED)


def test_a_decider_in_dialogue_softens_the_champion_s_leaving(make: Any) -> None:
    """Somebody who decides still talks with us: at best amber, not red."""
    decider = make.contact("ines", "economic_decider")
    (cap,) = health_caps(_situation(make, _champion_left(make, decider)))
    assert (cap.key, cap.band) == ("cap.champion_left", Band.AMBER)


def test_a_silent_champion_is_one_finding_not_two(make: Any) -> None:
    """Silence says it all: the strength that fell with it is not told beside it."""
    champion = make.contact("mona", "internal_sponsor")
    seen = make.every(30, "mona", until="2026-06-20", times=12)
    found = account_signals(_situation(make, make.facts(contacts=[champion], activities=seen)))
    about = [each.kind for each in found if each.contact_id == "mona"]
    assert about == [SignalKind.CHAMPION_SILENT]


@pytest.mark.parametrize(("closed_on", "open_then"), [("2026-11-18", True), ("2026-11-10", False)])
def test_a_deal_decided_since_was_open_then(make: Any, closed_on: str, *, open_then: bool) -> None:
    """A week ago nobody knew how a deal of last Wednesday would end."""
    then = facts_at(make.facts(opportunities=[make.won(closed_on, 100)]), make.at("2026-11-14"))
    assert [deal.closed for deal in then.opportunities] == [not open_then]


def test_an_unfinished_action_goes_to_the_account_s_owner_when_its_own_leaves(make: Any) -> None:
    """A colleague held it and left: the account's owner takes over, nobody's desk is asked."""
    facts = make.nordwind()
    first = assess(facts, as_of=make.as_of, now=make.now)
    held = [replace(each, owner_id="usr_2") for each in first.actions]
    users = {
        "usr_1": User(id="usr_1", name="Claire Martin"),
        "usr_2": User(id="usr_2", name="Bo", active=False),
    }
    again = assess(replace(facts, users=users, actions=tuple(held)), as_of=make.as_of, now=make.now)
    assert held
    assert {each.owner_id for each in again.actions} == {"usr_1"}


def test_an_acknowledged_finding_asks_for_nothing_more(make: Any) -> None:
    """A person has seen it and decided: no new action is made for it."""
    facts = make.nordwind()
    seen = assess(facts, as_of=make.as_of, now=make.now).signals
    known = tuple(replace(each, state=SignalState.ACKNOWLEDGED) for each in seen)
    again = assess(replace(facts, signals=known), as_of=make.as_of, now=make.now)
    assert again.actions == ()
