"""Unzipping an answer as it comes: in small pieces, and never waiting for more than came.

Not urllib3's way: that goes on reading until something unpacks, and a server that sends a byte
a minute of what unpacks to nothing would keep it for ever.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

__all__ = ["Unpacking"]

_PIECE = 2**16
"""Bytes that come out at once, so that a bomb of 1000:1 swells to no more."""
_GZIP = 16 + zlib.MAX_WBITS


class Unpacking:
    """One answer's bytes, gzipped or plain."""

    def __init__(self, coding: str) -> None:
        """Begin.

        Args:
            coding: The ``Content-Encoding``.

        Raises:
            ValueError: It is neither gzip nor nothing: what was not asked for, or a bomb in a
                bomb.
        """
        name = coding.strip().lower()
        if name not in ("", "identity", "gzip"):
            raise ValueError("packed in a way that was not asked for")
        self._is_zipped = name == "gzip"
        self._inflater = zlib.decompressobj(_GZIP)
        self._began = False

    def of(self, piece: bytes) -> Iterator[bytes]:
        """Yield what a piece unpacks to, up to 64 KiB at a time; perhaps nothing yet.

        Raises:
            ValueError: It is no gzip.
        """
        if not self._is_zipped:
            yield piece
            return
        self._began = self._began or bool(piece)
        out = b""
        while piece or len(out) == _PIECE:
            if self._inflater.eof:  # another member of the same file
                self._inflater = zlib.decompressobj(_GZIP)
            try:
                out = self._inflater.decompress(piece, _PIECE)
            except zlib.error as error:
                raise ValueError("no gzip") from error
            piece = self._inflater.unconsumed_tail or self._inflater.unused_data
            if out:
                yield out

    @property
    def is_whole(self) -> bool:
        """Whether the end was seen: a file cut short has none."""
        return not (self._is_zipped and self._began) or self._inflater.eof
