"""The suite proves itself: a judge that would not notice these bugs of the engine fails here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.faults.bugs import BUGS, Bug
from tests.faults.checker import Violation
from tests.faults.overtaken import overtaken
from tests.faults.runner import run_schedule
from tests.faults.schedule import Schedule

pytestmark = pytest.mark.slow

_HINT = "A night may take other requests or steps by now: see where the strikes of bugs.py fall."
README = Path(__file__).with_name("README.md")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_caught(bug: Bug) -> None:
    """The judge names a guarantee that the bug breaks; without the bug it finds nothing."""
    assert _sound(bug.world, bug.schedules) == ()  # first: the settled worlds are kept
    with bug.seam():
        found = _found(bug)
    assert bug.broken & {one.guarantee for one in found}, f"{bug.sentence}\n{found}\n{_HINT}"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_readme_says_what_catches_it(bug: Bug) -> None:
    """The table for readers lists each bug as the registry does."""
    row = f"| {bug.name} | {bug.sentence} | {', '.join(sorted(bug.broken))} |"
    assert row in README.read_text("utf-8").splitlines()


def test_at_least_twenty_bugs_are_seeded() -> None:
    """Twenty of the engine alone, none of them twice, and more outside of it."""
    names = [one.name for one in (*BUGS, *_outside())]
    assert len(BUGS) >= 20
    assert len(set(names)) == len(names)


def _outside() -> tuple[Any, ...]:
    """Return the bugs of the other registry, which plants by another way."""
    there = find_spec("tests.faults.bugs_outside") is not None
    return tuple(import_module("tests.faults.bugs_outside").BUGS) if there else ()


def _found(bug: Bug) -> tuple[Violation, ...]:
    """Return what the judge finds in the bug's schedules, in the engine as it is now."""
    with bug.world():
        if not bug.schedules:
            return tuple(overtaken())
        lived = [run_schedule(one.seed, schedule=one) for one in bug.schedules]
    return tuple(one for outcome in lived for one in outcome.violations)


@cache
def _sound(world: Callable[[], object], schedules: tuple[Schedule, ...]) -> tuple[Violation, ...]:
    """Return what the judge finds without a bug, once for all bugs that share a schedule."""
    return _found(next(b for b in BUGS if (b.world, b.schedules) == (world, schedules)))
