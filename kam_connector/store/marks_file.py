"""The file beside a database that remembers who was erased: a restored copy lacks nothing.

One JSON object a line: first the key, then one mark a line. Marks are keyed digests (HMAC-SHA-256
with 32 random bytes of this file's own): without the file nobody can try names against a stolen
database or backup, and with it there is nothing to read but yes or no to a guess. The key is not
one of ``[secrets]``: those are rotated, and a mark cannot be made anew, its person is gone.

Where a backup of another database was restored there are two keys: that database's marks were
made with its own. New marks are made with the first. A backup has such a file beside it too.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from kam_connector.store.faults import storage_error

__all__ = ["MarksFile", "RememberedMarks", "key_id"]

_KEY_BYTES = 32
_Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedMarks:
    """What the file holds."""

    keys: tuple[bytes, ...]
    """The first one makes new marks."""
    rows: Mapping[str, _Row] = field(default_factory=dict)
    """By mark: the columns of the table of marks."""


class MarksFile:
    """The file of one database: ``kam.db.erased`` beside ``kam.db``, for its owner alone."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.erased")

    def read(self) -> RememberedMarks | None:
        """Return what is remembered; None: nobody was ever erased here.

        Raises:
            StorageError: It is damaged or may not be read (KAM-6031).
        """
        try:
            lines = [one for one in self.path.read_bytes().splitlines() if one.strip()]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error("KAM-6031", f"{self.path}: {error.strerror}") from error
        try:
            said = [orjson.loads(one) for one in lines]
            keys = tuple(bytes.fromhex(one["key"]) for one in said if "key" in one)
            rows = {row["mark"]: row for row in said if "key" not in row}
            sound = {len(key) for key in keys} == {_KEY_BYTES} and "key" in said[0]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise storage_error("KAM-6031", str(self.path)) from error
        if not sound:
            raise storage_error("KAM-6031", str(self.path))
        return RememberedMarks(keys=keys, rows=rows)

    def begin(self) -> bytes:
        """Return the key; makes it, durably, where there is none."""
        known = self.read()
        if known is not None:
            return known.keys[0]
        key = secrets.token_bytes(_KEY_BYTES)
        self.write(RememberedMarks(keys=(key,)))
        return key

    def add(self, rows: Iterable[_Row]) -> None:
        """Append marks, durably."""
        self.begin()
        self.join(RememberedMarks(keys=(), rows={str(row["mark"]): row for row in rows}))

    def join(self, other: RememberedMarks) -> None:
        """Add another file's keys and marks to this one's, durably."""
        known = self.read() or RememberedMarks(keys=())
        keys = tuple(dict.fromkeys((*known.keys, *other.keys)))
        if keys and (keys != known.keys or not other.rows.keys() <= known.rows.keys()):
            self.write(RememberedMarks(keys=keys, rows={**other.rows, **known.rows}))

    def drop(self, marks: Iterable[str]) -> None:
        """Take marks out, durably."""
        known = self.read()
        gone = set(marks)
        if known is not None and gone & known.rows.keys():
            left = {mark: row for mark, row in known.rows.items() if mark not in gone}
            self.write(RememberedMarks(keys=known.keys, rows=left))

    def write(self, kept: RememberedMarks) -> None:
        """Write the whole file under another name, then give it its own: never half a file.

        Raises:
            StorageError: It cannot be written (KAM-6031).
        """
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        lines = [*({"key": key.hex()} for key in kept.keys), *kept.rows.values()]
        try:
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(b"".join(orjson.dumps(one) + b"\n" for one in lines))
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(self.path)
        except OSError as error:
            raise storage_error("KAM-6031", f"{self.path}: {error.strerror}") from error
        finally:
            part.unlink(missing_ok=True)


def key_id(key: bytes) -> str:
    """Return what tells a key from another, and nothing of it."""
    return hmac.digest(key, b"key id", "sha256").hex()
