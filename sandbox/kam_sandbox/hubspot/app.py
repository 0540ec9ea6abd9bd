"""The HubSpot server: signs the caller in, counts the call, answers it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, unquote

from kam_sandbox.hubspot.calls import Answer, Call
from kam_sandbox.hubspot.errors import ApiError, not_found
from kam_sandbox.hubspot.limiter import over_limit
from kam_sandbox.hubspot.portal import Portal, PortalSettings
from kam_sandbox.hubspot.routes import find_route
from kam_sandbox.state import World

__all__ = ["HubSpotApp", "hubspot_app"]

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_LONGEST_URL = 16_000
"""Above this the real one answers 414 (seen by several connectors between 8,000 and 16,200)."""


class HubSpotApp:
    """The ASGI app of one portal.

    Args:
        portal: The account it serves.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

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
        self._sign_in(scope, method, path)
        found = find_route(method, path)
        if isinstance(found, bool):
            raise _no_route(known=found)
        route, params = found
        headers |= self._admit(method, path, search=path.rstrip("/").endswith("/search"))
        call = Call(
            portal=self.portal,
            method=method,
            params=params,
            query=parse_qs(query, keep_blank_values=True),
            body=_document(body),
            dated=params.get("version") is not None,
        )
        self._check_lock(method, path)
        with self.portal.world.hubspot.lock:
            return route.handler(call)

    def _sign_in(self, scope: _Scope, method: str, path: str) -> None:
        faults = self.portal.world.faults
        if faults.take_kind("rotate_token", "hubspot", method, path):
            self.portal.rotate_token()
        if faults.take_kind("expire_token", "hubspot", method, path):
            raise ApiError(
                401,
                "EXPIRED_AUTHENTICATION",
                "The OAuth token used to make this call expired 1 second(s) ago.",
                context={"expire time": ["1 second(s) ago"]},
            )
        given = next((v.decode() for n, v in scope["headers"] if n == b"authorization"), "")
        if given != f"Bearer {self.portal.settings.token}":
            raise ApiError(
                401,
                "INVALID_AUTHENTICATION",
                "Authentication credentials not found. This API supports OAuth 2.0 "
                "authentication and you can find more details at "
                "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
            )

    def _admit(self, method: str, path: str, *, search: bool) -> dict[str, str]:
        fault = self.portal.world.faults.take_kind("rate_limit", "hubspot", method, path)
        if fault is not None:
            policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
            raise over_limit(fault.field or policy, fault.headers)
        return self.portal.limiter.admit(search=search)

    def _check_lock(self, method: str, path: str) -> None:
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


async def _read(receive: _Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _reply(send: _Send, status: int, content: Any, headers: dict[str, str]) -> None:
    body = b""
    if content is not None:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers["Content-Type"] = "application/json;charset=utf-8"
    listed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})
