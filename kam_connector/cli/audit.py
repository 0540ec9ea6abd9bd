"""kam audit verify | list."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.model.audit import Act, Anchor, AuditCheck, LoggedEntry

__all__ = ["list_entries", "verify"]

_ANCHOR = re.compile(r"\b(\d{1,18})\s+([0-9a-f]{64})\b")
"""As verify prints it: wherever it stands in a kept file, a mail or a ticket."""
_FACTS = ("emptied",)
"""Facts that are for the machine."""


@command(
    "verify",
    click.option(
        "--anchor",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="A file with anchors that earlier verifications printed.",
    ),
    help="Recompute the audit log's chain, and print its head: an anchor to keep elsewhere.",
)
def verify(session: Session, *, anchor: Path | None) -> Result:
    """Verify."""
    anchors = [] if anchor is None else _anchors(anchor)
    found = session.app.store.verify_audit(anchors)
    error = None
    if found.broken is not None:
        hint = "Do not write to it any more; compare with a backup, and find out who could."
        message = f"The audit log is broken at entry {found.broken}: {found.problem}."
        error = CheckFailed(message, code="KAM-7060", hint=hint)
    return Result(data=found, lines=_verified(found, given=anchor is not None), error=error)


@command(
    "list",
    click.option("--run", "run_id", help="Only of this run."),
    click.option("--account", help="Only of this account, its people, business and tasks."),
    click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on."),
    click.option("--by", "asked_by", help="Only what this person asked for."),
    click.option(
        "--act", type=click.Choice([one.value for one in Act]), help="Only deeds of this kind."
    ),
    click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000)),
    help="Show what was written and decided: who, why, when; newest first.",
)
def list_entries(
    session: Session,
    *,
    run_id: str | None,
    account: str | None,
    since: datetime | None,
    asked_by: str | None,
    act: str | None,
    limit: int,
) -> Result:
    """List entries."""
    store = session.app.store
    entries = store.audit_log(
        run_id=run_id,
        account_id=None if account is None else find_account(store, account).id,
        since=None if since is None else since.replace(tzinfo=UTC),
        by=asked_by,
        act=act,
        limit=limit,
    )
    if run_id and not entries and store.run(run_id) is None:
        hint = "kam writes list  shows the runs that wrote."
        raise UsageError(f"There is no run {run_id}.", code="KAM-7043", hint=hint)
    rows = [_row(one) for one in entries]
    head = ("", "when", "who", "what", "where", "run", "why")
    return Result(data={"entries": entries}, lines=table(head, rows) or ["No entry fits."])


def _anchors(file: Path) -> list[Anchor]:
    """Return the anchors in a file.

    Raises:
        UsageError: There is none in it.
    """
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    found = [Anchor(number=int(number), digest=digest) for number, digest in _ANCHOR.findall(text)]
    if not found:
        hint = "kam audit verify >> FILE  keeps one; keep the file where this machine cannot write."
        raise UsageError(f"{file} holds no anchor: a number and 64 hexadecimal digits.", hint=hint)
    return found


def _verified(found: AuditCheck, *, given: bool) -> list[str]:
    fits = "all fit" if found.broken is None else "not all fit"
    first = f", from number {found.first} on" if found.first > 1 else ""
    lines = [f"  entries  {found.entries} read{first}: {fits}"]
    if found.erased:
        lines.append(f"  erased   {found.erased} without a record or values, each by an erasure")
    if given:
        lines.append(f"  compared {found.anchors} anchors")
    if found.broken is None:
        lines.append(f"  anchor   {found.anchor}")
    if not given and found.broken is None:
        lines.append("  Without an anchor kept elsewhere a tail that was cut off is not noticed.")
    return lines


def _row(one: LoggedEntry) -> tuple[object, ...]:
    place = "(erased)" if one.erased else one.ref
    where = " ".join(part for part in (one.connection, one.object, place, one.field) if part)
    facts = [f"{name} {value}" for name, value in one.facts.items() if _is_told(name, value)]
    why = "; ".join(part for part in (one.why, ", ".join(facts)) if part)
    when = one.at.strftime("%Y-%m-%d %H:%M")
    return one.number, when, one.by or "(schedule)", one.act, where, one.run_id, why


def _is_told(name: str, value: object) -> bool:
    return name not in _FACTS and bool(value) and not isinstance(value, dict)
