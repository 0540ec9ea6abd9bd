"""One schedule of real deaths: an approval, a night, an undo, each killed until it ends.

A seed decides when a process dies (at the CRM's n-th answer, right before or after its n-th
commit, or after some milliseconds), whether it is only held up while another one takes over,
and what people do in the CRM meanwhile.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kam_sandbox import people
from tests.faults.kills_served import Nursery, Served

__all__ = ["Life"]

HOUR_S = 3600.0
LEASE_S = 61.0
"""A lease lasts a minute (sync/lease.py)."""
_KINDS = ("answer",) * 4 + ("commit",) * 3 + ("torn",) * 3 + ("moment",) * 2 + ("held up",)
_LONGEST = {
    "approve": {"answer": 16, "commit": 14, "torn": 14},
    "night": {"answer": 24, "commit": 21, "torn": 21},
    "undo": {"answer": 16, "commit": 8, "torn": 8},
}
"""How many of each an act has, about (measured); a later moment never comes, and the act ends."""
_BUSY = "KAM-7010"


@dataclass(slots=True, kw_only=True)
class Life:
    """One connection from its first approval to an undo.

    Args:
        seed: Decides everything but the operating system's own timing.
        url: The database, as it is after the first look.
        preview: What was shown then.
    """

    seed: int
    nursery: Nursery
    served: Served
    url: str
    preview: str
    journal: Callable[[], list[str]]
    """Reads the runs of the journal from the database, oldest first."""
    kills: int = 0
    taken_over: int = 0
    """Times that a process was held up until another had taken its place."""
    troubles: list[str] = field(default_factory=list)
    """Answers that no process should give."""
    _dice: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)

    def live(self) -> None:
        """Live through all of it."""
        self.served.later(HOUR_S)
        self._until_it_ends("approve", preview=self.preview)
        self.served.later(2 * HOUR_S)
        for _ in range(self._dice.randint(1, 3)):
            self._somebody_acts()
        self.served.later(2 * HOUR_S)
        self._until_it_ends("night", night="2026-11-21")
        self.served.later(2 * HOUR_S)
        first = self.journal()[0]
        self._until_it_ends("undo", run=first)

    def come_to_rest(self) -> int:
        """Run until nothing is left to do; returns the last request's number before a quiet run."""
        self.served.later(3 * HOUR_S)
        self._attempt("night", None, night="2026-11-22")
        self.served.later(3 * HOUR_S)
        last = len(self.served.moments.entries())
        self._attempt("night", None, night="2026-11-23")
        return last

    def _until_it_ends(self, act: str, **job: Any) -> None:
        for _ in range(self._dice.randint(5, 8)):
            if self._dice.random() < 0.15:
                self._somebody_acts()
            kind = self._dice.choice(_KINDS)
            if kind == "held up":
                self._held_up(act, **job)
            elif not self._attempt(act, self._death(act, kind), **job):
                return
            self.served.later(self._dice.choice((0.0, 5.0, 400.0)))
        self._attempt(act, None, **job)

    def _death(self, act: str, kind: str) -> Mapping[str, Any]:
        if kind == "moment":
            return {"kind": kind, "at": self._dice.uniform(0.0, 0.12)}
        return {"kind": kind, "at": self._dice.randint(1, _LONGEST[act][kind])}

    def _attempt(self, act: str, die: Mapping[str, Any] | None, **job: Any) -> bool:
        """Let one process live, or die; tells whether it died."""
        child = self.nursery.child()
        self.served.moments.begin()
        if die and die["kind"] == "answer":
            self.served.moments.at(die["at"], lambda: child.signal(signal.SIGKILL))
        child.start(act, self._job(job), die)
        if die and die["kind"] == "moment":
            time.sleep(die["at"])
            child.signal(signal.SIGKILL)  # it waits to be reaped if it ended before
        said = child.ended()
        killed = said["signal"] == signal.SIGKILL
        self.kills += killed
        if not killed and "done" not in said:
            self.troubles.append(f"{act}: {said.get('broke') or said}")
        return killed

    def _held_up(self, act: str, **job: Any) -> None:
        """Stop a process at an answer; let its lease end and another host finish; let it wake."""
        nth = self._dice.randint(2, _LONGEST[act]["answer"])
        sleeper, stopped = self.nursery.child(), []

        def stop() -> None:
            sleeper.signal(signal.SIGSTOP)
            stopped.append(nth)

        self.served.moments.begin()
        self.served.moments.at(nth, stop)
        sleeper.start(act, self._job(job), None)
        while not stopped and not sleeper.has_ended():
            time.sleep(0.002)
        if stopped:
            self.taken_over += 1
            self.served.later(LEASE_S)
            self._attempt(act, None, **job, host="elsewhere")
            sleeper.signal(signal.SIGCONT)
        said = sleeper.ended()
        if "done" not in said and said.get("code") != _BUSY:
            self.troubles.append(f"{act}, held up: {said.get('broke') or said}")

    def _job(self, more: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "url": self.url,
            "crm": self.served.skin.crm,
            "endpoint": self.served.endpoint,
            "clock": str(self.served.clock),
            **more,
        }

    def _somebody_acts(self) -> None:
        """Let a person change something in the CRM."""
        names, dice = self.served.skin.names, self._dice
        accounts = sorted(one.id for one in self.served.records.all(names.account))
        contacts = sorted(one.id for one in self.served.records.all(names.contact))
        tasks = sorted(
            one.id for one in self.served.records.all(names.task) if one.fields.get(names.key)
        )
        day = f"2027-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}"
        edits = [
            (names.account, accounts, {names.review: day}),
            (names.account, accounts, {names.review: day}),
            (names.account, accounts, {names.tier: "C"}),
            (names.account, accounts, {names.city: dice.choice(("Paris", "Nantes"))}),
            (names.contact, contacts, {names.title: dice.choice(("CEO", "CIO"))}),
            (names.task, tasks, {names.status: names.done}),
        ]
        object_, ids, values = dice.choice([one for one in edits if one[1]])
        wanted = {"object": object_, "id": dice.choice(ids), "set": values}
        people.edit(self.served.world, self.served.skin.crm, wanted)
