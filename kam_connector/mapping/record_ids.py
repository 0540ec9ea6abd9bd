"""Our ids inside a JSON document, and the CRM records they stand for.

A card inside a CRM resolves people's names under its viewer's own rights: what it reads must
hold that CRM's record ids. Our own ids mean nothing there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from kam_connector.model.identity import kind_of
from kam_connector.model.kind import JsonValue, Kind

__all__ = ["our_ids", "with_record_ids"]

_IN_A_CRM = frozenset({Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, Kind.USER})
"""A task's id is its key in every CRM: it stays."""


def our_ids(text: str) -> Iterator[tuple[Kind, str]]:
    """Yield the records that a JSON text names by our ids, repeats included.

    Raises:
        ValueError: *text* is no JSON.
    """
    yield from _named(json.loads(text))


def with_record_ids(text: str, resolve: Callable[[Kind, str], str | None]) -> str:
    """Return a JSON text with this CRM's record ids in place of ours, compact and sorted.

    A record that this CRM does not hold becomes null: the card says so, instead of showing
    an id that nobody can open. Keys are never translated, only values that are wholly an id.

    Raises:
        ValueError: *text* is no JSON.
    """
    value = _translated(json.loads(text), resolve)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _named(value: JsonValue) -> Iterator[tuple[Kind, str]]:
    if isinstance(value, str):
        kind = kind_of(value)
        if kind in _IN_A_CRM:
            yield kind, value
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _named(item)


def _translated(value: JsonValue, resolve: Callable[[Kind, str], str | None]) -> JsonValue:
    if isinstance(value, str):
        kind = kind_of(value)
        return resolve(kind, value) if kind in _IN_A_CRM else value
    if isinstance(value, list):
        return [_translated(item, resolve) for item in value]
    if isinstance(value, dict):
        return {key: _translated(item, resolve) for key, item in value.items()}
    return value
