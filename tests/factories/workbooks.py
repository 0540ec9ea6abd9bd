"""Workbooks of the story, edited as a person edits them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.reports.account_report import (
    AccountReport,
    read_account_report,
    section_texts,
)
from kam_connector.reports.workbook import Book, Difference, compare, plan_book, read_workbook
from kam_connector.reports.workbook.write import workbook_bytes
from tests.factories.world import World

__all__ = ["account_book", "brought_back", "cell_of", "edited", "exported", "report_of"]


def report_of(world: World, language: Language = Language.EN) -> AccountReport:
    """Return the report of the story's account."""
    found = read_account_report(
        world.store,
        world.account("altair"),
        now=world.clock.now(),
        settings=KamSettings(),
        language=language,
    )
    assert found is not None
    return found


def account_book(world: World, language: Language = Language.EN) -> Book:
    """Return what an export would write now."""
    report = report_of(world, language)
    return plan_book(
        world.store,
        report.facts,
        as_of=report.as_of,
        say=report.say,
        origin="here",
        sections=section_texts(report),
    )


def exported(world: World, path: Path, language: Language = Language.EN) -> Path:
    """Write the account's workbook."""
    path.write_bytes(workbook_bytes(account_book(world, language)))
    return path


def edited(path: Path, edit: Callable[[Any], object]) -> Path:
    """Change a workbook as a spreadsheet program would, and save it."""
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def cell_of(sheet: Any, title: str, row: int) -> Any:
    """Return a cell by its column's title."""
    heads = {str(one.value).removesuffix(" *"): one.column for one in sheet[1] if one.value}
    return sheet.cell(row=row, column=heads[title])


def brought_back(
    world: World, path: Path, language: Language = Language.EN, **options: Any
) -> Difference:
    """Return what a workbook changes."""
    given = {"by": "usr_ada", "today": world.clock.now().date(), **options}
    return compare(read_workbook(path), account_book(world, language), **given)
