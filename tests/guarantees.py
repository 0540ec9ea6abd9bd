"""What the tests prove of docs/guarantees.md, and the figures they reached.

A test says which guarantees it proves with ``@pytest.mark.guarantee("G1", "INV3")``; one that
counts something says so with the ``figure`` fixture. ``pytest --guarantees FILE`` keeps the
figures as JSON and prints them as a table.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["Figures", "collected", "kept", "lines"]

_PROPERTY = "guarantee figure"


class Figure(NamedTuple):
    """What one test counted for one guarantee."""

    guarantee: str
    said: str
    met: bool
    test: str


class Figures:
    """Takes the figures of one test down, and fails it where one is not met."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._node: pytest.Item = request.node

    def __call__(self, guarantee: str, said: str, *, met: bool) -> None:
        """Note a figure, such as ``figure("G1", "3,000 schedules, 0 duplicates", met=True)``.

        Args:
            guarantee: As in docs/guarantees.toml.
            said: What was counted, with its unit and out of how many.
            met: Whether the guarantee's target is reached.
        """
        self._node.user_properties.append((_PROPERTY, [guarantee, said, met]))
        assert met, f"{guarantee}: {said}"


def collected(reports: list[pytest.TestReport]) -> list[Figure]:
    """Return the figures of all tests that ran, by guarantee."""
    found = [
        Figure(*value, test=report.nodeid)
        for report in reports
        for name, value in report.user_properties
        if name == _PROPERTY and report.when == "call"
    ]
    return sorted(found, key=lambda one: (one.guarantee[:1], _number(one.guarantee), one.test))


def lines(figures: list[Figure]) -> list[str]:
    """Return the figures as lines of a table."""
    return [
        f"{one.guarantee:<4} {'met   ' if one.met else 'MISSED'} {one.said}   {one.test}"
        for one in figures
    ]


def kept(figures: list[Figure], file: Path) -> None:
    """Write the figures down, for docs/guarantees.md."""
    rows = [one._asdict() for one in figures]
    file.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _number(guarantee: str) -> int:
    return int("".join(letter for letter in guarantee if letter.isdigit()) or 0)
