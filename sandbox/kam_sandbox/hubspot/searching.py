"""What a search finds, in which order: filters, words, sorts. Exports use it too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kam_sandbox.hubspot.errors import invalid
from kam_sandbox.hubspot.filters import Question, question, sort_value, tokens
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.rendering import default_properties
from kam_sandbox.hubspot.values import read_value
from kam_sandbox.records import Record

__all__ = ["matching", "questions", "sort_records"]

_GROUPS = 5
_FILTERS_IN_GROUP = 6
_FILTERS = 18
"""Limits: vendor's search page."""


def matching(
    portal: Portal,
    object_: str,
    body: Mapping[str, Any],
    *,
    seen_until: datetime | None = None,
) -> list[Record]:
    """Return the live records that fit.

    Args:
        portal: The account.
        object_: What is searched.
        body: ``filterGroups`` and ``query``, both optional.
        seen_until: The latest change that the index shows; None shows all.

    Raises:
        ApiError: 400, a filter is not valid, or there are too many.
    """
    groups = questions(portal, object_, body)
    words = tokens(str(body.get("query") or ""))
    return [
        record
        for record in portal.world.hubspot.all(object_)
        if (seen_until is None or record.modified_at <= seen_until)
        and (not groups or any(all(ask(record) for ask in group) for group in groups))
        and (not words or _mentions(portal, record, words))
    ]


def questions(portal: Portal, object_: str, body: Mapping[str, Any]) -> list[list[Question]]:
    """Return what the filter groups ask: one group must hold, all of its filters with it.

    Raises:
        ApiError: 400, a filter is not valid, or there are too many.
    """
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
    return [[question(portal, object_, one) for one in group] for group in filters]


def sort_records(
    portal: Portal, object_: str, body: Mapping[str, Any], found: list[Record]
) -> None:
    """Sort in place as ``sorts`` asks, by id otherwise.

    Raises:
        ApiError: 400, the sort is not valid, or there is more than one.
    """
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("Only one sort is allowed")
    found.sort(key=lambda record: int(record.id))
    for sort in sorts:
        name, descending = _sort_order(sort)
        definition = portal.definitions(object_).get(name)
        if definition is None:
            raise invalid(f"{name} is not a property of {object_}")
        found.sort(
            key=lambda record: sort_value(definition, read_value(portal, record, name)),
            reverse=descending,
        )


def _mentions(portal: Portal, record: Record, words: list[str]) -> bool:
    names = default_properties(record.object)
    shown = [read_value(portal, record, name) or "" for name in names]
    have = tokens(" ".join(shown))
    return all(any(word.startswith(one.rstrip("*")) for word in have) for one in words)


def _sort_order(sort: object) -> tuple[str, bool]:
    if isinstance(sort, str):
        return sort.removeprefix("-"), sort.startswith("-")
    if isinstance(sort, Mapping) and sort.get("propertyName"):
        order = str(sort.get("direction") or sort.get("order") or "")
        return str(sort["propertyName"]), order.startswith("DES")
    raise invalid("A sort needs a propertyName")
