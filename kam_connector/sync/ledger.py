"""The run ledger: how every run ended, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from uuid import uuid4

from kam_connector.errors import BudgetExhausted, ConfigError, HeldError, Interrupted, KamError
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.kind import OF_PLANS
from kam_connector.model.preview import GuardFinding, Preview
from kam_connector.model.report import RunReport
from kam_connector.model.run import ConnectionState, Run, RunState
from kam_connector.sync.budget import spent_before
from kam_connector.sync.context import SyncContext
from kam_connector.sync.rails import counted_fields

__all__ = ["Report", "bind_org", "new_run", "record_run", "unfinished_runs", "written_before"]


@dataclass(slots=True)
class Report:
    """A run's report in the making."""

    facts: RunReport
    spent_before: int = 0
    """The day's calls of earlier runs; see ``budget.spent_before``."""

    def add(self, **facts: object) -> None:
        """Replace some facts."""
        self.facts = replace(self.facts, **facts)  # type: ignore[arg-type] # checked by dataclass

    def note(self, text: str) -> None:
        """Add a note."""
        self.add(notes=(*self.facts.notes, text))

    def show(self, preview: Preview) -> None:
        """Say what a preview holds."""
        self.add(
            preview_id=preview.id if preview.changes else None,
            fields=sum(len(one.fields) for one in preview.changes if one.ref is not None),
            tasks=sum(one.ref is None and one.kind not in OF_PLANS for one in preview.changes),
            made=sum(one.ref is None and one.kind in OF_PLANS for one in preview.changes),
            guards=preview.guards,
            rails=preview.rails,
            notes=(*self.facts.notes, *preview.notes),
            changes=preview.changes,
        )

    def end_by_facts(self) -> None:
        """Say *partial* if a record was refused or waits, else *done*."""
        left = self.facts.refused or self.facts.waiting
        self.end(RunState.PARTIAL if left else RunState.DONE)

    def end(self, state: RunState, error: KamError | None = None) -> None:
        """Say how the run ended."""
        self.add(
            state=state,
            error_code=error.code if error else None,
            error=error.message if error else "",
        )


def bind_org(ctx: SyncContext, crm: CrmIdentity) -> ConnectionState:
    """Return the connection's state, bound to this org from the first run on (INV12).

    Raises:
        ConfigError: The state belongs to another org.
    """
    state = ctx.store.connection(ctx.connection)
    if state is None:
        state = ConnectionState(name=ctx.connection, crm=ctx.mapping.crm)
    if state.org_ref not in (None, crm.org_ref):
        raise ConfigError(
            f"{ctx.connection} was set up with org {state.org_ref}, but {crm.org_ref} answers.",
            code="KAM-7030",
            hint="Another org, or a sandbox that was refreshed, needs a connection of its own.",
        )
    if state.org_ref is None:
        state = replace(state, org_ref=crm.org_ref)
        ctx.store.save_connection(state)
    return state


def new_run(ctx: SyncContext, *, job: str, local_date: date | None = None) -> Run:
    """Return a run that starts now, by our own clock: a refused sign-in is a run too."""
    now = ctx.clock.now()
    return Run(
        id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:4]}",
        connection=ctx.connection,
        job=job,
        local_date=local_date,
        started_at=now,
    )


def unfinished_runs(ctx: SyncContext) -> tuple[str, ...]:
    """Return the runs since the last settled one that were cut short: nobody saw their report.

    Those that ended without a word (killed) are told so in the ledger. Call it under the
    connection's lease: whoever holds it knows that nobody else runs.
    """
    latest = ctx.store.runs(connection=ctx.connection, limit=50)
    for run in latest:
        if run.state is RunState.RUNNING:
            _say_killed(ctx, run)
    since = takewhile(lambda run: not run.state.pays_for_its_night, latest)
    return tuple(run.id for run in since)


def _say_killed(ctx: SyncContext, run: Run) -> None:
    ctx.store.save_run(
        replace(
            run,
            state=RunState.INTERRUPTED,
            finished_at=ctx.clock.now(),
            error_code="KAM-7131",
            error="The process ended without a word; the next run went on from there.",
        )
    )


def record_run(ctx: SyncContext, run: Run, work: Callable[[Report], None]) -> RunReport:
    """Do the work and write in the ledger how it ended, whatever happens."""
    report = Report(
        RunReport(
            run_id=run.id,
            connection=ctx.connection,
            state=RunState.RUNNING,
            as_of=run.as_of or run.started_at.date(),
        )
    )
    try:
        report.spent_before = spent_before(ctx)
        work(report)
    except BudgetExhausted as error:
        report.end(RunState.DEFERRED, error)
    except HeldError as error:  # a rail stopped it half-way: the rest waits for a person
        found = GuardFinding(code=error.code, message=error.message)
        report.add(guards=(found, *report.facts.guards))
        report.end(RunState.HELD, error)
    except Interrupted as error:
        report.end(RunState.INTERRUPTED, error)
        _close(ctx, run, report)
        raise
    except KamError as error:
        report.end(RunState.FAILED, error)
        _close(ctx, run, report)
        raise
    except KeyboardInterrupt:
        at_once = Interrupted("Stopped at once; the next run goes on from there.")
        report.end(RunState.INTERRUPTED, at_once)
        _save(ctx, run, report)  # the CRM is not asked for its count: somebody waits
        raise
    _close(ctx, run, report)
    return report.facts


def written_before(ctx: SyncContext) -> list[int]:
    """Return counted field changes of earlier runs that wrote, oldest first."""
    runs = ctx.store.runs(connection=ctx.connection, limit=60)
    counts = [run.counts.get("counted") for run in runs]
    return [count for count in reversed(counts) if isinstance(count, int) and count > 0]


def _close(ctx: SyncContext, run: Run, report: Report) -> None:
    _spend(ctx, report)
    _save(ctx, run, report)


def _save(ctx: SyncContext, run: Run, report: Report) -> None:
    facts = report.facts
    ctx.store.save_run(
        replace(
            run,
            finished_at=ctx.clock.now(),
            as_of=facts.as_of,
            state=facts.state,
            error_code=facts.error_code,
            error=facts.error,
            preview_id=facts.preview_id,
            counts={
                "pulled": sum(facts.pulled.values()),
                "fields": facts.fields,
                "tasks": facts.tasks,
                "written": facts.written,
                "created": facts.created,
                "conflicts": len(facts.conflicts),
                "refused": len(facts.refused),
                "waiting": facts.waiting,
                "counted": counted_fields(facts.changes) if facts.written else 0,
            },
        )
    )


def _spend(ctx: SyncContext, report: Report) -> None:
    """Remember today's calls, so that a restart does not reset the budget."""
    state = ctx.store.connection(ctx.connection)
    if state is None:
        return
    try:
        spent = report.spent_before + ctx.crm.budget().spent_here
    except KamError:  # the run's own error is what counts; this one would hide it
        return
    today = ctx.clock.now().date()
    ctx.store.save_connection(replace(state, calls_day=today, calls_spent=max(0, spent)))
