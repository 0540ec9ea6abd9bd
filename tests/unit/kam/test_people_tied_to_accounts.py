"""Affiliated people count as the account's people, once; those whose record went have left."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.people import people_at, profiles
from kam_connector.kam.shared_people import each_person_once
from kam_connector.model.account import Account
from kam_connector.model.contact import Affiliation, Profile
from kam_connector.model.kind import Kind
from kam_connector.model.signal import SignalKind

AS_OF = date(2026, 11, 21)


def tie(contact_id: str, *roles: str, **changes: Any) -> Affiliation:
    """An affiliation with the account that holds."""
    values: dict[str, Any] = {
        "id": f"aff_{contact_id}",
        "account_id": "acc_1",
        "contact_id": contact_id,
        "roles": roles,
    }
    return Affiliation(**(values | changes))


def night(make: Any, facts: Any) -> Any:
    """What one night finds out."""
    return assess(facts, as_of=make.as_of, now=make.now)


def said_of_people(group: Any) -> list[str]:
    """Whose record something is written to."""
    return [one.id for one in group if one.kind is Kind.CONTACT]


def test_an_affiliated_sponsor_covers_the_role(make: Any) -> None:
    """Whoever has a part in the decision counts, wherever the desk stands."""
    facts = make.facts(
        contacts=[make.contact("board", account_id="acc_9")],
        activities=make.every(14, "board", until="2026-11-10", times=20),
        affiliations=(tie("board", "internal_sponsor"), tie("board", id="aff_2")),
    )
    coverage = night(make, facts).coverage
    assert [goal.contact_id for goal in coverage.goals if goal.contact_id] == ["board"]
    assert (coverage.connected, coverage.bus_factor) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, ["board"]),
        ({"starts_on": date(2026, 11, 21), "ends_on": date(2026, 11, 21)}, ["board"]),
        ({"active": False}, []),
        ({"ends_on": date(2026, 11, 20)}, []),
        ({"starts_on": date(2026, 11, 22)}, []),
    ],
)
def test_an_affiliation_counts_while_it_holds(
    make: Any, changes: dict[str, Any], there: list[str]
) -> None:
    """Its first and its last day included."""
    board = make.contact("board", account_id="acc_9")
    facts = people_at(make.facts(contacts=[board], affiliations=(tie("board", **changes),)), AS_OF)
    assert [person.id for person in facts.contacts] == there


@pytest.mark.parametrize("works_at", ["acc_1", "acc_2"])
def test_who_works_there_stays_whatever_an_affiliation_says(make: Any, works_at: str) -> None:
    """At the account or at one below it."""
    person = make.contact("ines", account_id=works_at)
    ended = tie("ines", active=False)
    below = (Account(id="acc_2", name="Nord", parent_id="acc_1"),)
    facts = people_at(make.facts(contacts=[person], affiliations=(ended,), tree=below), AS_OF)
    assert facts.contacts == (person,)


def test_roles_of_an_affiliation_that_ended_are_over(make: Any) -> None:
    """What they were elsewhere in the record stays."""
    person = make.contact("ines", "legal")
    ended = tie("ines", "economic_decider", ends_on=date(2026, 1, 1))
    facts = make.facts(contacts=[person], affiliations=(ended, tie("ines", "technical_influencer")))
    assert profiles(people_at(facts, AS_OF)) == {
        "ines": {Profile.LEGAL, Profile.TECHNICAL_INFLUENCER}
    }


def test_a_person_of_two_key_accounts_is_written_by_the_one_they_work_at(make: Any) -> None:
    """Two roles for one record would be written in turns."""
    person = make.contact("board", "legal", account_id="acc_2")
    tied = make.facts(contacts=[person], affiliations=(tie("board", "internal_sponsor"),))
    home = make.facts(contacts=[person], account_id="acc_2")
    nights = [night(make, facts) for facts in (tied, home)]
    groups = each_person_once(nights, [conclude(one, []) for one in nights])
    assert [said_of_people(group) for group in groups] == [[], ["board"]]


def test_a_person_of_one_key_account_is_written_by_it(make: Any) -> None:
    """The account they work at is none: the one they are tied to says what it knows."""
    person = make.contact("board", account_id="acc_9")
    facts = make.facts(contacts=[person], affiliations=(tie("board", "internal_sponsor"),))
    one = night(make, facts)
    (group,) = each_person_once([one], [conclude(one, [])])
    assert said_of_people(group) == ["board"]


def test_a_deleted_sponsor_left(make: Any) -> None:
    """The record went: the existing signal says so with its day, and nothing is written to it."""
    gone = datetime(2026, 11, 18, 8, tzinfo=UTC)
    facts = make.facts(contacts=[make.contact("ines", "internal_sponsor", deleted_at=gone)])
    one = night(make, facts)
    (signal,) = [found for found in one.signals if found.kind is SignalKind.CONTACT_LEFT]
    assert (signal.contact_id, signal.evidence["cue"]) == ("ines", "deleted")
    assert "deleted on 2026-11-18" in signal.summary
    assert said_of_people(conclude(one, [])) == []


def test_a_deleted_stranger_is_no_news(make: Any) -> None:
    """Nobody who ever mattered: no role, no tie."""
    gone = datetime(2026, 11, 18, 8, tzinfo=UTC)
    one = night(make, make.facts(contacts=[make.contact("someone", deleted_at=gone)]))
    assert [found for found in one.signals if found.kind is SignalKind.CONTACT_LEFT] == []
