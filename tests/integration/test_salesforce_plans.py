"""Account Plans of a served Salesforce org: made once, parents first, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kam_connector.errors import KamError
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_connector.model.settings import Secret, read_settings
from kam_connector.store.sql_store import open_store
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import Rails, SyncContext
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.records import Record
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from tests.factories.crash import Killed

pytestmark = pytest.mark.enable_socket

PARTS = ("AccountPlan", "AccountPlanObjective", "AccountPlanObjectiveMeasure")
HOUR = 3600.0


class OurClock:
    """The present; nobody waits."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


class DiesAfterPush:
    """A process that is killed when its n-th write has arrived, before it hears the answer."""

    def __init__(self, crm: SalesforceCrm, nth: int) -> None:
        self._crm = crm
        self._left = nth

    def __getattr__(self, name: str) -> object:
        value = getattr(self._crm, name)
        return self._dying(value) if name == "push" else value

    def _dying(self, push: Callable[..., object]) -> Callable[..., object]:
        def pushed(*args: object, **options: object) -> object:
            answer = push(*args, **options)
            self._left -= 1
            if not self._left:
                raise Killed("after a write had arrived")
            return answer

        return pushed


@dataclass(kw_only=True)
class Org:
    """A served org, and our connection to it."""

    world: World
    ctx: SyncContext

    def ready(self) -> RunReport:
        """Look, and switch writing on."""
        shown = preview_only(self.ctx)
        state = self.ctx.store.connection("sf")
        assert state is not None
        self.ctx.store.save_connection(replace(state, writes_enabled_at=datetime.now(UTC)))
        return shown

    def approve(self, shown: RunReport, ctx: SyncContext | None = None) -> RunReport:
        """Write what was shown."""
        return apply_preview(ctx or self.ctx, str(shown.preview_id))

    def later(self) -> RunReport:
        """Let an hour pass, and run."""
        self.world.clock.advance(HOUR)
        return run_sync(self.ctx)

    def ours(self) -> dict[str, list[Record]]:
        """Return the live records that carry our key, by object."""
        return {
            part: [one for one in self.world.salesforce.all(part) if one.fields.get("KAM_Key__c")]
            for part in PARTS
        }

    def counts(self) -> list[int]:
        """Return how many plans, objectives and measures of ours there are."""
        return [len(rows) for rows in self.ours().values()]


def _org(folder: Path, features: list[str]) -> Iterator[Org]:
    world = build_world(clock=WorldClock(), scale=0.02, features=features)
    with running(world) as addresses:
        table = {"endpoint": addresses.salesforce, "client_id": "sandbox"}
        given = {**table, "client_secret": Secret("sandbox")}
        settings = read_settings(SalesforceCrm.settings_type, given, where="[x]")
        crm = SalesforceCrm.open("sf", settings, clock=OurClock())
        ctx = SyncContext(
            connection="sf",
            crm=crm,
            store=open_store(f"sqlite:///{folder}/kam.db"),
            mapping=load_mapping(shipped_mapping_path("salesforce")),
            settings=KamSettings(),
            clock=OurClock(),
            rails=Rails(floor=10_000, quiet=Rails().quiet * 0),
            selects=lambda row: row.get("segment") == "A",
            source_order=("sf",),
            owner="host:1",
            alive=lambda _owner: False,
            calls_share=1.0,
            calls_reserve=0.0,
        )
        yield Org(world=world, ctx=ctx)
        crm.close()
        ctx.store.close()


@pytest.fixture(name="org")
def _with_plans(tmp_path: Path) -> Iterator[Org]:
    """Serve a small org with Account Plans."""
    yield from _org(tmp_path, ["account_plans"])


@pytest.fixture(name="plain")
def _without_plans(tmp_path: Path) -> Iterator[Org]:
    """Serve a small org without."""
    yield from _org(tmp_path, [])


