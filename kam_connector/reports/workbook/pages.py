"""One sheet of a workbook: titles, rows, lists, what is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kam_connector.reports.cells import is_risky
from kam_connector.reports.workbook.book import Book, Sheet, Table, is_locked
from kam_connector.reports.workbook.face import Cell, face, is_exact, sheet_text
from kam_connector.reports.workbook.field_titles import field_title
from kam_connector.reports.workbook.styles import Styles, width_of
from kam_connector.reports.workbook.validation import Lists, rule_for

__all__ = ["sheet_page", "table_page"]

_SPARE_ROWS = 500
"""Our choice: so many empty rows below the last one have lists and checks."""
_ALLOWED = {
    "format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True,
    "sort": True, "autofilter": True,
}  # fmt: skip
"""A locked cell keeps its value, and nothing else is forbidden."""
_GREY = "#9AA5B1"
_BESIDE_WIDTH = 70
_LINE, _TALLEST = 13.5, 400
"""Height of a line of ten points; Excel's tallest row is 409 points."""


def sheet_page(page: Any, sheet: Sheet, book: Book, styles: Styles, lists: Lists) -> None:
    """Fill a sheet with the records of one type."""
    pen = _Pen(page, styles)
    pen.head(0, "ID", locked=True)
    page.set_column(0, 0, 30, styles.cell("text", locked=False), {"hidden": True})
    for number, column in enumerate(sheet.columns, start=1):
        must = column.required and sheet.editable
        title = book.say(field_title(column.name)) + (" *" if must else "")
        pen.head(number, title, required=must, locked=not sheet.editable)
        style = styles.of(column, locked=not sheet.editable)
        page.set_column(number, number, width_of(column), style)
        rule = rule_for(sheet.made, column, lists, book.say) if sheet.editable else None
        if rule:
            page.data_validation(1, number, len(sheet.records) + _SPARE_ROWS, number, rule)
    for row, record in enumerate(sheet.records, start=1):
        _record(pen, row, record, sheet, book)
    if sheet.beside:
        _beside(pen, sheet, book.say(sheet.beside[0]))
    _finish(page, len(sheet.records), len(sheet.columns) + bool(sheet.beside))
    if not sheet.editable or sheet.beside or any(is_locked(one) for one in sheet.records):
        page.protect("", _ALLOWED)
    page.set_tab_color(styles.tab(sheet.made, locked=not sheet.editable))


def table_page(page: Any, table: Table, styles: Styles) -> None:
    """Fill a sheet with rows to read."""
    pen = _Pen(page, styles)
    for number, title in enumerate(table.head):
        pen.head(number, title, locked=True)
        page.set_column(number, number, _width(title, [row[number] for row in table.rows]))
    for row, cells in enumerate(table.rows, start=1):
        for number, cell in enumerate(cells):
            pen.write(row, number, cell, locked=True)
    _finish(page, len(table.rows), len(table.head) - 1)
    page.protect("", _ALLOWED)
    page.set_tab_color(_GREY)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes cells of one sheet; a text is always written as a text."""

    page: Any
    styles: Styles

    def head(self, column: int, title: str, *, required: bool = False, locked: bool) -> None:
        style = self.styles.head(required=required, locked=locked)
        self.page.write_string(0, column, title, style)

    def write(
        self, row: int, column: int, cell: Cell, *, key: str = "wrapped", locked: bool
    ) -> None:
        match cell:
            case None:
                self.page.write_blank(row, column, None, self.styles.cell(key, locked=locked))
            case date():
                style = self.styles.cell("day", locked=locked)
                self.page.write_datetime(row, column, cell, style)
            case int() | Decimal() | float() if is_exact(Decimal(str(cell))):
                number = key if key in {"whole", "decimal"} else "number"
                style = self.styles.cell(number, locked=locked)
                self.page.write_number(row, column, cell, style)
            case _:
                text = sheet_text(str(cell))
                style = self.styles.cell("wrapped", locked=locked, quoted=is_risky(text))
                self.page.write_string(row, column, text, style)


def _record(pen: _Pen, row: int, record: Any, sheet: Sheet, book: Book) -> None:
    locked = not sheet.editable or is_locked(record)
    pen.write(row, 0, record.id or None, locked=False)
    tall = 1
    for number, column in enumerate(sheet.columns, start=1):
        shown = face(getattr(record, column.name), column, book.directory, book.say)
        if not record.id and column.name != "kind":
            shown = None
        pen.write(row, number, shown, key=pen.styles.key(column), locked=locked)
        tall = max(tall, _lines(shown, width_of(column)))
    if sheet.beside:
        tall = max(tall, _lines(sheet.beside[1][row - 1], _BESIDE_WIDTH))
    pen.page.set_row(row, min(_LINE * tall + 2, _TALLEST))


def _lines(cell: Cell, width: int) -> int:
    """Return how many lines a text takes in a column, roughly: not every program measures."""
    if not isinstance(cell, str):
        return 1
    return sum(1 + len(part) // width for part in cell.split("\n"))


def _beside(pen: _Pen, sheet: Sheet, title: str) -> None:
    column = len(sheet.columns) + 1
    pen.head(column, title, locked=True)
    pen.page.set_column(column, column, _BESIDE_WIDTH, pen.styles.cell("wrapped", locked=True))
    for row, cell in enumerate(sheet.beside[1] if sheet.beside else (), start=1):
        pen.write(row, column, cell, locked=True)


def _width(title: str, cells: Sequence[Cell]) -> float:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(60, max(len(title) + 4, longest + 2, 10))


def _finish(page: Any, rows: int, last_column: int) -> None:
    page.freeze_panes(1, 2)
    page.set_row(0, 22)
    page.autofilter(0, 0, max(rows, 1), last_column)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
