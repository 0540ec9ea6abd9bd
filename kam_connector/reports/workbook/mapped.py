"""An Excel plan of somebody's own, brought in through a mapping that says what stands where.

The mapping makes rows as an edited workbook of ours has them, so that the same checks, the
same comparison and the same report follow: a second import of the same file changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kam_connector.errors import CheckFailed
from kam_connector.reports.workbook.book import Book, Sheet
from kam_connector.reports.workbook.compare import Take, joined
from kam_connector.reports.workbook.difference import Difference, Problem, RecordEdit
from kam_connector.reports.workbook.directory import folded
from kam_connector.reports.workbook.layout import Layout, Part, read_layout
from kam_connector.reports.workbook.places import address
from kam_connector.reports.workbook.read import Given, GivenRow, open_workbook
from kam_connector.reports.workbook.row import Comparing

__all__ = ["mapped_difference"]

_ID = -1
"""Where the id would stand: an old plan has none."""


def mapped_difference(
    path: Path, layout_path: Path, now: Book, *, by: str, today: date, take: Take = None
) -> Difference:
    """Return what an existing Excel plan adds to an account's plan.

    Args:
        path: The plan.
        layout_path: The mapping (TOML).
        now: The account's workbook as it would be written now.
        by: Who brings it in.
        today: The day of new judgements.
        take: Whose word counts where a record is there already and says otherwise.

    Raises:
        CheckFailed: The file could do harm (KAM-7080), or the mapping does not fit (KAM-7086).
    """
    layout = read_layout(layout_path, now)
    sheets = {folded(one.title): one for one in open_workbook(path)}
    problems: list[Problem] = []
    edits: list[RecordEdit] = []
    seen: dict[str, set[str]] = {}
    for part in layout.parts:
        given = sheets.get(folded(part.sheet))
        if given is None:
            known = ", ".join(one.title for one in sheets.values())
            message = f'{path.name} has no sheet "{part.sheet}". It has {known}.'
            raise CheckFailed(message, code="KAM-7086", hint=f"See [[{part.name}]] of the mapping.")
        sheet = now.sheet(part.made)
        if sheet is not None:
            work = _comparing(part, sheet, now, layout, problems, by=by, today=today, take=take)
            rows = list(_rows(part, given))
            edits += _edits(work, rows, seen.setdefault(part.name, set()))
    return joined(now, edits, problems)


def _comparing(
    part: Part, sheet: Sheet, now: Book, layout: Layout, problems: list[Problem], *,
    by: str, today: date, take: Take,
) -> Comparing:  # fmt: skip
    return Comparing(
        sheet=sheet, title=part.sheet, base={}, directory=now.directory, say=layout.say,
        account_id=now.account_id, by=by, today=today, take=take, problems=problems,
        places={"id": _ID, **part.columns, **part.constant_places},
    )  # fmt: skip


def _edits(work: Comparing, rows: Sequence[GivenRow], seen: set[str]) -> Iterator[RecordEdit]:
    for row in rows:
        edit = work.row(row, seen)
        if edit is not None:
            seen.add(edit.record_id)
            if edit.cells or edit.clashes:
                yield edit


def _rows(part: Part, given: Given) -> Iterator[GivenRow]:
    """Yield the rows of a part: of a list one each, of single cells one in all."""
    if part.cells:
        grid = _grid(given)
        cells = {
            at: grid[address(*place)] for at, place in part.cells.items() if address(*place) in grid
        }
        first = min((row for row, _ in part.cells.values()), default=1)
        if cells:
            yield GivenRow(number=first, cells={**cells, **part.constants})
        return
    for row in _all_rows(given):
        inside = part.first <= row.number <= (part.last or row.number)
        if not inside or row.number in part.skip:
            continue
        wanted = {at: row.cells[at] for at in part.columns.values() if at in row.cells}
        if wanted:
            yield GivenRow(number=row.number, cells={**wanted, **part.constants})


def _all_rows(given: Given) -> Iterator[GivenRow]:
    if given.head:
        yield GivenRow(number=1, cells=dict(given.first))
    yield from given.rows


def _grid(given: Given) -> Mapping[str, Any]:
    return {
        address(row.number, at): cell for row in _all_rows(given) for at, cell in row.cells.items()
    }
