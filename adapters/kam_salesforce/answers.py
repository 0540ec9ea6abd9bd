"""What an answer must look like: anything else cannot be read, and is never half believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kam_connector.errors import CrmUnavailable

__all__ = ["page_of", "parts_of", "reading", "retrieved", "saved", "texts_of"]

_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What code that takes an answer apart raises when it is no such answer."""

Object = Mapping[str, Any]


@contextmanager
def reading(crm: str) -> Iterator[None]:
    """Guard a block that takes an answer apart, and nothing else.

    Raises:
        CrmUnavailable: It is another one than agreed (KAM-3103).
    """
    try:
        yield
    except _STUMBLES as error:
        told = "Salesforce sent an answer that cannot be read"
        raise CrmUnavailable(told, crm=crm, code="KAM-3103") from error


def page_of(answer: Any, *, names: Sequence[str]) -> Object:
    """Return a query's page, whose records have all fields that were asked for.

    The first record speaks for the fields, all for their id: a page has one list of columns.
    """
    records = answer["records"]
    if not isinstance(records, list) or not isinstance(answer["done"], bool):
        raise TypeError("a page holds a list of records and says whether it is the last")
    for name in names:
        for record in records[:1]:
            record[name]
    if "Id" in names:
        for record in records:
            _check(record["Id"], str)
    if not answer["done"] and not (records and answer["nextRecordsUrl"]):
        raise ValueError("a page without records is the last")
    page: Object = answer
    return page


def saved(answer: Any, *, count: int) -> list[Object]:
    """Return what became of the records of a collections call, one each."""
    results = _objects(answer, count)
    for result in results:
        if _check(result["success"], bool):
            _check(result["id"], str)
        else:
            _refusals(result["errors"])
    return results


def retrieved(answer: Any, *, count: int) -> list[Object | None]:
    """Return the records of a retrieve in the order asked; None for one that is not there."""
    if not isinstance(answer, list) or len(answer) != count:
        raise ValueError("one answer for each record")
    for record in answer:
        if record is not None:
            _check(_check(record, dict)["Id"], str)
    return answer


def parts_of(answer: Any, *, count: int) -> list[Object]:
    """Return the answers of a composite call's parts."""
    parts = _objects(answer["compositeResponse"], count)
    for part in parts:
        status = _check(part["httpStatusCode"], int)
        if status >= 300 and status != 412:
            body = part["body"]
            _refusals(body if isinstance(body, list) else [body])
    return parts


def texts_of(answer: Any, *names: str) -> dict[str, str]:
    """Return some members of an object, each of which is a text that says something."""
    found: dict[str, str] = {name: _check(answer[name], str) for name in names}
    if not all(found.values()):
        raise ValueError("an empty text")
    return found


def _objects(answer: Any, count: int) -> list[Object]:
    if not isinstance(answer, list) or len(answer) != count:
        raise ValueError("one answer for each record")
    return [_check(one, dict) for one in answer]


def _refusals(errors: Any) -> None:
    """Check the errors of a record that was not saved: at least one, each an object."""
    if not _check(errors, list):
        raise ValueError("a refusal without a reason")
    for error in errors:
        _check(_check(error, dict).get("fields") or [], list)


def _check(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value
