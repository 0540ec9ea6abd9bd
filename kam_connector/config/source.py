"""The configuration file as text: found, decoded, parsed, and searched for lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kam_connector.config.problem import problem
from kam_connector.errors import ConfigError

__all__ = ["Source", "locate", "parse_source", "read_source"]

_LARGEST_BYTES = 1024 * 1024  # catalogue C21: a sound file has a few kilobytes
_DEEPEST = 12  # our choice: the deepest setting lies four tables down
_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_AT = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")

_SYNTAX = "Each line is  key = value , and text stands in double quotes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A parsed file that can say on which line a setting stands."""

    name: str = "config.toml"
    folder: Path = Path()
    """Relative paths in the file start here."""
    data: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict, repr=False)
    variables: Mapping[tuple[str, ...], str] = field(default_factory=dict, repr=False)
    """Names of the environment variables that override settings of the file."""

    def where(self, path: Sequence[str]) -> str:
        """Return ``config.toml:14`` of the setting, or of the nearest table around it.

        A setting that the environment gives stands there: its variable's name is returned.
        """
        whole = tuple(path)
        if whole in self.variables:
            return self.variables[whole]
        inside = (line for key, line in self.lines.items() if key[: len(whole)] == whole)
        for length in range(len(path), 0, -1):
            line = self.lines.get(whole[:length]) or min(inside, default=None)
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def locate(given: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the file to read: ``--config``, KAM_CONFIG, then ``config.toml`` here.

    Raises:
        ConfigError: It does not exist (KAM-1001).
    """
    named = given or (Path(environ["KAM_CONFIG"]) if environ.get("KAM_CONFIG") else None)
    path = cwd / (named or "config.toml")
    if path.is_file():
        return path
    hint = "Write one with  kam init , or copy config.example.toml; --config names another place."
    raise problem("KAM-1001", "", f"No configuration at {named or './config.toml'}.", hint=hint)


def read_source(path: Path) -> Source:
    """Read and parse a file.

    Raises:
        ConfigError: It is unreadable, too large, not UTF-8 or not TOML.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise problem("KAM-1032", path.name, "larger than 1 MiB: this is no configuration.")
        raw = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}."
        raise problem("KAM-1071", path.name, message) from error
    return parse_source(raw, name=path.name, folder=path.parent)


def parse_source(raw: bytes, *, name: str = "config.toml", folder: Path = Path()) -> Source:
    """Parse a file's bytes; a byte order mark is accepted.

    Raises:
        ConfigError: Not UTF-8 (KAM-1003), not TOML (KAM-1002) or too deep (KAM-1032).
    """
    text = _decode(raw, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_problem(name, str(error), text) from error
    except RecursionError as error:
        raise problem("KAM-1032", name, "nested too deeply.") from error
    if _depth(data) > _DEEPEST:
        raise problem("KAM-1032", name, f"tables are nested more than {_DEEPEST} deep.")
    return Source(name=name, folder=folder, data=data, lines=dict(_scan(text)))


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"byte 0x{raw[error.start]:02X} is not UTF-8."
        hint = "Save the file as UTF-8."
        raise problem("KAM-1003", f"{name}:{line}", message, hint=hint) from error


def _syntax_problem(name: str, complaint: str, text: str) -> ConfigError:
    found = _AT.search(complaint)
    if found:
        where = f"{name}:{found[1]}:{found[2]}"
        return problem("KAM-1002", where, f"{_AT.sub('', complaint)}.", hint=_SYNTAX)
    twice = _given_twice(text)
    if twice:
        return problem("KAM-1002", f"{name}:{twice[1]}", f'"{twice[0]}" is given twice.')
    return problem("KAM-1002", name, f"{complaint}.", hint=_SYNTAX)


def _given_twice(text: str) -> tuple[str, int] | None:
    seen: set[tuple[str, ...]] = set()
    for path, line in _scan(text):
        if path in seen:
            return ".".join(path), line
        seen.add(path)
    return None


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _scan(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield (path, line) of tables and keys; good enough for a message."""
    table: tuple[str, ...] = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if found := _TABLE.match(line):
            table = _parts(found[1])
            yield table, number
        elif found := _KEY.match(line):
            yield (*table, *_parts(found[1])), number
            fence = _opened(line)


def _parts(dotted: str) -> tuple[str, ...]:
    words = re.findall(r""""[^"]*"|'[^']*'|[\w-]+""", dotted)
    return tuple(word.strip("\"'") for word in words)


def _opened(line: str) -> str:
    return next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
