"""kam plan export, import, deck, page: an account plan as files, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from kam_connector.cli.answers_files import difference_result, written
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.reading import author, language_option
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.language import Language

if TYPE_CHECKING:
    from kam_connector.reports.account_report import AccountReport
    from kam_connector.reports.workbook import Book, Difference

__all__ = ["bring_in", "deck", "export", "page"]

_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The file."
)


@command(
    "export",
    click.argument("account"),
    _OUTPUT,
    language_option,
    help="Write an account plan as a workbook that people edit and  kam plan import  takes back.",
)
def export(session: Session, *, account: str, output: Path, language: str | None) -> Result:
    """Write a plan's workbook."""
    from kam_connector.reports.workbook import workbook_bytes  # noqa: PLC0415 - heavy

    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output.name} is no .xlsx file.", hint="-o plan.xlsx")
    report = _report(session, account, language)
    book = _book(session, report)
    return written(output, workbook_bytes(book), format="xlsx", account=report.facts.account.name)


@command(
    "import",
    click.argument("file", type=click.Path(path_type=Path)),
    click.argument("account", required=False),
    click.option(
        "--mapping", type=click.Path(path_type=Path), help="How an Excel plan is laid out."
    ),
    click.option("--dry-run", is_flag=True, help="Show what would change; write nothing."),
    click.option("--by", help="Who gives it back; default: the name you are signed in with."),
    click.option(
        "--take",
        type=click.Choice(["mine", "theirs"]),
        help="Where both changed a cell: the file's word, or the store's.",
    ),
    click.option("--allow-delete", is_flag=True, help="Remove what is gone from the file."),
    help="Take an edited plan back, cell by cell; or bring an existing Excel plan in.",
)
def bring_in(
    session: Session,
    *,
    file: Path,
    account: str | None,
    mapping: Path | None,
    dry_run: bool,
    by: str | None,
    take: str | None,
    allow_delete: bool,
) -> Result:
    """Import a plan's workbook, or one of another layout through a mapping."""
    from kam_connector.reports.workbook import (  # noqa: PLC0415 - heavy
        compare,
        mapped_difference,
        read_workbook,
    )

    by = author(session.app.store, by)
    if mapping is not None:
        if account is None:
            hint = f"kam plan import {file} ACCOUNT --mapping {mapping}"
            raise UsageError("A mapping needs the account it is for.", hint=hint)
        report = _report(session, account, None)
        found = mapped_difference(
            file, mapping, _book(session, report), by=by, today=report.as_of,
            take=_take(take),
        )  # fmt: skip
        return finish(session, found, by=by, dry_run=dry_run)
    given = read_workbook(file)
    if given.origin.book != "plan":
        hint = f"kam programme import {file}"
        raise CheckFailed(f"{file.name} is the programme's workbook.", code="KAM-7081", hint=hint)
    _same_account(session, given.origin.account_id, given.origin.account, account)
    report = _report(session, given.origin.account_id, given.origin.language)
    now = _book(session, report)
    refuse_foreign(given.origin.origin, now.origin, file)
    difference = compare(
        given,
        now,
        by=by,
        today=report.as_of,
        take=_take(take),
        allow_delete=allow_delete,
    )
    return finish(session, difference, by=by, dry_run=dry_run)


@command(
    "deck",
    click.argument("account", required=False),
    click.option("-o", "--output", type=click.Path(path_type=Path), help="The .pptx file."),
    click.option("--template", type=click.Path(path_type=Path), help="A .pptx with our layouts."),
    click.option("--for-customer", is_flag=True, help="Only what a customer may see."),
    click.option(
        "--write-template", type=click.Path(path_type=Path), help="Write the template and stop."
    ),
    language_option,
    help="Write a review pack as a deck: native shapes, connectors, charts and tables.",
)
def deck(
    session: Session,
    *,
    account: str | None,
    output: Path | None,
    template: Path | None,
    for_customer: bool,
    write_template: Path | None,
    language: str | None,
) -> Result:
    """Write a deck, or the template it is made from."""
    from kam_connector.reports.deck import deck_bytes, default_template  # noqa: PLC0415 - heavy

    if write_template is not None:
        return written(write_template, default_template(), format="pptx")
    if account is None or output is None or output.suffix.lower() != ".pptx":
        raise UsageError(
            "A deck needs an account and a file.", hint="kam plan deck ACME -o qbr.pptx"
        )
    report = _report(session, account, language)
    content = deck_bytes(report, template=template, for_customer=for_customer)
    return written(output, content, format="pptx", account=report.facts.account.name)


