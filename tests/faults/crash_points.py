"""Every moment at which a death leaves another state behind, one after the other (SQLite's way).

What outlives a process changes at a commit of the store and at a request that writes to the CRM,
and nowhere else: to die right before each of them is to die everywhere. A statement inside of a
transaction and a request that reads leave what the step before them left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kam_connector.errors import HeldError
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run
from kam_sandbox import people
from tests.faults.bodies import is_write
from tests.faults.database import ours
from tests.faults.mapped import allowed
from tests.faults.plain import plain
from tests.faults.rails import log_findings
from tests.faults.rig import Fuse, Killed, Process, Rig, Saved
from tests.faults.skins import mapping_file

__all__ = ["ACTS", "Sweep"]

_CHANGES = ("POST", "PATCH", "PUT")


@dataclass(slots=True)
class StepFuse(Fuse):
    """Counts only what changes something that outlives the process."""

    names: list[str] = field(default_factory=list)

    def burn(self, name: str) -> None:
        """Take one step; see :class:`Fuse`. The dead take no further step of any kind."""
        if _changes_something(name):
            self.names.append(name)
            Fuse.burn(self, name)
        elif self.at is not None and self.steps >= self.at:
            raise Killed(name)


def _changes_something(name: str) -> bool:
    if name == "commit":
        return True
    method, _, path = name.partition(" ")
    whole = path.endswith("/composite")  # its parts may be reads; then it is one step too many
    return method in _CHANGES and (whole or is_write(method, path))


def _approve(rig: Rig, process: Process) -> None:
    """Approve the one preview; what a dead attempt had taken over already, a run finishes."""
    ((preview,),) = _rows(rig, "SELECT id FROM preview")
    try:
        apply_preview(process.ctx, preview)
    except HeldError:
        run_sync(process.ctx)


def _night(_rig: Rig, process: Process) -> None:
    run_sync(process.ctx, job="nightly-sync", local_date=process.ctx.clock.now().date())


def _undo(rig: Rig, process: Process) -> None:
    undo_run(process.ctx, _rows(rig, "SELECT run_id FROM journal ORDER BY at")[0][0], dry_run=False)


Deed = Callable[[Rig, Process], None]
ACTS: Mapping[str, tuple[Deed, ...]] = {
    "approve": (_approve, _approve),
    "night": (_night, _night),
    "undo": (_undo, _undo),
    "undo, a night": (_undo, _night, _undo),
}
"""What is done, and what others do, one process after the other, when the first one died."""


class Sweep:
    """One act in one CRM, lived with a death at every step.

    Args:
        crm: ``salesforce`` or ``hubspot``.
        act: One of :data:`ACTS`.
        folder: Where database files go.
    """

    def __init__(self, crm: str, act: str, folder: Path) -> None:
        self._crm, self._folder = crm, folder
        self._act, *self._finish = ACTS[act]
        self._start = self._prepared(act)
        self._count = 0

    def undisturbed(self) -> tuple[list[str], Any]:
        """Return the steps of a process that lives, and the state after it."""
        return self._lived(StepFuse())

    def killed(self, at: int) -> Any:
        """Return the state when a process died at a step and others finished what it began."""
        return self._lived(StepFuse(at=at))[1]

    def _lived(self, fuse: StepFuse) -> tuple[list[str], Any]:
        self._count += 1
        rig = Rig(self._crm, self._folder / f"lived-{self._count}.db", self._start)
        rig.advance(hours=2)
        died = False
        with rig.process(fuse) as process:
            try:
                self._act(rig, process)
            except Killed:
                died = True
        names = list(fuse.names)
        rig.advance(minutes=2)  # the dead process's lease runs out
        unlogged: list[str] = []
        for deed in self._finish if died else ():
            with rig.process() as process:
                deed(rig, process)
            unlogged += _unlogged(rig)
        return names, (_state(rig), unlogged)

    def _prepared(self, act: str) -> Saved:
        """Return a world in which the act is due."""
        rig = Rig(self._crm, self._folder / "start.db")
        rig.advance(hours=1)
        with rig.process() as process:
            preview_only(process.ctx)
            process.enable()
            if act != "approve":
                _approve(rig, process)
        if act == "night":
            rig.advance(hours=2)
            _news(rig)
        return rig.saved(self._folder / "saved.db")


def _news(rig: Rig) -> None:
    """A customer who became a key account, a person's date, a promotion, a task that is done."""
    names = rig.skin.names
    accounts = [one.id for one in rig.records.all(names.account)]
    contact = next(rig.records.all(names.contact)).id
    task = next(one.id for one in rig.records.all(names.task) if one.fields.get(names.key))
    hot = {"salesforce": {"Rating": "Hot"}, "hubspot": {"hs_ideal_customer_profile": "tier_1"}}
    for object_, id_, values in (
        (names.account, accounts[2], hot[rig.skin.crm]),
        (names.account, accounts[0], {names.review: "2027-03-01"}),
        (names.account, accounts[1], {names.tier: "C"}),
        (names.contact, contact, {names.title: "CEO"}),
        (names.task, task, {names.status: names.done}),
    ):
        people.edit(rig.world, rig.skin.crm, {"object": object_, "id": id_, "set": values})


def _unlogged(rig: Rig) -> list[str]:
    """Return what stands in the CRM, written by us, and in no entry of the audit log."""
    written = allowed(mapping_file(rig.skin.crm)).written
    logged = ours(rig.database).logged
    return list(log_findings(rig.records.history, rig.skin.us, written, logged))


def _state(rig: Rig) -> Any:
    """Return what stands in the CRM, journal and audit log, without when and by which run."""
    names = rig.skin.names
    stands = []
    for object_ in rig.records.objects():
        for record in rig.records.all(object_, deleted=True):
            key = record.fields.get(names.key) if object_ == names.task else None
            values = {name: plain(value) for name, value in record.fields.items()}
            values = {name: value for name, value in values.items() if not _is_moment(value)}
            stands.append((object_, str(key or record.id), sorted(values.items(), key=repr)))
    journal = _rows(
        rig,
        "SELECT object, kam_id, field, before, after, created, undone_at IS NULL FROM journal"
        " ORDER BY 1, 2, 3, 4, 5, 6, 7",
    )
    open_ = _rows(
        rig,
        "SELECT state, COUNT(*) FROM outbox WHERE state IN ('pending', 'sent', 'undoing')"
        " GROUP BY state",
    )
    held = _rows(rig, "SELECT object, ref, field, value FROM holdback ORDER BY 1, 2, 3")
    told = _rows(
        rig,
        "SELECT act, object, kam_id, field, note LIKE '%answer%' FROM audit_entry"
        " JOIN audit_subject USING (number) WHERE field IS NOT NULL ORDER BY 1, 2, 3, 4, 5",
    )
    return sorted(stands, key=repr), journal, open_, held, told


def _is_moment(value: Any) -> bool:
    """Tell whether a value is an instant: when a thing was done may differ, and what not."""
    return isinstance(value, str) and "T" in value and value.endswith("+00:00")


def _rows(rig: Rig, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(rig.database)) as connection:
        return connection.execute(query).fetchall()
