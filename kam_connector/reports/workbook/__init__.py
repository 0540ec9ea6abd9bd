"""Workbooks that people edit and give back: out with XlsxWriter, in with openpyxl."""

from kam_connector.reports.workbook.apply import apply_difference
from kam_connector.reports.workbook.book import Book
from kam_connector.reports.workbook.compare import compare
from kam_connector.reports.workbook.difference import Difference
from kam_connector.reports.workbook.gather import plan_book, programme_book
from kam_connector.reports.workbook.mapped import mapped_difference
from kam_connector.reports.workbook.read import read_workbook
from kam_connector.reports.workbook.write import workbook_bytes

__all__ = [
    "Book",
    "Difference",
    "apply_difference",
    "compare",
    "mapped_difference",
    "plan_book",
    "programme_book",
    "read_workbook",
    "workbook_bytes",
]
