"""Both CRMs as a first look or a run left them: where tests of one act begin, each on a copy.

Lived over the real adapters and the sandbox in process; what was written is read from the CRM's
own history, never from our journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.run import preview_only, run_sync
from tests.faults.bodies import is_write
from tests.faults.people import People
from tests.faults.rig import Process, Rig, Saved
from tests.faults.runner import alike

__all__ = ["Place", "Start", "approved", "news", "started", "writing_requests"]

_NEWS = (
    "review_moved", "task_done", "task_begun", "account_renamed", "contact_title",
    "contact_title", "deal_closed", "customer_won", "customer_won", "account_owner",
)  # fmt: skip
"""What may happen between two nights and gives us something to write."""


class Place(NamedTuple):
    """One field of one record."""

    object: str
    id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A CRM and our database after a run that wrote, and copies of both."""

    saved: Saved
    run_id: str
    before: Mapping[Place, Any]
    """What stood where the run wrote."""
    made: frozenset[tuple[str, str]]
    """Object and id of what the run created."""

    def copy(self, names: Iterator[int] = count(1)) -> Rig:  # noqa: B008 - one count for all
        """Return a rig of its own that goes on from here."""
        database = self.saved.database
        return Rig(self.saved.crm, database.with_name(f"copy-{next(names)}.db"), self.saved)


def started(crm: str, folder: Path, seed: int) -> Start:
    """Let a run write: seed 0 for the first time, any other a night with news of its own.

    Args:
        crm: ``salesforce`` or ``hubspot``.
        folder: Where database files go.
        seed: What happened in the CRM since the first time.
    """
    with alike(seed):
        return _started(crm, folder, seed)


def _started(crm: str, folder: Path, seed: int) -> Start:
    rig = Rig(crm, folder / f"{crm}-{seed}.db")
    rig.advance(hours=1)
    begun = len(rig.records.history)
    with rig.process() as process:
        report = approved(process)
    if seed:
        rig.advance(hours=2)
        news(rig, Random(seed))
        rig.advance(hours=2)
        begun = len(rig.records.history)
        with rig.process() as process:
            report = run_sync(process.ctx)
    assert report.state is RunState.DONE
    wrote = [one for one in rig.records.history[begun:] if one.by == rig.skin.us]
    rig.advance(hours=1)
    return Start(
        saved=rig.saved(folder / f"{crm}-{seed}-saved.db"),
        run_id=report.run_id,
        before={
            Place(one.object, one.id, one.field): one.before
            for one in reversed(wrote)
            if not one.field.startswith("@")
        },
        made=frozenset((one.object, one.id) for one in wrote if one.field == "@created"),
    )


def approved(process: Process) -> RunReport:
    """Look, allow writing, and approve what is shown."""
    shown = preview_only(process.ctx)
    assert shown.preview_id is not None
    process.enable()
    return apply_preview(process.ctx, shown.preview_id)


def writing_requests(rig: Rig, since: int = 0) -> int:
    """Return how many requests after the numbered one could write to the CRM."""
    log = rig.world.log.entries(since=since)
    return sum(is_write(one["method"], one["path"], one["body"]) for one in log)


def news(rig: Rig, dice: Random) -> None:
    """Let people do some things that give us something to write."""
    people = People(rig.skin, rig.world)
    for what in dice.sample(_NEWS, 6):
        with suppress(ValueError):  # the CRM refuses it to people too
            people.act(what, dice.randrange(1000))
