"""The Salesforce server as an ASGI app."""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from kam_sandbox.salesforce.api import Api
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.request import Answer, Request
from kam_sandbox.state import World

__all__ = ["salesforce_app"]

_MAX_URI = 16_384
"""URI bytes, and URI plus header bytes (REST status codes 414 and 431)."""

_ZIPPED_FROM = 2_048
"""Our choice: bytes of JSON from which an answer is compressed for a client that asks."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def salesforce_app(
    world: World, *, jwt_key_file: Path
) -> Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]:
    """Return the app that serves *world* as a Salesforce org.

    Args:
        world: The world.
        jwt_key_file: PEM file of the JWT flow's private key; made when it is missing.
    """
    api = Api(world, key_file=jwt_key_file)

    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        request = Request(
            method=scope["method"],
            path=re.sub(r"^/+", "/", scope["path"]),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
        )
        answer = _too_long(scope) or api.answer(request)
        await _send(answer, send, zipped="gzip" in headers.get("accept-encoding", ""))

    return app


def _too_long(scope: MutableMapping[str, Any]) -> Answer | None:
    uri = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if uri > _MAX_URI:
        return Answer(status=414, content=ApiError(414, "URI_TOO_LONG", "URI Too Long").body())
    lines = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if uri + lines > _MAX_URI:
        message = "Request Header Fields Too Large"
        return Answer(status=431, content=ApiError(431, "REQUEST_HEADER_TOO_LARGE", message).body())
    return None


async def _send(answer: Answer, send: Send, *, zipped: bool) -> None:
    body = answer.body()
    if zipped and len(body) > _ZIPPED_FROM and answer.raw is None:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    if body and "content-type" not in {name.decode() for name, _ in headers}:
        headers.append((b"content-type", b"application/json;charset=UTF-8"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
