"""The best way to a contact, through our people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.network.introductions import Introduction, introductions
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.kam.ties import score_pairs
from kam_connector.model.account import User
from kam_connector.model.kept import KeptRecords
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge

USERS = {
    "usr_1": User(id="usr_1", name="Claire Martin"),
    "usr_2": User(id="usr_2", name="Paul Gray"),
    "usr_3": User(id="usr_3", name="Nora Gone", active=False),
}


def edge(from_: str, to: str, kind: EdgeKind, **changes: Any) -> PeopleEdge:
    """A tie between two of theirs, said last month."""
    values: dict[str, Any] = {
        "id": f"{from_}-{to}",
        "account_id": "acc_1",
        "from_contact_id": from_,
        "to_contact_id": to,
        "kind": kind,
        "strength": 5,
        "asserted_by": "usr_1",
        "asserted_on": date(2026, 10, 1),
    }
    return PeopleEdge(**(values | changes))


def situation(make: Any, edges: Iterable[PeopleEdge] = ()) -> Situation:
    """Paul meets Inès weekly, Claire meets Jonas weekly; nobody knows the chief."""
    facts = make.facts(
        contacts=[
            make.contact("chief", "economic_decider"),
            make.contact("ines", manager_id="chief"),
            make.contact("jonas"),
        ],
        activities=[
            *make.every(7, "ines", until="2026-11-17", times=20, user_ids=("usr_2",)),
            *make.every(7, "jonas", until="2026-11-17", times=20, user_ids=("usr_1", "usr_3")),
        ],
        users=USERS,
        kept=KeptRecords.holding(edges),
    )
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


def ways(read: Situation, target: str, *without: str) -> tuple[Introduction, ...]:
    """Ways to somebody."""
    pairs = score_pairs(read.facts, now=read.now, settings=read.settings)
    return introductions(read, pairs, target, without=frozenset(without))


def test_who_knows_them_introduces_directly(make: Any) -> None:
    """With the strength of the tie, and nobody who has left us."""
    (way,) = ways(situation(make), "jonas")
    assert (way.user_id, way.via_contact_id) == ("usr_1", None)
    assert way.reason.startswith("Claire Martin knows Jonas directly (")


@pytest.mark.checklist(
    "S2.21", home="priority and way to each contact: `kam tie path`, `kam.network.introductions`"
)
def test_a_reporting_line_opens_a_door(make: Any) -> None:
    """Paul knows Inès, who reports to the chief: seven tenths of his tie."""
    read = situation(make)
    (way,) = ways(read, "chief")
    tie = score_pairs(read.facts, now=read.now)["ines", "usr_2"].value
    assert (way.user_id, way.via_contact_id) == ("usr_2", "ines")
    assert way.value == (tie * Decimal("0.7")).quantize(Decimal("0.1"))


def test_trust_opens_it_wider_and_conflict_never(make: Any) -> None:
    """What people told of the customer's people counts, while it holds."""
    trusted = situation(make, [edge("chief", "jonas", EdgeKind.TRUSTS)])
    assert [way.user_id for way in ways(trusted, "chief")] == ["usr_1", "usr_2"]
    quarrel = situation(make, [edge("chief", "jonas", EdgeKind.CONFLICTS)])
    assert [way.user_id for way in ways(quarrel, "chief")] == ["usr_2"]
    expired = edge("chief", "jonas", EdgeKind.TRUSTS, expires_on=date(2026, 10, 31))
    assert [way.user_id for way in ways(situation(make, [expired]), "chief")] == ["usr_2"]


def test_who_leaves_introduces_nobody(make: Any) -> None:
    """A handover asks for the ways that remain."""
    assert ways(situation(make), "chief", "usr_2") == ()
