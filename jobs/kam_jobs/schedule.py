"""The timer: the only importer of apscheduler. It wakes; the run ledger decides."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import takewhile

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from kam_connector.config.sections import Schedule

__all__ = ["last_due", "next_due", "start_timer", "stop_timer"]

_USUAL_GAP = timedelta(days=2)  # nightly, over a change of clocks
_LONGEST_GAP = timedelta(days=32)  # a schedule rarer than monthly is no nightly sync
_LONGEST_JUMP = timedelta(hours=3)  # clocks move by two hours at most (Antarctica/Troll)
_CHECK_EVERY = timedelta(hours=1)  # our choice: an owed night waits at most an hour after an outage


def last_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the latest moment the schedule named, up to now, in its own time zone."""
    for gap in (_USUAL_GAP, _LONGEST_GAP):
        past = takewhile(lambda moment: moment <= now, _moments(schedule, now - gap))
        latest = deque(past, maxlen=1)
        if latest:
            return latest.pop()
    return None


def next_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the next moment, from now on, in the schedule's own time zone."""
    return next(_moments(schedule, now), None)


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
    zone, jitter = schedule.zone, schedule.jitter_minutes
    timer.add_job(wake, _trigger(schedule, zone=zone, jitter_minutes=jitter), id="night")
    timer.add_job(wake, IntervalTrigger(seconds=int(_CHECK_EVERY.total_seconds())), id="hourly")
    timer.start()
    return timer


def stop_timer(timer: BackgroundScheduler) -> None:
    """Stop without waiting: waking is all the timer does."""
    timer.shutdown(wait=False)


def _moments(schedule: Schedule, since: datetime) -> Iterator[datetime]:
    """Yield what the schedule names from an instant on: each date and hour of the wall once.

    An hour that comes twice counts the first time; one that never comes is as long after
    midnight as on any other day (PEP 495, fold=0). Asked for in its own zone, APScheduler 3.11
    names the first kind twice, and of the second kind leaves out those just after a midnight
    that is skipped (America/Santiago, Asia/Beirut): a night that nobody would owe.
    """
    zone = schedule.zone
    trigger = _trigger(schedule, zone=UTC)
    wall = since.astimezone(zone).replace(tzinfo=UTC) - _LONGEST_JUMP
    while (named := trigger.get_next_fire_time(None, wall)) is not None:
        moment = named.replace(tzinfo=zone)
        if moment.astimezone(UTC) >= since:
            yield moment
        wall = named + timedelta(seconds=1)


def _trigger(schedule: Schedule, *, zone: tzinfo, jitter_minutes: int = 0) -> CronTrigger:
    minute, hour, day, month, weekday = schedule.crontab.split()
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday),
        timezone=zone,
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
