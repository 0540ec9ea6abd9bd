"""What an answer must look like: anything else cannot be read, and is never half believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from kam_connector.errors import CrmUnavailable
from kam_connector.model.strict_json import check_twins, load_strictly
from kam_connector.model.writable import writable
from kam_hubspot.query import check_ref

__all__ = ["following", "in_order", "objects_of", "read_json", "reading", "records_of"]

_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What code that takes an answer apart raises when it is no such answer."""
_ABSENT = "OBJECT_NOT_FOUND"
"""The category of what a batch did not find, and of records that are linked with nothing."""

_NUL = b"\\u0000"

Object = Mapping[str, Any]


def read_json(body: bytes) -> Any:
    """Return what an answer holds; no text holds what no database takes.

    Raises:
        ValueError: It is no JSON, or says two things at once.
    """
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:  # half an emoji, or no JSON at all
        return writable(load_strictly(body, parse_float=_number))
    check_twins(body, found)
    return writable(found) if _NUL in body else found


def _number(text: str) -> float:
    """Return a number that is one: Python reads 1e999 as infinity."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number beyond all bounds")
    return number


@contextmanager
def reading(crm: str) -> Iterator[None]:
    """Guard a block that takes an answer apart, and nothing else.

    Raises:
        CrmUnavailable: It is another one than agreed (KAM-3103).
    """
    try:
        yield
    except _STUMBLES as error:
        told = "HubSpot sent an answer that cannot be read"
        raise CrmUnavailable(told, crm=crm, code="KAM-3103") from error


def objects_of(answer: Object) -> list[Object]:
    """Return the results of an answer, each of them an object."""
    results = answer["results"]
    if not isinstance(results, list):
        raise TypeError("results are a list")
    return [_check(one, dict) for one in results]


def records_of(answer: Object, *, crm: str) -> list[Object]:
    """Return the records of a page or a batch, each with its id and its properties.

    Raises:
        CrmUnavailable: The answer is another than agreed (KAM-3103), or the batch was not
            finished, or failed for another reason than records that are not there (KAM-3104).
    """
    with reading(crm):
        records = objects_of(answer)
        for record in records:
            _check(record["properties"], dict)
            if isinstance(record["id"], bool) or not check_ref(str(record["id"])):
                raise ValueError("a record has a number")
        errors = [_check(one, dict) for one in answer.get("errors") or ()]
    failed = [one for one in errors if one.get("category") != _ABSENT and not _is_unlinked(one)]
    if failed or answer.get("status", "COMPLETE") != "COMPLETE":
        raise CrmUnavailable("HubSpot did not finish a batch", crm=crm, code="KAM-3104")
    return records


def following(page: Object, *, after: str | None, crm: str) -> str | None:
    """Return where a listing goes on; None on its last page.

    Listings are in the order of ids and go on behind one: a place that does not move forward,
    or a page of what was shown before, would never end.

    Raises:
        CrmUnavailable: The place is none, or leads back (KAM-3103).
    """
    with reading(crm):
        next_ = ((page.get("paging") or {}).get("next") or {}).get("after")
        if next_ is None:
            return None
        here, ids = int(after or 0), [int(str(one["id"])) for one in page["results"]]
        if not check_ref(str(next_)) or int(str(next_)) <= here or (ids and max(ids) < here):
            raise ValueError("a listing that leads back")
    return str(next_)


def in_order(records: Sequence[Object], *, after: str | None, crm: str) -> list[Object]:
    """Return the records of a search behind an id; they must be in the order of ids.

    Raises:
        CrmUnavailable: They are not, and the last one would not say how far we got (KAM-3103).
    """
    with reading(crm):
        ids = [int(str(record["id"])) for record in records]
        if ids != sorted(ids):
            raise ValueError("a search in another order than asked for")
        here = int(after or 0)
        behind = [record for record, id_ in zip(records, ids, strict=True) if id_ > here]
        if records and not behind:
            raise ValueError("a search that leads back")
    return behind


def _is_unlinked(error: Object) -> bool:
    return str(error.get("subCategory", "")).endswith("NO_ASSOCIATIONS_FOUND")


def _check(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value
