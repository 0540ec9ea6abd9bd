"""Bodies of answers: read as they come, cut at a cap and at a time, never taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

import requests
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError, SSLError

from kam_connector.errors import CrmUnavailable

__all__ = ["MAX_BODY", "read_into"]

MAX_BODY = 64 * 2**20
"""Our choice: far above a page of 200 records with long texts."""
_CHUNK = 2**16
"""Small, so that a bomb of 1000:1 swells one piece to no more than the cap."""
_LONGEST = timedelta(minutes=15)
"""Our choice: HubSpot's gateway itself gives up after a minute."""
_LONGEST_FILE = timedelta(hours=2)
"""Our choice: a gigabyte at 140 kB/s."""
_PLAIN = ("", "identity", "gzip", "deflate")
"""A second compression inside the first is only ever a bomb."""


def read_into(
    answer: requests.Response,
    file: IO[bytes] | None,
    *,
    most: int,
    crm: str,
    now: Callable[[], datetime],
) -> bytes:
    """Read the body, a success into the file if there is one, and return it otherwise.

    Args:
        answer: Its body not yet read; ``.content`` gives it afterwards.
        file: Where a success goes; what it held is lost.
        most: Bytes that the body may have, decompressed.
        crm: The connection's name, for errors.
        now: Our clock: the whole may last 15 minutes, a file two hours.

    Raises:
        CrmUnavailable: Too large (KAM-3105), too slow (KAM-3102), oddly packed (KAM-3103).
        RequestException: The connection broke.
    """
    filed = file is not None and answer.status_code < 300
    into: IO[bytes] = file if file is not None and filed else BytesIO()
    into.seek(0)
    into.truncate()
    if answer.headers.get("Content-Encoding", "").strip().lower() not in _PLAIN:
        told = "HubSpot sent an answer packed in a way that was not asked for"
        raise _cut(answer, crm, told, "KAM-3103")
    until = now() + (_LONGEST_FILE if filed else _LONGEST)
    for piece in _arriving(answer):
        if into.tell() + len(piece) > most:
            raise _cut(answer, crm, "HubSpot sent too large an answer", "KAM-3105")
        if now() > until:
            raise _cut(answer, crm, "HubSpot did not finish its answer in time", "KAM-3102")
        into.write(piece)
    body = into.getvalue() if isinstance(into, BytesIO) else b""
    answer._content = body  # noqa: SLF001  what .content reads, now that the stream is consumed
    return body


def _arriving(answer: requests.Response) -> Iterator[bytes]:
    """Yield what has come so far, decompressed, as it comes; errors as ``iter_content``'s.

    Not ``iter_content``: that waits for a whole piece, and a byte a minute makes none in days.
    """
    errors = requests.exceptions
    try:
        while piece := answer.raw.read1(_CHUNK, decode_content=True):
            yield piece
    except ProtocolError as error:
        raise errors.ChunkedEncodingError(error) from error
    except DecodeError as error:
        raise errors.ContentDecodingError(error) from error
    except ReadTimeoutError as error:
        raise errors.ConnectionError(error) from error
    except SSLError as error:
        raise errors.SSLError(error) from error


def _cut(answer: requests.Response, crm: str, told: str, code: str) -> CrmUnavailable:
    answer.close()
    return CrmUnavailable(told, crm=crm, code=code, http_status=answer.status_code)
