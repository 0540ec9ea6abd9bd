"""The kill switch that needs no database: a file beside the configuration, or the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["STOP_NAME", "outside_stop"]

STOP_NAME = "KAM_STOP"
"""The name of the file and of the variable."""
_OFF = frozenset({"", "0", "false", "no", "off"})
_ON = frozenset({"1", "true", "yes", "on"})
_LONGEST = 200
"""Our choice: a reason is a sentence; a file may be anything."""


def outside_stop(folder: Path, environ: Mapping[str, str]) -> str:
    """Return why nothing may be written, by file or environment; empty if neither says so.

    Looked at before every request that writes: one look at the disk. A file that cannot be
    looked at stops too: whoever put it there meant it.

    Args:
        folder: Where config.toml is.
        environ: The process's environment.
    """
    file = folder / STOP_NAME
    try:
        with file.open("rb") as opened:
            said = opened.read(_LONGEST * 4).decode("utf-8", "replace").strip()
        return f"the file {STOP_NAME} says so{_because(said)}"
    except FileNotFoundError:
        pass
    except OSError:
        return f"there is a file {STOP_NAME}"
    value = environ.get(STOP_NAME, "").strip()
    if value.casefold() in _OFF:
        return ""
    said = "" if value.casefold() in _ON else value
    return f"the environment variable {STOP_NAME} says so{_because(said)}"


def _because(said: str) -> str:
    line = " ".join("".join(one for one in said if one.isprintable() or one.isspace()).split())
    return f": {line[:_LONGEST]}" if line else ""
