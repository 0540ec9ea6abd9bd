"""Write-back of accounts to the sandbox: calls used beside the fewest possible, and seconds.

``python -m benchmarks.write_back [--records N ...]``. Sandbox and product share one process, so
the seconds are an upper bound; the calls are exact.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PullSource
from kam_connector.model.settings import Secret
from kam_connector.ports import Crm
from kam_salesforce import SalesforceCrm
from kam_salesforce.settings import SalesforceSettings
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world.build import empty_world

__all__ = ["Written", "fewest_calls", "write_back"]

ROWS_A_READ, ROWS_A_CALL = 2000, 200
BULK_FROM = 2000
JOB_CALLS = 8
"""Create, upload, close, one look, three results, delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One write-back."""

    records: int
    calls: int
    fewest: int
    seconds: float


def fewest_calls(records: int) -> int:
    """Return the fewest calls for the path taken, the compare-reads counted."""
    if records < BULK_FROM:
        return 2 * math.ceil(records / ROWS_A_CALL)
    return math.ceil(records / ROWS_A_READ) + JOB_CALLS


def write_back(records: int) -> Written:
    """Read, compare and write that many accounts, in the batches that the adapter asks for."""
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    at = world.clock.now() - timedelta(days=3)
    insert = world.salesforce.insert
    refs = [insert("Account", {"Name": f"Account {n}"}, by="", at=at).id for n in range(records)]
    with running(world) as addresses:
        settings = SalesforceSettings(
            endpoint=addresses.salesforce, client_id="sandbox", client_secret=Secret("sandbox")
        )
        crm = SalesforceCrm.open("bench", settings, clock=_Clock())
        crm.describe("Account")
        before, started = crm.budget().spent_here, time.perf_counter()
        _deliver(crm, refs)
        seconds = time.perf_counter() - started
        calls = crm.budget().spent_here - before
        crm.close()
    wrong = [ref for ref in refs if _tier(world.salesforce.get("Account", ref)) != "A"]
    if wrong:
        raise SystemExit(f"{len(wrong)} accounts were not written")
    return Written(records=records, calls=calls, fewest=fewest_calls(records), seconds=seconds)


def _deliver(crm: Crm, refs: Sequence[str]) -> None:
    source = PullSource(
        kind=Kind.ACCOUNT,
        object="Account",
        fields=("KAM_Summary__c", "KAM_Tier__c"),
        cursor_field="SystemModstamp",
        settle=timedelta(0),
    )
    size = crm.batch_size(len(refs))
    for start in range(0, len(refs), size):
        batch = refs[start : start + size]
        rows = crm.read(source, batch)
        changes = [
            Change(
                id=ref,
                kind=Kind.ACCOUNT,
                object="Account",
                ref=ref,
                values={"KAM_Tier__c": "A", "KAM_Summary__c": f"Health 51 of {ref}"},
            )
            for ref in batch
            if rows[ref].values["KAM_Tier__c"] != "A"
        ]
        states = {result.state for result in crm.push(changes)}
        if states != {PushState.DONE}:
            raise SystemExit(f"not all were written: {states}")


def _tier(record: object) -> object:
    return getattr(record, "fields", {}).get("KAM_Tier__c")


class _Clock:
    """Our own time; the pauses between looks at a job are real."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def main() -> None:
    """Print a line per number of records."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.write_back", description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[1_900, 20_000])
    print("| accounts | calls | fewest | of fewest | s | rec/s |\n|---|---|---|---|---|---|")
    for records in parser.parse_args().records:
        done = write_back(records)
        share, rate = done.calls / done.fewest, done.records / done.seconds
        print(
            f"| {done.records:,} | {done.calls} | {done.fewest} | {share:.2f} | "
            f"{done.seconds:.1f} | {rate:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
