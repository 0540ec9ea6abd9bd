"""The HubSpot server: signs the caller in, counts the call, answers it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

from kam_sandbox.hubspot.calls import Answer, Call
from kam_sandbox.hubspot.control import portal_control
from kam_sandbox.hubspot.errors import ApiError, not_found
from kam_sandbox.hubspot.exports import ExportBook
from kam_sandbox.hubspot.journal import Journal
from kam_sandbox.hubspot.limiter import over_limit
from kam_sandbox.hubspot.portal import Portal, PortalSettings
from kam_sandbox.hubspot.routes import find_route
from kam_sandbox.hubspot.signing import ALL_SIGNED, Signed, expired, signed_in
from kam_sandbox.hubspot.webhooks import Sender
from kam_sandbox.state import World

__all__ = ["HubSpotApp", "hubspot_app"]

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_FORM = "application/x-www-form-urlencoded"
_MIGRATION_S = 3_600
"""Our choice of what ``Retry-After`` says; the vendor names up to a day."""
_LONGEST_URL = 16_000
"""Above this the real one answers 414 (seen by several connectors between 8,000 and 16,200)."""


class HubSpotApp:
    """The ASGI app of one portal.

    Args:
        portal: The account it serves.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.sender = Sender(portal)
        self.journal = Journal(portal)
        self.exports = ExportBook(portal)
        portal.world.control |= portal_control(portal, self.sender)

    def close(self) -> None:
        """End what runs beside the answers."""
        self.sender.stop()

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer one request."""
        body = await _read(receive)
        correlation_id = self.portal.correlation_id()
        headers: dict[str, str] = {}
        try:
            status, content = self._answer(scope, body, headers)
        except ApiError as error:
            status, content = error.status, error.body(correlation_id)
            headers |= error.headers
        headers["X-HubSpot-Correlation-Id"] = correlation_id
        await _reply(send, status, content, headers)

    def _answer(self, scope: _Scope, body: bytes, headers: dict[str, str]) -> Answer:
        method, path = scope["method"], unquote(scope["path"])
        query = scope["query_string"].decode("latin-1")
        if len(path) + len(query) > _LONGEST_URL:
            raise ApiError(414, "VALIDATION_ERROR", "URI too long")
        found = find_route(method, path)
        open_ = not isinstance(found, bool) and found[0].open
        signed = ALL_SIGNED if open_ else self._sign_in(scope, method, path)
        if isinstance(found, bool):
            raise _no_route(known=found)
        route, params = found
        if not open_:
            headers |= self._admit(method, path, signed)
        is_form = _header(scope, b"content-type").startswith(_FORM)
        call = Call(
            portal=self.portal,
            method=method,
            params=params,
            query=parse_qs(query, keep_blank_values=True),
            body=_fields(body) if is_form else _document(body),
            dated=params.get("version") is not None,
            granted=signed.scopes,
            sender=self.sender,
            journal=self.journal,
            exports=self.exports,
            path=path,
            origin=f"http://{_header(scope, b'host')}",
            is_form=is_form,
            reply=headers,
        )
        self._strike(method, path)
        with self.portal.world.hubspot.lock:
            return route.handler(call)

    def _sign_in(self, scope: _Scope, method: str, path: str) -> Signed:
        faults = self.portal.world.faults
        if faults.take_kind("rotate_token", "hubspot", method, path):
            self.portal.rotate_token()
        if faults.take_kind("expire_token", "hubspot", method, path):
            raise expired(1)
        return signed_in(self.portal, _header(scope, b"authorization"))

    def _admit(self, method: str, path: str, signed: Signed) -> dict[str, str]:
        search = path.rstrip("/").endswith("/search")
        fault = self.portal.world.faults.take_kind("rate_limit", "hubspot", method, path)
        if fault is not None:
            policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
            raise over_limit(fault.field or policy, fault.headers)
        limiter = self.portal.oauth_limiter if signed.by_app else self.portal.limiter
        return limiter.admit(search=search)

    def _strike(self, method: str, path: str) -> None:
        if fault := self.portal.world.faults.take_kind("migration", "hubspot", method, path):
            after = str(int(fault.seconds) or _MIGRATION_S)
            message = "The account is being moved to another data centre. Try again later."
            raise ApiError(477, "MIGRATION", message, headers={"Retry-After": after})
        if self.portal.world.faults.take_kind("lock_row", "hubspot", method, path):
            raise ApiError(423, "LOCKED", "The resource is locked by another request. Try again.")


def hubspot_app(world: World, *, settings: PortalSettings | None = None) -> HubSpotApp:
    """Return the ASGI app that serves the HubSpot side of *world*.

    Args:
        world: What both CRMs share.
        settings: Token, limits and search lag; those of a Professional portal by default.
            The app's ``portal`` lets a test change them later.
    """
    return HubSpotApp(Portal(world, settings))


def _no_route(*, known: bool) -> ApiError:
    if known:
        return ApiError(405, "METHOD_NOT_ALLOWED", "HTTP 405 Method Not Allowed")
    return not_found()


def _document(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        message = f"Invalid input JSON on line 1, column 1: {error}"
        raise ApiError(400, "VALIDATION_ERROR", message) from error


def _fields(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _header(scope: _Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _read(receive: _Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _reply(send: _Send, status: int, content: Any, headers: dict[str, str]) -> None:
    body = content if isinstance(content, bytes) else b""
    if content is not None and not body:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers["Content-Type"] = "application/json;charset=utf-8"
    listed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})
