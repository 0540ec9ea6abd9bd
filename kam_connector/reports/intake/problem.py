"""What is wrong with a file: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem", "Unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend."""

    code: str
    text: str
    hint: str = ""
    line: int | None = None
    """Line of the file, row of the sheet; None: the whole file."""
    column: str | None = None
    """As the file calls it."""

    def told(self, file: str) -> str:
        """Return it in one line: ``nps.csv:12, column "score": ...``."""
        where = file if self.line is None else f"{file}:{self.line}"
        column = f', column "{self.column}"' if self.column else ""
        return f"{where}{column}: {self.text}"


class Unreadable(Exception):
    """A file or a cell that means nothing, or two things."""

    def __init__(
        self,
        code: str,
        text: str,
        *,
        hint: str = "",
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(text)
        self.problem = Problem(code=code, text=text, hint=hint, line=line, column=column)

    def at(self, line: int | None, column: str | None) -> Problem:
        """Return the problem with its place."""
        found = self.problem
        return Problem(
            code=found.code,
            text=found.text,
            hint=found.hint,
            line=found.line if line is None else line,
            column=found.column if column is None else column,
        )
