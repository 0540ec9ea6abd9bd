"""Safety rails: what stops a run before its first write (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, GuardFinding, RecordChange
from kam_connector.sync.context import Rails

__all__ = ["check_rails", "counted_fields"]


def counted_fields(changes: Sequence[RecordChange]) -> int:
    """Return the number of field changes on existing records, weekly refreshes left out."""
    return sum(1 for _ in _counted(changes))


def check_rails(
    changes: Sequence[RecordChange],
    *,
    in_scope: int,
    columns: Mapping[tuple[str, str], Sequence[JsonValue]],
    history: Sequence[int],
    rails: Rails,
) -> tuple[GuardFinding, ...]:
    """Return every rail that holds these changes; empty when they may be written.

    Args:
        changes: The preview's changes.
        in_scope: Records that could be written.
        columns: Present CRM values by (object, field), for the fields that change.
        history: Counted changes of earlier runs that wrote, oldest first.
        rails: The limits.
    """
    findings = [
        _too_many_shared(changes, in_scope, rails),
        *_too_many_empty(changes, columns, rails),
        *_collapsing(changes, columns, rails),
        _unlike_history(changes, history, rails),
    ]
    return tuple(finding for finding in findings if finding is not None)


def _counted(changes: Sequence[RecordChange]) -> Iterator[tuple[RecordChange, FieldChange]]:
    for record in changes:
        if record.ref is not None:
            for change in record.fields:
                if not change.refresh:
                    yield record, change


def _too_many_shared(
    changes: Sequence[RecordChange], in_scope: int, rails: Rails
) -> GuardFinding | None:
    touched = {record.kam_id for record, change in _counted(changes) if change.shared}
    count = len(touched)
    if count <= rails.floor or (count <= rails.max_records and count <= rails.max_share * in_scope):
        return None
    return GuardFinding(
        code="KAM-5101",
        message=f"Fields shared with people would change on {count} of {in_scope} records; the "
        f"limit is {rails.max_share:.0%} or {rails.max_records}.",
    )


def _too_many_empty(
    changes: Sequence[RecordChange],
    columns: Mapping[tuple[str, str], Sequence[JsonValue]],
    rails: Rails,
) -> Iterator[GuardFinding]:
    emptied: dict[tuple[str, str, bool], int] = defaultdict(int)
    for record, change in _counted(changes):
        if _blank(change.after) and not _blank(change.before):
            emptied[record.object, change.field, change.shared] += 1
    for (object_, field, shared), count in sorted(emptied.items()):
        filled = sum(1 for value in columns.get((object_, field), ()) if not _blank(value))
        cleared = shared and rails.max_clears is not None and count > rails.max_clears
        if cleared or (count > rails.floor and count > rails.max_empty_share * filled):
            limit = str(rails.max_clears) if cleared else f"{rails.max_empty_share:.0%}"
            yield GuardFinding(
                code="KAM-5102",
                message=f"{object_}.{field} would become empty on {count} of {filled} records; "
                f"the limit is {limit}.",
            )


def _collapsing(
    changes: Sequence[RecordChange],
    columns: Mapping[tuple[str, str], Sequence[JsonValue]],
    rails: Rails,
) -> Iterator[GuardFinding]:
    after: dict[tuple[str, str], list[JsonValue]] = defaultdict(list)
    for record, change in _counted(changes):
        after[record.object, change.field].append(change.after)
    for (object_, field), values in sorted(after.items()):
        present = columns.get((object_, field), ())
        whole_column = len(values) >= sum(1 for value in present if not _blank(value))
        if (
            len(values) > rails.floor
            and whole_column
            and _distinct(values) == 1
            and _distinct(present) > 1
        ):
            yield GuardFinding(
                code="KAM-5103",
                message=f"{object_}.{field} would hold one and the same value on all "
                f"{len(values)} records.",
            )


def _unlike_history(
    changes: Sequence[RecordChange], history: Sequence[int], rails: Rails
) -> GuardFinding | None:
    count = counted_fields(changes)
    if not history or count <= rails.floor:
        return None
    usual = median(history[-14:])
    if count <= rails.median_factor * usual:
        return None
    return GuardFinding(
        code="KAM-5104",
        message=f"{count} field changes; the last {len(history[-14:])} runs that wrote had "
        f"{usual:g} in the middle, and {rails.median_factor:g} times that is the limit.",
    )


def _blank(value: JsonValue) -> bool:
    return value is None or value in ("", [])


def _distinct(values: Sequence[JsonValue]) -> int:
    return len({repr(value) for value in values if not _blank(value)})
