"""The file beside a database that remembers who was erased: a restored copy lacks nothing.

One JSON object a line: first the key, then one mark a line. Marks are keyed digests (HMAC-SHA-256
with 32 random bytes of this file's own): without the file nobody can try names against a stolen
database or backup, and with it there is nothing to read but yes or no to a guess. The key is not
one of ``[secrets]``: those are rotated, and a mark cannot be made anew, its person is gone.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from kam_connector.store.faults import storage_error

__all__ = ["MarksFile", "RememberedMarks"]

_KEY_BYTES = 32
_Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedMarks:
    """What the file holds."""

    key: bytes
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
            key = bytes.fromhex(orjson.loads(lines[0])["key"])
            rows = {row["mark"]: row for row in map(orjson.loads, lines[1:])}
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise storage_error("KAM-6031", str(self.path)) from error
        return RememberedMarks(key=key, rows=rows)

    def begin(self) -> bytes:
        """Return the key; makes it, durably, where there is none."""
        known = self.read()
        if known is not None:
            return known.key
        key = secrets.token_bytes(_KEY_BYTES)
        self._replace(RememberedMarks(key=key))
        return key

    def add(self, rows: Iterable[_Row]) -> None:
        """Append marks, durably."""
        known = self.read() or RememberedMarks(key=self.begin())
        added = {str(row["mark"]): row for row in rows}
        if not added.keys() <= known.rows.keys():
            self._replace(RememberedMarks(key=known.key, rows={**known.rows, **added}))

    def drop(self, marks: Iterable[str]) -> None:
        """Take marks out, durably."""
        known = self.read()
        gone = set(marks)
        if known is not None and gone & known.rows.keys():
            left = {mark: row for mark, row in known.rows.items() if mark not in gone}
            self._replace(RememberedMarks(key=known.key, rows=left))

    def _replace(self, kept: RememberedMarks) -> None:
        """Write the whole file under another name, then give it its own: never half a file."""
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        lines = [{"key": kept.key.hex()}, *kept.rows.values()]
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
