"""What is measured: first pulls beside the floor and the clients, re-pulls, a night, memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import Run, Server, measure, serving

__all__ = ["SCENARIOS", "Found", "Plan"]

_CRMS = ("salesforce", "hubspot")
NIGHT_EVERY = 100
"""One in a hundred has changed overnight: the goal's 1 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the command line asked for."""

    records: int
    rounds: int
    folder: Path
    crms: Sequence[str] = _CRMS
    packed: bool = False
    tell: Callable[[str], None] = print


@dataclass(slots=True)
class Found:
    """The runs of one scenario, by a name that the table shows."""

    scenario: str
    records: int
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def add(self, name: str, run: Run) -> None:
        """Keep a run."""
        self.runs.setdefault(name, []).append(run)


def _pull(plan: Plan) -> Iterator[Found]:
    """First pulls: the floor, the vendor's client, to staging, to mirror and base."""
    for crm in plan.crms:
        short = {"salesforce": "sf", "hubspot": "hs"}[crm]
        paths = [f"{short}-{name}" for name in ("floor", "client", "stage", "base")]
        paths[2:2] = ["hs-raw-client"] if crm == "hubspot" else []
        title = f"pull {crm}{' gzip' if plan.packed else ''}"
        found = Found(title, plan.records, {path: [] for path in paths})
        with serving(plan.records, crm, packed=plan.packed) as server:
            for number in range(plan.rounds + 1):
                for path in _turned(paths, number):
                    checked = number == 0  # a round that warms up and is not counted
                    run = measure(path, server, plan.folder / path, checked=checked)
                    plan.tell(f"{'check' if checked else number} {path} {run.wall_s:.2f} s")
                    if not checked:
                        found.add(path, run)
        yield found


def _unchanged(plan: Plan) -> Iterator[Found]:
    """Read everything again when nothing has changed: the weekly sweep, and a quiet night."""
    found = Found("unchanged salesforce", plan.records)
    with serving(plan.records, "salesforce", packed=plan.packed) as server:
        start = _filled(plan, server)
        for number in range(plan.rounds):
            for path in ("sf-stage", "sf-base"):
                found.add(path, measure(path, server, plan.folder / path))
            for path, moment in (("sf-again", "quiet"), ("sf-night", "quiet")):
                run = measure(path, server, plan.folder / path, moment=moment, start=start)
                found.add("sf-quiet" if path == "sf-night" else path, run)
            plan.tell(f"{number + 1} of {plan.rounds}")
    yield found


def _night(plan: Plan) -> Iterator[Found]:
    """Pull and merge the 1 % that changed, beside all, and beside as many in a fresh store."""
    found = Found("night salesforce", plan.records)
    few = plan.records // NIGHT_EVERY
    with (
        serving(plan.records, "salesforce", packed=plan.packed, every=NIGHT_EVERY) as server,
        serving(few, "salesforce", packed=plan.packed) as small,
    ):
        start = _filled(plan, server)
        for number in range(plan.rounds):
            found.add("sf-base", measure("sf-base", server, plan.folder / "base"))
            found.add("sf-few", measure("sf-base", small, plan.folder / "few"))
            night = measure("sf-night", server, plan.folder / "night", moment="night", start=start)
            found.add("sf-night", night)
            plan.tell(f"{number + 1} of {plan.rounds}")
    yield found


def _memory(plan: Plan) -> Iterator[Found]:
    """Peak memory at a quarter, at all and at twice the records."""
    for crm in plan.crms:
        path = "sf-base" if crm == "salesforce" else "hs-base"
        found = Found(f"memory {crm}", plan.records)
        for records in (plan.records // 4, plan.records, plan.records * 2):
            with serving(records, crm, packed=plan.packed) as server:
                run = measure(path, server, plan.folder / path)
                plan.tell(f"{path} {records} {run.peak_mib:.0f} MiB")
                found.add(f"{path} {records}", run)
        yield found


def _filled(plan: Plan, server: Server) -> Path:
    """Return a folder with everything pulled and merged."""
    start = plan.folder / "start"
    measure("sf-base", server, start)
    return start


def _turned(paths: Sequence[str], number: int) -> list[str]:
    """Let another path be first in each round, so that a slow minute hits none alone."""
    place = number % len(paths)
    return [*paths[place:], *paths[:place]]


def _salesforce(plan: Plan) -> Iterator[Found]:
    """Both transports beside the vendor's client; then with 100 ms a call, by concurrency."""
    paths = ["sf-client", "sf-stage", "sf-bulk-text", "sf-bulk-client", "sf-bulk"]
    found = Found("salesforce rest and bulk", plan.records, {path: [] for path in paths})
    with serving(plan.records, "salesforce", packed=plan.packed) as server:
        for number in range(plan.rounds + 1):
            for path in _turned(paths, number):
                run = measure(path, server, plan.folder / path, checked=number == 0)
                plan.tell(f"{number or 'check'} {path} {run.wall_s:.2f} s")
                if number:
                    found.add(path, run)
    yield found
    paths = ["sf-client", "sf-stage", "sf-bulk-text", "sf-bulk-client"]
    paths += ["sf-bulk-1", "sf-bulk-2", "sf-bulk"]
    slow = Found("salesforce at 100 ms a call", plan.records, {path: [] for path in paths})
    with serving(plan.records, "salesforce", packed=plan.packed, latency_s=0.1) as server:
        for path in paths:
            measure(path, server, plan.folder / path)  # pages are rendered when first asked for
            slow.add(path, measure(path, server, plan.folder / path))
            plan.tell(f"100 ms {path}")
    yield slow


SCENARIOS: dict[str, Callable[[Plan], Iterator[Found]]] = {
    "pull": _pull,
    "unchanged": _unchanged,
    "night": _night,
    "memory": _memory,
    "salesforce": _salesforce,
}
