"""The suite proves itself, outside the sync engine: each seeded bug is noticed by its tests.

One bug: ``pytest tests/faults/test_seeded_bugs_outside.py -k NAME``.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.bugs_outside import BUGS
from tests.faults.bugs_planting import Bug, changed, source_of
from tests.faults.bugs_plugin import BUG, OUTCOMES

_LONGEST_S = 500
"""Our choice: ten times what all bugs take on two idle cores."""
_NAMES = [one.name for one in BUGS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of the tests of one child."""

    outcomes: dict[str, str]
    log: str

    def of(self, test: str) -> dict[str, str]:
        """Return the outcomes of a test, or of all its parameters."""
        return {
            one: said
            for one, said in self.outcomes.items()
            if one == test or one.startswith(f"{test}[")
        }


@pytest.fixture(name="ran", scope="module")
def _ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Ran]:
    """Run what the selected tests of this file ask for: a child for each bug, one without any."""
    folder = tmp_path_factory.mktemp("seeded")
    wanted = set(_wanted(request.session.items))
    bugs = [one for one in BUGS if one.name in wanted]
    sound = [test for one in BUGS for test in one.caught_by]
    jobs = [_job(folder, one.name, one.caught_by) for one in bugs]
    _run([_job(folder, "", dict.fromkeys(sound)), *jobs] if "" in wanted else jobs, folder)
    return {name: _read(folder, name) for name in wanted}


def _wanted(items: Sequence[pytest.Item]) -> Iterator[str]:
    """Yield the names of the bugs whose tests were selected; "" for the run without any."""
    for item in items:
        if isinstance(item, pytest.Function) and "ran" in item.fixturenames:
            params = item.callspec.params if hasattr(item, "callspec") else {}
            bug = params.get("bug")
            yield bug.name if isinstance(bug, Bug) else ""


def _job(folder: Path, name: str, tests: Iterable[str]) -> dict[str, Any]:
    outcomes = str(folder / f"{name or 'sound'}.json")
    log = str(folder / f"{name or 'sound'}.log")
    return {"environ": {BUG: name, OUTCOMES: outcomes}, "log": log, "tests": list(tests)}


def _run(jobs: Sequence[Mapping[str, Any]], folder: Path) -> None:
    file = folder / "jobs.json"
    file.write_text(json.dumps(jobs), encoding="utf-8")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "KAM", "COV"))}
    command = [sys.executable, "-m", "tests.faults.bugs_runner", str(file)]
    with subprocess.Popen(command, env=environ, start_new_session=True) as child:
        try:
            assert child.wait(_LONGEST_S) == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _read(folder: Path, name: str) -> Ran:
    outcomes, log = (folder / f"{name or 'sound'}.{ending}" for ending in ("json", "log"))
    said = json.loads(outcomes.read_text(encoding="utf-8")) if outcomes.exists() else {}
    return Ran(outcomes=said, log=log.read_text(encoding="utf-8", errors="replace"))


@pytest.mark.parametrize("bug", BUGS, ids=_NAMES)
def test_a_seeded_bug_is_noticed(bug: Bug, ran: dict[str, Ran]) -> None:
    """Each test that is named fails while the bug is there, and fails by what it found."""
    found = [ran[bug.name].of(test) for test in bug.caught_by]
    told = {said for one in found for said in one.values()}
    assert ([len(one) > 0 for one in found], told) == ([True] * len(found), {"failed"}), (
        f"{bug.sentence}\n{found}\n{ran[bug.name].log[-4000:]}"
    )


def test_the_same_tests_pass_without_a_bug(ran: dict[str, Ran]) -> None:
    """A test that always fails would catch everything."""
    not_passed = {test: said for test, said in ran[""].outcomes.items() if said != "passed"}
    missing = [test for bug in BUGS for test in bug.caught_by if not ran[""].of(test)]
    assert (not_passed, missing) == ({}, []), ran[""].log[-4000:]


@pytest.mark.parametrize("bug", BUGS, ids=_NAMES)
def test_a_seeded_bug_still_fits_the_source(bug: Bug) -> None:
    """Every edit is found once, and changes what is compiled."""
    sources = {edit.module: source_of(edit.module) for edit in bug.edits}
    wrong = {
        module: changed(source, [edit for edit in bug.edits if edit.module == module])
        for module, source in sources.items()
    }
    assert [module for module in sources if _same(sources[module], wrong[module])] == []


def _same(source: str, other: str) -> bool:
    return ast.dump(ast.parse(source)) == ast.dump(ast.parse(other))


def test_enough_bugs_are_seeded_and_none_twice() -> None:
    """The list of mistakes that others made, outside the engine: twenty-two of them."""
    assert len(BUGS) >= 22
    assert len({one.edits for one in BUGS}) == len({one.name for one in BUGS}) == len(BUGS)
