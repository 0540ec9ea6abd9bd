"""The canary over the real adapters: a CRM that takes our values and keeps others is found out.

Fifty key accounts, all to be written for the first time, at the shipped size of 25: what the
CRM's own automation does to the first records stops all others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kam_connector.errors import HeldError
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import Rails
from kam_connector.sync.outbox import waiting_items
from kam_connector.sync.run import preview_only, run_sync
from tests.faults.prepared import writing_requests
from tests.faults.rig import Process, Rig
from tests.guarantees import Figures

CANARY = Rails().canary
ACCOUNTS = 48
"""Beside the two key accounts that the tiny world has."""
AUTOMATION = "a rule of the CRM"
Meddle = Callable[[Rig, Any], dict[str, Any]]


def loses(rig: Rig, _record: Any) -> dict[str, Any]:
    """Accept our verdict, and keep nothing of it."""
    return {rig.skin.names.tier: None}


def alters(rig: Rig, record: Any) -> dict[str, Any]:
    """Accept a sentence, and keep its beginning."""
    summary = {"salesforce": "KAM_Summary__c", "hubspot": "kam_summary"}[rig.skin.crm]
    return {summary: str(record.fields[summary])[:7]}


def empties(rig: Rig, _record: Any) -> dict[str, Any]:
    """Keep what we wrote, and empty a field of people's with it."""
    return {rig.skin.names.city: None}


@dataclass(slots=True)
class Rule:
    """An automation of the CRM that follows each write of ours to an account."""

    rig: Rig
    meddle: Meddle | None
    seen: int
    """Edits of the CRM's history that it has looked at."""

    def heard(self, _asked: str) -> None:
        """Do, before a request is answered, what the rule does about the writes before it."""
        records, skin = self.rig.records, self.rig.skin
        fresh = [one for one in records.history[self.seen :] if one.by == skin.us]
        for id_ in sorted({one.id for one in fresh if one.object == skin.names.account}):
            record = records.get(skin.names.account, id_)
            if self.meddle is not None:
                records.update(record, self.meddle(self.rig, record), by=AUTOMATION)
        self.seen = len(records.history)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a first writing and the night after it ended, counted by the CRM."""

    report: RunReport
    records: int
    """Records that we wrote."""
    waiting: int
    next_night: RunReport
    later: int
    """Requests of the next night that could write."""


def lived(crm: str, file: Path, meddle: Meddle | None) -> Ended:
    """Approve fifty accounts in a CRM with a rule of its own, and let the next night come."""
    rig = Rig(crm, file)
    for number in range(ACCOUNTS):
        values = {**rig.skin.customer(rig.world, number), rig.skin.names.city: "Lyon"}
        rig.records.insert(rig.skin.names.account, values, by=rig.skin.person(rig.world))
    rig.advance(hours=2)
    begun = len(rig.records.history)
    rig.heard = Rule(rig, meddle, begun).heard
    with rig.process() as process:
        report = approved_by_two(process)
        waiting = sum(1 for _ in waiting_items(process.ctx))
    ours = [one for one in rig.records.history[begun:] if one.by == rig.skin.us]
    asked = len(rig.world.log.entries())
    rig.advance(days=1)
    with rig.process() as process:
        next_night = run_sync(process.ctx)
    return Ended(
        report=report,
        records=len({(one.object, one.id) for one in ours}),
        waiting=waiting,
        next_night=next_night,
        later=writing_requests(rig, asked),
    )


def approved_by_two(process: Process) -> RunReport:
    """Look, allow writing, and approve: so many at once take a second person."""
    shown = preview_only(process.ctx)
    assert shown.preview_id is not None
    process.enable()
    with suppress(HeldError):
        apply_preview(replace(process.ctx, actor="Ada"), shown.preview_id)
    return apply_preview(replace(process.ctx, actor="Bob"), shown.preview_id)


@pytest.mark.guarantee("G22")
@pytest.mark.parametrize(
    ("crm", "meddle"),
    [("salesforce", loses), ("salesforce", empties), ("hubspot", alters), ("hubspot", empties)],
)
def test_a_crm_that_keeps_other_values_stops_the_rest(
    crm: str, meddle: Meddle, tmp_path: Path, figure: Figures
) -> None:
    """25 records are written and read back; no other is, neither then nor the next night."""
    ended = lived(crm, tmp_path / "kam.db", meddle)
    assert (ended.report.state, ended.next_night.state) == (RunState.HELD, RunState.HELD)
    assert {ended.report.guards[0].code, ended.next_night.guards[0].code} == {"KAM-5105"}
    said = f"{crm}, the CRM {meddle.__name__}: {ended.records} of {ended.records + ended.waiting}"
    figure(
        "G22",
        f"{said} records written, {ended.later} requests that write after the canary",
        met=ended.records == CANARY < ended.waiting + 1 and ended.later == 0,
    )


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_a_crm_that_keeps_what_we_write_is_written_whole(crm: str, tmp_path: Path) -> None:
    """The same fifty accounts without the rule: the canary holds, and nothing waits."""
    ended = lived(crm, tmp_path / "kam.db", None)
    assert (ended.report.state, ended.waiting) == (RunState.DONE, 0)
    assert ended.records > 2 * CANARY
    assert ended.next_night.state is RunState.DONE
