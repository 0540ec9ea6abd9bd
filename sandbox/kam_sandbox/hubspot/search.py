"""Search: a late index, five filter groups, pages by offset, ten thousand results at most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import invalid
from kam_sandbox.hubspot.filters import Question, question, sort_value, tokens
from kam_sandbox.hubspot.rendering import View, default_properties
from kam_sandbox.hubspot.values import is_integer, read_value
from kam_sandbox.records import Record

__all__ = ["ROUTES"]

_PAGE = 200
_RESULTS = 10_000
_BODY_CHARACTERS = 3_000
_GROUPS = 5
_FILTERS_IN_GROUP = 6
_FILTERS = 18
"""Limits: vendor's search page."""


def _search(call: Call) -> Answer:
    """Answer a page of the records that fit, as far as the index has seen them."""
    object_, body = call.object, call.document()
    call.need_scopes(object_, write=False)
    limit, offset = _page(body)
    found = _matching(call, body)
    _sort(call, body, found)
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


def _matching(call: Call, body: Mapping[str, Any]) -> list[Record]:
    groups = _groups(call, body)
    words = tokens(str(body.get("query") or ""))
    portal, object_ = call.portal, call.object
    seen_until = portal.now() - timedelta(seconds=portal.search_lag_s(object_))
    return [
        record
        for record in portal.world.hubspot.all(object_)
        if record.modified_at <= seen_until
        and (not groups or any(all(ask(record) for ask in group) for group in groups))
        and (not words or _mentions(call, record, words))
    ]


def _groups(call: Call, body: Mapping[str, Any]) -> list[list[Question]]:
    groups = body.get("filterGroups") or []
    if not isinstance(groups, list) or not all(isinstance(one, Mapping) for one in groups):
        raise invalid("Invalid input JSON: 'filterGroups' must be a list of objects")
    filters = [group.get("filters") or [] for group in groups]
    if len(groups) > _GROUPS:
        raise invalid(f"No more than {_GROUPS} filter groups are allowed, got {len(groups)}")
    if any(len(one) > _FILTERS_IN_GROUP for one in filters):
        raise invalid(f"No more than {_FILTERS_IN_GROUP} filters are allowed in a group")
    if sum(len(one) for one in filters) > _FILTERS:
        raise invalid(f"No more than {_FILTERS} filters are allowed in a search")
    return [[question(call.portal, call.object, one) for one in group] for group in filters]


def _mentions(call: Call, record: Record, words: list[str]) -> bool:
    shown = [
        read_value(call.portal, record, name) or "" for name in default_properties(call.object)
    ]
    have = tokens(" ".join(shown))
    return all(any(word.startswith(one.rstrip("*")) for word in have) for one in words)


def _sort(call: Call, body: Mapping[str, Any], found: list[Record]) -> None:
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("Only one sort is allowed")
    found.sort(key=lambda record: int(record.id))
    for sort in sorts:
        name, descending = _sort_order(sort)
        definition = call.portal.definitions(call.object).get(name)
        if definition is None:
            raise invalid(f"{name} is not a property of {call.object}")
        found.sort(
            key=lambda record: sort_value(definition, read_value(call.portal, record, name)),
            reverse=descending,
        )


def _sort_order(sort: object) -> tuple[str, bool]:
    if isinstance(sort, str):
        return sort.removeprefix("-"), sort.startswith("-")
    if isinstance(sort, Mapping) and sort.get("propertyName"):
        return str(sort["propertyName"]), sort.get("direction") == "DESCENDING"
    raise invalid("A sort needs a propertyName")


ROUTES: tuple[Route, ...] = (Route("POST", "objects", "{object}/search", _search),)
"""Method, family of paths, path, handler."""
