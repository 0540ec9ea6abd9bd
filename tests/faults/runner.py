"""Lives a whole schedule and has it judged: one seed in, one outcome out."""

from __future__ import annotations

import atexit
import gc
import json
import logging
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import structlog

from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_sandbox.server import running
from tests.faults.checker import Violation, check
from tests.faults.database import cursors
from tests.faults.nights import Told, live
from tests.faults.rig import Rig, Saved
from tests.faults.schedule import Act, Night, Schedule, make_schedule

__all__ = ["Outcome", "alike", "run_schedule"]

_MOST_RUNS = 6
"""Our choice: after the last fault, so many runs in peace must be enough for rest."""
_GAP_MINUTES = 130
"""Between them: longer than HubSpot's hour of settling and any retry's wait."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one schedule."""

    schedule: Schedule
    history: tuple[str, ...]
    """Every request and every change in the CRM, in order; equal for equal seeds."""
    violations: list[Violation]
    digest: str
    """Of the history and of how our outbox ended."""
    counts: Counter[str] = field(default_factory=Counter)
    """Faults, acts of people, deaths, requests, tasks."""
    states: tuple[str, ...] = ()
    """How each process ended."""

    @property
    def replay(self) -> str:
        """The one command that lives it again."""
        return f"pytest tests/faults --seed={self.schedule.seed}"

    def __str__(self) -> str:
        lines = [f"{one.guarantee}: {one.what}" for one in self.violations]
        return "\n".join([*lines, str(self.schedule), " ".join(self.states), self.replay])


def run_schedule(
    seed: int,
    crm: str | None = None,
    *,
    folder: Path | None = None,
    schedule: Schedule | None = None,
    served: bool = False,
) -> Outcome:
    """Live the schedule of a seed over the real adapters and judge it.

    Args:
        seed: Any whole number: it decides everything.
        crm: ``salesforce`` or ``hubspot``; default: even seeds meet the one, odd the other.
        folder: Where the database goes; default: one in memory for this process.
        schedule: Another schedule than the seed's own (one made smaller, say).
        served: Over real sockets on loopback instead of in process; nothing is slow there.
    """
    schedule = schedule or make_schedule(seed, crm)
    folder = folder or _folder()
    words: list[str] = []
    saved = None if schedule.fresh else _settled(schedule.crm)
    with alike(seed), _listening(words):
        database = _clean(folder / f"{schedule.crm}.db")
        rig = Rig(schedule.crm, database, saved)
        with _served(rig) if served else nullcontext():
            return _judged(rig, schedule, words)


@contextmanager
def _served(rig: Rig) -> Iterator[None]:
    """Serve the rig's world; its limits count real seconds, so they are out of reach."""
    rig.world.hubspot_burst = rig.world.hubspot_searches_per_s = 100_000
    with running(rig.world) as addresses:
        rig.address = getattr(addresses, rig.skin.crm)
        yield


def _judged(rig: Rig, schedule: Schedule, words: list[str]) -> Outcome:
    told = Told()
    rig.times.skew += _minutes(schedule.skew_minutes)
    shots = [cursors(rig.database)]
    for night in schedule.nights:
        live(rig, night, told)
        shots.append(cursors(rig.database))
        rig.advance(minutes=night.gap_minutes)
    rig.times.skew = _minutes(0)
    settled, quiet_from = _rest(rig, told, shots)
    log = rig.world.log.entries()
    words += told.said
    evidence = rig.evidence(
        log=log,
        quiet_from=quiet_from,
        settled=settled,
        undoing=any(night.act is Act.UNDO for night in schedule.nights),
        cursors=shots,
        rationed=told.rationed,
        exact=not told.raced,
        words="\n".join(words),
    )
    found = check(evidence)
    found += [Violation("G38", what) for what in told.broken]
    if not settled:
        found.append(Violation("G2", f"no rest after {_MOST_RUNS} runs: {told.states}"))
    told.counts["requests"] = len(log)
    history = (*_requests(log), *_edits(rig))
    return Outcome(
        schedule=schedule,
        history=history,
        violations=sorted(set(found)),
        digest=sha256("\n".join(history).encode()).hexdigest(),
        counts=told.counts,
        states=tuple(told.states),
    )


