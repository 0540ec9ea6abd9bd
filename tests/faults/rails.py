"""The judge's eyes for calls of the day, true before-values, and a log that lacks nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.database import Entry, Logged
from tests.faults.plain import plain

__all__ = ["before_findings", "is_look", "log_findings", "ration_findings", "without_repeats"]

_BACK_AND_FORTH = 6
"""Writes that one entry of a value put back stands for: ours and the person's, three times."""
_AGAIN = timedelta(minutes=10)
"""Longer than a request is repeated by one run, shorter than the time between two."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_LOOK = re.compile(
    r"(POST|GET) .*(/query(All)?/?|/composite/sobjects/\w+"
    r"|/crm/objects/[^/]+/\w+(/search|/batch/read)?)$"
)
"""Reads of records' values: a person who acts just before one of these is seen by it."""


def is_look(asked: str) -> bool:
    """Tell whether a request (method and path) reads values, and nothing is written before it."""
    return bool(_LOOK.match(asked)) and "/associations/" not in asked


def ration_findings(
    log: Sequence[Mapping[str, Any]], rationed: Iterable[tuple[int, int, int]]
) -> Iterator[str]:
    """Yield times in which we asked more often than the whole day allowed.

    Args:
        log: The CRM's request log, numbered from 1.
        rationed: After which request, up to which, and how many calls the day had.
    """
    for first, last, most in rationed:
        asked = sum(first < entry["n"] <= last for entry in log)
        if asked > most:
            yield f"{asked} requests while the day had {most}"


def before_findings(history: Iterable[Any], us: str, journal: Iterable[Entry]) -> Iterator[str]:
    """Yield journalled values that did not stand there when we wrote over them.

    True where nobody acts between our look and our write: then what we saw is what stood there.

    Args:
        history: The CRM's edits.
        us: Who we are in it.
        journal: What we say we wrote.
    """
    over = defaultdict(set)
    for edit in history:
        if edit.by == us:
            over[edit.object, edit.id, edit.field, plain(edit.after)].add(_stood(edit.before))
    for one in journal:
        stood = over[one.object, one.ref, one.field, plain(one.after)]
        if stood and not one.created and _stood(one.before) not in stood:
            where = f"{one.object} {one.ref} {one.field}"
            yield f"{where}: the journal's before is {one.before!r}, and there stood {stood}"


def log_findings(
    history: Iterable[Any],
    us: str,
    written: Mapping[str, Collection[str]],
    log: Iterable[Logged],
) -> Iterator[str]:
    """Yield fields that we wrote more often than the audit log tells.

    Args:
        history: The CRM's edits.
        us: Who we are in it.
        written: By object the fields that we write.
        log: What the audit log says of single fields.
    """
    told: Counter[tuple[str, str, str]] = Counter()
    for one in log:
        many = _BACK_AND_FORTH if one.act == "field_put_back" else 1
        told[one.object, one.ref, one.field] += many
    done = Counter(
        (edit.object, edit.id, edit.field)
        for edit in history
        if edit.by == us and edit.field in written.get(edit.object, ())
    )
    for place, count in sorted(done.items()):
        if count > told[place]:
            yield f"{' '.join(place)} was written {count} times and logged {told[place]} times"


def without_repeats(records: Any, us: str) -> Iterator[Any]:
    """Yield the CRM's edits, without those by which a request sent again repeats itself.

    Where two records are one by now, what was sent to both alternates in it: the second of two
    values is overwritten by the first when the whole batch is sent again, minutes later at most.
    """
    heirs = {
        (object_, one.merged_into)
        for object_ in records.objects()
        for one in records.all(object_, deleted=True)
        if one.merged_into
    }
    first: dict[tuple[Any, ...], Any] = {}
    for edit in records.history:
        deed = (edit.object, edit.id, edit.field, plain(edit.after))
        again = (
            edit.by == us and deed[:2] in heirs and edit.at - first.get(deed, _LONG_AGO) < _AGAIN
        )
        if not again:
            first[deed] = edit.at
            yield edit


def _stood(value: Any) -> Any:
    """Return a value as it is compared: a box never ticked and one without a value are alike."""
    return None if value is False else plain(value)
