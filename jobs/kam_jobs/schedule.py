"""The timer: the only importer of apscheduler. It wakes; the run ledger decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from kam_connector.config.sections import Schedule

__all__ = ["last_due", "next_due", "start_timer", "stop_timer"]

_USUAL_GAP = timedelta(days=2)  # nightly, over a change of clocks
_LONGEST_GAP = timedelta(days=32)  # a schedule rarer than monthly is no nightly sync
_CHECK_EVERY = timedelta(hours=1)  # our choice: an owed night waits at most an hour after an outage


def last_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the latest moment the schedule named, up to now, in its own time zone."""
    trigger = _trigger(schedule)
    latest = None
    for moment in _moments(trigger, now - _USUAL_GAP, now):
        latest = moment
    if latest is None:
        for moment in _moments(trigger, now - _LONGEST_GAP, now):
            latest = moment
    return latest


def next_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the next moment after now."""
    moment: datetime | None = _trigger(schedule).get_next_fire_time(None, now)
    return moment


def start_timer(schedule: Schedule, wake: Callable[[], None]) -> BackgroundScheduler:
    """Call *wake* at the scheduled moments and every hour, until stopped.

    Jobs live in memory and are rebuilt from the configuration at each start. A late timer
    still fires (misfire_grace_time=None, else APScheduler 3 skips it with a log line only)
    and several missed moments fire once.
    """
    timer = BackgroundScheduler(
        timezone=schedule.zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    timer.add_job(wake, _trigger(schedule, jitter_minutes=schedule.jitter_minutes), id="night")
    timer.add_job(wake, IntervalTrigger(seconds=int(_CHECK_EVERY.total_seconds())), id="hourly")
    timer.start()
    return timer


def stop_timer(timer: BackgroundScheduler) -> None:
    """Stop without waiting: waking is all the timer does."""
    timer.shutdown(wait=False)


def _moments(trigger: CronTrigger, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the trigger's moments; steps in UTC, where no hour comes twice."""
    moment = trigger.get_next_fire_time(None, since)
    while moment is not None and moment <= until:
        yield moment
        after = moment.astimezone(UTC) + timedelta(seconds=1)
        moment = trigger.get_next_fire_time(None, after)


def _trigger(schedule: Schedule, *, jitter_minutes: int = 0) -> CronTrigger:
    minute, hour, day, month, weekday = schedule.crontab.split()
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday),
        timezone=schedule.zone,
        jitter=jitter_minutes * 60 or None,
    )


def _weekdays(field: str) -> str:
    """Return cron's weekdays (0 and 7 are Sunday) as APScheduler's names.

    APScheduler counts from Monday (its docs: CronTrigger, day_of_week), cron from Sunday.
    """
    names = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days, slash, step = field.partition("/")
    named = re.sub(r"[0-7]", lambda found: names[int(found[0])], days)
    return f"{named}{slash}{step}"
