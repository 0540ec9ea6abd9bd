"""Search bodies: half-open windows by time, keyset by id, never an offset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

__all__ = ["after_of", "check_ref", "holders", "newest", "place", "window"]

ID = "hs_object_id"
_REF = re.compile(r"[1-9][0-9]{0,18}")
_WIDTH = 20
"""Digits of a cursor's ref: padded, so that it sorts as the numbers do."""


def check_ref(ref: str) -> bool:
    """Tell whether a text is a record id: a decimal number."""
    return _REF.fullmatch(ref) is not None


def place(ref: str) -> str:
    """Return a cursor's ref for a record id, or for where a listing goes on."""
    return ref.zfill(_WIDTH)


def after_of(place_: str) -> str | None:
    """Return the id behind a cursor's ref; None at the beginning."""
    return place_.lstrip("0") or None


def window(
    stamp: str,
    since: datetime,
    until: datetime,
    *,
    after: str | None,
    limit: int,
    properties: Sequence[str],
    only_with: str | None = None,
    without: str | None = None,
) -> dict[str, Any]:
    """Return the search for one page of a window, in the order of ids.

    The keyset by id replaces offsets, so that neither the cap of 10,000 results nor any
    number of equal timestamps matters.
    """
    filters = [
        {"propertyName": stamp, "operator": "GTE", "value": _ms(since)},
        {"propertyName": stamp, "operator": "LT", "value": _ms(until)},
    ]
    if after is not None:
        filters.append({"propertyName": ID, "operator": "GT", "value": after})
    if only_with is not None:
        filters.append({"propertyName": only_with, "operator": "HAS_PROPERTY"})
    if without is not None:
        filters.append({"propertyName": without, "operator": "NOT_HAS_PROPERTY"})
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": limit,
    }


def holders(key_field: str, keys: Sequence[str]) -> dict[str, Any]:
    """Return the search for records that hold one of our keys.

    Texts are indexed in lower case, and what is searched for is not folded.
    """
    wanted = {"propertyName": key_field, "operator": "IN", "values": [k.lower() for k in keys]}
    return {
        "filterGroups": [{"filters": [wanted]}],
        "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
        "properties": [key_field],
        "limit": 200,
    }


def newest(stamp: str, until: datetime) -> dict[str, Any]:
    """Return the search for the record created last before an instant."""
    before = {"propertyName": stamp, "operator": "LT", "value": _ms(until)}
    return {
        "filterGroups": [{"filters": [before]}],
        "sorts": [{"propertyName": ID, "direction": "DESCENDING"}],
        "properties": [stamp],
        "limit": 1,
    }


def _ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
