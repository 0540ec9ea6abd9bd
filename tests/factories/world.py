"""A whole connection in memory: a CRM, a store, a clock and the rules that join them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kam_connector.errors import HeldError
from kam_connector.kam.settings import KamSettings
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.plan import Action
from kam_connector.model.preview import JournalEntry
from kam_connector.model.report import RunReport, UndoReport
from kam_connector.model.run import RunState
from kam_connector.store.sql_store import SqlStore, open_store
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.context import Rails, SyncContext
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.clock import ManualClock
from tests.factories.mapping import make_mapping

__all__ = ["NOW", "OWN_FIELDS", "SETTLE", "World", "make_world", "populate"]

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SETTLE = timedelta(minutes=5)
"""As in the small mapping."""
OWN_FIELDS = (
    "kam_tier", "kam_health", "kam_band", "kam_risk", "kam_next", "kam_open", "kam_as_of",
)  # fmt: skip
_BLANK: Row = dict.fromkeys((*OWN_FIELDS, "next_review"))
_RAILS = Rails(quiet=timedelta(0))
"""As in the demo: people's edits are minutes old in a test."""


@dataclass(slots=True, kw_only=True)
class World:
    """One connection, and the short words a test needs."""

    crm: MemoryCrm
    store: SqlStore
    clock: ManualClock
    ctx: SyncContext

    def with_(self, **changes: object) -> World:
        """Return the same world with another context: rails, a proxy around a part ..."""
        return World(
            crm=self.crm,
            store=self.store,
            clock=self.clock,
            ctx=replace(self.ctx, **changes),  # type: ignore[arg-type] # checked by dataclass
        )

    def advance(self, by: timedelta = timedelta(hours=1)) -> None:
        """Move both clocks: the CRM's and ours."""
        self.crm.advance(by)
        self.clock.at += by

    def enable(self) -> None:
        """Do what ``kam connection enable-writes`` does, after a first look."""
        state = self.store.connection(self.ctx.connection)
        assert state is not None
        self.store.save_connection(replace(state, writes_enabled_at=self.clock.now()))

    def run(self, **options: bool) -> RunReport:
        """Run the loop once."""
        return run_sync(self.ctx, **options)

    def preview(self) -> RunReport:
        """Show what would be written."""
        return preview_only(self.ctx)

    def approve(self, report: RunReport | None = None) -> RunReport:
        """Apply a report's preview, or that of a fresh look; as two people if a rail holds it."""
        shown = report or self.preview()
        assert shown.preview_id is not None
        if shown.guards:
            with suppress(HeldError):  # the second person's meets it again, if it is another one
                apply_preview(self.with_(actor="Ada").ctx, shown.preview_id)
        return apply_preview(self.with_(actor="Bob").ctx, shown.preview_id)

    def first_night(self) -> RunReport:
        """Look, enable, approve: from then on runs write by themselves."""
        shown = self.preview()
        self.enable()
        return self.approve(shown)

    def undo(self, run_id: str, *, dry_run: bool = False) -> UndoReport:
        """Take a run back."""
        return undo_run(self.ctx, run_id, dry_run=dry_run)

    def account(self, ref: str) -> str:
        """Return our id of an account."""
        return kam_id(Kind.ACCOUNT, self.ctx.connection, ref)

    def tasks(self) -> dict[str, Row]:
        """Return our live tasks in the CRM."""
        return {
            ref: row for ref, row in self.crm.live("task").items() if row.get("kam_key") is not None
        }

    def action(self, key: JsonValue) -> Action:
        """Return the action behind a task's key."""
        return next(action for action in self.store.actions() if action.id == key)

    def crm_state(self) -> dict[str, object]:
        """Return what stands in the CRM; our tasks by their key, whatever their ref."""
        tasks = sorted(self.tasks().values(), key=lambda row: str(row["kam_key"]))
        kept = ("account", "contact", "deal")
        return {**{name: dict(self.crm.live(name)) for name in kept}, "task": tasks}

    def journal(self) -> list[JournalEntry]:
        """Return everything ever written, by record and field."""
        runs = self.store.runs(connection=self.ctx.connection, limit=1000)
        entries = [entry for run in runs for entry in self.store.journal(run.id)]
        return sorted(entries, key=lambda one: (one.object, one.kam_id, one.field))

    def memory(self) -> list[tuple[object, ...]]:
        """Return the journal without what depends on when and by which run."""
        return [(e.object, e.kam_id, e.field, e.before, e.after, e.created) for e in self.journal()]

    def writes(self) -> int:
        """Return how many changes have reached the CRM so far."""
        return len(self.crm.writes)

    def last_state(self) -> RunState:
        """Return how the latest run ended, by the ledger."""
        return self.store.runs(connection=self.ctx.connection, limit=1)[0].state


