"""The KAM layer's own work: ``python -m benchmarks.kam_layer [--interactions N] [--rounds N]``.

Each part runs in a process of its own beside a named floor: what reading the same input
costs without the rule. Peak memory is the process's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.kam_world import build_store, derive_all, read_all
from kam_connector.kam.tie_sums import Tie, TieContact, TieSums

_NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
_TIES = 200_000
_NIGHT = 20_000
_YEARS_DAYS = 730.0


def main() -> None:
    """Measure every part and print one table."""
    given = _parser().parse_args()
    if given.part:
        print(json.dumps(_PARTS[given.part](given)))
        return
    rows = []
    for name in _PARTS:
        runs = [_in_child(name, given) for _ in range(given.rounds)]
        rows.append((name, *_medians(runs)))
        print(f"{name} {runs}", file=sys.stderr, flush=True)
    print("| part | wall s | CPU s | floor CPU s | of its floor | peak MiB |")
    print("|---|---|---|---|---|---|")
    for name, wall, cpu, floor, peak in rows:
        times = f"{wall:.2f} | {cpu:.2f} | {floor:.2f} | {cpu / floor:.1f}x"
        print(f"| {name} | {times} | {peak:.0f} |")


def _medians(runs: list[dict[str, float]]) -> tuple[float, float, float, float]:
    return (
        median(run["wall"] for run in runs),
        median(run["cpu"] for run in runs),
        median(run["floor"] for run in runs),
        max(run["peak_mib"] for run in runs),
    )


def _in_child(name: str, given: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.kam_layer", "--part", name]
    command += ["--interactions", str(given.interactions), "--accounts", str(given.accounts)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _contacts(count: int, seed: int, *, days: float) -> Iterator[TieContact]:
    """Yield mails spread over ties and *days*, half of them theirs."""
    chance = random.Random(seed).random
    ties = [Tie(f"con_{n // 2:020x}", f"usr_{n % 300:020x}") for n in range(_TIES)]
    for _ in range(count):
        theirs = chance() < 0.5
        yield TieContact(ties[int(chance() * _TIES)], -days * chance(), 1.0, theirs, not theirs)


def _strength(given: argparse.Namespace) -> dict[str, float]:
    """All ties from scratch: floor is going through the same rows."""
    floor = _timed(lambda: sum(1 for _ in _contacts(given.interactions, 1, days=_YEARS_DAYS)))
    sums = _new_sums()

    def work() -> None:
        sums.add(_contacts(given.interactions, 1, days=_YEARS_DAYS))
        for tie in sums:
            sums.value(tie, _NOW)

    return _told(_timed(work), floor)


def _night(given: argparse.Namespace) -> dict[str, float]:
    """One night's contacts on top: floor is going through the same rows."""
    sums = _new_sums()
    sums.add(_contacts(given.interactions, 1, days=_YEARS_DAYS))
    fresh = list(_contacts(_NIGHT, 2, days=1.0))
    floor = _timed(lambda: {contact.tie for contact in fresh})

    def work() -> None:
        sums.add(fresh)
        for tie in {contact.tie for contact in fresh}:
            sums.value(tie, _NOW + timedelta(days=1))

    return _told(_timed(work), floor)


def _derive(given: argparse.Namespace) -> dict[str, float]:
    """A whole derive of 200 key accounts: floor is reading their facts."""
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as folder:
        store = build_store(Path(folder), accounts=given.accounts, now=_NOW)
        floor = _timed(lambda: read_all(store, now=_NOW))
        return _told(_timed(lambda: derive_all(store, now=_NOW)), floor)


def _new_sums() -> TieSums:
    return TieSums(epoch=_NOW, half_lives=lambda _contact_id: (7.0, 60.0))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _told(took: tuple[float, float], floor: tuple[float, float]) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": took[0], "cpu": took[1], "floor": floor[1], "peak_mib": peak}


_PARTS: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "strength": _strength,
    "night": _night,
    "derive": _derive,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kam_layer", description=__doc__)
    parser.add_argument("--interactions", type=int, default=5_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=_PARTS)
    return parser


if __name__ == "__main__":
    main()