def _rest(rig: Rig, told: Told, shots: list[Any]) -> tuple[bool, int]:
    """Run in peace until a run has nothing to do; returns whether, and where that run began."""
    rig.times.seconds += _DAY_S - rig.times.seconds % _DAY_S  # a new morning: no midnight within
    act, asked = Act.RUN, 0
    for _turn in range(_MOST_RUNS):
        asked = _asked(rig)
        report = live(rig, Night(act=act, gap_minutes=0), told)
        shots.append(cursors(rig.database))
        if _is_rest(report, act):
            return True, asked
        held = report is not None and report.state is RunState.HELD
        off = report is not None and bool(report.changes) and not report.written
        act = Act.APPROVE if held or off else Act.RUN
        rig.advance(minutes=_GAP_MINUTES)
    return False, asked


def _asked(rig: Rig) -> int:
    return len(rig.world.log)


def _is_rest(report: RunReport | None, act: Act) -> bool:
    return (
        report is not None
        and act is Act.RUN
        and report.state is RunState.DONE
        and not report.changes
        and not report.written
    )


def _requests(log: list[dict[str, Any]]) -> Iterator[str]:
    for entry in log:
        yield json.dumps(entry, sort_keys=True, default=str)


def _edits(rig: Rig) -> Iterator[str]:
    for edit in rig.records.history:
        yield f"{edit.at.isoformat()} {edit.object} {edit.id} {edit.field} {edit.after!r} {edit.by}"


@contextmanager
def alike(seed: int) -> Iterator[None]:
    """Make chance repeat itself, and keep the collector from walking through it.

    Args:
        seed: Of what is drawn inside: ids of runs and records, and the dice of retries.
    """
    state, dice = random.getstate(), random.Random(seed)
    random.seed(seed)
    enabled = gc.isenabled()
    gc.disable()
    made: Callable[[], UUID] = lambda: UUID(int=dice.getrandbits(128))  # noqa: E731
    try:
        with patch("kam_connector.sync.ledger.uuid4", made):
            yield
    finally:
        random.setstate(state)
        if enabled:
            gc.enable()


@contextmanager
def _listening(words: list[str]) -> Iterator[None]:
    """Take down everything that is logged, at DEBUG, as it was said: nothing redacted."""

    def take(_logger: Any, _name: str, facts: dict[str, Any]) -> str:
        words.append(repr(facts))
        raise structlog.DropEvent

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words.append(record.getMessage())

    ear, root = Ear(level=logging.DEBUG), logging.getLogger()
    before, others = root.level, root.handlers
    root.handlers = [ear]  # pytest's own would keep all of it, gigabytes in a long run
    root.setLevel(logging.DEBUG)
    structlog.configure(processors=[structlog.processors.format_exc_info, take])
    try:
        yield
    finally:
        root.handlers = others
        root.setLevel(before)
        structlog.reset_defaults()


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="kam-faults-", dir=where))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _clean(database: Path) -> Path:
    for one in database.parent.glob(f"{database.name}*"):
        one.unlink()
    return database


@cache
def _settled(crm: str) -> Saved:
    """Return a CRM and a database after a first night that nothing disturbed."""
    database = _clean(_folder() / f"first-{crm}.db")
    rig, told = Rig(crm, database), Told()
    with alike(0), _listening([]):  # the same whichever seed is lived first
        live(rig, Night(act=Act.APPROVE, gap_minutes=0), told)
        rig.advance(minutes=_GAP_MINUTES)
        report = live(rig, Night(act=Act.RUN, gap_minutes=0), told)
    assert report is not None
    assert report.state is RunState.DONE, told
    rig.advance(minutes=_GAP_MINUTES)
    return rig.saved(_clean(_folder() / f"settled-{crm}.db"))


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
