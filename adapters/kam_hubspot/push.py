"""Writing: batches with a trace id per record; a person's value found beneath ours goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kam_connector.model.batching import AS_USUAL, Batching, Send, deliver, requests_of
from kam_connector.model.change import Change, PushResult
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.client import Client
from kam_hubspot.keyed import upsert
from kam_hubspot.row_checks import refusal
from kam_hubspot.unmoved import is_shared, update_unmoved
from kam_hubspot.writer import Writer

__all__ = ["push"]

BATCH = 100
"""Most records of one batch."""

Describe = Callable[[str], ObjectSchema]


def push(
    client: Client,
    batch: Sequence[Change],
    *,
    describe: Describe,
    batching: Batching = AS_USUAL,
) -> list[PushResult]:
    """Write and return one result per change, in order; see the port."""
    results: dict[str, PushResult] = {}
    plain: list[Change] = []
    shared: list[Change] = []
    keyed: list[Change] = []
    for change in batch:
        refused_at_once = refusal(change, describe)
        if refused_at_once is not None:
            results[change.id] = refused_at_once
        elif change.ref is None:
            keyed.append(change)
        else:
            (shared if is_shared(change) else plain).append(change)
    writer = Writer(client, describe)
    work: list[tuple[Send, list[Change]]] = []
    size = batching.call_size(BATCH)
    work += [(writer.update, part) for part in requests_of(plain, size=size)]
    work += [(partial(upsert, writer), part) for part in requests_of(keyed, size=size)]
    work += [(partial(update_unmoved, writer), part) for part in requests_of(shared, size=size)]
    results |= deliver(work)
    return [results[change.id] for change in batch]
