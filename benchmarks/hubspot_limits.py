"""HubSpot under its real limits: calls and time beside the least that its rules allow.

``python -m benchmarks.hubspot_limits [load] [write] [export] [--records N] [--latency SECONDS]``.
Time is simulated: limits, pauses and delays pass on a clock of their own, and nothing is waited
for. The clock knows nothing of our own CPU time, which the other benchmarks measure.

The least is 190 calls in any ten seconds, the first 190 at once, with as few calls as the
API's largest pages allow: 100 records a listing, 100 a batch, 50 with history, 1,000 a read of
associations (performance reference, HubSpot's usage guidelines).
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.simulated_portal import SimulatedClock, SimulatedPortal
from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PullRequest, PullSource
from kam_connector.model.settings import Secret
from kam_connector.ports import Crm
from kam_hubspot.client import Client
from kam_hubspot.crm import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from kam_sandbox.clock import WorldClock
from kam_sandbox.direct import Direct
from kam_sandbox.hubspot.app import hubspot_app
from kam_sandbox.world.build import empty_world

__all__ = ["Measured", "export", "fastest_s", "load", "write"]

BURST, BURST_S = 190, 10.0
PAGE, BATCH, HISTORY, LINKS = 100, 100, 50, 1000
ASSOCIATED = {"companies": 1, "contacts": 1, "deals": 2}
"""Associated objects that the shipped mapping reads, where the portal has no labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run."""

    what: str
    records: int
    calls: int
    fewest: int
    seconds: float
    """On the simulated clock."""
    refused: int
    """Calls above a limit."""
    cpu_s: float
    """Of everything: the portal's answers are made in the same process."""

    @property
    def least_s(self) -> float:
        """The shortest time for the fewest calls."""
        return fastest_s(self.fewest)


def fastest_s(calls: int) -> float:
    """Return the shortest time in which the limits let so many calls through."""
    return (calls - 1) // BURST * BURST_S


def load(counts: dict[str, int], *, latency_s: float = 0.0, **settings: int) -> Measured:
    """Pull the shipped mapping's objects one after the other, as a first run does."""
    portal = SimulatedPortal(counts, latency_s=latency_s)
    crm = portal.connect(**settings)
    sources = {one.object: one for one in pull_sources(_MAPPING)}
    before, rows = time.process_time(), 0
    for object_ in counts:
        pages = crm.pull(PullRequest(source=sources[object_]))
        rows += sum(len(page.rows) for page in pages)
    if rows != sum(counts.values()):
        raise SystemExit(f"{rows} rows of {sum(counts.values())}")
    fewest = sum(
        math.ceil(count / PAGE) + ASSOCIATED[object_] * math.ceil(count / LINKS)
        for object_, count in counts.items()
    )
    return Measured(
        what=f"first load, {latency_s * 1000:.0f} ms a call",
        records=rows,
        calls=sum(portal.calls.values()),
        fewest=fewest,
        seconds=portal.clock.seconds,
        refused=portal.refused,
        cpu_s=time.process_time() - before,
    )


def export(records: int, *, latency_s: float = 0.1) -> Measured:
    """Pull contacts through one export that takes ten minutes."""
    done = load({"contacts": records}, latency_s=latency_s, export_from=1)
    return replace(done, what=f"first load by export, {latency_s * 1000:.0f} ms a call")


