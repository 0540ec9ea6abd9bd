"""HubSpot's answers, turned into our errors and codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kam_connector.errors import (
    BudgetExhausted,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.patience import ASKED_AT_MOST_S, Verdict, asked_s
from kam_hubspot.codes import CODES

__all__ = ["CODES", "judge", "judge_broken", "judge_row"]

_TRANSIENT = frozenset({500, 502, 503, 504, 521, 522, 523, 524})
_LOCKED, _MIGRATING = 423, 477
_POLICY_S = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
"""HubSpot sends no Retry-After; its Node client waits as long per policy."""
_ROWS = {
    "PROPERTY_DOESNT_EXIST": "KAM-3215",
    "INVALID_OPTION": "KAM-3203",
    "READ_ONLY_VALUE": "KAM-3205",
    "REQUIRED_FIELD_MISSING": "KAM-3201",
    "INVALID_LENGTH": "KAM-3202",
    "VALUE_TOO_LONG": "KAM-3202",
    "INVALID_INTEGER": "KAM-3204",
    "INVALID_LONG": "KAM-3204",
    "INVALID_NUMBER": "KAM-3204",
    "INVALID_DATE": "KAM-3204",
    "INVALID_EMAIL": "KAM-3204",
    "INVALID_BOOLEAN": "KAM-3204",
    "INVALID_OWNER_ID": "KAM-3209",
    "OBJECT_NOT_FOUND": "KAM-3206",
    "CONFLICT": "KAM-3207",
    "OBJECT_ALREADY_EXISTS": "KAM-3207",
    "CONFLICTING_UNIQUE_VALUE": "KAM-3207",
    "VALIDATION_ERROR": "KAM-3208",
}
_WORD = re.compile(r"[A-Za-z0-9_.]{1,60}")
_SCOPE = re.compile(r"[a-z0-9_.-]{1,60}")
_LIST = re.compile(r"\[\s*\{.*\}\s*\]", re.DOTALL)


class _Parsed(NamedTuple):
    category: str
    policy: str
    text: str
    request_id: str | None
    reasons: tuple[tuple[str, str], ...]
    """(error code, property) of each invalid value."""
    scopes: tuple[str, ...] = ()
    """Scopes that the token lacks."""


def judge(
    status: int, headers: Mapping[str, str], body: bytes, *, crm: str, repeatable: bool
) -> Verdict:
    """Return what to do about an answer that is no success.

    Args:
        status: The HTTP status, 300 or more.
        headers: The answer's headers.
        body: Its body, of which only codes and field names go into a message.
        crm: The connection's name.
        repeatable: A second sending changes nothing that the first did not.
    """
    parsed = _parsed(body)
    request_id = parsed.request_id or headers.get("X-HubSpot-Correlation-Id")
    facts: dict[str, Any] = {"crm": crm, "http_status": status, "request_id": request_id}
    told = f"HubSpot answered {status}" + (f" {parsed.category}" if parsed.category else "")
    if status == 401:
        ended = parsed.category == "EXPIRED_AUTHENTICATION"  # any other 401 a new token repeats
        code = "KAM-3002" if ended else "KAM-3001"
        return Verdict(error=SignInError(told, code=code, **facts), renew=ended)
    if status == 429:
        return _limit(headers, parsed, told, facts)
    if status in (_LOCKED, _MIGRATING):
        asked = asked_s(headers) or 2.0  # "wait at least two seconds" (error-handling page)
        code = "KAM-3121" if status == _MIGRATING else "KAM-3104"
        error = CrmUnavailable(told, code=code, retry_after_s=asked, **facts)
        return Verdict(error=error, again=asked <= ASKED_AT_MOST_S, asked_s=asked)
    if status in _TRANSIENT:
        code = "KAM-3104" if parsed.category else "KAM-3103"
        return Verdict(
            error=CrmUnavailable(told, code=code, **facts),
            again=repeatable,
            asked_s=asked_s(headers),
            hush=status == 503,
        )
    return Verdict(error=_final(status, parsed, told, facts))


def judge_broken(
    cause: Exception | None, *, crm: str, code: str, told: str, again: bool
) -> Verdict:
    """Return what to do when there was no answer at all.

    Only the cause's class is kept: its text holds the URL, and that the query.
    """
    why = f" ({type(cause).__name__})" if cause is not None else ""
    error = CrmUnavailable(f"HubSpot {told}{why}", crm=crm, code=code)
    return Verdict(error=error, again=again)


def judge_row(change: Change, error: Mapping[str, Any]) -> PushResult:
    """Return what became of a change whose row was refused, without the row's own words."""
    parsed = _parsed(json.dumps(error).encode())
    fields = tuple(dict.fromkeys(name for _, name in parsed.reasons if name))
    first = parsed.reasons[0][0] if parsed.reasons else parsed.category
    return PushResult(
        change_id=change.id,
        state=PushState.REFUSED,
        ref=change.ref,
        code=_code(parsed),
        message=f"HubSpot refused the record: {first or 'no reason given'}"
        + (f" ({', '.join(fields)})" if fields else ""),
        fields=fields,
    )


