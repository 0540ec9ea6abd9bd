"""kam explain CODE."""

from __future__ import annotations

import click

from kam_connector.cli.codes import all_codes
from kam_connector.cli.command import Result, Session, command
from kam_connector.config.problem import nearest
from kam_connector.errors import UsageError

__all__ = ["explain"]

_LENGTH = 8  # "KAM-" and four digits


@command(
    "explain",
    click.argument("code", required=False),
    help="Tell what an error code means and what to do; without one, list all codes.",
)
def explain(_session: Session, code: str | None) -> Result:
    """Look a code up."""
    codes = all_codes()
    if code is None:
        lines = [f"{one}  {text}" for one, text in codes.items()]
        return Result(data=codes, lines=lines)
    wanted = code.upper() if code.upper().startswith("KAM-") else f"KAM-{code}"
    if wanted not in codes:
        close = nearest(wanted, codes) if len(wanted) == _LENGTH else ""
        hint = close if close.startswith("Did") else "kam explain  lists all codes."
        raise UsageError(f"There is no code {wanted}.", code="KAM-7043", hint=hint)
    return Result(data={"code": wanted, "text": codes[wanted]}, lines=[wanted, codes[wanted]])
