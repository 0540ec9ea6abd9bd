"""Search: a late index, five filter groups, pages by offset, ten thousand results at most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import invalid
from kam_sandbox.hubspot.rendering import View, default_properties
from kam_sandbox.hubspot.searching import matching, sort_records
from kam_sandbox.hubspot.values import is_integer

__all__ = ["ROUTES"]

_PAGE = 200
_RESULTS = 10_000
_BODY_CHARACTERS = 3_000
"""Limits: vendor's search page."""


def _search(call: Call) -> Answer:
    """Answer a page of the records that fit, as far as the index has seen them."""
    object_, body = call.object, call.document()
    call.need_scopes(object_, write=False)
    limit, offset = _page(body)
    seen_until = call.portal.now() - timedelta(seconds=call.portal.search_lag_s(object_))
    found = matching(call.portal, object_, body, seen_until=seen_until)
    sort_records(call.portal, object_, body, found)
    properties = body.get("properties") or default_properties(object_)
    view = View(properties=properties, dated=call.dated)
    page = found[offset : offset + limit]
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [view.show(call.portal, record) for record in page],
    }
    if offset + limit < len(found):
        answer["paging"] = {"next": {"after": str(offset + limit)}}
    return 200, answer


def _page(body: Mapping[str, Any]) -> tuple[int, int]:
    if len(json.dumps(body, ensure_ascii=False, separators=(",", ":"))) > _BODY_CHARACTERS:
        raise invalid(f"The request body is longer than {_BODY_CHARACTERS} characters")
    limit, after = body.get("limit", 10), str(body.get("after") or "0")
    if isinstance(limit, bool) or not is_integer(str(limit)) or not 0 <= int(limit) <= _PAGE:
        raise invalid(f"limit must be between 0 and {_PAGE}, got {limit}")
    if not is_integer(after):
        raise invalid(f"after is not valid: {after}")
    if int(after) + int(limit) > _RESULTS:
        raise invalid(f"Paging past {_RESULTS} results is not supported: after {after}")
    return int(limit), int(after)


ROUTES: tuple[Route, ...] = (Route("POST", "objects", "{object}/search", _search),)
"""Method, family of paths, path, handler."""
