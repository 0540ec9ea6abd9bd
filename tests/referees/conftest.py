"""Runs the Node referees; without Node, or before ``npm ci``, says so and skips."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_TIMEOUT_S = 120
"""Our choice: the slowest referee takes a few seconds on a quiet machine."""

Referee = Callable[[str, Any], dict[str, Any]]


@pytest.fixture(scope="session")
def referee() -> Referee:
    """Give a function that runs a referee on a document and returns what it tells."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the Node referees did not run: there is no node on this machine")
    if not (HERE / "node_modules" / ".package-lock.json").exists():
        pytest.skip("the Node referees did not run: first  npm ci --prefix tests/referees")

    def run(script: str, document: Any) -> dict[str, Any]:
        done = subprocess.run(
            [node, str(HERE / script)],
            input=json.dumps(document),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    return run
