"""Looks at a workbook before any parser does: what could harm is refused.

An xlsx is a zip of XML. Refused are files that are none, that unpack to more than a workbook
of people can be, that carry macros or links to other files, and XML with a document type,
which the format forbids (ECMA-376 part 2) and entity attacks need.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from kam_connector.errors import CheckFailed, ConfigError

__all__ = ["read_safely"]

_MOST_BYTES = 20 * 1024 * 1024
"""Our choice: a plan of 500 pages is under 2 MB."""
_MOST_UNPACKED = 200 * 1024 * 1024
"""Our choice: ten times the file's own limit; a zip bomb unpacks to a thousand times."""
_MOST_PARTS = 2_000
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How an .xls, and an .xlsx with a password, begins (MS-CFB)."""
_FORBIDDEN = {
    "vbaproject": "macros",
    "externallinks/": "links to other files",
    "activex/": "controls",
    "embeddings/": "embedded files",
    "ddelinks": "links to other programs",
}
_DOCUMENT_TYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENDINGS = (".xlsx",)


def read_safely(path: Path) -> io.BytesIO:
    """Return a workbook's bytes.

    Raises:
        ConfigError: The file cannot be read (KAM-1071).
        CheckFailed: It could do harm, or is no workbook (KAM-7080).
    """
    if path.suffix.lower() not in _ENDINGS:
        raise _refused(path, f"its name does not end in .xlsx ({path.suffix or 'no ending'})")
    try:
        with path.open("rb") as opened:  # a link to a device has no size
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071") from error
    if len(content) > _MOST_BYTES:
        raise _refused(path, "it is larger than 20 MB")
    if content.startswith(_OLD_OR_LOCKED):
        raise _refused(path, "it is locked with a password, or an old .xls")
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _look(path, archive)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refused(path, "it is no .xlsx, or broken") from error
    return io.BytesIO(content)


def _look(path: Path, archive: ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _refused(path, "it unpacks to more than a workbook can be")
    if "[content_types].xml" not in names or len(set(names)) != len(names):
        raise _refused(path, "it is no .xlsx, or broken")
    for name in names:
        for mark, what in _FORBIDDEN.items():
            if mark in name:
                raise _refused(path, f"it holds {what}")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _look_inside(path, archive, part)


def _look_inside(path: Path, archive: ZipFile, part: ZipInfo) -> None:
    read = archive.open(part).read(part.file_size + 1)
    if len(read) > part.file_size:
        raise _refused(path, "it unpacks to more than it says")
    if read[:2] in (b"\xff\xfe", b"\xfe\xff") or read[:4].count(0):
        raise _refused(path, "its parts are in a rare encoding; save it anew")
    if _DOCUMENT_TYPE.search(read):
        raise _refused(path, "its XML has a document type, which no workbook has")
    if part.filename == "[Content_Types].xml" and b"macroEnabled" in read:
        raise _refused(path, "it holds macros")


def _refused(path: Path, why: str) -> CheckFailed:
    hint = "Open it in Excel or LibreOffice and save it as a plain .xlsx."
    return CheckFailed(f"{path.name} is not read: {why}.", code="KAM-7080", hint=hint)