def _limit(
    headers: Mapping[str, str], parsed: _Parsed, told: str, facts: Mapping[str, Any]
) -> Verdict:
    if parsed.policy == "DAILY":
        return Verdict(error=BudgetExhausted(told, **facts))
    asked = asked_s(headers) or _POLICY_S.get(parsed.policy, 1.0)
    error = RateLimited(told, retry_after_s=asked, **facts)
    return Verdict(error=error, again=True, asked_s=asked, hush=True)


def _final(status: int, parsed: _Parsed, told: str, facts: dict[str, Any]) -> KamError:
    if 300 <= status <= 308:
        return CrmUnavailable(f"{told}: a redirect", code="KAM-3106", **facts)
    if status == 403:
        needed = f": it needs {', '.join(parsed.scopes)}" if parsed.scopes else ""
        return SignInError(told + needed, code="KAM-3003", **facts)
    if not parsed.category and not parsed.text:
        return CrmUnavailable(f"{told} without HubSpot's error form", code="KAM-3103", **facts)
    names = [name for _, name in parsed.reasons if name]
    told += f" ({', '.join(names)})" if names else ""
    return RecordError(told, code=_code(parsed), field=names[0] if names else None, **facts)


def _code(parsed: _Parsed) -> str:
    for reason in (*(code for code, _ in parsed.reasons), parsed.category):
        if reason in _ROWS:
            return _ROWS[reason]
    return "KAM-3200"


def _parsed(body: bytes) -> _Parsed:
    """Return category, policy and invalid properties; empty when it is not HubSpot's form."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return _Parsed("", "", "", None, ())
    text = str(document.get("message", ""))
    category = str(document.get("category", ""))
    return _Parsed(
        category=category if _WORD.fullmatch(category) else "",
        policy=str(document.get("policyName", "")),
        text=text,
        request_id=str(document["correlationId"]) if "correlationId" in document else None,
        reasons=_reasons(text, document.get("errors")),
        scopes=_scopes(document.get("errors")),
    )


def _reasons(text: str, errors: object) -> tuple[tuple[str, str], ...]:
    """Return the invalid values: a list inside the message, or ``errors`` beside it."""
    found = _LIST.search(text)
    try:
        listed = json.loads(found[0]) if found else errors
    except ValueError:
        listed = errors
    reasons = []
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            code = str(entry.get("error") or entry.get("code") or entry.get("subCategory") or "")
            names = (entry.get("context") or {}).get("propertyName") or [entry.get("name") or ""]
            reasons += [(code if _WORD.fullmatch(code) else "", str(name)) for name in names]
    return tuple(reasons)


def _scopes(errors: object) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for entry in errors if isinstance(errors, list) else ():
        context = entry.get("context") if isinstance(entry, dict) else None
        for name in ("requiredGranularScopes", "missingScopes", "requiredScopes"):
            for scope in (context or {}).get(name) or ():
                if _SCOPE.fullmatch(str(scope)):
                    found[str(scope)] = None
    return tuple(found)
