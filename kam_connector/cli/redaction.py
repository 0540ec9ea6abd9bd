"""Takes tokens, addresses and names out of what is logged."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from kam_connector.errors import KamError

__all__ = ["redact_event", "redact_text", "trace_of"]

_UNSAID = "(what it said is not kept: it may name people)"

_HIDDEN = "[redacted]"
_SECRET_KEYS = re.compile(
    r"(?i)(secret|token|password|passwd|authorization|cookie|assertion|api_?key|session_id)"
)
_PEOPLE = {"name", "names", "full_name", "first_name", "last_name", "firstname", "lastname"}
_ADDRESSES = {"label", "email", "emails", "mail", "phone", "mobile", "username", "user_name"}
_PARTIES = {"account", "contact", "person", "people", "owner", "user"}
_WORDS = {"subject", "title", "body", "text", "summary", "reason"}
_VALUES = {"before", "after", "value", "values", "theirs", "ours", "query", "soql"}
_PERSONAL_KEYS = frozenset(_PEOPLE | _ADDRESSES | _PARTIES | _WORDS | _VALUES)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=!-]{8,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"\b00D\w{9,15}!\S+"), _HIDDEN),  # Salesforce session id: org id, "!", token
    (re.compile(r"\bpat-[\w-]{4,}"), _HIDDEN),  # HubSpot private app token
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), _HIDDEN),  # JSON Web Token
    (
        re.compile(
            r"(?i)((?:client_|consumer_)?secret|(?:access_|refresh_)?token|password|assertion|code)"
            r"(['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;})\]]+"
        ),
        rf"\1\2{_HIDDEN}",
    ),
    (re.compile(r"-----BEGIN [^-]+-----.*?-----END [^-]+-----", re.DOTALL), _HIDDEN),
    (re.compile(r"(?i)[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), _HIDDEN),
    (re.compile(r"(\bhttps?://[^\s?#'\"]+)\?[^\s'\"]*"), rf"\1?{_HIDDEN}"),
    (re.compile(r"(\b\w[\w+.-]*://[^\s:/@]+):[^\s@/]+@"), rf"\1:{_HIDDEN}@"),
)


def redact_text(text: str) -> str:
    """Return the text without tokens, keys, e-mail addresses and URL queries."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Redact a whole log event: the structlog processor right before the renderer."""
    for key, value in list(event.items()):
        event[key] = _redacted(key, value)
    return event


def trace_of(error: BaseException) -> str:
    """Return where an error came from, and from which others: places and kinds, oldest first.

    What our own errors say is told; what a library's say may quote an answer or a record, and
    is not. Values of variables are never in it.
    """
    return "\n".join(_traced(error, seen=set()))


def _traced(error: BaseException, *, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traced(before, seen=seen)
        yield "which led to"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    said = redact_text(str(error)) if isinstance(error, KamError) else _UNSAID
    yield f"{type(error).__module__}.{type(error).__qualname__}: {said}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _traced(one, seen=seen)


def _redacted(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_KEYS.search(key) and not isinstance(value, int | float):
        return _HIDDEN
    if key.lower() in _PERSONAL_KEYS and not isinstance(value, int | float):
        return _HIDDEN
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {str(inner): _redacted(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", one) for one in value]
    return value if isinstance(value, int | float) else redact_text(str(value))
