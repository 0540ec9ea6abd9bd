"""Which sheet and which column is which, whatever language the titles are in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kam_connector.language import Language, Voice, phrase, voice
from kam_connector.reports.workbook.book import Book, Sheet
from kam_connector.reports.workbook.difference import Problem
from kam_connector.reports.workbook.directory import folded
from kam_connector.reports.workbook.field_titles import field_title
from kam_connector.reports.workbook.read import Given
from kam_connector.reports.workbook.sheet_titles import sheet_title

__all__ = ["address", "columns_by_place", "sheets_by_title", "unknown_columns", "unknown_sheet"]

_ONLY_READ = (
    phrase("Guide"),
    phrase("People"),
    phrase("Scores"),
    phrase("Signals"),
    phrase("Opportunities"),
)
_BESIDE = phrase("What the CRM says")


def sheets_by_title(book: Book) -> Mapping[str, Sheet | None]:
    """Return what each title means, in both languages; None: a sheet that is only read."""
    found: dict[str, Sheet | None] = {}
    for language in Language:
        say = voice(language)
        found.update({folded(say(title)): None for title in _ONLY_READ})
        found.update({folded(say(sheet_title(one.made)[0])): one for one in book.sheets})
    return found


def columns_by_place(given: Given, sheet: Sheet) -> dict[str, int]:
    """Return where each field's column stands: by field name, ``id`` included."""
    named = {folded("ID"): "id"}
    for language in Language:
        for column in sheet.columns:
            named[folded(voice(language)(field_title(column.name)))] = column.name
    found: dict[str, int] = {}
    for at, title in given.head.items():
        name = named.get(_bare(title))
        if name and name not in found:
            found[name] = at
    return found


def unknown_columns(given: Given, sheet: Sheet, say: Voice) -> Iterator[Problem]:
    """Yield filled columns that no field of ours has."""
    known = set(columns_by_place(given, sheet).values())
    beside = {folded(voice(one)(_BESIDE)) for one in Language}
    filled = {at for row in given.rows for at in row.cells} | set(given.head)
    for at in sorted(filled - known):
        title = given.head.get(at, "").strip()
        if _bare(title) in beside:
            continue
        text = (
            say("There is no column of this name here: remove it, or put notes on a hidden sheet.")
            if title
            else say("This column has no title: remove what stands in it.")
        )
        yield Problem(
            sheet=given.title, row=1, column=title or None, cell=address(1, at), text=text
        )


def unknown_sheet(given: Given, say: Voice) -> Problem:
    """Return what to say of a sheet that is none of ours."""
    text = say("There is no sheet of this name here: rename it back, hide it or remove it.")
    return Problem(sheet=given.title, row=None, column=None, cell=None, text=text)


def address(row: int, column: int) -> str:
    """Return a cell's name: row from 1, column from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _bare(title: str) -> str:
    return folded(title.rstrip().removesuffix("*"))
