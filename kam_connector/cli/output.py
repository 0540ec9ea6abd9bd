"""What goes to stdout and stderr, for people or as one JSON document."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path

import click

from kam_connector import __version__
from kam_connector.cli.command import Invocation, Result
from kam_connector.cli.visible import STEERING, styled, visible, visible_text
from kam_connector.errors import ConfigError, KamError, MappingError

__all__ = ["answer", "complain", "jsonable", "table", "told"]


def answer(invocation: Invocation, result: Result) -> None:
    """Print a command's result."""
    if invocation.as_json:
        _print_document(invocation, data=result.data, error=result.error, code=result.exit_code)
        return
    if not invocation.quiet or result.error is None:
        for line in result.lines:
            click.echo(visible(line), color=_color())
        if result.document:
            _print_text(result.document)
    _print_warnings(invocation)
    if result.error is not None:
        _print_error(invocation, result.error)


def complain(invocation: Invocation, error: KamError) -> None:
    """Print why a command gave no result."""
    if invocation.as_json:
        _print_document(invocation, data=None, error=error, code=None)
        return
    _print_warnings(invocation)
    _print_error(invocation, error)


def jsonable(value: object) -> object:
    """Return a value as JSON types: decimals and times as text, sets sorted."""
    match value:
        case None | bool() | int() | float() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal() | Path():
            return str(value)
        case Mapping():
            return {str(jsonable(key)): jsonable(one) for key, one in value.items()}
        case set() | frozenset():
            return sorted(map(str, value))
    if is_dataclass(value):
        return {one.name: jsonable(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Iterable):
        return [jsonable(one) for one in value]
    return str(value)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return aligned lines: numbers right, text left."""
    body = [["–" if cell is None else visible(str(cell)) for cell in row] for row in rows]
    if not body:
        return []
    widths = [max(len(row[index]) for row in [list(head), *body]) for index in range(len(head))]
    return ["  " + _row(row, widths).rstrip() for row in [list(head), *body]]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(width) if _is_number(cell) else cell.ljust(width)
        for cell, width in zip(cells, widths, strict=True)
    )


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").replace("%", "").lstrip("+-−").strip().isdigit()


def _print_document(
    invocation: Invocation, *, data: object, error: KamError | None, code: int | None
) -> None:
    document = {
        "ok": error is None and not code,
        "command": invocation.command,
        "version": __version__,
        "data": jsonable(data),
        "warnings": invocation.warnings,
        "error": None if error is None else _error_data(error),
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    # What JSON itself lets stand stands inside texts only: there it may be escaped too.
    sys.stdout.write(STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n")
    sys.stdout.flush()


def _print_text(text: str) -> None:
    """Print a file's text: to a terminal visibly, into a pipe or file as it is."""
    shown = visible_text(text.replace("\r\n", "\n")) if sys.stdout.isatty() else text
    click.echo(shown, nl=not shown.endswith("\n"), color=_color())


def _error_data(error: KamError) -> dict[str, object]:
    problems = [{"code": code, "message": text, "hint": hint} for code, text, hint in told(error)]
    return {
        "code": error.code,
        "message": problems[0]["message"],
        "hint": problems[0]["hint"],
        "exit_code": error.exit_code,
        **({"problems": problems} if len(problems) > 1 else {}),
    }


def told(error: KamError) -> list[tuple[str, str, str]]:
    """Return (code, message, hint) of an error and of all it carries."""
    return [
        (one.code, _with_connection(one), one.hint or _way_out(one.code))
        for one in (error, *error.others)
    ]


def _with_connection(error: KamError) -> str:
    """Return the message, begun with the connection's name unless it or a file is named."""
    name = error.connection
    if not name or isinstance(error, MappingError):
        return error.message
    said = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", error.message)
    return error.message if said else f"{name}: {error.message}"


def _way_out(code: str) -> str:
    """Return what to do about a CRM's answer, where the error itself does not say."""
    if not code.startswith("KAM-3"):
        return ""
    from kam_connector.model.crm_codes import CRM_CODES  # noqa: PLC0415 - only in need

    known = CRM_CODES.get(code)
    if known is None:
        return ""
    waits = known.fix.removeprefix("nothing: ")
    return f"What to do: {known.fix}." if waits == known.fix else f"Nothing to do: {waits}."


def _print_error(invocation: Invocation, error: KamError) -> None:
    problems = told(error)
    for code, message, hint in problems:
        mark = styled("Error", fg="red", bold=True)
        _say(f"{mark} {code}  {message}")
        if hint and not invocation.quiet:
            _say(f"                {hint}")
    if len(problems) > 1:
        started = " Nothing was started." if isinstance(error, ConfigError) else ""
        _say(f"{len(problems)} problems.{started}        kam explain {problems[0][0]}")


def _print_warnings(invocation: Invocation) -> None:
    if not invocation.quiet:
        for text in invocation.warnings:
            _say(f"{styled('Warning', fg='yellow')}  {text}")


def _say(line: str) -> None:
    click.echo(visible(line), err=True, color=_color())


def _color() -> bool | None:
    """Return False to strip colours (https://no-color.org); None lets click look at the stream."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("CI") else None
