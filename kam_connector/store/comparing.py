"""A page of rows beside what is staged: which are new, which changed, which only got older."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from kam_connector.model.kind import Row
from kam_connector.model.pull import PulledRow
from kam_connector.model.staging import StageCounts
from kam_connector.store.bulk import Scalar

__all__ = ["Compared", "Known", "compared", "image_of", "newest"]

_SORTED = orjson.OPT_SORT_KEYS


class Known(NamedTuple):
    """What is compared of a staged row."""

    digest: int
    modified_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a page makes of the image."""

    writes: list[tuple[Scalar, ...]]
    """Rows of the table, in the order of its columns."""
    touched: list[tuple[str, str]]
    """Refs of unchanged rows, with their later timestamp."""
    counts: StageCounts


def newest(rows: Sequence[PulledRow]) -> dict[str, PulledRow]:
    """Return one row a ref, the newest, with a tombstone for every absorbed record."""
    page = {row.ref: row for row in rows}
    if len(page) < len(rows):
        page = {row.ref: row for row in sorted(rows, key=attrgetter("modified_at"))}
    for row in [row for row in rows if row.absorbed]:
        for loser in row.absorbed:
            if loser not in page:
                page[loser] = PulledRow(loser, row.modified_at, {}, True, row.ref)
    return page


def compared(
    key: tuple[str, str],
    page: Mapping[str, PulledRow],
    known: Mapping[str, Known],
    last: Mapping[str, Row],
) -> Compared:
    """Return what to write; an older row than the staged one is as good as unchanged.

    Args:
        key: Connection and source.
        page: The rows by ref.
        known: The staged rows among them.
        last: Last values of staged rows that the page says are deleted.
    """
    connection, source = key
    writes: list[tuple[Scalar, ...]] = []
    touched: list[tuple[str, str]] = []
    new = 0
    for ref, row in page.items():
        _, modified_at, values, deleted, merged_into, _ = row
        before = known.get(ref)
        if before is not None and modified_at and modified_at < before.modified_at:
            continue
        digest, doc = image_of(
            _laid_over(last[ref], values) if ref in last else values, deleted, merged_into
        )
        if before is None:
            new += 1
        elif before.digest == digest:
            if modified_at > before.modified_at:
                touched.append((ref, modified_at))
            continue
        writes.append((connection, source, ref, modified_at, digest, deleted, merged_into, 1, doc))
    counts = StageCounts(new, len(writes) - new, len(page) - len(writes))
    return Compared(writes=writes, touched=touched, counts=counts)


def image_of(values: Row, deleted: bool, merged_into: str | None) -> tuple[int, str]:
    """Return digest and document of canonical values and the record's fate.

    The digest is blake2b-8 as a signed number.
    """
    doc = orjson.dumps(values, default=dict, option=_SORTED)
    hashed = blake2b(doc, digest_size=8)
    if deleted or merged_into:
        hashed.update(f"\x1f{deleted}\x1f{merged_into}".encode())
    return int.from_bytes(hashed.digest(), "big", signed=True), doc.decode()


def _laid_over(before: Row, given: Row) -> dict[str, Any]:
    """A deletion blanks nothing: what it still says is laid over the last values."""
    return {**before, **{name: value for name, value in given.items() if value is not None}}
