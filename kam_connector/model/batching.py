"""How changes become requests: one object and no record twice in a request, results in order.

Pure, and shared by the adapters: an adapter only says how one request is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.errors import ConfigError, RecordError, RetryableError
from kam_connector.model.change import Change, PushResult, PushState

__all__ = [
    "AS_USUAL",
    "Api",
    "Batching",
    "Send",
    "bisected",
    "deliver",
    "refused",
    "requests_of",
    "retry_later",
]

_GONE = {"KAM-1050": "KAM-3215", "KAM-3215": "KAM-3215", "KAM-3205": "KAM-3205"}
"""Codes that concern a field of every record: unknown, or not ours to write."""

Send = Callable[[list[Change]], list[PushResult]]
"""Sends one request; returns a result per change, in any order."""


class Api(StrEnum):
    """Which of a CRM's ways to write; one without bulk jobs knows only its usual one."""

    AUTO = "auto"
    BULK = "bulk"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """How an admin wants the records of one object sent; by default as the adapter likes."""

    api: Api = Api.AUTO
    size: int | None = None
    """Most records of one call, below what the CRM itself takes."""
    bulk_from: int | None = None
    """Records of an object from which a bulk job is made; None: as the connection says."""

    def job_from(self, usual: int) -> int | None:
        """Return the number of records from which a bulk job is made; None: never."""
        match self.api:
            case Api.REST:
                return None
            case Api.BULK:
                return 1
            case Api.AUTO:
                return usual if self.bulk_from is None else self.bulk_from

    def call_size(self, most: int) -> int:
        """Return how many records go in one call of which the CRM takes *most*."""
        return most if self.size is None else min(self.size, most)


AS_USUAL = Batching()


def requests_of(changes: Sequence[Change], *, size: int) -> list[list[Change]]:
    """Return requests of at most *size* changes, each of one object, no record twice."""
    waiting = list(changes)
    requests: list[list[Change]] = []
    while waiting:
        taken: list[Change] = []
        targets: set[tuple[str, str]] = set()
        later: list[Change] = []
        for change in waiting:
            target = (change.object, change.ref or f"key:{change.key or change.id}")
            fits = len(taken) < size and change.object == (taken or [change])[0].object
            if fits and target not in targets:
                taken.append(change)
                targets.add(target)
            else:
                later.append(change)
        requests.append(taken)
        waiting = later
    return requests


def deliver(requests: Sequence[tuple[Send, list[Change]]]) -> dict[str, PushResult]:
    """Send requests one after the other and return the results by change id.

    Raises:
        RetryableError: The very first request failed as a whole. A later failure leaves
            the earlier results standing: what was not reached waits (RETRY).
    """
    results: dict[str, PushResult] = {}
    broken: RetryableError | None = None
    for send, changes in requests:
        if broken is not None:
            results.update((c.id, retry_later(c, broken)) for c in changes)
            continue
        try:
            results.update((r.change_id, r) for r in bisected(changes, send))
        except RetryableError as error:
            if not results:
                raise
            broken = error
            results.update((c.id, retry_later(c, error)) for c in changes)
    return results


def bisected(changes: list[Change], send: Send) -> list[PushResult]:
    """Send, and halve a request that is refused as a whole down to the guilty records.

    A field that vanished refuses all records that carry it at once, without halving.
    """
    try:
        return send(changes)
    except (RecordError, ConfigError) as error:
        fields = (error.field,) if error.field else ()
        guilty = [c for c in changes if error.code in _GONE and error.field in c.values]
        if isinstance(error, ConfigError) and not guilty:
            raise
        if len(changes) == 1:
            guilty = changes
        code = _GONE.get(error.code, error.code)
        told = [refused(change, code, error.message, fields=fields) for change in guilty]
    if told:
        rest = [change for change in changes if change not in guilty]
        return told + (bisected(rest, send) if rest else [])
    middle = len(changes) // 2
    return bisected(changes[:middle], send) + bisected(changes[middle:], send)


def refused(change: Change, code: str, message: str, *, fields: tuple[str, ...] = ()) -> PushResult:
    """Return a refusal."""
    return PushResult(
        change_id=change.id,
        state=PushState.REFUSED,
        ref=change.ref,
        code=code,
        message=message,
        fields=fields,
    )


def retry_later(change: Change, error: RetryableError) -> PushResult:
    """Return that nothing is known about a change, or that it was not sent."""
    return PushResult(
        change_id=change.id,
        state=PushState.RETRY,
        ref=change.ref,
        code=error.code,
        message=error.message,
    )
