"""kam import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.errors import CheckFailed, ConfigError, KamError, RecordError, UsageError

if TYPE_CHECKING:
    from kam_connector.reports.intake.intake import Intake, Options
    from kam_connector.reports.intake.problem import Problem

__all__ = ["import_figures"]

_KINDS = (
    "nps", "csat", "verbatims", "revenue", "costs", "wallet", "catalogue", "offers", "news",
    "programme-costs",
)  # fmt: skip
_SHOWN = 50
"""Problems told at once. Our choice: what a person mends in one sitting."""
_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";"}
_MEBIBYTES = 50


@command(
    "import",
    click.argument("kind", type=click.Choice(_KINDS)),
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--map", "columns", multiple=True, metavar="COLUMN=FIELD",
                 help="What a column is; COLUMN= leaves it out."),
    click.option("--account", "accounts", multiple=True, metavar="TEXT=ACCOUNT",
                 help="Which account a text of the file means: its id or exact name."),
    click.option("--delimiter", help="What parts a CSV's columns: ; , or tab; default found out."),
    click.option("--sheet", help="Which sheet of a workbook; default the first."),
    click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="How to read 01/02/2026."),
    click.option("--decimal", type=click.Choice(["comma", "point"]), help="How to read 1,234."),
    click.option("--currency", help="Of amounts that name none: EUR, USD."),
    click.option("--source", help="The system the rows come from; default what the file says."),
    click.option("--by", help="Who brings the figures; default the user of this computer."),
    click.option("--skip-bad", is_flag=True, help="Store the sound rows, list the others."),
    click.option("--refused", type=click.Path(path_type=Path),
                 help="Where --skip-bad lists the others; default FILE.refused.csv."),
    click.option("--replace", is_flag=True,
                 help="Drop what this source brought of these accounts and the file lacks."),
    click.option("--dry-run", is_flag=True, help="Check the file, store nothing."),
    help="Read surveys, revenue, costs, offers or news from a CSV, JSON or xlsx file.",
)  # fmt: skip
def import_figures(session: Session, *, kind: str, file: Path, **said: object) -> Result:
    """Read one file whole; store all of it or nothing."""
    from kam_connector.reports.intake.intake import read_figures  # noqa: PLC0415 - heavy
    from kam_connector.reports.intake.storing import (  # noqa: PLC0415 - heavy
        compare_with_store,
        read_surroundings,
        store_figures,
    )

    app, options, content = session.app, _options(said), _content(file)
    now, by = app.clock.now(), str(said["by"] or session.actor)
    named = _pairs(said["accounts"], "--account")
    around = read_surroundings(app.store, by=by, on=now.date(), said=named)
    found = read_figures(kind, content, file.name, around, options)
    if found.problems and not (said["skip_bad"] and found.whole):
        return _refused(found, file)
    compared = compare_with_store(app.store, found, replace=bool(said["replace"]))
    if not said["dry_run"]:
        store_figures(app.store, compared, by=by, at=now)
    return _done(found, file, compared.counts, said)


def _done(
    found: Intake, file: Path, counts: Mapping[str, int], said: Mapping[str, object]
) -> Result:
    dry, refused = bool(said["dry_run"]), _place(file, said)
    if found.problems and not dry:
        from kam_connector.reports.intake.refused_rows import write_refused  # noqa: PLC0415

        write_refused(found, refused)
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    verb = "would be stored" if dry else "stored"
    lines = [f"  {file.name}  {_rows(found.rows)}: {told or 'nothing new'}  ({verb})"]
    lines += [f"  {one}" for one in found.notes]
    data = {
        "file": file,
        "kind": found.kind.name,
        "rows": found.rows,
        **counts,
        "refused": len(found.refused),
        "refused_file": refused if found.problems and not dry else None,
        "stored": not dry,
        "notes": found.notes,
        "problems": found.problems[:_SHOWN],
    }
    error = _left_out(found, file, refused, dry=dry) if found.problems else None
    return Result(data=data, lines=lines, error=error)


def _left_out(found: Intake, file: Path, refused: Path, *, dry: bool) -> KamError:
    count = len(found.refused)
    text = (
        f"{count} of {_rows(found.rows)} of {file.name} {'would be' if dry else 'were'} left out."
    )
    hint = "" if dry else f"{refused} lists them with the reason."
    error = RecordError(text, code="KAM-3331", hint=hint)
    error.others = _errors(found.problems, file, RecordError)
    return error


def _refused(found: Intake, file: Path) -> Result:
    """Say everything that is wrong; nothing was stored."""
    count = len(found.problems)
    text = f"{file.name} is not sound: nothing of it is stored."
    more = f"{count - _SHOWN} further problems are not shown. " if count > _SHOWN else ""
    hint = f"{more}--skip-bad  stores the sound rows." if found.whole else more.strip()
    error = CheckFailed(text, code="KAM-3300", hint=hint)
    error.others = _errors(found.problems, file, CheckFailed)
    data = {
        "file": file,
        "kind": found.kind.name,
        "rows": found.rows,
        "refused": len(found.refused),
        "stored": False,
        "notes": found.notes,
        "problems": found.problems[:_SHOWN],
    }
    return Result(data=data, lines=[f"  {one}" for one in found.notes], error=error)


def _errors(problems: Sequence[Problem], file: Path, made: type[KamError]) -> tuple[KamError, ...]:
    return tuple(
        made(one.told(file.name), code=one.code, hint=one.hint) for one in problems[:_SHOWN]
    )


def _options(said: Mapping[str, object]) -> Options:
    from kam_connector.reports.intake.cells_in import read_currency  # noqa: PLC0415 - heavy
    from kam_connector.reports.intake.days import Order  # noqa: PLC0415
    from kam_connector.reports.intake.intake import Options  # noqa: PLC0415
    from kam_connector.reports.intake.numbers import Point  # noqa: PLC0415
    from kam_connector.reports.intake.problem import Unreadable  # noqa: PLC0415

    text = {name: str(said[name]) if said[name] else None for name in ("sheet", "source")}
    parted = str(said["delimiter"] or "")
    delimiter = _DELIMITERS.get(parted, parted) or None
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UsageError(f'"{parted}" parts no columns.', hint='--delimiter ";"  , or tab')
    try:
        currency = read_currency(str(said["currency"])) if said["currency"] else None
    except Unreadable as error:
        raise UsageError(error.problem.text, hint=error.problem.hint) from None
    return Options(
        columns=_pairs(said["columns"], "--map"),
        delimiter=delimiter,
        sheet=text["sheet"],
        dates=Order(str(said["dates"])) if said["dates"] else None,
        decimal=Point(str(said["decimal"])) if said["decimal"] else None,
        currency=currency,
        source=text["source"],
    )


def _pairs(given: object, flag: str) -> dict[str, str]:
    """Return ``LEFT=RIGHT`` options as a mapping; the last = parts them."""
    found = {}
    for one in given if isinstance(given, tuple) else ():
        left, mark, right = str(one).rpartition("=")
        if not mark or not left.strip():
            raise UsageError(f'{flag} "{one}" is not of the form LEFT=RIGHT.')
        found[left.strip()] = right.strip()
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:  # a device or a pipe has no size: it is read so far
            content = opened.read(_MEBIBYTES * 1024 * 1024 + 1)
        if len(content) > _MEBIBYTES * 1024 * 1024:
            size = f"{file.stat().st_size // 1024 // 1024} MB" if file.is_file() else "no end"
            text = f"{file.name} has {size}, at most {_MEBIBYTES} MB are read."
            raise CheckFailed(text, code="KAM-3302", hint="Split it.")
        return content
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        text = f"{file} cannot be read: {reason}."
        raise ConfigError(text, code="KAM-1071") from error


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _place(file: Path, said: Mapping[str, object]) -> Path:
    wanted = said["refused"]
    return wanted if isinstance(wanted, Path) else file.with_name(f"{file.stem}.refused.csv")
