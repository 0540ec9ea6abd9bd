"""Requests to a CRM's app without a socket: for whoever simulates time and cannot wait."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from kam_sandbox.state import World
from kam_sandbox.wire import App, Wire

__all__ = ["Direct"]

_Message = MutableMapping[str, Any]


class Direct(BaseAdapter):
    """Takes the place of a ``requests`` session's connections; nothing in an app ever waits.

    Faults of the line strike as they do on a socket: what is dropped raises
    ``ConnectionError``, what is slower than the caller's patience ``ReadTimeout``, half an
    answer breaks off while it is read.

    Args:
        app: The CRM's ASGI app.
        world: The world both CRMs share.
        crm: ``salesforce`` or ``hubspot``.
        heard: Called with each request before it is answered.
        waited: Told the seconds that a slow answer took, to move a simulated clock.
    """

    def __init__(
        self,
        app: App,
        *,
        world: World,
        crm: str,
        heard: Callable[[requests.PreparedRequest], None] = lambda _request: None,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        super().__init__()
        self._wire = Wire(app, world=world, crm=crm, pause=self._pause)
        self._heard = heard
        self._waited = waited
        self._paused_s = 0.0
        self._responses = HTTPAdapter()

    def send(
        self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any
    ) -> requests.Response:
        """Return the app's answer, or raise as a broken line does."""
        self._heard(request)
        line = _Line()
        self._paused_s = 0.0
        run = self._answer(request, line)
        with suppress(StopIteration):
            run.send(None)
        self._take_time(timeout)
        if line.cut or not line.sent:
            raise requests.exceptions.ConnectionError("the line was dropped", request=request)
        start, body = line.sent
        raw = HTTPResponse(
            body=BytesIO(body["body"]),
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            status=start["status"],
            preload_content=False,
        )
        return self._responses.build_response(request, raw)

    def _take_time(self, timeout: Any) -> None:
        """Let a slow answer's time pass, but no more than the caller waits."""
        if not self._paused_s:
            return
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        self._waited(min(self._paused_s, patience or self._paused_s))
        if patience is not None and self._paused_s > patience:
            raise requests.exceptions.ReadTimeout("no answer in time")

    async def _pause(self, seconds: float) -> None:
        self._paused_s = seconds

    def close(self) -> None:
        """Give nothing back: there is nothing."""

    async def _answer(self, request: requests.PreparedRequest, line: _Line) -> None:
        parts = urlsplit(str(request.url))
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        named = [(name.lower().encode(), _bytes(value)) for name, value in request.headers.items()]
        scope = {
            "type": "http",
            "method": request.method,
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": [(b"host", parts.netloc.encode()), *named],
        }

        async def receive() -> _Message:
            return {"type": "http.request", "body": content}

        await self._wire(scope, receive, line.send)


class _Line:
    """What an app sends to, and the connection under it that a fault may cut."""

    def __init__(self) -> None:
        self.sent: list[_Message] = []
        self.cut = False
        self.transport = self
        """The wire hangs up on ``send.__self__.transport``, as under uvicorn."""

    async def send(self, message: _Message) -> None:
        self.sent.append(message)

    def abort(self) -> None:
        """Cut the line: nothing arrives."""
        self.cut = True

    def close(self) -> None:
        """End the line: what was sent arrives."""


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