def make_world(
    url: str = "sqlite://",
    *,
    accounts: int = 3,
    crm: MemoryCrm | None = None,
    connection: str = "acme",
    mapping: str | None = None,
    **context: object,
) -> World:
    """Return a connection to a CRM with some accounts, each with people and a renewal."""
    crm = crm or MemoryCrm(now=NOW)
    clock = ManualClock(crm.now)
    store = open_store(url, clock=clock.now)
    populate(crm, accounts)
    ctx = SyncContext(
        connection=connection,
        crm=crm,
        store=store,
        mapping=make_mapping(text=mapping) if mapping else make_mapping(),
        settings=KamSettings(),
        clock=clock,
        owner="host:1",
    )
    defaults: Mapping[str, object] = {
        "rails": _RAILS,
        "selects": lambda row: row.get("segment") == "A",
        "selects_because": "segment A",
        "source_order": (connection,),
    }
    world = World(crm=crm, store=store, clock=clock, ctx=ctx)
    return world.with_(**{**defaults, **context})


def populate(crm: MemoryCrm, accounts: int) -> None:
    """Put a user, accounts a0.., two contacts, a renewal and meetings each in the CRM."""
    past = crm.now - timedelta(days=1)
    crm.put("user", "u1", {"name": "Ada", "email": "ada@us.test", "active": True}, modified_at=past)
    crm.put("task", "own", _task(None), modified_at=past)
    for number in range(accounts):
        put_account(crm, f"a{number}", at=past)
        put_people(crm, f"a{number}", ("x", "y"), at=past)


def put_account(
    crm: MemoryCrm, ref: str, *, at: datetime | None = None, grade: str = "1", **values: JsonValue
) -> None:
    """Put an account (key account by default) with a renewal near."""
    plain: Row = {
        "name": f"Company {ref}", "domain": f"{ref}.test", "city": "Lyon", "grade": grade,
        "parent": None, "owner": "u1", **_BLANK, **values,
    }  # fmt: skip
    crm.put("account", ref, plain, modified_at=at)
    closes = (crm.now + timedelta(days=70)).date().isoformat()
    deal: Row = {
        "account": ref, "name": f"Renewal {ref}", "stage": "talks", "closed": False, "won": False,
        "amount": 1000, "closes": closes, "owner": "u1", "kam_in_plan": None,
        "moved": (crm.now - timedelta(days=100)).isoformat(),
    }  # fmt: skip
    crm.put("deal", f"d-{ref}", deal, modified_at=at)


def put_people(
    crm: MemoryCrm, account: str, names: Iterable[str], *, at: datetime | None = None
) -> None:
    """Put contacts with a few met months ago."""
    for name in names:
        ref = f"{account}-{name}"
        crm.put(
            "contact",
            ref,
            {
                "account": account, "name": f"{name} of {account}", "title": "CFO",
                "email": f"{name}@{account}.test", "kam_band": None,
            },
            modified_at=at,
        )  # fmt: skip
        for days in (40, 70, 100):
            people: list[JsonValue] = [
                {"kind": "contact", "ref": ref},
                {"kind": "user", "ref": "u1"},
            ]
            met: Row = {
                "at": (crm.now - timedelta(days=days)).isoformat(),
                "account": account,
                "@people": people,
            }
            crm.put("meeting", f"{ref}-{days}", met, modified_at=at)


def _task(key: str | None) -> Row:
    return {
        "kam_key": key, "subject": "A person's own task", "body": None, "due": None,
        "about": None, "owner": "u1", "status": "todo",
    }  # fmt: skip
