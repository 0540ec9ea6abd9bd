"""The programme's rhythm, and its calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.programme.icalendar import escaped, folded, rituals_calendar
from kam_connector.kam.programme.methods import asked_method
from kam_connector.kam.programme.rituals import (
    RitualState,
    missing_rituals,
    monthly_hours,
    rituals_due,
)
from kam_connector.language import Language, voice
from kam_connector.model.programme import Maturity, RitualKind

AS_OF = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.mark.checklist(
    "S1.05", "S1.09", home="`Ritual`; `kam programme show`, `kam programme calendar`"
)
@pytest.mark.parametrize(
    ("held", "set_for", "day", "state"),
    [
        ("2026-10-21", None, "2027-01-19", RitualState.PLANNED),
        ("2026-08-20", None, "2026-11-18", RitualState.DUE),
        ("2026-05-01", None, "2026-07-30", RitualState.OVERDUE),
        (None, None, "2026-11-21", RitualState.NEVER_HELD),
        (None, "2026-12-01", "2026-12-01", RitualState.PLANNED),
        ("2026-10-21", "2026-12-01", "2026-12-01", RitualState.PLANNED),
        ("2026-12-02", "2026-12-01", "2027-03-02", RitualState.PLANNED),
    ],
)
def test_a_ritual_knows_its_next_day(
    programmes: Any, held: str | None, set_for: str | None, day: str, state: RitualState
) -> None:
    """The day somebody set, else the last one plus its cadence; overdue after a quarter of it."""
    ritual = programmes.ritual(
        last_held_on=date.fromisoformat(held) if held else None,
        next_on=date.fromisoformat(set_for) if set_for else None,
    )
    (found,) = rituals_due([ritual], as_of=AS_OF)
    assert (found.next_on, found.state) == (date.fromisoformat(day), state)


def test_rituals_that_the_method_asks_for_are_missed(programmes: Any) -> None:
    """A starter wants two; one is there."""
    missing = missing_rituals([programmes.ritual()], asked_method(Maturity.STARTER))
    assert missing == (RitualKind.PROGRAMME_REVIEW,)


def test_hours_follow_cadence_and_kind(programmes: Any) -> None:
    """A weekly hour is more than four a month, a quarterly review half an hour."""
    weekly = programmes.ritual(kind=RitualKind.TEAM_MEETING, cadence_days=7)
    assert monthly_hours([weekly]) == Decimal("4.3")
    assert monthly_hours([programmes.ritual()]) == Decimal("0.5")


def test_the_calendar_says_what_rfc_5545_wants(programmes: Any) -> None:
    """One all-day entry, repeated by its cadence, ids that never change, text escaped."""
    ritual = programmes.ritual(name="Revue; bilan, suite", purpose="one\ntwo", owner_id="usr_1")
    text = rituals_calendar(
        rituals_due([ritual], as_of=AS_OF), now=NOW, names={"usr_1": "Claire"},
        say=voice(Language.FR),
    )  # fmt: skip
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert "UID:ritual-1@kam-connector" in lines
    assert "DTSTAMP:20261121T060000Z" in lines
    assert "DTSTART;VALUE=DATE:20270119" in lines
    assert "RRULE:FREQ=DAILY;INTERVAL=90" in lines
    assert "SUMMARY:Revue\\; bilan\\, suite" in lines
    assert "DESCRIPTION:one\\ntwo\\nTenu par\u00a0: Claire" in lines


def test_a_ritual_whose_day_passed_is_put_on_today(programmes: Any) -> None:
    """A calendar shows what comes, not what was missed."""
    late = programmes.ritual(last_held_on=date(2026, 1, 1))
    text = rituals_calendar(rituals_due([late], as_of=AS_OF), now=NOW)
    assert "DTSTART;VALUE=DATE:20261121" in text


@given(st.text())
def test_folded_lines_are_short_and_lose_nothing(text: str) -> None:
    """75 octets at most, never inside a character; unfolding gives the line again."""
    line = escaped(text)
    parts = folded(line).split("\r\n")
    assert max(len(part.encode("utf-8", "surrogatepass")) for part in parts) <= 75
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == line
