"""kam sync run | preview | apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.exits import ending, worst
from kam_connector.cli.preview_text import report_lines
from kam_connector.cli.progress import progress_bars
from kam_connector.cli.stopping import Stopper
from kam_connector.errors import CheckFailed, KamError, MappingError, UsageError
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState
from kam_connector.sync.context import SyncContext

__all__ = ["apply", "preview", "run"]

_PENDING_EXIT = 9
_full = click.option("--full", is_flag=True, help="Show every record.")


@command(
    "run",
    click.argument("connections", nargs=-1),
    click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing."),
    click.option("--exit-code", is_flag=True, help="With --dry-run: exit 9 if changes wait."),
    click.option("--full", is_flag=True, help="Read everything again; show every record."),
    help="One whole run: pull, add, preview, and write if that is allowed.",
)
def run(
    session: Session, *, connections: tuple[str, ...], dry_run: bool, exit_code: bool, full: bool
) -> Result:
    """Run the connections one after the other."""
    from kam_connector.sync.run import run_sync  # noqa: PLC0415 - heavy

    if exit_code and not dry_run:
        raise UsageError("--exit-code belongs to --dry-run.")

    def once(context: SyncContext) -> RunReport:
        return run_sync(context, full=full, dry_run=dry_run)

    reports, errors = _each(session, session.app.names(connections), once)
    found = worst(errors)
    pending = (
        exit_code and found is None and any(one.fields or one.tasks or one.made for one in reports)
    )
    lines = [line for one in reports for line in report_lines(one, full=full)]
    lines += ["", "Nothing was written."] if dry_run else []
    return Result(
        data={"runs": reports},
        lines=lines,
        error=found,
        exit_code=_PENDING_EXIT if pending else None,
    )


@command(
    "preview",
    click.argument("connection", required=False),
    _full,
    help="Pull, add, and show what would be written. Writes nothing.",
)
def preview(session: Session, *, connection: str | None, full: bool) -> Result:
    """Make a preview and show it."""
    from kam_connector.sync.run import preview_only  # noqa: PLC0415 - heavy

    names = [session.app.one(connection)]
    reports, errors = _each(session, names, preview_only)
    report = reports[0] if reports else None
    if report is None:
        raise errors[0]
    failed = ending(replace(report, state=RunState.HELD)) if report.guards else ending(report)
    lines = report_lines(report, full=full)
    if report.preview_id and failed is None:
        lines += ["", f"Nothing was written. To write:  kam sync apply {report.preview_id}"]
    return Result(data=report, lines=lines, error=failed)


@command(
    "apply",
    click.argument("preview_id"),
    _full,
    help="Approve a preview and write exactly what it showed.",
)
def apply(session: Session, *, preview_id: str, full: bool) -> Result:
    """Deliver one preview."""
    from kam_connector.sync.apply import apply_preview  # noqa: PLC0415 - heavy

    found = session.app.store.preview(preview_id)
    if found is None:
        hint = "kam sync preview  makes one; its number is in the last line."
        raise CheckFailed(f"There is no preview {preview_id}.", code="KAM-7043", hint=hint)

    def once(context: SyncContext) -> RunReport:
        return apply_preview(context, preview_id)

    reports, errors = _each(session, [found.connection], once)
    lines = [line for one in reports for line in report_lines(replace(one, changes=()), full=full)]
    return Result(data=reports[0] if reports else None, lines=lines, error=worst(errors))


def _each(
    session: Session, names: list[str], once: Callable[[SyncContext], RunReport]
) -> tuple[list[RunReport], list[KamError]]:
    """Call once a connection; one that fails does not keep the next from its turn."""
    session.app.require(names)
    reports: list[RunReport] = []
    errors: list[KamError] = []
    shown = not session.invocation.as_json and not session.invocation.quiet
    with Stopper() as stopping, progress_bars(wanted=shown) as tell:
        for name in names:
            if stopping():
                break
            try:
                report = once(
                    session.app.context(name, actor=session.actor, stopping=stopping, progress=tell)
                )
            except KamError as error:
                error.connection = name
                errors.append(_with_lines(session, name, error))
                continue
            reports.append(report)
            if (failed := ending(report)) is not None:
                errors.append(failed)
    return reports, errors


def _with_lines(session: Session, name: str, error: KamError) -> KamError:
    """Return a missing field's error with the mapping's line and the nearest right name."""
    if error.code != "KAM-1050":
        return error
    from kam_connector.cli.doctor import examine_fields  # noqa: PLC0415 - only in need

    try:
        found = [one for one in examine_fields(session, name) if not one.ok]
    except KamError:  # the CRM is gone meanwhile: the first error is what counts
        return error
    told = [MappingError(one.message, code=one.code, hint=one.hint) for one in found]
    return worst(told) or error
