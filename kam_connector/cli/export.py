"""kam export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.errors import UsageError

if TYPE_CHECKING:
    from kam_connector.reports import Frame

__all__ = ["export"]

_TABLES = (
    "portfolio", "ledger", "people", "revenue", "kpis", "whitespace", "objectives", "actions",
    "risks", "signals", "insights",
)  # fmt: skip
_FORMATS = ("csv", "jsonl", "xlsx")


@command(
    "export",
    click.option(
        "--format", "form", type=click.Choice(_FORMATS), required=True, help="What kind of file."
    ),
    click.option(
        "--what",
        type=click.Choice(_TABLES),
        help="Which table; default portfolio, in xlsx all of them.",
    ),
    click.option("-o", "--output", type=click.Path(path_type=Path), help="File; default stdout."),
    help="Write tables about the key accounts: portfolio, ledgers, people, revenue and more.",
)
def export(session: Session, *, form: str, what: str | None, output: Path | None) -> Result:
    """Write tables to a file, or to stdout."""
    from kam_connector.reports import FRAMES, as_text, write_file  # noqa: PLC0415 - heavy
    from kam_connector.reports.export import records  # noqa: PLC0415 - heavy

    as_json = session.invocation.as_json
    if form == "xlsx" and output is None and not as_json:
        hint = "kam export --format xlsx -o key-accounts.xlsx"
        raise UsageError("A workbook needs a file to go to.", hint=hint)
    names = [what] if what else list(_TABLES) if form == "xlsx" else ["portfolio"]
    store, today = session.app.store, session.app.clock.now().date()
    frames: dict[str, Frame] = {name: FRAMES[name](store, as_of=today) for name in names}
    counts = {name: len(frame) for name, frame in frames.items()}
    if output is not None:
        write_file(frames, output, form=form)
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        return Result(
            data={"file": output, "format": form, "rows": counts},
            lines=[f"  written  {output}  (rows: {told})"],
        )
    if as_json:
        return Result(data={name: records(frame) for name, frame in frames.items()})
    (frame,) = frames.values()
    return Result(document=as_text(frame, form=form))
