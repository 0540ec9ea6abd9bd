"""Bodies of answers: read in pieces, cut at a cap, never taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import requests
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

from kam_connector.errors import CrmUnavailable
from kam_connector.model.unpacking import Unpacking

__all__ = ["Download", "read_whole"]

MAX_BODY = 64 * 2**20
"""Our choice: twenty times a page of 2,000 wide rows."""
MAX_FILE = 2**30
"""Our choice: a gigabyte on disk is ten times the widest page of 50,000 rows we know of."""
_CHUNK = 2**16
_LONGEST = timedelta(minutes=15)
"""Our choice: Salesforce itself ends a REST call after ten minutes."""
_LONGEST_FILE = timedelta(hours=2)
"""Our choice: a gigabyte at 140 kB/s."""

Now = Callable[[], datetime]


def read_whole(answer: requests.Response, *, crm: str, now: Now) -> bytes:
    """Return the whole body, decompressed, and leave it for ``answer.json()``.

    Raises:
        CrmUnavailable: More than 64 MiB (KAM-3105), or longer than 15 minutes (KAM-3102).
    """
    body = b"".join(_pieces(answer, crm=crm, cap=MAX_BODY, now=now, until=now() + _LONGEST))
    answer._content = body  # noqa: SLF001  what .json() reads, now that the stream is consumed
    return body


class Download:
    """A large answer, a piece at a time; its headers are there from the start.

    Iterate once. A broken or endless stream ends in one of our errors.
    """

    def __init__(self, answer: requests.Response, *, crm: str, now: Now) -> None:
        self._answer = answer
        self._crm = crm
        self._now = now

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers, by name in any case."""
        return self._answer.headers

    def __iter__(self) -> Iterator[bytes]:
        """Yield decompressed pieces.

        Raises:
            CrmUnavailable: The connection broke (KAM-3101), more than two hours passed
                (KAM-3102), or more than a gigabyte came (KAM-3105).
        """
        until = self._now() + _LONGEST_FILE
        try:
            yield from _pieces(
                self._answer, crm=self._crm, cap=MAX_FILE, now=self._now, until=until
            )
        except requests.exceptions.RequestException as error:
            slow = "ReadTimeoutError" in repr(error)  # requests has no class of its own for it
            told = "did not finish in time" if slow else "broke the connection"
            code = "KAM-3102" if slow else "KAM-3101"
            raise CrmUnavailable(f"Salesforce {told}", crm=self._crm, code=code) from None


def _pieces(
    answer: requests.Response, *, crm: str, cap: int, now: Now, until: datetime
) -> Iterator[bytes]:
    stated = answer.headers.get("Content-Length", "")
    try:
        unpacking = Unpacking(answer.headers.get("Content-Encoding", ""))
    except ValueError as error:
        raise _cut(answer, crm, f"Salesforce sent an answer {error}", "KAM-3103") from None
    if stated.isdecimal() and int(stated[:20]) > cap:
        raise _cut(answer, crm, _more_than(cap), "KAM-3105")
    size = 0
    for piece in _arriving(answer, unpacking):
        size += len(piece)
        if size > cap:
            raise _cut(answer, crm, _more_than(cap), "KAM-3105")
        if now() > until:
            raise _cut(answer, crm, "Salesforce did not finish its answer in time", "KAM-3102")
        yield piece
    if not unpacking.is_whole:
        raise _cut(answer, crm, "Salesforce sent half an answer", "KAM-3103")


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


def _more_than(cap: int) -> str:
    return f"Salesforce sent more than {cap / 2**20:,.0f} MiB in one answer"


def _cut(answer: requests.Response, crm: str, told: str, code: str) -> CrmUnavailable:
    answer.close()
    return CrmUnavailable(told, crm=crm, code=code, http_status=answer.status_code)
