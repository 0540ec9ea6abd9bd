"""A request and an answer of the REST API, apart from the socket they came on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.org import Org

__all__ = ["Answer", "Handler", "Request", "Routes"]


@dataclass(slots=True, kw_only=True)
class Request:
    """One call, or one subrequest of a composite call."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    body: bytes = b""
    version: str = ""
    """``66.0``, from the path."""
    user: str = INTEGRATION_USER
    undo: list[Callable[[], None]] = field(default_factory=list)
    """How to take back what the request wrote; a composite's parts share one list."""

    @property
    def target(self) -> str:
        """The path with its decoded query, as faults match it."""
        pairs = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path}?{pairs}" if pairs else self.path

    def json(self) -> Any:
        """Return the body's JSON.

        Raises:
            ApiError: JSON_PARSER_ERROR.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise ApiError(400, "JSON_PARSER_ERROR", f"Unexpected character: {error}") from error

    def document(self) -> dict[str, Any]:
        """Return the body, which has to be a JSON object.

        Raises:
            ApiError: JSON_PARSER_ERROR.
        """
        document = self.json()
        if not isinstance(document, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
        return document


@dataclass(slots=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int = 200
    content: Any = None
    """JSON content; None sends no body."""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """A body that is not JSON."""

    def body(self) -> bytes:
        """Return the bytes of the body."""
        if self.raw is not None:
            return self.raw
        if self.content is None:
            return b""
        return orjson.dumps(self.content, default=_plain)


Handler = Callable[..., Answer]


class Routes:
    """A table of methods and path patterns, below ``/services/data/vNN.N/``."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Serve *method* on paths that match all of *pattern*; named groups become arguments."""
        self._routes.append((method, re.compile(pattern + "/?", re.IGNORECASE), handler))

    def call(self, org: Org, request: Request, rest: str) -> Answer:
        """Answer *request*, whose path below the version is *rest*.

        Raises:
            ApiError: NOT_FOUND, METHOD_NOT_ALLOWED, or what the handler raises.
        """
        allowed = []
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(rest)
            if match is None:
                continue
            if method == request.method:
                return handler(org, request, **match.groupdict())
            allowed.append(method)
        if allowed:
            message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(allowed)}"
            raise ApiError(405, "METHOD_NOT_ALLOWED", message)
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
