"""Promises of relationship strength (docs/scores.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.relationship import (
    NOT_CONNECTED,
    Interaction,
    relationship_strength,
    strength_band,
)
from kam_connector.kam.settings import StrengthSettings
from kam_connector.kam.tie_sums import Tie, TieSums, tie_contacts
from kam_connector.model.activity import ActivityKind, Direction

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
INBOUND = Direction.INBOUND
MEETING = ActivityKind.MEETING


def days_ago(days: float, **changes: object) -> Interaction:
    """A mail of theirs some days ago."""
    contact = Interaction(at=NOW - timedelta(days=days), direction=INBOUND)
    return replace(contact, **changes)  # type: ignore[arg-type]


ages = st.floats(min_value=0, max_value=2000, allow_nan=False)
interactions = st.builds(
    days_ago,
    ages,
    kind=st.sampled_from(ActivityKind),
    direction=st.sampled_from(Direction),
    external_people=st.integers(1, 20),
    held=st.booleans(),
)
series = st.lists(interactions, max_size=40)


@given(series)
def test_strength_is_bounded(contacts: list[Interaction]) -> None:
    """Strength stays between 0 and 100 whatever happened."""
    assert 0.0 <= relationship_strength(contacts, now=NOW) <= 100.0


@given(series, st.floats(min_value=0, max_value=1000))
def test_strength_never_rises_by_time_alone(contacts: list[Interaction], wait: float) -> None:
    """Waiting with no new contact never makes a tie stronger."""
    later = relationship_strength(contacts, now=NOW + timedelta(days=wait))
    assert later <= relationship_strength(contacts, now=NOW) + 1e-9


@given(series, ages, st.sampled_from(ActivityKind))
def test_new_two_way_contact_never_lowers_strength(
    contacts: list[Interaction], age: float, kind: ActivityKind
) -> None:
    """A received mail, a call or a meeting never makes a tie weaker."""
    more = [*contacts, days_ago(age, kind=kind)]
    before = relationship_strength(contacts, now=NOW)
    assert relationship_strength(more, now=NOW) >= before - 1e-9


@given(st.lists(ages, min_size=1, max_size=60))
def test_unanswered_series_is_no_relationship(sent: list[float]) -> None:
    """However many mails we send, without an answer there is nothing."""
    contacts = [days_ago(age, direction=Direction.OUTBOUND) for age in sent]
    assert relationship_strength(contacts, now=NOW) == 0.0


@given(series, st.randoms(use_true_random=False))
def test_strength_does_not_depend_on_order(contacts: list[Interaction], random: object) -> None:
    """The same contacts in another order are the same tie, to the last bit."""
    shuffled = list(contacts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert relationship_strength(shuffled, now=NOW) == relationship_strength(contacts, now=NOW)


@given(series, ages)
def test_inbound_counts_more_than_outbound(contacts: list[Interaction], age: float) -> None:
    """One more mail of theirs is worth at least one more of ours."""
    theirs = [*contacts, days_ago(age)]
    ours = [*contacts, days_ago(age, direction=Direction.OUTBOUND)]
    assert relationship_strength(theirs, now=NOW) >= relationship_strength(ours, now=NOW) - 1e-9


@given(series, st.floats(min_value=0, max_value=500))
def test_forward_decayed_sums_equal_direct_computation(
    contacts: list[Interaction], wait: float
) -> None:
    """Sums kept from night to night give what the whole history gives."""
    later = NOW + timedelta(days=wait)
    sums = TieSums(epoch=NOW, half_lives=lambda _contact_id: (7.0, 60.0))
    flat = tie_contacts("con_1", contacts, epoch=NOW, kind_weights=StrengthSettings().kind_weights)
    for contact in flat:
        sums.add([contact])
    found = sums.value(Tie("con_1", None), later)
    assert found == pytest.approx(relationship_strength(contacts, now=later), abs=1e-7)


MONTHLY = [days_ago(30 * k + 1, kind=MEETING) for k in range(12)]
# Worked out by hand from the sentence in the module's docstring, not by running it.
GOLDEN = [
    ("nothing", [], 0.0),
    ("one mail of theirs today", [days_ago(0)], 29.3),
    ("one meeting yesterday", [days_ago(1, kind=MEETING)], 70.8),
    ("one workshop yesterday", [days_ago(1, kind=ActivityKind.WORKSHOP)], 87.1),
    ("twelve monthly meetings, the last yesterday", MONTHLY, 84.9),
    (
        "the same, then silent for 180 days",
        [replace(c, at=c.at - timedelta(180)) for c in MONTHLY],
        20.9,
    ),
    (
        "the same, then silent for 720 days",
        [replace(c, at=c.at - timedelta(720)) for c in MONTHLY],
        0.1,
    ),
    (
        "twenty unanswered mails",
        [days_ago(k, direction=Direction.OUTBOUND) for k in range(20)],
        0.0,
    ),
    (
        "a mail each way weekly",
        [days_ago(7 * k, direction=d) for k in range(26) for d in (INBOUND, Direction.OUTBOUND)],
        78.6,
    ),
]


@pytest.mark.parametrize(
    ("contacts", "expected"), [g[1:] for g in GOLDEN], ids=[g[0] for g in GOLDEN]
)
def test_golden_strengths(contacts: list[Interaction], expected: float) -> None:
    """The shipped form gives these strengths, to one decimal."""
    assert round(relationship_strength(contacts, now=NOW), 1) == expected


def test_crowds_and_cancelled_meetings_do_not_count() -> None:
    """More than 15 external people is a broadcast; what was not held did not happen."""
    contacts = [
        days_ago(1, kind=MEETING, external_people=16),
        days_ago(1, kind=MEETING, held=False),
    ]
    assert relationship_strength(contacts, now=NOW) == 0.0


def test_fifteen_external_people_still_count() -> None:
    """The limit itself is inside."""
    assert relationship_strength([days_ago(1, external_people=15)], now=NOW) > 0


def test_mail_of_unknown_direction_proves_nothing_received() -> None:
    """A Salesforce Task of type Email has no direction: it is not read as an answer."""
    assert relationship_strength([days_ago(1, direction=Direction.UNKNOWN)], now=NOW) == 0.0


def test_what_lies_ahead_does_not_count_yet() -> None:
    """A meeting planned for tomorrow adds nothing today."""
    assert relationship_strength([days_ago(-1, kind=MEETING)], now=NOW) == 0.0


@pytest.mark.parametrize("half_lives", [(), (0.0,), (7.0, -1.0)])
def test_half_lives_must_be_positive(half_lives: tuple[float, ...]) -> None:
    """A half-life of nothing is refused."""
    with pytest.raises(ValueError, match="half-lives"):
        relationship_strength([], now=NOW, half_lives_days=half_lives)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "dormant"),
        (19.9, "dormant"),
        (20, "weak"),
        (40, "developing"),
        (60, "strong"),
        (80, "trusted"),
    ],
)
def test_bands_start_at_their_floor(value: float, name: str) -> None:
    """Bands are those of docs/scores.md."""
    assert strength_band(value) == name


def test_somebody_never_heard_from_is_known_not_connected() -> None:
    """Zero for want of any answer is not the same as a tie gone cold."""
    assert strength_band(0, connected=False) == NOT_CONNECTED
