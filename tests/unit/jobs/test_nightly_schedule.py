"""A night is due once per local date, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kam_connector.config.sections import Schedule
from kam_jobs.schedule import last_due, next_due, start_timer, stop_timer


def at(text: str) -> datetime:
    """Return an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


PARIS = Schedule(at="02:30", timezone="Europe/Paris")


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize("now", ["2026-10-25T00:31", "2026-10-25T01:31", "2026-10-25T22:00"])
def test_hour_that_comes_twice_is_one_night(now: str) -> None:
    """On 2026-10-25, 02:30 comes twice in Paris: the same night both times (D9)."""
    due = last_due(PARIS, at(now))
    assert due is not None
    assert due.date().isoformat() == "2026-10-25"


@pytest.mark.guarantee("G11")
def test_hour_that_never_comes_is_a_night_all_the_same() -> None:
    """On 2026-03-29 there is no 02:30 in Paris: the night is due at 03:30 (D9)."""
    due = last_due(PARIS, at("2026-03-29T02:00"))
    assert due is not None
    assert (due.date().isoformat(), due.astimezone(UTC)) == ("2026-03-29", at("2026-03-29T01:30"))


@pytest.mark.guarantee("G11")
def test_hour_after_a_midnight_that_is_skipped_is_a_night_too() -> None:
    """On 2028-09-03 Santiago's clocks go from 24:00 to 01:00: the night of that date is owed."""
    due = last_due(Schedule(at="00:15", timezone="America/Santiago"), at("2028-09-03T12:00"))
    assert due is not None
    assert (due.date().isoformat(), due.astimezone(UTC)) == ("2028-09-03", at("2028-09-03T04:15"))


def test_night_before_is_due_until_the_hour_comes() -> None:
    """Before the hour, the latest due night is yesterday's."""
    due = last_due(PARIS, at("2026-11-21T01:29"))
    assert due is not None
    assert due.date().isoformat() == "2026-11-20"


def test_weekday_schedule_skips_the_weekend() -> None:
    """Cron counts weekdays from Sunday: 1-5 is Monday to Friday."""
    due = last_due(Schedule(cron="15 2 * * 1-5"), at("2026-11-22T12:00"))  # a Sunday
    assert due is not None
    assert due.date().isoformat() == "2026-11-20"


@pytest.mark.parametrize("sunday", ["0", "7"])
def test_sunday_has_two_numbers(sunday: str) -> None:
    """Cron knows Sunday as 0 and as 7."""
    due = last_due(Schedule(cron=f"15 2 * * {sunday}"), at("2026-11-25T12:00"))
    assert due is not None
    assert due.date().isoformat() == "2026-11-22"


def test_monthly_schedule_is_found_far_back() -> None:
    """A rare schedule is due as well."""
    due = last_due(Schedule(cron="0 1 1 * *"), at("2026-11-30T12:00"))
    assert due is not None
    assert due.date().isoformat() == "2026-11-01"


def test_next_night_is_told_in_its_zone() -> None:
    """The start says when the next night comes."""
    assert str(next_due(PARIS, at("2026-11-21T12:00"))) == "2026-11-22 02:30:00+01:00"


@pytest.mark.guarantee("G11")
def test_timer_never_skips_a_late_night() -> None:
    """Late firings still fire, several fire once, never two at a time (D8)."""
    timer = start_timer(PARIS, lambda: None)
    jobs = {job.id: job for job in timer.get_jobs()}
    stop_timer(timer)
    assert jobs.keys() == {"night", "hourly"}
    assert {job.misfire_grace_time for job in jobs.values()} == {None}
    assert {job.coalesce for job in jobs.values()} == {True}
    assert {job.max_instances for job in jobs.values()} == {1}