def write(records: int, *, shared: bool) -> Measured:
    """Compare and update that many companies of the sandbox, in the batches we choose."""
    clock = SimulatedClock()
    timed = WorldClock(monotonic=lambda: clock.seconds)
    world = empty_world(seed=7, bare=False, clock=timed, multi_currency=False)
    at = world.clock.now() - timedelta(days=3)
    insert = world.hubspot.insert
    refs = [insert("companies", {"name": f"C{n}"}, by="", at=at).id for n in range(records)]
    app = hubspot_app(world)
    app.portal.limiter.monotonic = lambda: clock.seconds
    settings = HubSpotSettings(
        endpoint="http://127.0.0.1:1", access_token=Secret(app.portal.settings.token)
    )
    client = Client("bench", settings, clock=clock)
    client.transport.mount("http://", Direct(app, world=world, crm="hubspot"))
    crm = HubSpotCrm(client)
    crm.describe("companies")
    calls, started, before = crm.budget().spent_here, clock.seconds, time.process_time()
    _deliver(crm, refs, shared=shared)
    done = crm.budget().spent_here - calls
    kept = [world.hubspot.get("companies", ref) for ref in refs]
    if any(one is None or one.fields.get("kam_tier") != "A" for one in kept):
        raise SystemExit("not all were written")
    history = math.ceil(records / HISTORY) if shared else 0
    return Measured(
        what="write-back, a field that people write too" if shared else "write-back, our fields",
        records=records,
        calls=done,
        fewest=2 * math.ceil(records / BATCH) + history,
        seconds=clock.seconds - started,
        refused=sum(one["status"] == 429 for one in world.log.entries()),
        cpu_s=time.process_time() - before,
    )


def _deliver(crm: Crm, refs: Sequence[str], *, shared: bool) -> None:
    fields = ("kam_next_review", "kam_tier")
    source = PullSource(
        kind=Kind.ACCOUNT,
        object="companies",
        fields=fields,
        cursor_field="hs_lastmodifieddate",
        settle=timedelta(0),
    )
    size = crm.batch_size(len(refs))
    values = {"kam_tier": "A", **({"kam_next_review": "2026-12-01"} if shared else {})}
    for start in range(0, len(refs), size):
        batch = refs[start : start + size]
        rows = crm.read(source, batch)
        at = crm.identity().now
        changes = [
            Change(
                id=f"c{ref}",
                kind=Kind.ACCOUNT,
                object="companies",
                ref=ref,
                values=values,
                shared=frozenset({"kam_next_review"} if shared else ()),
                expected={"kam_next_review": None} if shared else {},
                seen_modified_at=rows[ref].modified_at,
                compared_at=at,
            )
            for ref in batch
        ]
        states = {result.state for result in crm.push(changes)}
        if states != {PushState.DONE}:
            raise SystemExit(f"not all were written: {states}")


_MAPPING = load_mapping(shipped_mapping_path("hubspot"))
_HEAD = (
    "| what | records | calls | fewest | of fewest | simulated s | least s | of least | refused "
    "| CPU s |\n|---|---|---|---|---|---|---|---|---|---|"
)


def _row(one: Measured) -> str:
    calls, times = one.calls / one.fewest, one.seconds / max(one.least_s, BURST_S)
    return (
        f"| {one.what} | {one.records:,} | {one.calls:,} | {one.fewest:,} | {calls:.3f} | "
        f"{one.seconds:,.0f} | {one.least_s:,.0f} | {times:.2f} | {one.refused} | {one.cpu_s:.0f} |"
    )


def _runs(scale: int, latencies: Sequence[float]) -> dict[str, Callable[[], Iterator[Measured]]]:
    def loads() -> Iterator[Measured]:
        counts = {"companies": scale, "contacts": 4 * scale, "deals": scale}
        for latency_s in latencies:
            yield load(counts, latency_s=latency_s)

    def writes() -> Iterator[Measured]:
        for shared in (False, True):
            yield write(scale, shared=shared)

    def exports() -> Iterator[Measured]:
        yield load({"contacts": 20 * scale}, latency_s=latencies[-1])
        yield export(20 * scale, latency_s=latencies[-1])

    return {"load": loads, "write": writes, "export": exports}


def main() -> None:
    """Print a line per run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hubspot_limits")
    parser.add_argument("scenario", nargs="*", help="load, write, export; default: all")
    parser.add_argument("--records", type=int, default=50_000, help="companies, and deals")
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.05, 0.1])
    given = parser.parse_args()
    runs = _runs(given.records, given.latency)
    print(_HEAD)
    for name in given.scenario or runs:
        for one in runs[name]():
            print(_row(one), flush=True)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
