"""The fault alphabet: what may go wrong with one request, in the words of each CRM.

Letters are the sandbox's own kinds of fault (``kam_sandbox.faults``) or answers made here from
the vendors' pages: Salesforce "Status Codes and Error Responses" and OAuth errors, HubSpot
"Error handling" and "Usage guidelines".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

__all__ = ["DRIFTS", "ON_LINE", "fault"]

_Json = dict[str, Any]
_SALESFORCE: Mapping[int, tuple[str, str]] = {
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    429: ("REQUEST_LIMIT_EXCEEDED", "Too many requests."),
    500: ("UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    503: ("SERVER_UNAVAILABLE", "The server is unable to handle the request."),
}
_HUBSPOT: Mapping[int, tuple[str, str]] = {
    401: ("EXPIRED_AUTHENTICATION", "The token expired."),
    403: ("MISSING_SCOPES", "This app lacks a scope."),
    429: ("RATE_LIMITS", "You have reached your secondly limit."),
    500: ("INTERNAL_ERROR", "internal error"),
    503: ("SERVICE_UNAVAILABLE", "Service unavailable"),
}


def _status(number: int, headers: Callable[[datetime], dict[str, str]]) -> Any:
    def make(crm: str, now: datetime) -> _Json:
        return {
            "kind": "status", "status": number, "headers": headers(now), "body": _body(crm, number),
        }  # fmt: skip

    return make


def _line(kind: str, **more: Any) -> Any:
    return lambda _crm, _now: {"kind": kind, **more}


def _body(crm: str, number: int) -> Any:
    if crm == "salesforce":
        code, message = _SALESFORCE[number]
        return [{"errorCode": code, "message": message}]
    category, message = _HUBSPOT[number]
    return {"status": "error", "category": category, "message": message, "correlationId": "c-1"}


_NONE: Callable[[datetime], dict[str, str]] = lambda _now: {}  # noqa: E731

ON_LINE: Mapping[str, Callable[[str, datetime], _Json]] = {
    "drop_before": _line("drop_before"),
    "commit_then_drop": _line("commit_then_drop"),
    "slow": _line("slow", seconds=600.0),
    "slowish": _line("slow", seconds=25.0),
    "truncated": _line("truncate"),
    "gzip_truncated": _line("zip_truncate"),
    "malformed_json": _line("garble"),
    "wrong_content_type": _line("mislabel"),
    "duplicate_page": _line("repeat"),
    "html_502": _line("html", status=502),
    "html_200": _line("html", status=200),
    "500": _status(500, _NONE),
    "503": _status(503, _NONE),
    "503_retry_after": _status(503, lambda _now: {"Retry-After": "30"}),
    "429": _status(429, _NONE),
    "429_retry_after": _status(429, lambda _now: {"Retry-After": "7"}),
    "429_http_date": _status(
        429, lambda now: {"Retry-After": format_datetime(now + timedelta(seconds=20), usegmt=True)}
    ),
    "429_absurd": _status(429, lambda _now: {"Retry-After": "1000000000"}),
    "401_expired": _line("expire_token"),
    "limit_reached": _line("rate_limit"),
    "row_locked": _line("lock_row"),
    "row_refused": _line(
        "refuse_row",
        body={"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Not on Mondays"},
    ),
    "migration": _line("migration"),
    "token_withdrawn": _line("rotate_token"),
    "invalid_grant": lambda _crm, _now: {
        "kind": "status",
        "status": 400,
        "match": "oauth2/token",
        "times": 1000,
        "body": {"error": "invalid_grant", "error_description": "expired authorization"},
    },
}
"""Faults of one request by name; each makes the sandbox's fault for a CRM at a time."""
DRIFTS = ("removed", "readonly", "shorter", "narrower", "retyped")
"""What may happen to a field of ours in the CRM's setup."""


def fault(name: str, crm: str, now: datetime) -> _Json:
    """Return a fault for the very next request.

    Args:
        name: One of :data:`ON_LINE`.
        crm: ``salesforce`` or ``hubspot``.
        now: The CRM's time, for dates in headers.
    """
    return {"crm": crm, **ON_LINE[name](crm, now)}
