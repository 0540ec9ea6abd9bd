"""The audit log's arithmetic (pure): commitments that can be erased, digests that cannot.

Hashes are BLAKE2b (RFC 7693). A commitment is keyed with a random salt of 16 bytes that lies
beside the chain: without the salt a value can be neither read nor guessed, and the chain, which
covers the commitment and not the value, still verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import orjson

from kam_connector.model.kind import JsonValue
from kam_connector.store.records import Stored

__all__ = ["GENESIS", "broken_promise", "committed", "linked", "ranges"]

GENESIS = "0" * 64
"""The digest before the first entry."""
SALT_BYTES = 16
"""Our choice: 128 random bits, as many as a key."""
_COMMITTED_BYTES = 16
"""Our choice: a value to the same commitment takes 2**128 tries to find; half the room of 32."""


def committed(salt: str, purpose: str, value: JsonValue | Sequence[JsonValue]) -> str:
    """Return the commitment to a value under a salt (hexadecimal, 32 letters).

    Args:
        salt: Hexadecimal.
        purpose: What it is of, at most 16 letters: equal values of two columns differ.
        value: Any JSON.
    """
    said = orjson.dumps(value, default=dict, option=orjson.OPT_SORT_KEYS)
    key, person = salt.encode(), purpose.encode()
    return blake2b(said, digest_size=_COMMITTED_BYTES, key=key, person=person).hexdigest()


def linked(previous: str, columns: Sequence[Any]) -> str:
    """Return an entry's digest (hexadecimal, 64 letters).

    Args:
        previous: The digest of the entry before, or ``GENESIS``.
        columns: All columns but the digest, the number first.
    """
    said = orjson.dumps([previous, *columns])
    return blake2b(said, digest_size=32, person=b"kam audit").hexdigest()


def broken_promise(row: Stored) -> str:
    """Return what lies beside the chain and is not what the entry committed to; empty: all is.

    Args:
        row: An entry with its subject.
    """
    named = [row[name] for name in ("kind", "ref", "kam_id", "why")]
    if committed(row["salt"], "subject", named) != row["sealed"]:
        return "the record or the reason it names was changed"
    salt = row["value_salt"]
    if salt is not None and committed(salt, "salt", "") != row["salted"]:
        return "the salt of its values was changed"
    return ""


def ranges(numbers: Iterable[int]) -> list[JsonValue]:
    """Return numbers as few [first, last] pairs: 1 2 3 7 is [[1, 3], [7, 7]]."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [list(pair) for pair in found]
