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

    Args:
        app: The CRM's ASGI app.
        world: The world both CRMs share.
        crm: ``salesforce`` or ``hubspot``.
        heard: Called with each request before it is answered.
    """

    def __init__(
        self,
        app: App,
        *,
        world: World,
        crm: str,
        heard: Callable[[requests.PreparedRequest], None] = lambda _request: None,
    ) -> None:
        super().__init__()
        self._wire = Wire(app, world=world, crm=crm)
        self._heard = heard
        self._responses = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the app's answer."""
        self._heard(request)
        sent: list[_Message] = []
        run = self._answer(request, sent)
        with suppress(StopIteration):
            run.send(None)
        start, body = sent
        raw = HTTPResponse(
            body=BytesIO(body["body"]),
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            status=start["status"],
            preload_content=False,
        )
        return self._responses.build_response(request, raw)

    def close(self) -> None:
        """Give nothing back: there is nothing."""

    async def _answer(self, request: requests.PreparedRequest, sent: list[_Message]) -> None:
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

        async def send(message: _Message) -> None:
            sent.append(message)

        await self._wire(scope, receive, send)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