@command(
    "page",
    click.argument("account"),
    _OUTPUT,
    language_option,
    help="Write the plan on one page: FILE.pdf (extra pdf) or FILE.html.",
)
def page(session: Session, *, account: str, output: Path, language: str | None) -> Result:
    """Write the plan on a page."""
    from kam_connector.reports.onepage import page_html, page_pdf  # noqa: PLC0415 - heavy

    ending = output.suffix.lower()
    if ending not in {".pdf", ".html"}:
        raise UsageError(f"{output.name} is neither .pdf nor .html.", hint="-o plan.html")
    report = _report(session, account, language)
    content = page_pdf(report) if ending == ".pdf" else page_html(report).encode()
    return written(output, content, format=ending[1:], account=report.facts.account.name)


def finish(session: Session, difference: Difference, *, by: str, dry_run: bool) -> Result:
    """Write what stands, unless it is a rehearsal, and say what became of each cell."""
    from kam_connector.reports.workbook import apply_difference  # noqa: PLC0415 - heavy

    if not dry_run and difference.to_write:
        app = session.app
        apply_difference(app.store, difference, by=by, at=app.clock.now())
    return difference_result(difference, dry_run=dry_run)


def refuse_foreign(given: str, here: str, file: Path) -> None:
    """Refuse a workbook of another installation.

    Raises:
        CheckFailed: It is one (KAM-7081).
    """
    if given != here:
        hint = "Export it here and copy the edits over."
        message = f"{file.name} was exported by another installation."
        raise CheckFailed(message, code="KAM-7081", hint=hint)


def origin_of(session: Session) -> str:
    """Return what tells this installation from others: its connections and its first accounts."""
    from hashlib import blake2b  # noqa: PLC0415 - only here

    names = sorted(session.config.connections)
    return blake2b("\n".join(names).encode(), digest_size=8).hexdigest()


def _take(word: str | None) -> Literal["mine", "theirs"] | None:
    return "mine" if word == "mine" else "theirs" if word == "theirs" else None


def _same_account(session: Session, account_id: str, name: str, wanted: str | None) -> None:
    store = session.app.store
    if account_id not in {one.id for one in store.accounts()}:
        message = f"The workbook is of {name}, which is not known here."
        raise CheckFailed(message, code="KAM-7081", hint="kam account list  shows the accounts.")
    if wanted is not None and find_account(store, wanted).id != account_id:
        message = f"The workbook is of {name}, not of {find_account(store, wanted).name}."
        raise CheckFailed(message, code="KAM-7081", hint="Name the right file, or no account.")


def _report(session: Session, account: str, language: str | None) -> AccountReport:
    from kam_connector.reports.account_report import read_account_report  # noqa: PLC0415 - heavy

    found = find_account(session.app.store, account)
    report = read_account_report(
        session.app.store,
        found.id,
        now=session.app.clock.now(),
        settings=session.config.kam.settings(),
        language=Language(language) if language else None,
    )
    if report is None:
        hint = "Only key accounts have plans:  kam account select"
        raise CheckFailed(f"{found.name} is no key account.", code="KAM-7043", hint=hint)
    return report


def _book(session: Session, report: AccountReport) -> Book:
    from kam_connector.reports.account_report import section_texts  # noqa: PLC0415 - heavy
    from kam_connector.reports.workbook import plan_book  # noqa: PLC0415 - heavy

    return plan_book(
        session.app.store,
        report.facts,
        as_of=report.as_of,
        say=report.say,
        origin=origin_of(session),
        sections=section_texts(report),
    )
