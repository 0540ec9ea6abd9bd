"""A served CRM whose every request may be a moment to act, and the process that forks children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.log import Entry, RequestLog
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from tests.faults.skins import SKINS, Skin

__all__ = ["Child", "Nursery", "Served", "served"]

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 120.0
"""Our choice: no act takes a hundredth of it; a child that hangs must not hang the tests."""


class Moments(RequestLog):
    """A request log that acts when the CRM has done the n-th request, before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = 0
        self._acts: dict[int, list[Callable[[], None]]] = {}

    def begin(self) -> None:
        """Count from one again; what has not come to pass by now never will."""
        self._seen = 0
        self._acts.clear()

    def at(self, nth: int, act: Callable[[], None]) -> None:
        """Do something when the n-th request from now has been done."""
        self._acts.setdefault(nth, []).append(act)

    def add(self, **facts: Any) -> Entry:
        """Count one request."""
        entry = super().add(**facts)
        self._seen += 1
        for act in self._acts.pop(self._seen, ()):
            act()
        return entry


@dataclass(slots=True, kw_only=True)
class Served:
    """One CRM with its tiny world, listening on a port of its own."""

    skin: Skin
    world: World
    moments: Moments
    endpoint: str
    clock: Path
    """The file that tells our processes how far their clocks are from this machine's."""
    _shift_s: float = 0.0

    def __post_init__(self) -> None:
        self._shift_s = START.timestamp() - time.time()
        self.later(0.0)

    @property
    def records(self) -> Any:
        """The CRM's records and their history."""
        return self.skin.records(self.world)

    def later(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self._shift_s += seconds
        self.clock.write_text(str(self._shift_s), "ascii")
        self.world.clock.advance(seconds)


@contextmanager
def served(crm: str, folder: Path) -> Iterator[Served]:
    """Serve the tiny world as it is on its first day."""
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000  # nobody waits here
    moments = world.log = Moments()
    skin = SKINS[crm]
    skin.populate(world)
    with running(world) as addresses:
        yield Served(
            skin=skin,
            world=world,
            moments=moments,
            endpoint=getattr(addresses, crm),
            clock=folder / "clock",
        )


@dataclass(slots=True, kw_only=True)
class Child:
    """One forked connector: known by its pid as soon as it exists."""

    nursery: Nursery
    born: Event = field(default_factory=Event)
    pid: int = 0

    def signal(self, number: int) -> None:
        """Send it a signal; from the CRM's side this waits until the pid is known."""
        assert self.born.wait(_PATIENCE_S)
        os.kill(self.pid, number)

    def start(self, act: str, job: Mapping[str, Any], die: Mapping[str, Any] | None) -> None:
        """Fork it."""
        self.pid = self.nursery.ask(do="start", act=act, job=job, die=die)["pid"]
        self.born.set()

    def has_ended(self) -> bool:
        """Tell whether it runs no more; it still waits to be reaped."""
        return bool(self.nursery.ask(do="peek", pid=self.pid)["ended"])

    def ended(self) -> dict[str, Any]:
        """Reap it, and return what it said: ``done``, ``code`` and ``message``, or ``broke``."""
        return self.nursery.ask(do="wait", pid=self.pid)


class Nursery:
    """The process that forks children; see ``kills_nursery``."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.kills_nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env=environment,
        )

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def child(self) -> Child:
        """Return a child to be born."""
        return Child(nursery=self)

    def close(self) -> None:
        """End it, when all children are reaped."""
        self._process.communicate(timeout=_PATIENCE_S)
