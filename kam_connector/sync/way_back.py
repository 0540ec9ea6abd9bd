"""One record's way back to what it held before we wrote it (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kam_connector.mapping import same_value
from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, JournalEntry
from kam_connector.model.pull import PulledRow
from kam_connector.model.report import Kept

__all__ = ["Step", "Undoing", "arrived", "step_back"]


@dataclass(slots=True)
class Undoing:
    """What going back over a journal has decided so far."""

    restored: int = 0
    withdrawn: int = 0
    left: list[Kept] = field(default_factory=list)
    shown: list[tuple[str, FieldChange]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def count(self, step: Step) -> None:
        """Count a step that was taken, or would be."""
        self.restored += 0 if step.withdraws or step.leaves else len(step.entries)
        self.withdrawn += step.withdraws


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record's way back."""

    change: Change
    """What to send; without values when everything is back already."""
    entries: tuple[JournalEntry, ...]
    withdraws: bool
    leaves: bool = False
    """Nothing can take the record back: it stays, and is left alone from now on."""
    sent: tuple[FieldChange, ...] = ()
    """What withdraws it, sent or standing there already; old values that go back are none."""


def step_back(
    record: Sequence[JournalEntry],
    row: PulledRow | None,
    withdrawal: Mapping[str, JsonValue],
    undoing: Undoing,
) -> Step | None:
    """Decide one record's way back: only fields that still hold what we wrote.

    A field that holds its old value again is back: an earlier undo, whose answer was lost,
    or a person put it there.

    Args:
        record: The journal of one record.
        row: The record now; None when it is gone.
        withdrawal: The values that withdraw a record we made; none where it has no status.
        undoing: Told what is shown and what is left alone.
    """
    first = record[0]
    if row is None or row.deleted or row.ref != first.ref:
        gone = "the record was deleted or merged away"
        undoing.left.extend(_kept(entry, None, gone) for entry in record)
        return None
    if first.created:
        return _withdraw(record, row, withdrawal, undoing)
    done: list[JournalEntry] = []
    values: dict[str, JsonValue] = {}
    for name in dict.fromkeys(entry.field for entry in record):
        now = row.values.get(name)
        ours, other = _laid([one for one in record if one.field == name], now)
        if ours:
            values[name] = ours[-1].before
            shown = FieldChange(field=name, before=now, after=values[name], reason="undo")
            undoing.shown.append((first.ref, shown))
        back = [one for one in other if same_value(now, one.before)]
        done += [*ours, *back]
        why = "a person changed it since"
        undoing.left.extend(_kept(one, now, why) for one in other if one not in back)
    if not done:
        return None
    return Step(change=_change(first, values, row), entries=tuple(done), withdraws=False)


def arrived(
    record: Sequence[JournalEntry], row: PulledRow | None, sent: Sequence[FieldChange]
) -> Step | None:
    """Return what an undo that was never answered did after all: the fields that hold it.

    Args:
        record: The journal of one record, what is not undone yet.
        row: The record now; None when it is gone.
        sent: What the undo asked for.
    """
    if row is None or row.deleted or not record or row.ref != record[0].ref:
        return None
    there = {one.field: one for one in sent if same_value(row.values.get(one.field), one.after)}
    first, values = record[0], {name: one.after for name, one in there.items()}
    if first.created:
        whole = len(there) == len(sent)
        entries = tuple(record) if whole else ()
        step = Step(
            change=_change(first, values, row), entries=entries, withdraws=True, sent=tuple(sent)
        )
    else:
        entries = tuple(one for one in record if one.field in there)
        step = Step(change=_change(first, values, row), entries=entries, withdraws=False)
    return step if entries else None


def _laid(
    entries: Sequence[JournalEntry], now: JsonValue
) -> tuple[list[JournalEntry], list[JournalEntry]]:
    """Return what of one field's entries lies under its value, the topmost first, and the rest.

    More than one lies there where a merge brought the values of two records into one.
    """
    ours: list[JournalEntry] = []
    other, value = list(entries), now
    while top := next((one for one in other if same_value(one.after, value)), None):
        other.remove(top)
        ours.append(top)
        value = top.before
    same = [one for one in other if any(_is_same(one, each) for each in ours)]
    return [*same, *ours], [one for one in other if one not in same]


def _is_same(one: JournalEntry, other: JournalEntry) -> bool:
    return same_value(one.before, other.before) and same_value(one.after, other.after)


def _withdraw(
    record: Sequence[JournalEntry],
    row: PulledRow,
    withdrawal: Mapping[str, JsonValue],
    undoing: Undoing,
) -> Step | None:
    """Withdraw a record we made, never as done; one that a person took on stays."""
    first = record[0]
    if not withdrawal:
        why = "it has no status to withdraw it by: it stays, and nothing more is written to it"
        undoing.left.append(_kept(first, row.values.get(first.field), why))
        return Step(
            change=_change(first, {}, row), entries=tuple(record), withdraws=False, leaves=True
        )
    written = {entry.field: entry for entry in record}
    open_ = {
        name: value
        for name, value in withdrawal.items()
        if not same_value(row.values.get(name), value)
    }
    for name in open_:
        if name in written and not same_value(row.values.get(name), written[name].after):
            now = row.values.get(name)
            reason = f"a person has already taken care of this {first.kind}"
            undoing.left.append(_kept(written[name], now, reason))
            return None
    for name, value in open_.items():
        before = written[name].after if name in written else None
        change = FieldChange(field=name, before=before, after=value, reason="withdrawn")
        undoing.shown.append((first.ref, change))
    return Step(
        change=_change(first, open_, row),
        entries=tuple(record),
        withdraws=True,
        sent=tuple(
            FieldChange(
                field=name,
                before=written[name].after if name in written else None,
                after=value,
                reason="withdrawn",
            )
            for name, value in withdrawal.items()
        ),
    )


def _change(entry: JournalEntry, values: Mapping[str, JsonValue], row: PulledRow) -> Change:
    return Change(
        id=f"undo-{entry.item_id}",
        kind=entry.kind,
        object=entry.object,
        ref=entry.ref,
        values=values,
        shared=frozenset(values),
        expected={name: row.values.get(name) for name in values},
        seen_modified_at=row.modified_at,
    )


def _kept(entry: JournalEntry, now: JsonValue, reason: str) -> Kept:
    return Kept(
        label=entry.kam_id,
        object=entry.object,
        ref=entry.ref,
        field=entry.field,
        theirs=now,
        ours=entry.after,
        reason=reason,
    )
