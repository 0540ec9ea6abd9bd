"""Takes in what CRMs send: believed only with proof, kept as hints, answered at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import structlog

from kam_connector.errors import EventRefused, KamError
from kam_connector.model.hint import Delivery, Heard
from kam_connector.ports import Clock, Store

__all__ = ["PREFIX", "Hear", "Receiver"]

log = structlog.get_logger()

PREFIX = "/webhooks/"
"""Followed by the connection's name."""
MOST_BYTES = 2**20
"""A request has at most a hundred events; our choice: a mebibyte is a hundred times what they
take."""
_LENGTH_DIGITS = 12
"""More are no honest length, and Python reads no number of thousands of digits."""
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Hear(Protocol):
    """Proves one connection's requests."""

    def __call__(self, delivery: Delivery, *, org: str | None, now: datetime) -> Heard:
        """Return the hints, or raise EventRefused."""


class Receiver:
    """An ASGI application; each request is one transaction.

    Args:
        store: Where hints go.
        clock: Our own time.
        hears: By connection: what proves its requests.
        forget: Called with a connection once somebody is to be forgotten.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        hears: Mapping[str, Hear],
        forget: Callable[[str, Heard], object],
    ) -> None:
        self._store = store
        self._clock = clock
        self._hears = hears
        self._forget = forget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 204, or why not."""
        if scope["type"] != "http":
            return
        try:
            self._take(str(scope["path"]), await _delivery(scope, receive))
            status, text = 204, ""
        except EventRefused as error:
            log.warning("event_refused", code=error.code, reason=error.message, path=scope["path"])
            status, text = error.http_status or 401, f"{error.code} {error.message}"
        except KamError as error:  # the sender tries again: HubSpot ten times within a day
            log.error("event_not_kept", code=error.code, reason=error.message)
            status, text = 503, error.code
        await _answer(send, status, text)

    def _take(self, path: str, delivery: Delivery) -> None:
        name = path.removeprefix(PREFIX)
        hear = self._hears.get(name) if path.startswith(PREFIX) else None
        if hear is None:
            raise _refused("KAM-4006", "nobody listens here", 404)
        now = self._clock.now()
        state = self._store.connection(name)
        heard = hear(delivery, org=state.org_ref if state else None, now=now)
        with self._store.unit():
            if not self._store.first_heard(name, heard.signature, at=now):
                raise _refused("KAM-4003", "the request was heard before: a replay", 409)
            self._store.add_hints(name, heard.hints)
        if any(hint.forget for hint in heard.hints):
            self._forget(name, heard)
        log.info("events_heard", connection=name, hints=len(heard.hints))


async def _delivery(scope: Scope, receive: Receive) -> Delivery:
    """Read the request, up to the size that is allowed.

    Raises:
        EventRefused: No POST (KAM-4005), or too large (KAM-4004).
    """
    if scope["method"] != "POST":
        raise _refused("KAM-4005", "only POST is taken here", 405)
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
    }
    too_much = _says_too_much(headers.get("content-length", ""))
    body, more = b"", True
    while more:
        if too_much or len(body) > MOST_BYTES:
            raise _refused("KAM-4004", "the request is larger than a mebibyte", 413)
        part = await receive()
        if part["type"] == "http.disconnect":
            raise _refused("KAM-4005", "the request broke off", 400)
        body += part.get("body", b"")
        more = bool(part.get("more_body"))
    return Delivery(method="POST", body=body, headers=headers)


def _says_too_much(stated: str) -> bool:
    """Tell whether a stated length is beyond the limit; what is no number is counted instead."""
    if not (stated.isascii() and stated.isdigit()):  # "²" is a digit, and no number
        return False
    return len(stated) > _LENGTH_DIGITS or int(stated) > MOST_BYTES


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _refused(code: str, message: str, status: int) -> EventRefused:
    return EventRefused(message, code=code, http_status=status)
