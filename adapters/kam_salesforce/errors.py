"""Salesforce's answers, turned into our errors and codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.patience import Verdict, asked_s
from kam_salesforce.codes import CODES

__all__ = ["CODES", "judge", "judge_broken", "judge_row"]

_TRANSIENT = frozenset({406, 420, 500, 502, 503, 504})
"""406 with an empty body and 420 are Salesforce's edge starting up (Airbyte's retry table)."""
_ROWS = {
    "REQUIRED_FIELD_MISSING": "KAM-3201",
    "STRING_TOO_LONG": "KAM-3202",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "KAM-3203",
    "FIELD_INTEGRITY_EXCEPTION": "KAM-3204",
    "INVALID_TYPE_ON_FIELD_IN_RECORD": "KAM-3204",
    "NUMBER_OUTSIDE_VALID_RANGE": "KAM-3204",
    "INVALID_EMAIL_ADDRESS": "KAM-3204",
    "JSON_PARSER_ERROR": "KAM-3204",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "KAM-3205",
    "ENTITY_IS_DELETED": "KAM-3206",
    "NOT_FOUND": "KAM-3206",
    "INVALID_CROSS_REFERENCE_KEY": "KAM-3213",
    "DUPLICATE_VALUE": "KAM-3207",
    "DUPLICATES_DETECTED": "KAM-3207",
    "DUPLICATE_EXTERNAL_ID": "KAM-3217",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "KAM-3208",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "KAM-3208",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "KAM-3208",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "KAM-3208",
    "INACTIVE_OWNER_OR_USER": "KAM-3209",
    "INSUFFICIENT_ACCESS_OR_READONLY": "KAM-3211",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "KAM-3211",
    "MALFORMED_ID": "KAM-3214",
    "INVALID_ID_FIELD": "KAM-3214",
    "INVALID_FIELD": "KAM-3215",
    "EXCEEDED_ID_LIMIT": "KAM-3218",
    "INVALID_REPLICATION_DATE": "KAM-3218",
}
_ROWS_LATER = frozenset(
    {"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"}
)
_REFUSALS = {
    "API_DISABLED_FOR_ORG": "KAM-3004",
    "API_CURRENTLY_DISABLED": "KAM-3004",
    "TXN_SECURITY_METERING_ERROR": "KAM-3020",
    "LOGIN_DURING_RESTRICTED_DOMAIN": "KAM-3021",
    "LOGIN_DURING_RESTRICTED_TIME": "KAM-3025",
    "INVALID_LOGIN": "KAM-3025",
    "ORG_LOCKED": "KAM-3025",
}
"""Codes that stop the whole connection, whatever was asked."""
_COLUMN = re.compile(r"No such column '([A-Za-z0-9_.]+)'")
_ENTITY = re.compile(r"(?:on entity|sObject type) '([A-Za-z0-9_]+)'")
_HOST = re.compile(r"[a-z0-9.-]{1,100}")
_WORD = re.compile(r"[A-Za-z0-9_]{1,60}")
_NAME = re.compile(r"[A-Za-z0-9_.]{1,120}")
_FINAL_401 = ("not valid for use with", "not attached to Agent")
"""Answers that no fresh token changes (jsforce's list)."""


class _Parsed(NamedTuple):
    code: str
    text: str
    fields: tuple[str, ...]


def judge_row(change: Change, errors: Sequence[Mapping[str, Any]]) -> PushResult:
    """Return what became of a change whose row was refused, without the row's own words."""
    first = errors[0] if errors else {}
    status_code = str(first.get("statusCode") or first.get("errorCode") or "")
    later = status_code in _ROWS_LATER
    names = first.get("fields") or ()
    fields = tuple(str(name) for name in names) or tuple(
        _COLUMN.findall(str(first.get("message", "")))
    )
    told = status_code if _WORD.fullmatch(status_code) else "no reason given"
    return PushResult(
        change_id=change.id,
        state=PushState.RETRY if later else PushState.REFUSED,
        ref=change.ref,
        code="KAM-3212" if later else _ROWS.get(status_code, "KAM-3200"),
        message=f"Salesforce refused the record: {told}"
        + (f" ({', '.join(fields)})" if fields else ""),
        fields=fields,
    )


def judge(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    crm: str,
    repeatable: bool,
    about: str = "",
) -> Verdict:
    """Return what to do about an answer that is no success.

    Args:
        status: The HTTP status, 300 or more.
        headers: The answer's headers.
        body: Its body, of which only codes and field names go into a message.
        crm: The connection's name.
        repeatable: A second sending changes nothing that the first did not.
        about: The object asked for, as far as the address names one.
    """
    parsed = _parsed(body)
    code, text, _ = parsed
    facts: dict[str, Any] = {
        "crm": crm,
        "http_status": status,
        "request_id": headers.get("X-Request-Id") or headers.get("x-sfdc-request-id"),
    }
    told = f"Salesforce answered {status}" + (f" {code}" if code else "")
    told += f" about {about}" if about else ""
    if status == 401:
        final = any(words in text for words in _FINAL_401)
        error = SignInError(told, code="KAM-3022" if final else "KAM-3002", **facts)
        return Verdict(error=_with_fix(error), renew=not final)
    if code == "REQUEST_LIMIT_EXCEEDED":
        return _limit(told, text, facts)
    if status == 429:
        asked = asked_s(headers)
        limited = RateLimited(told, retry_after_s=asked, **facts)
        return Verdict(error=limited, again=True, asked_s=asked, hush=True)
    if code == "QUERY_TIMEOUT":  # the same question takes as long again: ask for less
        return Verdict(error=CrmUnavailable(told, code="KAM-3109", **facts))
    if status in _TRANSIENT or code in _ROWS_LATER:
        asked = asked_s(headers)
        error_code = "KAM-3104" if code else "KAM-3103"
        return Verdict(
            error=CrmUnavailable(told, code=error_code, **facts),
            again=repeatable,
            asked_s=asked,
            hush=status == 503,
        )
    return Verdict(error=_with_fix(_final(status, parsed, told, facts, headers)))


def judge_broken(
    cause: Exception | None, *, crm: str, code: str, told: str, again: bool
) -> Verdict:
    """Return what to do when there was no answer at all.

    Only the cause's class is kept: its text holds the URL, and that the query.
    """
    why = f" ({type(cause).__name__})" if cause is not None else ""
    error = CrmUnavailable(f"Salesforce {told}{why}", crm=crm, code=code)
    return Verdict(error=_with_fix(error), again=again)


def _limit(told: str, text: str, facts: Mapping[str, Any]) -> Verdict:
    """Tell the daily limit from too many long calls at once; neither is asked again now."""
    if "Concurrent" in text:
        return Verdict(error=RateLimited(f"{told}: too many long calls at once", **facts))
    return Verdict(error=BudgetExhausted(f"{told}: the org's daily calls are used up", **facts))


def _final(
    status: int,
    parsed: _Parsed,
    told: str,
    facts: dict[str, Any],
    headers: Mapping[str, str],
) -> KamError:
    code, text, fields = parsed
    column = _COLUMN.search(text)
    entity = _ENTITY.search(text)
    field = column[1] if column else (fields[0] if fields else None)
    if code == "INVALID_FIELD" and column:
        of = f" on {entity[1]}" if entity else ""
        missing = f"{told}: no field {column[1]}{of}"
        return ConfigError(missing, code="KAM-1050", field=field, **facts)
    if code in _REFUSALS:
        return SignInError(told, code=_REFUSALS[code], **facts)
    if status == 410 or code == "UNSUPPORTED_API_VERSION":
        gone = f"{told}: this api_version is not served any more"
        newer = 'write a newer api_version, such as "66.0"; `kam doctor` tells what is served'
        return ConfigError(gone, code="KAM-1043", hint=newer, field="api_version", **facts)
    if code == "INVALID_QUERY_LOCATOR":
        return CrmUnavailable(told, code="KAM-3108", **facts)
    if code == "INVALID_TYPE" or (status == 404 and "resource does not exist" in text):
        what = f": no object {entity[1]}" if entity else ""
        return RecordError(told + what, code="KAM-3210", **facts)
    if 301 <= status <= 308 and status != 304:
        to = _host_of(headers.get("Location", ""))
        where = f" to {to}" if _HOST.fullmatch(to) else ""
        return CrmUnavailable(f"{told}: a redirect{where}", code="KAM-3106", **facts)
    if not code and status != 412:
        what = "a web page" if "html" in headers.get("Content-Type", "") else "no Salesforce error"
        return CrmUnavailable(f"{told} with {what}", code="KAM-3103", **facts)
    if status == 403 and code not in _ROWS:
        return SignInError(told, code="KAM-3003", **facts)
    named = f" ({', '.join(fields)})" if fields else ""
    return RecordError(told + named, code=_ROWS.get(code, "KAM-3200"), field=field, **facts)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[::1"
        return ""


def _with_fix(error: KamError) -> KamError:
    """Let an error say what to do, in the words of its code."""
    text = CODES.get(error.code)
    error.hint = error.hint or (text.fix if text else "")
    return error


def _parsed(body: bytes) -> _Parsed:
    """Return error code, message and fields; empty when the body is not Salesforce's."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return _Parsed("", "", ())
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        return _Parsed("", "", ())
    code = str(first.get("errorCode") or first.get("error") or "")
    fields = first.get("fields") or []
    listed = map(str, fields) if isinstance(fields, list) else ()
    names = tuple(name for name in listed if _NAME.fullmatch(name))
    return _Parsed(code if _WORD.fullmatch(code) else "", str(first.get("message", "")), names)
