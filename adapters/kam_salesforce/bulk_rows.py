"""Changes as the CSV of an ingest job, and its results back."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from kam_connector.errors import RecordError
from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue
from kam_salesforce.bulk_pages import broken, is_ended

__all__ = ["NULL", "Upload", "result_rows", "uploads"]

NULL = "#N/A"
"""Clears a field; an empty cell leaves it alone (Bulk API 2.0 developer guide)."""
MAX_UPLOAD = 90_000_000
"""Bytes: Salesforce takes 150 MB after its base64, which is 100 MB before; our choice is a
tenth less."""
_WIDEST_CELL = 2**30
_CHUNK = 2**18


class Upload:
    """The rows of one job, on disk; can be sent more than once."""

    def __init__(self, header: Sequence[str]) -> None:
        self.changes: list[Change] = []
        self._file = tempfile.TemporaryFile(prefix="kam-ingest-")  # noqa: SIM115  see close
        self._size = self._file.write(_line(header))

    def fits(self, line: bytes) -> bool:
        """Tell whether one more line stays below the limit; the first always does."""
        return not self.changes or self._size + len(line) <= MAX_UPLOAD

    def add(self, change: Change, line: bytes) -> None:
        """Append a row."""
        self.changes.append(change)
        self._size += self._file.write(line)

    def __len__(self) -> int:
        """Bytes, for the Content-Length."""
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content from its beginning, each time."""
        self._file.seek(0)
        return iter(lambda: self._file.read(_CHUNK), b"")

    def close(self) -> None:
        """Let the file vanish."""
        self._file.close()


def uploads(changes: Sequence[Change], *, key_column: str) -> Iterator[Upload]:
    """Yield the changes of one object as uploads below the limit; close each.

    Columns are the key and then all fields by name, the same for every row: a change
    without a value for a field has an empty cell there, which changes nothing.
    """
    names = sorted({name for change in changes for name in change.values} - {key_column})
    upload: Upload | None = None
    for change in changes:
        key = change.ref if change.ref is not None else change.key
        cells = [_cell(change.values[n]) if n in change.values else "" for n in names]
        line = _line([key or "", *cells])
        if upload is None or not upload.fits(line):
            if upload is not None:
                yield upload
            upload = Upload([key_column, *names])
        upload.add(change, line)
    if upload is not None:
        yield upload


def result_rows(file: IO[bytes]) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a result by column name: bytes read as UTF-8, line breaks kept.

    Raises:
        RecordError: It is no CSV in UTF-8.
    """
    csv.field_size_limit(_WIDEST_CELL)
    if not is_ended(file):
        raise broken("a last row cut short")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from csv.DictReader(text, strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(
            "Salesforce sent a bulk result that cannot be read", code="KAM-3103"
        ) from error
    finally:
        text.detach()


def _cell(value: JsonValue) -> str:
    if value is None or value == "":
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value).replace("\0", "")


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue().encode()
