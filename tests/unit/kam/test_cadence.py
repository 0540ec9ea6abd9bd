"""Promises about rhythm: silence is measured against their own cadence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.cadence import expected_strength, usual_gap_days
from kam_connector.kam.relationship import Interaction, relationship_strength
from kam_connector.model.activity import ActivityKind, Direction

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
LONG = (7.0, 180.0)


def meetings(*days_ago: float) -> list[Interaction]:
    """Meetings so many days ago."""
    return [
        Interaction(
            at=NOW - timedelta(days=days), kind=ActivityKind.MEETING, direction=Direction.MUTUAL
        )
        for days in days_ago
    ]


def test_rhythm_is_the_median_gap() -> None:
    """One long holiday does not change a rhythm."""
    assert usual_gap_days(meetings(0, 30, 60, 150, 180), now=NOW) == 30.0


def test_two_contacts_are_no_rhythm() -> None:
    """Below the least number of contacts there is no rhythm to be late for."""
    assert usual_gap_days(meetings(0, 30), now=NOW) is None


def test_present_silence_does_not_stretch_the_rhythm() -> None:
    """The time since the last contact is no gap yet."""
    assert usual_gap_days(meetings(300, 330, 360), now=NOW) == 30.0


@given(st.integers(1, 120), st.floats(min_value=0, max_value=1))
def test_punctual_tie_is_never_weaker_than_predicted(gap: int, phase: float) -> None:
    """On whatever day of its rhythm one asks, a punctual tie meets its prediction."""
    contacts = meetings(*[gap * (phase + k) for k in range(40)])
    expected = expected_strength(
        contacts, since=NOW - timedelta(60), now=NOW, gap_days=gap, half_lives_days=LONG
    )
    actual = relationship_strength(contacts, now=NOW, half_lives_days=LONG)
    assert actual >= expected - 1e-9


def test_a_broken_rhythm_falls_below_its_prediction() -> None:
    """Monthly meetings that stop are predicted much stronger than they are."""
    contacts = meetings(*[150 + 30 * k for k in range(12)])
    expected = expected_strength(
        contacts, since=NOW - timedelta(120), now=NOW, gap_days=30, half_lives_days=(7.0, 60.0)
    )
    assert relationship_strength(contacts, now=NOW) < 0.65 * expected


@pytest.mark.parametrize("gap", [0.0, -1.0])
def test_without_a_rhythm_the_prediction_is_the_tie_itself(gap: float) -> None:
    """No rhythm predicts nothing more than decay."""
    contacts = meetings(10, 40)
    assert expected_strength(
        contacts, since=NOW, now=NOW, gap_days=gap, half_lives_days=(7.0, 60.0)
    ) == relationship_strength(contacts, now=NOW)
