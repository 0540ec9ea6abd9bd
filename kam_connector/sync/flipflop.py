"""Back and forth: a field that two sides, or our own rule, set in turns (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from kam_connector.mapping import same_value
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, JournalEntry

__all__ = ["Place", "by_place", "goes_back_and_forth", "is_repeated"]

Place = tuple[str, str, str]
"""Object, record and field."""


def by_place(entries: Sequence[JournalEntry]) -> Mapping[Place, list[JournalEntry]]:
    """Return what was written and stands, by field of a record, oldest first."""
    found: dict[Place, list[JournalEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.at):
        if entry.undone_at is None:
            found[entry.object, entry.ref, entry.field].append(entry)
    return found


def goes_back_and_forth(
    written: Sequence[JournalEntry], change: FieldChange, *, at: datetime, within: timedelta
) -> bool:
    """Tell whether a field went A-B-A, and we are about to say B once more.

    Each write tells two values: what it found and what it left. Another program that sets A
    against our B shows as much as a rule of our own that says A and B in turns. One correction
    of a stray edit is none: the second one is, and so is an edit that brings back what stood
    there before our first write: that was meant.

    Args:
        written: Our writes to the field, oldest first.
        change: What it holds now, and what we want.
        at: Now.
        within: Older writes do not count; zero: nothing ever does.
    """
    values: list[JsonValue] = []
    for entry in written:
        if at - entry.at <= within:
            values += [entry.before, entry.after]
    turns = _without_repeats([*values, change.before]) if values else []
    return (
        len(turns) >= 3
        and same_value(turns[-1], turns[-3])
        and same_value(turns[-2], change.after)
        and not same_value(change.before, change.after)
    )


def is_repeated(written: Sequence[JournalEntry], change: FieldChange, *, at: datetime) -> bool:
    """Tell whether the same value was written today, and something took it away since.

    At most one write a field, record and day, unless our own inputs ask for another value.
    """
    last = written[-1] if written else None
    return (
        last is not None
        and last.at.date() == at.date()
        and same_value(last.after, change.after)
        and not same_value(change.before, change.after)
    )


def _without_repeats(values: Sequence[JsonValue]) -> list[JsonValue]:
    kept: list[JsonValue] = []
    for value in values:
        if not kept or not same_value(kept[-1], value):
            kept.append(value)
    return kept
