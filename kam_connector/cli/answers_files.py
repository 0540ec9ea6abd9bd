"""What the commands about files answer: what was written, what an edited workbook changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kam_connector.cli.command import Result
from kam_connector.errors import CheckFailed, ConfigError, RecordError

if TYPE_CHECKING:
    from kam_connector.reports.workbook import Difference
    from kam_connector.reports.workbook.difference import Problem, RecordEdit

__all__ = ["difference_result", "written"]

_SHORT = 60
"""Our choice: longer texts are cut in the answer, never in the store."""


def written(path: Path, content: bytes, **told: object) -> Result:
    """Write a file as a whole and say so.

    Raises:
        ConfigError: It cannot be written (KAM-1071).
    """
    from kam_connector.reports.export import replace_file  # noqa: PLC0415 - heavy

    try:
        replace_file(path, content)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071", hint="Name another file with -o.") from error
    return Result(data={"file": path, **told}, lines=[f"  written  {path}"])


def difference_result(difference: Difference, *, dry_run: bool) -> Result:
    """Return what a workbook changes, cell by cell, with what stands in its way."""
    to_write = difference.to_write
    lines = [difference.account]
    for edit in to_write:
        lines += _edit_lines(edit)
    for edit in difference.clashing:
        lines += _clash_lines(edit)
    lines += [f"  not removed  {one.sheet}: {one.label}" for one in difference.left_out]
    lines += [f"  note  {one}" for one in difference.notes]
    lines += [f"  {_place(one)}  {one.text}" for one in difference.problems]
    lines.append(_summary(difference, dry_run=dry_run))
    data = {
        "account": difference.account_id,
        "dry_run": dry_run,
        "written": 0 if dry_run else len(to_write),
        "edits": [_edit_data(one) for one in to_write],
        "conflicts": [_edit_data(one) for one in difference.clashing],
        "not_removed": [{"sheet": one.sheet, "id": one.record_id} for one in difference.left_out],
        "notes": list(difference.notes),
        "problems": list(difference.problems),
    }
    return Result(data=data, lines=lines, error=_error(difference))


def _error(difference: Difference) -> CheckFailed | RecordError | None:
    if difference.problems:
        count = len(difference.problems)
        places = "1 place" if count == 1 else f"{count} places"
        message = f"{places} cannot be read; nothing was written."
        return CheckFailed(message, code="KAM-7082", hint="Mend them and import again.")
    if difference.clashing:
        count = len(difference.clashing)
        clashes = "1 record was" if count == 1 else f"{count} records were"
        message = f"{clashes} changed here too since the export: what stands here is kept."
        hint = "--take mine  lets the file count,  --take theirs  the store."
        return RecordError(message, code="KAM-7083", hint=hint)
    return None


def _edit_lines(edit: RecordEdit) -> Iterator[str]:
    verb = "added" if edit.before is None else "removed" if edit.after is None else "changed"
    row = f" row {edit.row}" if edit.row else ""
    yield f"  {verb}  {edit.sheet}{row}: {edit.label}"
    for cell in edit.cells:
        if edit.before is not None or cell.after is not None:
            yield f"      {cell.column}: {_said(cell.before)} \u2192 {_said(cell.after)}"
    for clash in edit.clashes:
        yield f"      {clash.column}: {_said(clash.now)} \u2192 {_said(clash.edited)} (decided)"


def _clash_lines(edit: RecordEdit) -> Iterator[str]:
    row = f" row {edit.row}" if edit.row else ""
    yield f"  conflict  {edit.sheet}{row}: {edit.label}"
    for clash in edit.clashes:
        yield (
            f"      {clash.column}: exported {_said(clash.exported)}, "
            f"now {_said(clash.now)}, file {_said(clash.edited)}"
        )


def _summary(difference: Difference, *, dry_run: bool) -> str:
    to_write = difference.to_write
    added = sum(one.before is None for one in to_write)
    removed = sum(one.after is None for one in to_write)
    changed = len(to_write) - added - removed
    would = " (rehearsal: nothing was written)" if dry_run else ""
    return f"  {changed} changed, {added} added, {removed} removed{would}"


def _place(problem: Problem) -> str:
    parts = [problem.sheet, problem.cell or (f"row {problem.row}" if problem.row else "")]
    where = "!".join(part for part in parts if part)
    return f'{where} "{problem.column}"' if problem.column else where


def _edit_data(edit: RecordEdit) -> dict[str, object]:
    return {
        "sheet": edit.sheet,
        "row": edit.row,
        "id": edit.record_id,
        "label": edit.label,
        "cells": [
            {"field": one.field, "before": one.before, "after": one.after} for one in edit.cells
        ],
        "conflicts": [
            {"field": one.field, "exported": one.exported, "now": one.now, "file": one.edited}
            for one in edit.clashes
        ],
    }


def _said(value: object) -> str:
    if value is None:
        return "\u2013"
    text = " ".join(str(value).split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "\u2026"
