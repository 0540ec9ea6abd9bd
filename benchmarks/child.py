"""One measured run in a process of its own, so that peak memory is its own too.

``python -m benchmarks.child PATH --port N --folder DIR`` prints one line of JSON.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.task import Job, Task

__all__ = ["PATHS"]

PATHS: dict[str, tuple[str, str, str]] = {
    "sf-floor": ("floor", "salesforce_floor", ""),
    "sf-client": ("peers", "simple_salesforce", ""),
    "sf-stage": ("product", "pull", "salesforce"),
    "sf-base": ("product", "pull_and_merge", "salesforce"),
    "sf-again": ("product", "again", "salesforce"),
    "sf-night": ("product", "night", "salesforce"),
    "sf-bulk": ("salesforce_bulk", "stage", "4"),
    "sf-bulk-1": ("salesforce_bulk", "stage", "1"),
    "sf-bulk-2": ("salesforce_bulk", "stage", "2"),
    "sf-bulk-text": ("salesforce_bulk", "client", "text"),
    "sf-bulk-client": ("salesforce_bulk", "client", "rows"),
    "hs-floor": ("floor", "hubspot_floor", ""),
    "hs-client": ("peers", "hubspot_client", ""),
    "hs-raw-client": ("peers", "hubspot_raw", ""),
    "hs-stage": ("product", "pull", "hubspot"),
    "hs-base": ("product", "pull_and_merge", "hubspot"),
}
"""Module, function and its one parameter (a CRM, mostly) of each path."""
HEAVY = ("pandas", "numpy", "fastapi", "uvicorn", "rich", "click", "apscheduler", "hubspot")
"""Libraries that a Salesforce pull has no use for."""


def main() -> None:
    """Get ready, run, measure, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", choices=PATHS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--checked", action="store_true")
    parser.add_argument("--profile", type=Path)
    given = parser.parse_args()
    task = Task(port=given.port, folder=given.folder, checked=given.checked)
    job = _job(given.path, task)
    measured = _measured(partial(_profiled, job, given.profile) if given.profile else job.work)
    told = {form: list(arrived) for form, arrived in job.check().items()}
    print(json.dumps({"path": given.path, **measured, "contents": told}))


def _job(path: str, task: Task) -> Job:
    module, function, crm = PATHS[path]
    prepare: Callable[..., Job] = getattr(
        importlib.import_module(f"benchmarks.paths.{module}"), function
    )
    return prepare(task, crm) if crm else prepare(task)


def _measured(work: Callable[[], int]) -> dict[str, object]:
    gc.collect()
    started, before = time.perf_counter(), _cpu_s()
    records = work()
    wall, cpu = time.perf_counter() - started, _cpu_s() - before
    heavy = [name for name in HEAVY if name in sys.modules]
    return {
        "records": records,
        "wall_s": wall,
        "cpu_s": cpu,
        "peak_mib": _peak_mib(),
        "heavy": heavy,
    }


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mib() -> float:
    """Return this process's highest resident memory.

    On Linux ``ru_maxrss`` is inherited through exec from a larger parent; VmHWM is not.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def _profiled(job: Job, path: Path) -> int:
    import cProfile  # noqa: PLC0415

    profile = cProfile.Profile()
    try:
        return profile.runcall(job.work)
    finally:
        profile.dump_stats(path)


if __name__ == "__main__":
    main()
