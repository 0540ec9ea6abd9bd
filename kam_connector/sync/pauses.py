"""Fields that are left alone for now: paused by a person, back and forth, written today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kam_connector.mapping import same_value
from kam_connector.model.preview import (
    FieldChange,
    JournalEntry,
    OutboxItem,
    OutboxState,
    RecordChange,
)
from kam_connector.model.rails import PausedField
from kam_connector.sync.flipflop import by_place, goes_back_and_forth, is_repeated

__all__ = ["Pauses", "Spared", "pauses_in", "spare"]

BACK_AND_FORTH = "KAM-5106"
TODAY = "KAM-5107"
BY_PERSON = "KAM-5108"
_WHY: Mapping[str, str] = {
    BACK_AND_FORTH: "went back and forth between two values",
    TODAY: "was written today and changed by something else since",
    BY_PERSON: "is paused",
}


class Pauses:
    """What is paused on a connection, ready to be asked."""

    def __init__(self, paused: Sequence[PausedField]) -> None:
        self._paused = {(one.object, one.ref, one.field): one for one in paused}

    def __bool__(self) -> bool:
        return bool(self._paused)

    def of(self, object_: str, ref: str | None, change: FieldChange) -> PausedField | None:
        """Return the pause that keeps this value back: the field's, or this record's."""
        for place in ((object_, "", change.field), (object_, ref or "", change.field)):
            one = self._paused.get(place)
            if one is not None and not _is_third(one, change):
                return one
        return None

    def ended_by(self, changes: Sequence[RecordChange]) -> list[PausedField]:
        """Return the pauses of fields that are written all the same: a third value is wanted."""
        return [
            one
            for record in changes
            for change in record.fields
            if (one := self._paused.get((record.object, record.ref or "", change.field)))
            and one.between
            and _is_third(one, change)
        ]


@dataclass(slots=True)
class Spared:
    """What is left of a preview's changes, and what was left out."""

    changes: list[RecordChange] = field(default_factory=list)
    pausing: list[PausedField] = field(default_factory=list)
    """To be remembered: fields that go back and forth."""
    left_out: dict[tuple[str, str, str], list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Labels of records by (code, object, field)."""

    def notes(self) -> list[str]:
        """Return one sentence a field."""
        return [
            f"{object_}.{name} {_WHY[code]} on {_counted(labels)}: left alone ({code})"
            for (code, object_, name), labels in sorted(self.left_out.items())
        ]

    def count(self, code: str) -> int:
        """Return how many field changes were left out for one reason."""
        return sum(len(labels) for (one, *_), labels in self.left_out.items() if one == code)


def spare(
    changes: Sequence[RecordChange],
    *,
    connection: str,
    paused: Pauses,
    writes: Sequence[JournalEntry],
    at: datetime,
    flips: timedelta,
) -> Spared:
    """Return the changes without the fields that are left alone (pure).

    Args:
        changes: All that differs.
        connection: Whose they are.
        paused: What is paused already.
        writes: What was written lately to these records.
        at: The CRM's clock.
        flips: Within this time a field that goes back and forth is paused.
    """
    spared, written = Spared(), by_place(writes)
    for record in changes:
        kept: list[FieldChange] = []
        for change in record.fields:
            mine = written.get((record.object, record.ref or "", change.field), [])
            code = _left_alone(record, change, paused, mine, at=at, flips=flips)
            if not code:
                kept.append(change)
                continue
            spared.left_out[code, record.object, change.field].append(record.label)
            if code == BACK_AND_FORTH and paused.of(record.object, record.ref, change) is None:
                spared.pausing.append(_pause(connection, record, change, at))
        if len(kept) == len(record.fields):
            spared.changes.append(record)
        elif any(not one.refresh for one in kept):
            spared.changes.append(replace(record, fields=tuple(kept)))
    return spared


def pauses_in(batch: Sequence[OutboxItem], paused: Pauses) -> tuple[list[OutboxItem], set[str]]:
    """Return the items without paused fields, and the ids of those only to be looked at (pure).

    An item that was sent without an answer keeps its fields: they may stand in the CRM.
    """
    lean: list[OutboxItem] = []
    look_only: set[str] = set()
    for item in batch:
        change = item.change
        kept = tuple(
            one for one in change.fields if paused.of(change.object, change.ref, one) is None
        )
        if len(kept) < len(change.fields) and item.state is OutboxState.SENT:
            look_only.add(item.id)
            lean.append(item)
        else:
            lean.append(replace(item, change=replace(change, fields=kept)))
    return lean, look_only


def _left_alone(
    record: RecordChange,
    change: FieldChange,
    paused: Pauses,
    written: Sequence[JournalEntry],
    *,
    at: datetime,
    flips: timedelta,
) -> str:
    """Return the code of the reason why a field is left alone; empty if it is not."""
    if (one := paused.of(record.object, record.ref, change)) is not None:
        return one.code
    if record.ref is None or change.refresh:
        return ""
    if goes_back_and_forth(written, change, at=at, within=flips):
        return BACK_AND_FORTH
    return TODAY if is_repeated(written, change, at=at) else ""


def _pause(connection: str, record: RecordChange, change: FieldChange, at: datetime) -> PausedField:
    return PausedField(
        connection=connection,
        object=record.object,
        field=change.field,
        ref=record.ref or "",
        between=(change.before, change.after),
        code=BACK_AND_FORTH,
        reason="it goes back and forth between two values",
        said_by="the flip-flop rail",
        at=at,
    )


def _is_third(one: PausedField, change: FieldChange) -> bool:
    return bool(one.between) and not any(same_value(x, change.after) for x in one.between)


def _counted(labels: Collection[str]) -> str:
    first = next(iter(labels))
    return first if len(labels) == 1 else f"{len(labels)} records, {first} first"
