"""The file of an export: brought to disk, then read a part at a time.

One CSV, or a zip of several, each with the same header (exports guide).
"""

from __future__ import annotations

import csv
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import IO, Any

from kam_hubspot.export_jobs import broken
from kam_hubspot.transport import Transport

__all__ = ["ExportFile", "download"]

MOST_BYTES = 8 * 2**30
"""Our choice: a million contacts with 35 properties are half a gigabyte before zipping."""
_UNPACKED = 4 * MOST_BYTES
_WIDEST_CELL = 2**30
_ZIP = b"PK\x03\x04"
_STUMBLES = (
    *(csv.Error, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, LookupError, OSError, RuntimeError, ValueError),
)
"""What a torn text or archive makes its readers raise; a locked member is a RuntimeError."""


class ExportFile:
    """A finished export on disk; close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.header: list[str] = []
        """The columns' names; known once a part was read."""

    def parts(self, size: int, *, skip: int = 0) -> Generator[list[list[str]], None, None]:
        """Yield the cells of *size* rows at a time, in the order of the file.

        Args:
            size: Rows to yield at a time.
            skip: Rows to leave out first.

        Raises:
            RecordError: It is no CSV in UTF-8, a row is cut short, or headers differ.
        """
        csv.field_size_limit(_WIDEST_CELL)  # Python's own limit is 131,072 characters
        self.header = []
        try:
            with closing(self._rows()) as every:  # before the file is, whoever stops half-way
                rows = islice(every, skip, None)
                while part := list(islice(rows, size)):
                    if not {len(self.header)}.issuperset(map(len, part)):
                        raise broken("has a row cut short")
                    yield part
        except _STUMBLES as error:
            raise broken("has a file that cannot be read") from error

    def close(self) -> None:
        """Let the file vanish."""
        self._file.close()

    def _rows(self) -> Generator[list[str], None, None]:
        for content in self._members():
            with content as text:
                lines = csv.reader(text, strict=True)
                header = next(lines, [])
                if not header or (self.header and header != self.header):
                    raise broken("has parts with other columns")
                self.header = header
                yield from lines

    def _members(self) -> Iterator[Any]:
        """Yield the texts of the file, one after the other."""
        self._file.seek(0)
        is_zip = self._file.read(len(_ZIP)) == _ZIP
        self._file.seek(0)
        if not is_zip:
            yield _text(self._file)
            return
        with zipfile.ZipFile(self._file) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if sum(one.file_size for one in members) > _UNPACKED or not members:
                raise broken("has an archive of no sensible size")
            for member in members:
                with archive.open(member) as content:
                    yield _text(content)


def download(transport: Transport, url: str) -> ExportFile:
    """Return the file behind a signed address, on disk: asked without any token.

    Raises:
        CrmUnavailable: The address leads elsewhere (KAM-3106), or there is no whole file.
        SignInError: The address has ended (KAM-3003).
    """
    file = tempfile.TemporaryFile(prefix="kam-export-")  # noqa: SIM115  its reader closes it
    try:
        transport.save_file(url, file, most=MOST_BYTES)
    except BaseException:
        file.close()
        raise
    return ExportFile(file)


@contextmanager
def _text(content: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """Give a file as text; the file stays open."""
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    try:
        yield text
    finally:
        text.detach()
