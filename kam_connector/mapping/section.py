"""One TOML table, read key by key; every slip is noted, none is fatal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TypeVar

from kam_connector.mapping.lines import KeyPath, line_of
from kam_connector.mapping.problem import Problem, nearest

__all__ = ["Report", "Section", "TomlTable"]

TomlTable = Mapping[str, object]
_T = TypeVar("_T")


class Report:
    """Collects the problems of one file."""

    def __init__(self, file: str, lines: Mapping[KeyPath, int]) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._lines = lines

    def line(self, path: KeyPath) -> int:
        """Return the line of a key."""
        return line_of(path, self._lines)

    def add(self, code: str, path: KeyPath, message: str, hint: str = "") -> None:
        """Note one problem."""
        key = ".".join(str(part) for part in path)
        self.problems.append(
            Problem(
                file=self.file,
                line=self.line(path),
                key=key,
                message=message,
                hint=hint,
                code=code,
            )
        )


class Section:
    """A table whose keys are asked for by name; ``finish`` refuses the others."""

    def __init__(self, table: TomlTable, path: KeyPath, report: Report) -> None:
        self.path = path
        self.report = report
        self._table = table
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        """Where the table starts."""
        return self.report.line(self.path)

    def raw(self, key: str) -> object:
        """Return the value as parsed, None when absent."""
        self._asked.add(key)
        return self._table.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        return self._typed(key, str, "a text", default)

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """Return one of *allowed*."""
        value = self.text(key, default)
        if value != default and value not in allowed:
            self.bad(key, f'"{value}" is not one of {", ".join(allowed)}', nearest(value, allowed))
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        return self._typed(key, bool, "true or false", default)

    def integer(self, key: str) -> int | None:
        """Return a whole number, None when absent."""
        value = self.raw(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.bad(key, "must be a whole number")
        return None

    def number(self, key: str) -> Decimal | None:
        """Return an exact number, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, Decimal) and value.is_finite():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        self.bad(key, "must be a number")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when absent."""
        value = self.raw(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.bad(key, "must be a list of texts")
        return ()

    def table(self, key: str) -> Section | None:
        """Return an inner table, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, dict):
            return Section(value, (*self.path, key), self.report)
        self.bad(key, "must be a table")
        return None

    def tables(self, key: str) -> list[Section]:
        """Return a list of tables; empty when absent."""
        value = self.raw(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [
                Section(item, (*self.path, key, index), self.report)
                for index, item in enumerate(value)
            ]
        self.bad(key, "must be a list of tables ([[...]])")
        return []

    def as_table(self) -> dict[str, object]:
        """Return a copy of the table."""
        return dict(self._table)

    def keys(self) -> list[str]:
        """Return every key, in the file's order."""
        return list(self._table)

    def bad(self, key: str, message: str, hint: str = "", *, code: str = "KAM-2003") -> None:
        """Note a problem with one key."""
        self.report.add(code, (*self.path, key), message, hint)

    def finish(self) -> None:
        """Refuse the keys nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                self.bad(key, "unknown key", nearest(key, self._asked), code="KAM-2002")

    def _typed(self, key: str, kind: type[_T], name: str, default: _T) -> _T:
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, kind):
            return value
        self.bad(key, f"must be {name}")
        return default