def test_the_first_run_makes_everything_and_the_second_nothing(org: Org) -> None:
    """Each key account has one plan, its objectives and their measures, joined by their ids."""
    report = org.approve(org.ready())
    made = org.ours()
    plans, objectives, measures = (made[part] for part in PARTS)
    assert report.refused == ()
    assert len(plans) == len(org.ctx.store.key_accounts()) > 0
    assert len(objectives) == len(measures) >= 3 * len(plans)
    assert {one.fields["AccountPlanId"] for one in objectives} == {one.id for one in plans}
    assert {one.fields["AccountPlanObjectiveId"] for one in measures} == {
        one.id for one in objectives
    }
    assert {one.fields["Status"] for one in plans} == {"Not Started"}
    assert {one.fields["ValueType"] for one in measures} == {"Number", "Percent"}
    counts = org.counts()
    org.later()
    second = org.later()
    assert second.state is RunState.DONE
    assert [one for one in second.changes if one.object in PARTS] == []
    assert org.counts() == counts


def test_a_plan_that_people_made_is_left_alone(org: Org) -> None:
    """The org's own plan has no key of ours: neither read nor written."""
    (theirs,) = org.world.salesforce.all("AccountPlan")
    before = dict(theirs.fields)
    org.approve(org.ready())
    assert dict(theirs.fields) == before


def test_inv03_answers_lost_after_the_commit_make_nothing_twice(org: Org) -> None:
    """The connection breaks whenever a level has been written; the next runs find it there."""
    shown = org.ready()
    for match in ("PATCH .*composite/sobjects/AccountPlan/", "POST .*composite/sobjects($|[?])"):
        fault = {"kind": "commit_then_drop", "crm": "salesforce", "match": match, "times": 2}
        org.world.faults.schedule(fault)
    with suppress(KamError):
        org.approve(shown)
    with suppress(KamError):
        org.later()
    last = org.later()
    keys = [one.fields["KAM_Key__c"] for rows in org.ours().values() for one in rows]
    assert last.state is RunState.DONE
    assert len(keys) == len(set(keys)) == shown.made
    assert org.world.faults.waiting() == []


@pytest.mark.parametrize("nth", [4, 5, 6], ids=["plans", "objectives", "measures"])
def test_inv03_killed_between_a_write_and_its_answer_nothing_is_made_twice(
    org: Org, nth: int
) -> None:
    """Whichever level of a plan was just written: one record for each key all the same."""
    shown = org.ready()
    with suppress(Killed):
        org.approve(shown, replace(org.ctx, crm=DiesAfterPush(org.ctx.crm, nth)))
    org.later()
    last = org.later()
    keys = [one.fields["KAM_Key__c"] for rows in org.ours().values() for one in rows]
    assert last.state is RunState.DONE
    assert len(keys) == len(set(keys)) == shown.made


def test_undo_makes_plans_inactive_and_deletes_nothing(org: Org) -> None:
    """Plans inactive, objectives closed, measures named and left alone from then on."""
    run = org.approve(org.ready())
    counts = org.counts()
    org.later()
    undone = undo_run(org.ctx, run.run_id, dry_run=False)
    assert undone.refused == ()
    assert {one.fields["Status"] for one in org.ours()["AccountPlan"]} == {"Inactive"}
    assert {one.fields["Status"] for one in org.ours()["AccountPlanObjective"]} == {"Closed"}
    assert len([one for one in undone.left if one.object == PARTS[2]]) == counts[2]
    assert org.counts() == counts
    again = preview_only(org.ctx)
    assert [one for one in again.changes if one.object in PARTS] == []


def test_an_org_without_account_plans_is_told_once(plain: Org) -> None:
    """One note, no error; everything else is written."""
    report = plain.approve(plain.ready())
    shown = preview_only(plain.ctx)
    notes = [note for note in shown.notes if "AccountPlan" in note]
    assert (report.state, report.refused) == (RunState.DONE, ())
    assert notes == ["sf has no AccountPlan: plans stay with us."]
