"""Lives one night of a schedule: one process, and all that happens to it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from kam_connector.errors import BusyError, KamError
from kam_connector.model.report import RunReport
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run
from kam_sandbox.hubspot.settings import TOKEN
from tests.faults.alphabet import fault
from tests.faults.mapped import allowed
from tests.faults.people import People
from tests.faults.rails import is_look
from tests.faults.rig import Fuse, Killed, Process, Rig
from tests.faults.schedule import Act, Night, Strike
from tests.faults.skins import mapping_file

__all__ = ["Told", "live"]

_SERVED = {"slow": "drop_before", "slowish": "drop_before", "token_withdrawn": "401_expired"}
"""Over sockets nobody waits, and nobody gives us a new token."""
_PRAGMAS = {"busy": "busy_timeout = 0", "full": "max_page_count = 1", "readonly": "query_only = 1"}


@dataclass(slots=True)
class Told:
    """What happened, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    """Faults, acts of people, deaths ... by name."""
    said: list[str] = field(default_factory=list)
    """Every error's words."""
    broken: list[str] = field(default_factory=list)
    """Errors that are none of ours: nobody promised those."""
    states: list[str] = field(default_factory=list)
    """How each process ended."""
    rationed: list[tuple[int, int, int]] = field(default_factory=list)
    """After which request and up to which the day had only so many calls, and how many."""
    raced: bool = False
    """Whether a person may have acted between our look at a record and our write."""


