"""What a person does in a workbook: fill a row, change a cell. The standard library is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["row_of", "type_into"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_IN = {"m": _MAIN}

ElementTree.register_namespace("", _MAIN)


def type_into(book: Path, sheet: str, row: int, cells: Mapping[str, str]) -> None:
    """Type texts into one row of a sheet, by the titles of its columns, and save the file.

    Args:
        book: An .xlsx file.
        sheet: The sheet's name.
        row: From 1, the titles; a row that is not there yet begins.
        cells: Text by column title.
    """
    with ZipFile(book) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    place = _sheet_part(parts, sheet)
    tree = _parsed(parts[place])
    columns = _columns(tree, list(_strings(parts)))
    line = _row(tree, row)
    for title, text in cells.items():
        _type(line, f"{columns[title]}{row}", text)
    line[:] = sorted(line, key=lambda cell: _order(str(cell.get("r"))))
    parts[place] = ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    with ZipFile(book, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)


def row_of(book: Path, sheet: str, text: str) -> int:
    """Return the row of a sheet in which a cell says *text*."""
    with ZipFile(book) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    wanted = str(list(_strings(parts)).index(text))
    tree = _parsed(parts[_sheet_part(parts, sheet)])
    return next(
        int(str(row.get("r")))
        for row in tree.iterfind("m:sheetData/m:row", _IN)
        for cell in row
        if cell.get("t") == "s" and cell.findtext("m:v", None, _IN) == wanted
    )


def _sheet_part(parts: Mapping[str, bytes], sheet: str) -> str:
    listed = _parsed(parts["xl/workbook.xml"]).iterfind("m:sheets/m:sheet", _IN)
    link = next(one.get(_LINK) for one in listed if one.get("name") == sheet)
    targets = _parsed(parts["xl/_rels/workbook.xml.rels"])
    return next(f"xl/{one.get('Target')}" for one in targets if one.get("Id") == link)


def _strings(parts: Mapping[str, bytes]) -> Iterator[str]:
    for one in _parsed(parts["xl/sharedStrings.xml"]).iterfind("m:si", _IN):
        yield "".join(text.text or "" for text in one.iter(f"{{{_MAIN}}}t"))


def _columns(tree: Element, strings: list[str]) -> dict[str, str]:
    """Return the letters of the columns by their titles, the star of duty left out."""
    first = _row(tree, 1)
    titles = {}
    for cell in first:
        value = cell.find("m:v", _IN)
        if value is not None and cell.get("t") == "s":
            title = strings[int(value.text or 0)].removesuffix(" *")
            titles[title] = re.sub(r"\d", "", str(cell.get("r")))
    return titles


def _row(tree: Element, number: int) -> Element:
    data = tree.find("m:sheetData", _IN)
    rows = [] if data is None else list(data)
    found = next((one for one in rows if one.get("r") == str(number)), None)
    if found is None and data is not None:
        found = SubElement(data, f"{{{_MAIN}}}row", {"r": str(number)})
    if found is None:
        raise ValueError("the sheet has no data")
    return found


def _type(row: Element, place: str, text: str) -> None:
    cell = next((one for one in row if one.get("r") == place), None)
    if cell is None:
        cell = SubElement(row, f"{{{_MAIN}}}c", {"r": place})
    cell[:] = []
    cell.set("t", "inlineStr")
    SubElement(SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t").text = text


def _order(place: str) -> tuple[int, str]:
    letters = re.sub(r"\d", "", place)
    return len(letters), letters


def _parsed(content: bytes) -> Element:
    return ElementTree.fromstring(content)  # noqa: S314 - a file that we have just written
