"""Runs schedules of deaths one after the other and judges what each of them left."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.checker import Evidence, check
from tests.faults.kills_checker import Promised, half_done, lost, promised
from tests.faults.kills_databases import Databases
from tests.faults.kills_life import Life
from tests.faults.kills_served import Nursery, Served, served
from tests.faults.skins import SKINS, mapping_file

__all__ = ["KillRig", "Tally", "kill_rig", "schedules"]

_CRMS = ("salesforce", "hubspot")
_WITHDRAWN = {"salesforce": "Deferred", "hubspot": "DEFERRED"}
"""As in the shipped mappings."""


@dataclass(slots=True)
class Tally:
    """What came of some schedules."""

    on: str
    """The database."""
    whole: int
    """How many schedules it takes before every sort of death has been met."""
    schedules: int = 0
    kills: int = 0
    taken_over: int = 0
    tasks: int = 0
    values: int = 0
    """Values that were approved."""
    problems: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What was lived, for a figure."""
        return f"{self.kills} processes killed on {self.on}"

    @property
    def is_partial(self) -> bool:
        """Whether only some schedules were lived again."""
        return self.schedules < self.whole

    def of(self, guarantee: str) -> list[str]:
        """Return the problems of one guarantee."""
        return [one for one in self.problems if f" {guarantee} " in one]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A connection after its first look."""

    preview: str
    shown: list[Promised]


@dataclass(slots=True, kw_only=True)
class KillRig:
    """One kind of database, and the process that forks connectors onto it."""

    nursery: Nursery
    databases: Databases
    folder: Path
    replay: str
    """The command that lives one schedule again."""
    _starts: dict[str, _Start] = field(default_factory=dict)

    def live(self, seeds: Iterable[int], *, on: str, whole: int) -> Tally:
        """Live through schedules; even seeds meet the one CRM, odd ones the other."""
        tally = Tally(on=on, whole=whole)
        for seed in seeds:
            found = self._one(seed, _CRMS[seed % 2], tally)
            tally.problems += [f"{self.replay} --seed={seed}: {one} " for one in found]
        return tally

    def _one(self, seed: int, crm: str, tally: Tally) -> list[str]:
        start = self._starts.get(crm) or self._first_look(crm)
        url = self.databases.copy(crm, seed)
        with served(crm, self.folder) as place:
            life = Life(
                seed=seed,
                nursery=self.nursery,
                served=place,
                url=url,
                preview=start.preview,
                journal=lambda: [
                    run
                    for (run,) in self.databases.read(
                        url, "SELECT run_id FROM journal GROUP BY run_id ORDER BY MIN(at)"
                    )
                ],
            )
            life.live()
            quiet_from = life.come_to_rest()
            found = life.troubles + self._judged(place, url, start.shown, quiet_from)
            tally.tasks += len({one.key for one in start.shown if one.ref is None})
        self.databases.drop(url)
        tally.schedules += 1
        tally.kills += life.kills
        tally.taken_over += life.taken_over
        tally.values += len(start.shown)
        return found

    def _first_look(self, crm: str) -> _Start:
        """Prepare the database that every schedule of a CRM starts from."""
        url = self.databases.template(crm)
        with served(crm, self.folder) as place:
            child = self.nursery.child()
            job = {
                "url": url, "crm": crm, "endpoint": place.endpoint, "clock": str(place.clock),
            }  # fmt: skip
            child.start("look", job, None)
            said = child.ended()
        assert "done" in said, said
        shown = promised(lambda query: self.databases.read(url, query))
        self._starts[crm] = _Start(preview=said["done"]["preview"], shown=shown)
        return self._starts[crm]

    def _judged(self, place: Served, url: str, shown: list[Promised], quiet_from: int) -> list[str]:
        skin = SKINS[place.skin.crm]
        evidence = Evidence(
            crm=skin.crm,
            us=skin.us,
            mapping=mapping_file(skin.crm),
            records=place.records,
            log=place.moments.entries(),
            database=self.databases.as_file(url, self.folder),
            task=skin.names.task,
            key=skin.names.key,
            status=skin.names.status,
            closed=frozenset({skin.names.done}),
            withdrawn=_WITHDRAWN[skin.crm],
            quiet_from=quiet_from,
            undoing=True,
            secrets=skin.secrets,
        )
        return [
            *(f"{one.guarantee} {one.what}" for one in check(evidence)),
            *lost(place.records, skin.us, skin.names.key, shown),
            *half_done(lambda query: self.databases.read(url, query)),
        ]


def schedules(config: pytest.Config, *, in_ci: int) -> range:
    """Return the seeds to live: the one asked for, as many as asked for, or CI's.

    ``KAM_KILLS`` multiplies CI's number: the release tier makes 2,000 kills with seven times it.
    """
    seed = config.getoption("--seed")
    if seed is not None:
        return range(seed, seed + 1)
    return range(config.getoption("--schedules") or in_ci * int(os.environ.get("KAM_KILLS", "1")))


@contextmanager
def kill_rig(databases: Databases, folder: Path, replay: str) -> Iterator[KillRig]:
    """Give a rig; its process ends with the block."""
    nursery = Nursery()
    try:
        yield KillRig(nursery=nursery, databases=databases, folder=folder, replay=replay)
    finally:
        nursery.close()
