"""The line between a client and a CRM's app: scheduled faults, the world's date, the log."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from kam_sandbox.control import Control
from kam_sandbox.faults import Fault
from kam_sandbox.state import World

__all__ = ["App", "Wire"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SECRET_KEYS = {"assertion", "client_secret", "password", "refresh_token", "token"}
_ERRORS_FROM = 300
_PAGE = re.compile(r"-\d+$")
"""The page number at the end of a Salesforce query locator."""
_LOGGED_TEXT = 65_536
"""Our choice: characters of a body that is no JSON kept in the log."""


@dataclass(slots=True)
class _Reply:
    """An answer held back until it is clear how much of it may leave."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def collect(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Wire:
    """ASGI middleware around one CRM's app; serves the control plane itself.

    Args:
        app: The CRM's ASGI app.
        world: The world both CRMs share.
        crm: ``salesforce`` or ``hubspot``.
        pause: How a slow answer waits.
    """

    def __init__(
        self,
        app: App,
        *,
        world: World,
        crm: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._pause = pause
        self._world = world
        self._crm = crm
        self._control = Control(world, default_crm=crm)
        self._last: dict[str, _Reply] = {}
        """The last good answer to a GET, by path without a page's number."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if scope["path"].startswith("/_sandbox"):
            await self._answer_control(scope, body, send)
            return
        at = self._world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        query = scope["query_string"].decode("latin-1")
        target = scope["path"] + (f"?{unquote_plus(query)}" if query else "")
        fault = self._world.faults.take(self._crm, scope["method"], target)
        reply = await self._play(fault, scope, body)
        dropped = fault is not None and fault.kind in ("drop_before", "commit_then_drop")
        self._world.log.add(
            at=at,
            crm=self._crm,
            method=scope["method"],
            path=scope["path"],
            query=unquote_plus(query),
            status=0 if dropped else reply.status,
            body=_loggable(body, scope),
            size=0 if dropped else len(reply.body),
            fault=fault.kind if fault else "",
        )
        if dropped:
            _transport(send).abort()
        else:
            await self._send(reply, send, truncate=fault is not None and fault.kind == "truncate")

    async def _play(self, fault: Fault | None, scope: Scope, body: bytes) -> _Reply:
        kind = fault.kind if fault else ""
        if fault is not None:
            if kind == "drop_before":
                return _Reply()
            if fault.seconds:
                await self._pause(fault.seconds)
            if kind in ("status", "html"):
                return _canned(fault)
        reply = _Reply()
        try:
            await self._app(scope, _replay(body), reply.collect)
        except Exception:  # noqa: BLE001 - the server's edge: a fault of ours must show, not hang the client
            traceback.print_exc(file=sys.stderr)
            reply = _Reply(500, [(b"content-type", b"text/plain")], b"sandbox error: see stderr")
        return self._spoiled(reply, kind, scope) if reply.status < _ERRORS_FROM else reply

    def _spoiled(self, reply: _Reply, kind: str, scope: Scope) -> _Reply:
        """Return a good answer as the fault leaves it."""
        name = _PAGE.sub("", scope["path"])
        if scope["method"] == "GET":
            before, self._last[name] = self._last.get(name), reply
            if kind == "repeat" and before is not None:
                return before
        if kind == "garble" and reply.body:
            body, headers = _plain_body(reply)
            half = len(body) // 2
            return _Reply(reply.status, headers, body[:half] + b'"\\' + body[half + 2 :])
        if kind == "mislabel":
            headers = [pair for pair in reply.headers if pair[0].lower() != b"content-type"]
            return _Reply(reply.status, [*headers, (b"content-type", b"text/html")], reply.body)
        if kind == "zip_truncate" and reply.body:
            body, headers = _plain_body(reply)
            zipped = gzip.compress(body, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
            return _Reply(reply.status, headers, zipped[: len(zipped) // 2])
        return reply

    async def _answer_control(self, scope: Scope, body: bytes, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        host = next((value.decode() for name, value in scope["headers"] if name == b"host"), "")
        status, content = self._control.answer(scope["method"], scope["path"], query, body, host)
        reply = _Reply(status, [(b"content-type", b"application/json")], content)
        await self._send(reply, send, truncate=False)

    async def _send(self, reply: _Reply, send: Send, *, truncate: bool) -> None:
        skipped = {b"content-length", b"date"}
        headers = [(name.lower(), value) for name, value in reply.headers]
        headers = [(name, value) for name, value in headers if name not in skipped]
        headers.append((b"date", format_datetime(self._world.clock.now(), usegmt=True).encode()))
        if reply.status not in (204, 304):
            headers.append((b"content-length", str(len(reply.body)).encode()))
        start = {"type": "http.response.start", "status": reply.status, "headers": headers}
        await send(start)
        if truncate:
            half = reply.body[: len(reply.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            _transport(send).close()
            return
        await send({"type": "http.response.body", "body": reply.body})


def _transport(send: Send) -> asyncio.Transport:
    """Return the connection under uvicorn's ``send``: ASGI itself has no word for hanging up."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport


def _canned(fault: Fault) -> _Reply:
    headers = [(name.lower().encode(), value.encode()) for name, value in fault.headers.items()]
    if fault.kind == "html":
        text = fault.body or "<html><body><h1>Service Unavailable</h1></body></html>"
        kind = b"text/html"
    else:
        text = "" if fault.body is None else fault.body
        kind = b"text/plain" if isinstance(text, str) else b"application/json"
    body = text if isinstance(text, str) else json.dumps(text)
    if b"content-type" not in dict(headers):
        headers.append((b"content-type", kind))
    return _Reply(fault.status, headers, body.encode())


def _plain_body(reply: _Reply) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the body uncompressed, with headers that say so."""
    headers = [pair for pair in reply.headers if pair[0].lower() != b"content-encoding"]
    zipped = len(headers) < len(reply.headers)
    return gzip.decompress(reply.body) if zipped else reply.body, headers


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _loggable(body: bytes, scope: Scope) -> Any:
    if not body:
        return None
    text = body.decode("utf-8", "replace")
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.startswith(b"application/x-www-form-urlencoded"):
        pairs = parse_qsl(text, keep_blank_values=True)
        return urlencode([(k, "***" if k in _SECRET_KEYS else v) for k, v in pairs], safe="*")
    try:
        return json.loads(text)
    except ValueError:
        return text[:_LOGGED_TEXT]
