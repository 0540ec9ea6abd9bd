"""Compares three states of each cell: as exported, as it is now, as the person gave it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kam_connector.language import Voice
from kam_connector.model.plan import Action, Objective
from kam_connector.reports.workbook.book import Book, Sheet, is_locked
from kam_connector.reports.workbook.difference import Difference, Problem, RecordEdit
from kam_connector.reports.workbook.directory import folded
from kam_connector.reports.workbook.field_titles import field_title
from kam_connector.reports.workbook.places import (
    columns_by_place,
    sheets_by_title,
    unknown_columns,
    unknown_sheet,
)
from kam_connector.reports.workbook.read import Given, GivenBook
from kam_connector.reports.workbook.row import Comparing, label_of

__all__ = ["Take", "compare", "joined"]

Take = Literal["mine", "theirs"] | None
"""Whose word counts where both changed a cell: the file's, the store's, or nobody's yet."""
_NAMED_FIRST = ("objective", "initiative", "criterion", "handover")


@dataclass(slots=True)
class _Found:
    problems: list[Problem] = field(default_factory=list)
    edits: list[RecordEdit] = field(default_factory=list)
    left_out: list[RecordEdit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare(
    given: GivenBook,
    now: Book,
    *,
    by: str,
    today: date,
    take: Take = None,
    allow_delete: bool = False,
) -> Difference:
    """Return what a workbook changes; nothing is written here.

    Args:
        given: The file.
        now: What an export would write now, in the file's language.
        by: Who gives it back; stands where a record says who said it.
        today: The day of new judgements.
        take: Whose word counts where both changed a cell.
        allow_delete: Whether rows that are gone are removed.
    """
    found = _Found()
    known = sheets_by_title(now)
    sheets: list[tuple[Given, Sheet]] = []
    for one in given.sheets:
        sheet = _sheet_of(one, known)
        if sheet is not None and sheet.editable and one.visible:
            sheets.append((one, sheet))
        elif not one.visible:
            found.notes.append(now.say("{sheet}: hidden, not read.", sheet=one.title))
        elif sheet is None and not _is_known(one, known):
            found.problems.append(unknown_sheet(one, now.say))
    directory = now.directory.with_labels(given.labels)
    for one, sheet in sorted(sheets, key=lambda pair: _order(pair[1])):
        work = Comparing(
            sheet=sheet, title=one.title, base=given.base.get(sheet.name, {}), directory=directory,
            say=now.say, account_id=now.account_id, by=by, today=today, take=take,
            places=columns_by_place(one, sheet), problems=found.problems,
        )  # fmt: skip
        _compare_sheet(one, work, found, allow_delete=allow_delete)
    return Difference(
        account_id=now.account_id,
        account=now.account,
        problems=tuple(found.problems),
        edits=tuple(found.edits),
        left_out=tuple(found.left_out),
        notes=tuple(found.notes),
    )


def joined(now: Book, edits: Sequence[RecordEdit], problems: Sequence[Problem]) -> Difference:
    """Return edits that were found in another way as one difference."""
    return Difference(
        account_id=now.account_id,
        account=now.account,
        problems=tuple(problems),
        edits=tuple(edits),
    )


def _sheet_of(given: Given, known: Mapping[str, Sheet | None]) -> Sheet | None:
    return known.get(folded(given.title))


def _is_known(given: Given, known: Mapping[str, Sheet | None]) -> bool:
    return folded(given.title) in known


def _order(sheet: Sheet) -> int:
    return 0 if sheet.name in _NAMED_FIRST else 1


def _compare_sheet(given: Given, work: Comparing, found: _Found, *, allow_delete: bool) -> None:
    missing = [one for one in work.sheet.columns if one.name not in work.places and one.required]
    found.problems += unknown_columns(given, work.sheet, work.say)
    if missing or "id" not in work.places:
        found.problems += _lost_columns(given, work, [one.name for one in missing])
        return
    seen: set[str] = set()
    for row in given.rows:
        edit = work.row(row, seen)
        seen.add(str(row.cells.get(work.places["id"], "")).strip())
        if edit is None:
            continue
        seen.add(edit.record_id)
        if edit.cells or edit.clashes:
            found.edits.append(edit)
    gone = list(_gone(work, seen))
    (found.edits if allow_delete else found.left_out).extend(gone)
    if allow_delete:
        found.problems += [_never_removed(given, work.say, one) for one in gone if _stays(one)]


def _lost_columns(given: Given, work: Comparing, names: Sequence[str]) -> Iterator[Problem]:
    for name in names or ["id"]:
        title = "ID" if name == "id" else work.say(field_title(name))
        text = work.say("This column is gone; it is needed. Take the sheet from a fresh export.")
        yield Problem(sheet=given.title, row=1, column=title, cell=None, text=text)


def _gone(work: Comparing, seen: set[str]) -> Iterator[RecordEdit]:
    now = {one.id: one for one in work.sheet.records if one.id}
    for id_ in work.base:
        record = now.get(id_)
        if id_ in seen or record is None or is_locked(record):
            continue
        clashes = work.changed_since(record) if work.take != "mine" else ()
        if not clashes or work.take is None:
            yield RecordEdit(
                sheet=work.title, row=None, made=work.sheet.made, record_id=id_,
                label=label_of(record, work), before=record, after=None,
                clashes=clashes,
            )  # fmt: skip


def _stays(edit: RecordEdit) -> bool:
    return edit.made in (Objective, Action)


def _never_removed(given: Given, say: Voice, edit: RecordEdit) -> Problem:
    text = say("{what}: is never removed, set its state instead.", what=edit.label)
    return Problem(sheet=given.title, row=None, column=None, cell=None, text=text)
