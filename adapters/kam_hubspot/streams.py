"""Bodies of answers: read as they come, cut at a cap and at a time, never taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

import requests
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

from kam_connector.errors import CrmUnavailable
from kam_connector.model.unpacking import Unpacking

__all__ = ["MAX_BODY", "read_into"]

MAX_BODY = 64 * 2**20
"""Our choice: far above a page of 200 records with long texts."""
_CHUNK = 2**16
_LONGEST = timedelta(minutes=15)
"""Our choice: HubSpot's gateway itself gives up after a minute."""
_LONGEST_FILE = timedelta(hours=2)
"""Our choice: a gigabyte at 140 kB/s."""


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
    until = now() + (_LONGEST_FILE if filed else _LONGEST)
    try:
        unpacking = Unpacking(answer.headers.get("Content-Encoding", ""))
    except ValueError as error:
        raise _cut(answer, crm, f"HubSpot sent an answer {error}", "KAM-3103") from None
    for piece in _arriving(answer, unpacking):
        if into.tell() + len(piece) > most:
            raise _cut(answer, crm, "HubSpot sent too large an answer", "KAM-3105")
        if now() > until:
            raise _cut(answer, crm, "HubSpot did not finish its answer in time", "KAM-3102")
        into.write(piece)
    if not unpacking.is_whole:
        raise _cut(answer, crm, "HubSpot sent half an answer", "KAM-3103")
    body = into.getvalue() if isinstance(into, BytesIO) else b""
    answer._content = body  # noqa: SLF001  what .content reads, now that the stream is consumed
    return body


def _arriving(answer: requests.Response, unpacking: Unpacking) -> Iterator[bytes]:
    """Yield what has come so far, unpacked, as it comes; errors as ``iter_content``'s.

    Not ``iter_content``: that waits for a whole piece, and a byte a minute makes none in days.
    """
    errors = requests.exceptions
    try:
        while piece := answer.raw.read1(_CHUNK, decode_content=False):
            yield b""  # something came: look at the clock
            yield from unpacking.of(piece)
    except ValueError as error:
        raise errors.ContentDecodingError(error) from error
    except ProtocolError as error:
        raise errors.ChunkedEncodingError(error) from error
    except ReadTimeoutError as error:
        raise errors.ConnectionError(error) from error
    except SSLError as error:
        raise errors.SSLError(error) from error


def _cut(answer: requests.Response, crm: str, told: str, code: str) -> CrmUnavailable:
    answer.close()
    return CrmUnavailable(told, crm=crm, code=code, http_status=answer.status_code)
