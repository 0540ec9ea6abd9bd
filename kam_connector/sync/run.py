"""One run: pull, merge, derive, preview and, where allowed, write back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kam_connector.errors import HeldError
from kam_connector.mapping import owner_paths, pull_sources
from kam_connector.model.preview import GuardFinding, Preview
from kam_connector.model.report import RunReport
from kam_connector.model.run import ConnectionState, Run, RunState
from kam_connector.sync.apply import deliver_into, enqueue_preview, writes_allowed
from kam_connector.sync.budget import check_budget
from kam_connector.sync.conflicts import undecided
from kam_connector.sync.context import SyncContext
from kam_connector.sync.derive import Derived, derive
from kam_connector.sync.drift import follow_drift
from kam_connector.sync.identity import load_identity_map
from kam_connector.sync.kept import kept_by
from kam_connector.sync.lease import STORE_LEASE, HeldLease, connection_lease, holding
from kam_connector.sync.ledger import (
    Report,
    bind_org,
    new_run,
    record_run,
    unfinished_runs,
    written_before,
)
from kam_connector.sync.merge import Merged, merge_source
from kam_connector.sync.preview import build_preview, keep_preview
from kam_connector.sync.pull import pull_all
from kam_connector.sync.resolve import resolve_across
from kam_connector.sync.scope import drop_unwanted
from kam_connector.sync.skew import check_writes, skew_of, told
from kam_connector.sync.stop import what_stops
from kam_connector.sync.undo_words import settle_undos

__all__ = ["preview_only", "run_sync"]

STORE_PATIENCE_S = 300.0
"""How long a run waits for another connection's merge. Our choice: longer than any merge."""


def run_sync(
    ctx: SyncContext,
    *,
    job: str = "sync",
    local_date: date | None = None,
    full: bool = False,
    dry_run: bool = False,
) -> RunReport:
    """Run the whole loop for one connection.

    Writes only if the connection's writes are enabled; without a first approval, or under a
    safety rail, the preview waits and the run ends *held*. With writes off the preview is
    made all the same and the run ends *done*. A night that is already done is not run again.

    Args:
        ctx: The connection.
        job: The ledger's word for it.
        local_date: The night this pays for; None when asked for by hand.
        full: Re-read everything, for values that change without a timestamp.
        dry_run: Show the preview; write nothing to the CRM.

    Raises:
        HeldError: The connection is paused.
        BusyError: Another run holds the connection.
        Interrupted: Stopped on request; what was done is kept.
        KamError: Whatever ended the run; the ledger remembers it.
    """
    _check_pause(ctx)
    run = new_run(ctx, job=job, local_date=local_date)
    with holding(ctx, connection_lease(ctx.connection)) as held:
        unfinished = unfinished_runs(ctx)
        if not ctx.store.open_run(run):
            return RunReport(
                run_id=run.id,
                connection=ctx.connection,
                state=RunState.DONE,
                as_of=run.started_at.date(),
                notes=(f"The night of {local_date} is already done.",),
            )
        loop = _Loop(ctx, held, run, unfinished=unfinished)
        return record_run(ctx, run, lambda report: loop.go(report, full=full, dry_run=dry_run))


def preview_only(ctx: SyncContext) -> RunReport:
    """Pull, merge, derive and keep a preview; write nothing to the CRM."""
    return run_sync(ctx, job="preview", dry_run=True)


def _check_pause(ctx: SyncContext) -> None:
    state = ctx.store.connection(ctx.connection)
    if state is not None and state.paused:
        hint = f"kam connection resume {ctx.connection}"
        raise HeldError(f"{ctx.connection} is paused.", code="KAM-5002", hint=hint)


