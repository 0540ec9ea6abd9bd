"""Children of merges: what pointed at a loser is read again, whatever its timestamp says.

Whether a merge moves the timestamp of what hangs on the loser is documented by no vendor.
"""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.model.identity import RecordKey
from kam_connector.model.pull import PullSource
from kam_connector.sync.pulling import Puller

__all__ = ["read_children"]

_MOST = 20_000
"""Children of one object read again in a run. Our choice: ten calls of the one CRM, two hundred
of the other; a merge that moves more is a reorganisation, and its records resolve all the same."""


def read_children(puller: Puller, sources: Sequence[PullSource]) -> None:
    """Read again what points at records that lost a merge since the last run.

    Runs before the merge, while our own layer still knows who pointed where; a run that was
    stopped before its merge finds the same losers again. No calls without a merge.
    """
    ctx = puller.ctx
    by_name = {source.name: source for source in sources}
    for source in sources:
        losers = ctx.store.losers(ctx.connection, source.name)
        if not losers:
            continue
        bases = ctx.store.agreed(RecordKey(ctx.connection, source.kind, ref) for ref in losers)
        ids = {base.kam_id for base in bases.values()}
        found = ctx.store.children(ctx.connection, source.kind, ids)
        for name, refs in found.items():
            if name in by_name:
                _read_again(puller, by_name[name], refs)


def _read_again(puller: Puller, source: PullSource, refs: Sequence[str]) -> None:
    if len(refs) > _MOST:
        puller.pulled.note(
            f"{source.object}: a merge moved {len(refs)} records; {_MOST} were read again"
        )
    ctx = puller.ctx
    for found in puller.read(source, refs[:_MOST]):
        puller.fence()
        rows = [row for ref, row in found.items() if row.ref == ref]
        ctx.store.restage(ctx.connection, source.name, rows)
        puller.after_page()