def live(rig: Rig, night: Night, told: Told) -> RunReport | None:
    """Live one night; returns the report of a run that got so far."""
    scene = _Scene(rig, night, told)
    fuse = Fuse(at=night.dies_at)
    report = None
    with scene.standing(), rig.process(fuse, stopping=lambda: scene.stop) as process:
        rig.heard = scene.heard
        try:
            report = _ACTS[night.act](rig, process)
            told.states.append(str(report.state) if report else "nothing")
        except Killed:
            told.counts["died"] += 1
            told.states.append("died")
        except KamError as error:
            told.said += [str(error), repr(error), error.hint or ""]
            told.states.append(error.code or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - that nothing else is raised is a promise
            told.broken.append(f"{type(error).__name__}: {error}")
            told.states.append("broken")
        finally:
            rig.heard = lambda _asked: None
            scene.end()
    return report


class _Scene:
    """What happens around the requests of one night."""

    def __init__(self, rig: Rig, night: Night, told: Told) -> None:
        self._rig = rig
        self._night = night
        self._told = told
        self._people = People(rig.skin, rig.world)
        self._asked = 0
        self._lock: sqlite3.Connection | None = None
        self._busy = False
        self.stop = False

    def heard(self, asked: str) -> None:
        """Let happen what is due before this request."""
        if self._busy:  # a rival's own requests
            return
        self._asked += 1
        for one in self._night.people:
            if one.at == self._asked:
                self._told.raced |= not is_look(asked)
                self._act(one)
        for one in self._night.faults:
            if one.at == self._asked:
                what = _SERVED.get(one.what, one.what) if self._rig.address else one.what
                wanted = fault(what, self._rig.skin.crm, self._rig.world.clock.now())
                self._rig.world.faults.schedule(wanted)
                self._told.counts[f"fault {what}"] += 1
        local = self._night.local
        if local is not None and local.at == self._asked:
            self._told.counts[f"local {local.what}"] += 1
            self._fail(local.what)

    def _act(self, one: Strike) -> None:
        with suppress(ValueError):  # the CRM refuses it to people too
            done = self._people.act(one.what, one.pick)
            self._told.counts[f"people {one.what}"] += done

    def _fail(self, what: str) -> None:
        """Let our own side fail from now on."""
        self._rig.pragma = _PRAGMAS.get(what, "")
        match what:
            case "busy":
                self._lock = sqlite3.connect(self._rig.database, isolation_level=None, timeout=0)
                with suppress(sqlite3.OperationalError):
                    self._lock.execute("BEGIN IMMEDIATE")
            case "day_back":
                self._rig.times.skew -= timedelta(days=1)
            case "day_on":
                self._rig.times.skew += timedelta(days=1)
            case "rival":
                self._rival()
            case "stop":
                self.stop = True
            case "paused":
                self._pause(True)
            case _:
                pass

    def _rival(self) -> None:
        """Start a second process beside us: it must not run."""
        self._busy = True
        try:
            with self._rig.process(Fuse()) as process:
                run_sync(process.ctx)
            self._told.broken.append("two processes ran at once")
        except BusyError:
            self._told.counts["rival sent away"] += 1
        except KamError as error:
            self._told.said.append(str(error))
        finally:
            self._busy = False

    def _pause(self, paused: bool) -> None:
        with closing(sqlite3.connect(self._rig.database, timeout=0)) as connection:
            connection.execute("UPDATE connection SET paused = ?", (paused,))
            connection.commit()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Set the states of the CRM that last all night, and lift them after."""
        world = self._rig.world
        before, lift = len(world.log), ExitStack()
        for one in self._night.standing:
            self._told.counts[f"standing {one.rpartition(':')[0] or one}"] += 1
            if one == "burnt":
                lift.enter_context(_scarce(self._rig))
            else:
                self._set_up(one)
        try:
            yield
        finally:
            world.faults.clear()
            lift.close()
            if "burnt" in self._night.standing and self._night.act is not Act.UNDO:
                self._told.rationed.append((before, len(world.log), _SCARCE))

    def _set_up(self, one: str) -> None:
        rig = self._rig
        kind, _, rest = one.partition(":")
        if kind == "late":
            rig.world.faults.schedule({"kind": "late_visible", "seconds": 200.0})
        else:
            change, _, pick = rest.partition(":")
            names = sorted(
                (object_, name)
                for object_, fields in allowed(mapping_file(rig.skin.crm)).written.items()
                for name in fields
                if "kam_" in name.lower() and object_ in _OBJECTS[rig.skin.crm]
            )
            object_, name = names[int(pick) % len(names)]
            wanted = {"kind": "schema_drift", "object": object_, "field": name, "change": change}
            rig.world.faults.schedule(wanted)

    def end(self) -> None:
        """Put our own side right again."""
        rig = self._rig
        rig.pragma = ""
        if self._lock is not None:
            self._lock.close()
        if self._night.local is not None and self._night.local.what == "paused":
            self._pause(False)
        if rig.skin.crm == "hubspot" and not rig.address:
            rig.app.portal.settings.token = TOKEN  # type: ignore[attr-defined]


_SCARCE = 12
"""Calls that a scarce day has: others have burnt the rest. A person's undo may use them all."""


@contextmanager
def _scarce(rig: Rig) -> Iterator[None]:
    """Leave few calls of the day until the block ends, and no midnight that gives new ones."""
    limiter = getattr(getattr(rig.app, "portal", None), "limiter", None)
    before = rig.world.daily_api_limit
    rig.world.daily_api_limit = _SCARCE
    if limiter is None:
        yield
    else:
        daily, day = limiter.limits.daily, limiter.day
        limiter.limits.daily, limiter.day = limiter.today + _SCARCE, lambda: limiter._counted
        yield
        limiter.limits.daily, limiter.day = daily, day
    rig.world.daily_api_limit = before


_OBJECTS = {
    "salesforce": ("Account", "Contact", "Opportunity", "Task"),
    "hubspot": ("companies", "contacts", "deals", "tasks"),
}


def _run(_rig: Rig, process: Process) -> RunReport:
    return run_sync(process.ctx)


def _full(_rig: Rig, process: Process) -> RunReport:
    return run_sync(process.ctx, full=True)


def _look(_rig: Rig, process: Process) -> RunReport:
    return preview_only(process.ctx)


def _approve(_rig: Rig, process: Process) -> RunReport:
    """Look, allow writing, and approve what is shown."""
    report = preview_only(process.ctx)
    if report.preview_id is None:
        return report
    process.enable()
    return apply_preview(process.ctx, report.preview_id)


def _undo(rig: Rig, process: Process) -> None:
    """Take back the last run that wrote."""
    with closing(sqlite3.connect(rig.database)) as connection:
        row = connection.execute(
            "SELECT run_id FROM journal WHERE undone_at IS NULL ORDER BY at DESC, run_id LIMIT 1"
        ).fetchone()
    if row is not None:
        undo_run(process.ctx, row[0], dry_run=False)


_ACTS: dict[Act, Callable[[Rig, Process], RunReport | None]] = {
    Act.RUN: _run,
    Act.LOOK: _look,
    Act.APPROVE: _approve,
    Act.UNDO: _undo,
    Act.FULL: _full,
}
