"""A process that sleeps through its lease, and wakes up when another has done its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from kam_connector.errors import BusyError
from kam_connector.model.pull import PulledRow, PullSource
from kam_connector.sync.apply import apply_preview
from kam_connector.sync.run import preview_only, run_sync
from kam_salesforce import SalesforceCrm
from tests.faults.bodies import is_write
from tests.faults.checker import Violation, check
from tests.faults.rig import Rig

__all__ = ["overtaken"]

_SLEPT_S = 90.0
"""Longer than a lease lasts."""


def overtaken() -> list[Violation]:
    """Let the first of two processes sleep between its look and its write; judge what it does."""
    with TemporaryDirectory(prefix="kam-faults-") as folder:
        return _judged(Path(folder))


def _judged(folder: Path) -> list[Violation]:
    rig, read, woke = Rig("salesforce", folder / "overtaken.db"), SalesforceCrm.read, [0]

    def late(
        crm: SalesforceCrm, source: PullSource, refs: Sequence[str]
    ) -> Mapping[str, PulledRow]:
        seen = read(crm, source, refs)
        if not woke[0]:
            woke[0] = 1  # the other's own looks are prompt
            rig.advance(seconds=_SLEPT_S)
            with rig.process() as other:
                run_sync(other.ctx)
            woke[0] = len(rig.world.log.entries())
        return seen

    with rig.process() as process:
        shown = preview_only(process.ctx)
        process.enable()
        with patch.object(SalesforceCrm, "read", late), suppress(BusyError):
            apply_preview(process.ctx, str(shown.preview_id))
    late_writes = [
        Violation("G11", f"{entry['method']} {entry['path']} by a process without the lease")
        for entry in rig.world.log.entries(since=woke[0])
        if is_write(entry["method"], entry["path"], entry["body"])
    ]
    return [*late_writes, *check(rig.evidence(settled=False))]