class _Loop:
    """The steps of one run, in order."""

    def __init__(
        self,
        ctx: SyncContext,
        held: HeldLease,
        run: Run,
        *,
        unfinished: Sequence[str],
    ) -> None:
        self._ctx = ctx
        self._held = held
        self._run = run
        self._state = ConnectionState(name=ctx.connection, crm=ctx.mapping.crm)
        self._writes = False
        self._stopped: GuardFinding | None = None
        self._unfinished = unfinished
        self._spent = 0

    def go(self, report: Report, *, full: bool, dry_run: bool) -> None:
        """Sign in, pull, merge, finish what an earlier run left, derive, preview, write."""
        crm = self._ctx.crm.identity()
        report.add(as_of=crm.now.date())
        self._state = bind_org(self._ctx, crm)
        self._spent = report.spent_before
        self._watch_calls()
        for note in settle_undos(self._ctx):
            report.note(note)
        self._stopped = what_stops(self._ctx)
        self._writes = writes_allowed(self._state) and not dry_run and self._stopped is None
        stopped = self._stopped_by_clock(report)
        self._ctx = follow_drift(self._ctx, report.note)
        self._watch_calls()
        pulled = pull_all(self._ctx, full=full, fence=self._held.beat, beat=self._watch_calls)
        report.add(
            pulled=dict(pulled.changed),
            unchanged=pulled.unchanged,
            notes=(*report.facts.notes, *pulled.notes),
        )
        waiting = holding(self._ctx, STORE_LEASE, patience_s=STORE_PATIENCE_S, beat=self._held.beat)
        with waiting as store_lease:

            def beat() -> None:
                store_lease.beat()
                self._held.beat()

            merged = self._merge(beat)
            report.add(quarantined=merged.quarantined)
            derived = derive(self._ctx, run_id=self._run.id, beat=beat)
        report.add(scored=len(derived.assessed))
        if self._writes:
            report.add(conflicts=kept_by(self._ctx, self._unfinished))
            settle_only = drop_unwanted(self._ctx, derived.outcomes)
            deliver_into(self._ctx, self._held, report, settle_only=settle_only)
        preview = self._preview(derived, report)
        if stopped is not None and preview.changes:
            report.end(RunState.HELD, stopped)
        else:
            self._finish(preview, report, dry_run=dry_run)

    def _stopped_by_clock(self, report: Report) -> HeldError | None:
        """Note clocks that are apart; too far, and the run reads and previews, but writes not."""
        skew = skew_of(self._ctx.crm, self._ctx.clock)
        if warning := told(skew):
            report.note(warning)
        try:
            check_writes(skew)
        except HeldError as error:
            wanted, self._writes = self._writes, False
            return error if wanted else None
        return None

    def _watch_calls(self) -> None:
        """Between pages: stop when our share of the calls is used up."""
        check_budget(self._ctx, spent_today=self._spent)

    def _merge(self, beat: Callable[[], object]) -> Merged:
        """Merge all sources; once more for the records that turn out to be one."""
        ctx, merged = self._ctx, Merged()
        for _turn in range(2):
            for source in pull_sources(ctx.mapping):
                identity = load_identity_map(ctx.store, ctx.source_order or (ctx.connection,))
                merge_source(ctx, source, identity, merged, beat=beat)
            owners = owner_paths(ctx.mapping)
            if not resolve_across(ctx.store, source_order=ctx.source_order, owners=owners):
                break
        return merged

    def _preview(self, derived: Derived, report: Report) -> Preview:
        self._held.beat()
        preview = build_preview(
            self._ctx,
            run_id=self._run.id,
            as_of=derived.as_of,
            created_at=derived.now,
            outcomes=derived.outcomes,
            labels=derived.labels,
            history=written_before(self._ctx),
        )
        report.show(preview)
        keep_preview(self._ctx, preview)
        report.add(undecided=undecided(self._ctx))
        return preview

    def _finish(self, preview: Preview, report: Report, *, dry_run: bool) -> None:
        """Write, wait for approval, or be done."""
        if preview.changes and not dry_run and not writes_allowed(self._state):
            report.note(f"Writing is off for {self._ctx.connection}; the preview shows what waits.")
        if self._stopped is not None and preview.changes and not dry_run:
            report.add(guards=(self._stopped, *report.facts.guards))
            report.end(RunState.HELD)
        elif not preview.changes or not self._writes:
            report.end_by_facts()
        elif preview.guards or self._state.first_applied_at is None:
            report.end(RunState.HELD)
        else:
            settle_only = enqueue_preview(self._ctx, self._run, preview)
            deliver_into(self._ctx, self._held, report, settle_only=settle_only)
            report.end_by_facts()
