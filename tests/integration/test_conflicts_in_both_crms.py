"""A date that a person in the CRM and one of ours both moved, through both makes' adapters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kam_connector.mapping import Mapping
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.model.kind import Kind
from kam_connector.model.report import RunReport
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import SyncContext
from kam_connector.sync.deciding import decide_conflict
from kam_connector.sync.run import preview_only, run_sync
from kam_sandbox.people import edit
from tests.faults.rig import Rig

THEIRS, OURS = "2027-03-03", "2027-01-15"
LATER, LATEST = "2027-09-09", "2027-10-10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """A CRM of one make, our connection, and one key account that both sides edit."""

    rig: Rig
    ctx: SyncContext

    @property
    def account_id(self) -> str:
        """Our id of the account."""
        return min(one.account_id for one in self.ctx.store.key_accounts())

    @property
    def ref(self) -> str:
        """The CRM's id of it."""
        return self.ctx.store.refs(Kind.ACCOUNT, [self.account_id])[self.account_id][0][1]

    @property
    def field(self) -> str:
        """The shared date."""
        return self.rig.skin.names.review

    @property
    def crm_date(self) -> str:
        """What the CRM holds."""
        record = self.rig.records.get(self.rig.skin.names.account, self.ref)
        return str(record.fields[self.field])[:10]

    @property
    def layer_date(self) -> str:
        """What the layer holds."""
        plan = self.ctx.store.plan(self.account_id)
        return str(plan and plan.next_review)

    @property
    def conflict(self) -> Conflict:
        """The only conflict there ever was."""
        (found,) = self.ctx.store.conflicts(everything=True)
        return found

    def person_moves(self, day: str) -> None:
        """Edit the date at the CRM's own screen."""
        wanted = {"object": self.rig.skin.names.account, "id": self.ref}
        edit(self.rig.world, self.rig.skin.crm, {**wanted, "set": {self.field: day}})

    def both_move(self) -> None:
        """Edit it in the layer too, and let a night pass."""
        self.person_moves(THEIRS)
        plan = self.ctx.store.plan(self.account_id)
        assert plan is not None
        self.ctx.store.save_plan(replace(plan, next_review=date.fromisoformat(OURS)))
        self.night()

    def night(self) -> RunReport:
        """Let an hour pass, and run."""
        self.rig.advance(hours=1)
        return run_sync(self.ctx)

    def take(self, taken: Taken) -> None:
        """Decide, as ``kam conflict take`` does."""
        store, mapping, at = self.ctx.store, self.ctx.mapping, self.ctx.clock.now()
        decide_conflict(store, mapping, self.conflict.id, taken=taken, by="ada", at=at)


@pytest.fixture(params=["hubspot", "salesforce"])
def org(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Org]:
    """Give a connection whose first preview was approved."""
    rig = Rig(request.param, tmp_path / "kam.db")
    with rig.process(mapping=_asking(rig.skin.mapping())) as process:
        shown = preview_only(process.ctx)
        process.enable()
        apply_preview(process.ctx, str(shown.preview_id))
        made = Org(rig=rig, ctx=process.ctx)
        made.night()
        yield made


def _asking(mapping: Mapping) -> Mapping:
    """Return the shipped mapping, in which a person decides about the shared date."""
    writes = (
        replace(
            write,
            rules=tuple(
                replace(rule, policy="manual") if rule.inputs == ("plan.next_review",) else rule
                for rule in write.rules
            ),
        )
        for write in mapping.writes
    )
    return replace(mapping, writes=tuple(writes))


@pytest.mark.guarantee("INV4", "G2", "G3", "G4")
def test_what_both_moved_waits_is_asked_again_while_people_edit_and_is_written_once(
    org: Org,
) -> None:
    """Queued; decided before an edit; decided, and overtaken while we write; then written."""
    org.both_move()
    assert (org.crm_date, org.layer_date) == (THEIRS, OURS)
    assert (org.conflict.theirs, org.conflict.ours) == (THEIRS, OURS)
    org.take(Taken.OURS)
    org.person_moves(LATER)
    org.night()
    assert (org.crm_date, org.layer_date) == (LATER, OURS)
    assert (org.conflict.state, org.conflict.theirs) == (ConflictState.OPEN, LATER)
    org.take(Taken.OURS)
    replace(org, ctx=replace(org.ctx, crm=_Raced(org))).night()  # type: ignore[arg-type] # forwards
    assert (org.crm_date, org.layer_date) == (LATEST, OURS)
    assert (org.conflict.state, org.conflict.theirs) == (ConflictState.OPEN, LATEST)
    org.take(Taken.OURS)
    report = org.night()
    assert (org.crm_date, org.conflict.state) == (OURS, ConflictState.CLOSED)
    (entry,) = [one for one in org.ctx.store.journal(report.run_id) if one.field == org.field]
    assert (entry.before, entry.after) == (LATEST, OURS)


class _Raced:
    """A CRM whose person edits just before our first write of the shared date arrives."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._left = [LATEST]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._org.ctx.crm, name)

    def push(self, batch: Any, **options: Any) -> Any:
        """Let the person be faster, once."""
        shares = any(self._org.field in change.values for change in batch)
        for day in self._left if shares else ():
            self._org.rig.advance(seconds=1)
            self._org.person_moves(day)
        self._left = [] if shares else self._left
        return self._org.ctx.crm.push(batch, **options)
