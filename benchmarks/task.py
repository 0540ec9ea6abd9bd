"""What one measured process is told, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checksum import Contents

__all__ = ["Job", "Task"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Where to read and where to write."""

    port: int
    folder: Path
    """Empty, unless the path goes on from what an earlier one left."""
    checked: bool
    """Compare the values too where nothing is stored: too dear for a timed round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A path, ready to go: imports done, destination open."""

    work: Callable[[], int]
    """The part that is timed; returns how many records came."""
    check: Callable[[], dict[str, Contents]]
    """What has arrived, by form (see ``expected``); not timed."""
