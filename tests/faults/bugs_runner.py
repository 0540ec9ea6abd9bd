"""Runs tests with bugs planted, two children at once: ``python -m tests.faults.bugs_runner JOBS``.

Each bug has a process of its own, forked when all libraries are loaded and nothing of ours is:
a library takes a second to import, and a test with its bug a tenth of that.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["main"]

_AT_ONCE = 2
"""Our choice: the cores that CI has."""
_LONGEST_S = 120
"""Our choice: forty times what a child takes on an idle machine; a bug may hang its test."""
_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:logging", "--tb=short")
"""What a child does not need: it keeps nothing, and SQLAlchemy says a lot."""
_LIBRARIES = (
    *("pytest", "_pytest.assertion.rewrite", "hypothesis", "responses", "requests"),
    *("sqlalchemy.dialects.sqlite", "sqlmodel", "alembic.command", "alembic.autogenerate"),
    *("pydantic_settings", "structlog", "click", "orjson", "tldextract", "rapidfuzz", "jwt"),
    *("simple_salesforce", "hubspot", "hubspot.crm", "cryptography.fernet", "simpleeval", "babel"),
    *("apscheduler.schedulers.background", "pandas", "openpyxl", "xlsxwriter", "lxml.etree"),
)


def main(arguments: Sequence[str]) -> int:
    """Run the jobs of a file, in which each has the environment and the node ids of one child.

    What became of them is in the files that their environment names, and in ``log``; a child
    that hangs is ended by a signal, and leaves no outcomes.
    """
    jobs = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    for name in _LIBRARIES:
        import_module(name)
    gc.freeze()  # the collector need not walk through the libraries in every child
    running: set[int] = set()
    for job in jobs:
        while len(running) >= _AT_ONCE:
            running.discard(os.wait()[0])
        child = os.fork()
        if not child:
            return _run(job)
        running.add(child)
    for _ in running:
        os.wait()
    return 0


def _run(job: Mapping[str, Any]) -> int:
    """Be the child: write into its log, and run its tests."""
    import pytest

    signal.alarm(_LONGEST_S)
    log = os.open(str(job["log"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(job["environ"])
    options = ("-q", "--assert=plain", *_WITHOUT, "-p", "tests.faults.bugs_plugin")
    return int(pytest.main([*options, *job["tests"]]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
