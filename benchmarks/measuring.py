"""Runs paths one after the other, each in its own process, and refuses wrong contents."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Run", "Server", "measure", "serving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measured run."""

    path: str
    records: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    heavy: tuple[str, ...]
    """Libraries that were loaded although a Salesforce pull has no use for them."""


class Server:
    """The page server, from the outside."""

    def __init__(self, port: int, *, records: int) -> None:
        self.port = port
        self.records = records
        self._expected: dict[tuple[str, str], list[int]] = {}

    def set_moment(self, moment: str) -> None:
        """Turn the CRM's clock: ``first``, ``quiet`` or ``night``."""
        self._ask(moment)

    def expected(self, form: str, moment: str) -> list[int]:
        """Return count and checksum of what must have arrived (worked out once)."""
        key = form, "night" if moment == "night" else "first"
        if key not in self._expected:
            self._expected[key] = self._ask(f"expected/{form}/{key[1]}")
        return self._expected[key]

    def _ask(self, what: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("GET", f"/_bench/{what}")
        return json.loads(connection.getresponse().read())


@contextmanager
def serving(
    records: int, *crms: str, packed: bool = False, every: int = 100, latency_s: float = 0.0
) -> Iterator[Server]:
    """Start the page server, wait for its pages, and end it."""
    command = [sys.executable, "-m", "benchmarks.server", "--records", str(records)]
    command += ["--every", str(every), "--crm", *crms, *(["--gzip"] if packed else [])]
    command += ["--latency", str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(int(process.stdout.readline()), records=records)
        finally:
            process.terminate()


def measure(
    path: str,
    server: Server,
    folder: Path,
    *,
    moment: str = "first",
    start: Path | None = None,
    checked: bool = False,
    profile: Path | None = None,
) -> Run:
    """Run one path into a fresh folder and compare what arrived with the generator.

    Args:
        path: One of ``child.PATHS``.
        server: Who serves the pages.
        folder: The destination; what was there is removed.
        moment: The CRM's clock.
        start: A folder whose contents the destination begins with.
        checked: Compare values also where nothing is stored.
        profile: Where to put a profile (the times are then of no use).

    Raises:
        SystemExit: The run failed, or what arrived is not what was served.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if start is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(start, folder)
    server.set_moment(moment)
    command = [sys.executable, "-m", "benchmarks.child", path, "--port", str(server.port)]
    command += ["--folder", str(folder), *(["--checked"] if checked else [])]
    command += ["--profile", str(profile)] if profile else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{path} ended with {done.returncode}")
    said = json.loads(done.stdout.splitlines()[-1])
    for form, arrived in said.pop("contents").items():
        if arrived != server.expected(form, moment):
            sys.exit(f"{path}: {form} is {arrived}, not {server.expected(form, moment)}")
    return Run(**{**said, "heavy": tuple(said["heavy"])})
