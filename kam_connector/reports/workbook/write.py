"""A book as xlsx: real dates and numbers, lists to choose from, and the way back hidden inside.

Every text is written as a string cell: nothing that a person or a CRM says can become a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from kam_connector.language import Language
from kam_connector.reports.workbook.book import Book
from kam_connector.reports.workbook.face import sheet_text
from kam_connector.reports.workbook.guide import Line, guide_lines
from kam_connector.reports.workbook.hidden import BASE, LISTS, META, NAMES, base_rows, meta_rows
from kam_connector.reports.workbook.pages import sheet_page, table_page
from kam_connector.reports.workbook.sheet_titles import sheet_title
from kam_connector.reports.workbook.styles import Styles
from kam_connector.reports.workbook.validation import Lists

__all__ = ["workbook_bytes"]


def workbook_bytes(book: Book) -> bytes:
    """Return a book as an xlsx file."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy: only when a workbook is asked for

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(content, options) as file:
        styles = Styles(file, french=book.say.language is Language.FR)
        lists = Lists(book)
        _guide(file.add_worksheet(book.say("Guide")), book, styles)
        for sheet in book.sheets:
            page = file.add_worksheet(book.say(sheet_title(sheet.made)[0]))
            sheet_page(page, sheet, book, styles, lists)
        for table in book.tables:
            table_page(file.add_worksheet(table.title), table, styles)
        _hidden(file, LISTS, lists.rows())
        _hidden(file, NAMES, _names(book))
        _hidden(file, BASE, base_rows(book))
        _hidden(file, META, meta_rows(book))
    return content.getvalue()


def _guide(page: Any, book: Book, styles: Styles) -> None:
    page.hide_gridlines(2)
    page.set_column(0, 0, 3)
    page.set_column(1, 1, 34)
    page.set_column(2, 2, 90)
    page.set_column(3, 3, 10)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for row, line in enumerate(guide_lines(book), start=1):
        _guide_line(page, row, line, styles)
    page.protect("", {"select_locked_cells": True, "format_columns": True})


def _guide_line(page: Any, row: int, line: Line, styles: Styles) -> None:
    style = styles.guide(line.style)
    if line.sheet is not None:
        quoted = line.sheet.replace("'", "''")
        page.write_url(row, 1, f"internal:'{quoted}'!A1", styles.guide("link"), line.first)
    else:
        page.write_string(row, 1, sheet_text(line.first), style)
    page.write_string(row, 2, sheet_text(line.second), styles.guide("plain"))
    if line.count is not None:
        page.write_number(row, 3, line.count, styles.guide("plain"))


def _names(book: Book) -> list[tuple[str, str, str]]:
    labels = book.directory.labels
    return [(space, id_, text) for space, known in labels.items() for id_, text in known.items()]


def _hidden(file: Any, name: str, rows: Sequence[Sequence[str]]) -> None:
    page = file.add_worksheet(name)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            page.write_string(row, column, text)
    page.very_hidden()
