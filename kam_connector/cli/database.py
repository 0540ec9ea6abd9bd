"""kam db upgrade | check | purge | backup | restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.model.audit import Act, AuditEntry

if TYPE_CHECKING:
    from kam_connector.store import BackupFacts

_SQLITE = b"SQLite format 3\0"
"""What every file of SQLite begins with (https://www.sqlite.org/fileformat.html)."""

__all__ = ["backup", "check", "purge", "restore", "upgrade"]


@command("upgrade", help="Bring the tables to this release. Make a backup first.")
def upgrade(session: Session) -> Result:
    """Migrate."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import upgrade as upgrade_store  # noqa: PLC0415 - heavy

    reached = upgrade_store(database_url(session.config))
    lines = [f"The database is of this release (revision {reached})."]
    return Result(data={"revision": reached}, lines=lines)


@command("check", help="Check that the tables are of this release and the file is sound.")
def check(session: Session) -> Result:
    """Check."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import check as check_store  # noqa: PLC0415 - heavy

    state = check_store(database_url(session.config))
    found = state.revision or "nothing yet"
    lines = [f"  revision  {found}, this program's is {state.expected}"]
    lines += [f"  damaged   {one}" for one in state.findings]
    error = None
    if not state.sound:
        hint = "Restore the last backup."
        error = CheckFailed("The database file is damaged.", code="KAM-6007", hint=hint)
    elif state.revision is not None and state.revision > state.expected:
        hint = "Install that release; this program leaves the database alone."
        error = CheckFailed("The database is of a newer release.", code="KAM-6003", hint=hint)
    elif not state.current and state.revision is not None:
        hint = "Back it up, then  kam db upgrade ."
        error = CheckFailed("The database is of another release.", code="KAM-6002", hint=hint)
    return Result(data=state, lines=lines, error=error)


@command(
    "purge",
    click.option("--dry-run", is_flag=True, help="Show what would go; change nothing."),
    help="Let go of what is older than [retention] allows; kam serve does it every night.",
)
def purge(session: Session, *, dry_run: bool) -> Result:
    """Let go of what is too old."""
    days = session.config.retention.days()
    done = session.app.store.retire(days, by=session.actor, dry_run=dry_run)
    lines = [f"  {count:>8}  {name}" for name, count in done.rows.items()]
    total = sum(done.rows.values())
    lines.append(f"{total} rows {'would go' if dry_run else 'went'}.")
    if done.left:
        lines.append(f"{done.left} records of deleted people and accounts wait for the next time.")
    if done.shrunk:
        lines.append("The file was written anew and gave its room back.")
    return Result(data=done, lines=lines)


@command(
    "backup",
    click.argument("file", type=click.Path(path_type=Path, dir_okay=False)),
    click.option("--replace", is_flag=True, help="Let a file of that name give way."),
    help="Write everything to one file; safe while a run is on.",
)
def backup(session: Session, *, file: Path, replace: bool) -> Result:
    """Back up."""
    from kam_connector.bootstrap import database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import backup as back_up  # noqa: PLC0415 - heavy

    if replace:
        _check_replaced(file, database_url(session.config))
    facts = back_up(database_url(session.config), file, replace=replace)
    lines = [
        f"  written  {file}, {_size(facts.size_bytes)}, {_moment(facts)}",
        "  It holds sign-ins sealed with [secrets] key: keep that key elsewhere.",
    ]
    marks = file.with_name(f"{file.name}.erased")
    if marks.exists():
        lines.append(f"  marks    {marks}: a restore into another database asks for it")
    return Result(data={"file": file, "backup": facts}, lines=lines)


@command(
    "restore",
    click.argument("file", type=click.Path(path_type=Path, dir_okay=False)),
    click.option("--yes", is_flag=True, help="Replace the present database."),
    click.option(
        "--without-marks",
        is_flag=True,
        help="Forget whom the backup remembers as erased: their key is lost.",
    ),
    help="Put a backup in the database's place; the present state is kept beside it.",
)
def restore(session: Session, *, file: Path, yes: bool, without_marks: bool) -> Result:
    """Restore."""
    from kam_connector.bootstrap import SystemClock, database_url  # noqa: PLC0415 - heavy
    from kam_connector.store import inspect_backup  # noqa: PLC0415 - heavy
    from kam_connector.store import restore as bring_back  # noqa: PLC0415 - heavy

    facts = inspect_backup(file)
    if not yes:
        message = f"{file} is {_moment(facts)}; what came later would be gone from here."
        raise UsageError(message, hint="Say --yes to replace the present database.")
    now = SystemClock().now()
    aside = session.config.source.folder / f"kam-before-restore-{now:%Y%m%dT%H%M%SZ}.db"
    url = database_url(session.config)
    done = bring_back(url, file, aside=aside, now=now, without_marks=without_marks)
    session.app.store.audit(AuditEntry(act=Act.RESTORED, by=session.actor, why=_moment(facts)))
    lines = [f"  restored  {file}, {_moment(facts)}"]
    if done.kept is not None:
        lines.append(f"  kept      {done.kept}: the state before")
    if without_marks:
        lines.append("  The backup's marks are gone: erase again whoever was erased there.")
    if done.called_off:
        lines.append(f"  called off  {done.called_off} records that waited to be written then")
    lines += [
        "  The next run sweeps every record, and its preview waits for you:",
        "    kam sync run ; kam sync apply ID",
    ]
    return Result(data=done, lines=lines)


def _check_replaced(file: Path, url: str) -> None:
    """Let only an older backup give way: not a device, another file, or the database itself.

    Raises:
        UsageError: It is something else (KAM-7001).
    """
    itself = file.resolve() == Path(url.removeprefix("sqlite:///")).resolve()
    if file.exists() and (itself or not _may_be_backup(file)):
        what = "the database itself" if itself else "no backup"
        raise UsageError(f"{file} is {what}: --replace leaves it.", hint="Name another file.")


def _may_be_backup(file: Path) -> bool:
    """Tell whether a file is one of SQLite's; a spoilt backup may give way too."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) in (_SQLITE, b"")


def _moment(facts: BackupFacts) -> str:
    """Return of when a backup speaks, in words."""
    if facts.latest_run is None:
        return "no run yet"
    day, _, rest = facts.latest_run.partition("T")
    return f"as of the run of {day} {rest[:5]} UTC"


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB"
