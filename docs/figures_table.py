"""Promise, test, figure: printed as a table, kept, and refused when a promise has no figure.

``nox -s guarantees`` calls it with what its tests counted. Nothing is kept of a run in which a
figure is missed or missing: a check cannot pass on nothing.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["KEPT", "Figure", "faults", "main", "read"]

DOCS = Path(__file__).parent
KEPT = DOCS / "guarantee_figures.json"
_WIDE = ("in process", "processes killed")
"""What is told first: whole schedules over each CRM's adapter, then deaths of real processes."""
_NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?![\w.-])")


class Figure(NamedTuple):
    """What one test counted for one guarantee."""

    guarantee: str
    said: str
    met: bool
    test: str


def read(file: Path) -> dict[str, list[Figure]]:
    """Return the figures of a file by guarantee, the most telling first.

    Lots over a whole CRM and real kills lead, then large numbers; and of each test the largest,
    before any test speaks twice.
    """
    found: defaultdict[str, list[Figure]] = defaultdict(list)
    for one in json.loads(file.read_text("utf-8")):
        found[one["guarantee"]].append(Figure(**one))
    return {number: _in_order(figures) for number, figures in found.items()}


def faults(counted: Mapping[str, Sequence[Figure]], waiting: Sequence[str] = ()) -> list[str]:
    """Return what keeps the figures from being kept: missed ones, and promises without any.

    Args:
        counted: By guarantee, as :func:`read` gives them.
        waiting: Guarantees whose part is still to come; each says so in guarantees.toml.
    """
    missed = [
        f"{one.guarantee} is missed: {one.said} ({one.test})"
        for figures in counted.values()
        for one in figures
        if not one.met
    ]
    lacking = [one for one in _promises() if one not in counted and one not in waiting]
    return [*missed, *(f"{one} has no figure: no test counted anything" for one in lacking)]


def main(file: Path, kept: Path = KEPT) -> int:
    """Print the table, and keep the figures if all is met; return the exit code.

    Args:
        file: What the tests counted, as ``pytest --guarantees`` writes it.
        kept: Where the figures go.
    """
    counted, promises = read(file), _promises()
    waiting = [number for number, one in promises.items() if "waits" in one]
    lines = [line for number in promises for line in _lines(number, counted, promises[number])]
    wrong = faults(counted, waiting)
    if not wrong:
        shutil.copy(file, kept)
        lines.append(f"{sum(map(len, counted.values()))} figures, all met, kept in {kept.name}.")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


def _lines(
    number: str, counted: Mapping[str, Sequence[Figure]], promise: Mapping[str, str]
) -> list[str]:
    if "waits" in promise:
        return [f"{number:<4} waits for {promise['waits']}"]
    head = f"{number:<4} {promise['says']}"
    found = counted.get(number, [])
    told = [f"       {'met' if one.met else 'MISSED':<6} {one.said}   {one.test}" for one in found]
    return [head, *told]


def _promises() -> dict[str, dict[str, str]]:
    return tomllib.loads((DOCS / "guarantees.toml").read_text("utf-8"))


def _in_order(figures: Sequence[Figure]) -> list[Figure]:
    ranked = sorted(figures, key=lambda one: (_width(one), -_size(one), one.said, one.test))
    firsts = {one.test.partition("[")[0]: one for one in reversed(ranked)}
    return [one for one in ranked if one in firsts.values()] + [
        one for one in ranked if one not in firsts.values()
    ]


def _width(one: Figure) -> int:
    return next((at for at, words in enumerate(_WIDE) if words in one.said), len(_WIDE))


def _size(one: Figure) -> int:
    """Return the largest number that is said."""
    return max((int(each.replace(",", "")) for each in _NUMBER.findall(one.said)), default=0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
