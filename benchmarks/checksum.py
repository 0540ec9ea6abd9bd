"""A checksum of values by id that does not depend on the order of the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

import orjson

__all__ = ["Contents", "contents"]


class Contents(NamedTuple):
    """How many records there are, and the sum of their values' hashes."""

    records: int
    checksum: int


def contents(records: Iterable[tuple[str, Mapping[str, object]]]) -> Contents:
    """Return what (id, values) pairs amount to; empty values count as absent ones."""
    count = total = 0
    for ref, values in records:
        kept = {name: value for name, value in values.items() if value is not None}
        told = orjson.dumps([ref, kept], option=orjson.OPT_SORT_KEYS)
        total += int.from_bytes(blake2b(told, digest_size=8).digest(), "big")
        count += 1
    return Contents(count, total % 2**64)
