"""kam writes list | undo."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.cli.preview_text import kept_lines
from kam_connector.cli.stopping import Stopper
from kam_connector.errors import RecordError, UsageError
from kam_connector.model.report import UndoReport
from kam_connector.model.run import Run

__all__ = ["list_runs", "undo"]


@command(
    "list",
    click.argument("connection", required=False),
    click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000)),
    help="Show the latest runs, newest first, and what each wrote.",
)
def list_runs(session: Session, *, connection: str | None, limit: int) -> Result:
    """List runs."""
    if connection is not None:
        session.app.names([connection])
    runs = session.app.store.runs(connection=connection, limit=limit)
    rows = [
        (run.id, run.connection, run.job, _minute(run), run.state.value, _written(run))
        for run in runs
    ]
    head = ("run", "connection", "job", "started", "state", "written")
    return Result(data={"runs": runs}, lines=table(head, rows) or ["No run so far."])


@command(
    "undo",
    click.argument("run_id"),
    click.option("--dry-run", is_flag=True, help="Show what would go back; change nothing."),
    help="Put back what a run wrote, except what people changed since.",
)
def undo(session: Session, *, run_id: str, dry_run: bool) -> Result:
    """Undo one run."""
    from kam_connector.sync.undo import undo_run  # noqa: PLC0415 - heavy

    run = session.app.store.run(run_id)
    if run is None:
        hint = "kam writes list  shows them."
        raise UsageError(f"There is no run {run_id}.", code="KAM-7043", hint=hint)
    with Stopper() as stopping:
        context = session.app.context(run.connection, actor=session.actor, stopping=stopping)
        report = undo_run(context, run_id, dry_run=dry_run)
    error = None
    if report.refused:
        error = RecordError(f"{len(report.refused)} records could not be put back.")
    return Result(data=report, lines=_lines(report, dry_run=dry_run), error=error)


def _lines(report: UndoReport, *, dry_run: bool) -> list[str]:
    would = "would go back" if dry_run else "went back"
    closed = "would be withdrawn" if dry_run else "withdrawn"
    lines = [
        f"  {ref}  {change.field}  {_shown(change.before)} → {_shown(change.after)}"
        for ref, change in report.changes
    ]
    lines.append(
        f"{report.restored} fields {would}, {report.withdrawn} tasks {closed}; "
        f"{len(report.left)} changed by a person since and left alone."
    )
    return [*lines, *kept_lines(report.left), *(f"  refused   {one}" for one in report.refused)]


def _shown(value: object) -> str:
    return "(empty)" if value in (None, "") else str(value)


def _minute(run: Run) -> str:
    return run.started_at.strftime("%Y-%m-%d %H:%M")


def _written(run: Run) -> object:
    return run.counts.get("written", 0)
