"""The first sheet: of whom, as of when, how to edit, and what stands where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kam_connector.reports.workbook.book import Book
from kam_connector.reports.workbook.sheet_titles import sheet_title

__all__ = ["Line", "guide_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the guide."""

    first: str = ""
    second: str = ""
    style: str = "name"
    sheet: str | None = None
    """The sheet that the first cell leads to."""
    count: int | None = None


def guide_lines(book: Book) -> list[Line]:
    """Return the guide, in the book's language."""
    return [*_head(book), *_rules(book), *_contents(book)]


def _head(book: Book) -> Iterator[Line]:
    say = book.say
    what = say("Account plan") if book.account_id else say("Key account programme")
    yield Line(first=f"{what} \u2013 {book.account}", style="title")
    yield Line()
    yield Line(first=say("As of"), second=say.day(book.as_of))
    again = "kam plan import" if book.account_id else "kam programme import"
    yield Line(first=say("Give it back with"), second=f"{again} FILE --dry-run")
    yield Line()


def _rules(book: Book) -> Iterator[Line]:
    say = book.say
    yield Line(first=say("How to edit"), style="heading")
    yield Line(
        first=say("Change"),
        second=say("Type over a white cell; choose from the list where there is one."),
    )
    yield Line(
        first=say("Add"),
        second=say("Write in the first empty row. Columns with * must be filled."),
    )
    yield Line(
        first=say("Remove"),
        second=say("Delete the row; it is removed only when the import is told so."),
    )
    yield Line(
        first=say("Grey"),
        second=say("Grey cells come from the CRM or from a rule and are not read back."),
    )
    yield Line(
        first=say("People"),
        second=say("People are named as on their list; a new colleague comes from the CRM."),
    )
    yield Line(
        first=say("Notes"),
        second=say("Notes of your own go on a hidden sheet. Formulas are not read: paste values."),
    )
    yield Line()


def _contents(book: Book) -> Iterator[Line]:
    say = book.say
    yield Line(first=say("Sheets"), style="heading")
    for sheet in book.sheets:
        title, purpose = sheet_title(sheet.made)
        count = sum(1 for one in sheet.records if one.id)
        yield Line(first=say(title), second=say(purpose), sheet=say(title), count=count)
    for table in book.tables:
        yield Line(
            first=table.title, second=table.purpose, sheet=table.title, count=len(table.rows)
        )
