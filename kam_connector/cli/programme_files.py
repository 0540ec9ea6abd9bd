"""kam programme export, import: what holds for every account, as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kam_connector.cli.answers_files import written
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.plan_files import finish, origin_of, refuse_foreign
from kam_connector.cli.reading import author, language_option
from kam_connector.errors import CheckFailed

if TYPE_CHECKING:
    from kam_connector.reports.workbook import Book

__all__ = ["bring_in", "export"]


@command(
    "export",
    click.option(
        "-o", "--output", type=click.Path(path_type=Path), required=True, help="The file."
    ),
    language_option,
    help="Write the programme as a workbook: members, roadmap, costs, criteria, catalogue ...",
)
def export(session: Session, *, output: Path, language: str | None) -> Result:
    """Write the programme's workbook."""
    from kam_connector.reports.workbook import workbook_bytes  # noqa: PLC0415 - heavy

    book = _book(session, language, session.app.clock.now().date())
    return written(output, workbook_bytes(book), format="xlsx")


@command(
    "import",
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--dry-run", is_flag=True, help="Show what would change; write nothing."),
    click.option("--by", help="Who gives it back; default: the name you are signed in with."),
    click.option(
        "--take",
        type=click.Choice(["mine", "theirs"]),
        help="Where both changed a cell: the file's word, or the store's.",
    ),
    click.option("--allow-delete", is_flag=True, help="Remove what is gone from the file."),
    help="Take the programme's edited workbook back, cell by cell.",
)
def bring_in(
    session: Session,
    *,
    file: Path,
    dry_run: bool,
    by: str | None,
    take: str | None,
    allow_delete: bool,
) -> Result:
    """Import the programme's workbook."""
    from kam_connector.reports.workbook import compare, read_workbook  # noqa: PLC0415 - heavy

    given = read_workbook(file)
    if given.origin.book != "programme":
        hint = f"kam plan import {file}"
        raise CheckFailed(f"{file.name} is an account's workbook.", code="KAM-7081", hint=hint)
    today = session.app.clock.now().date()
    now = _book(session, given.origin.language, today)
    refuse_foreign(given.origin.origin, now.origin, file)
    by = author(session.app.store, by)
    difference = compare(
        given,
        now,
        by=by,
        today=today,
        take="mine" if take == "mine" else "theirs" if take == "theirs" else None,
        allow_delete=allow_delete,
    )
    return finish(session, difference, by=by, dry_run=dry_run)


def _book(session: Session, language: str | None, as_of: date) -> Book:
    from kam_connector.language import voice  # noqa: PLC0415 - with the rest
    from kam_connector.reports.workbook import programme_book  # noqa: PLC0415 - heavy

    spoken = language or session.config.kam.language
    return programme_book(
        session.app.store, as_of=as_of, say=voice(spoken), origin=origin_of(session)
    )
