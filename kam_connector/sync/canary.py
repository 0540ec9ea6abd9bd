"""Canary: a run's first records go alone and are read back; only then the rest follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain, zip_longest

from kam_connector.errors import HeldError
from kam_connector.mapping import same_value
from kam_connector.mapping.write_field import is_ours
from kam_connector.model.kind import Kind
from kam_connector.model.preview import JournalEntry, OutboxItem
from kam_connector.model.pull import PulledRow
from kam_connector.model.rails import StopOrder
from kam_connector.sync.context import SyncContext
from kam_connector.sync.sources import source_of

__all__ = ["canary_of", "first_difference", "send_canary"]

CODE = "KAM-5105"
_LOOKS = 3
"""Our choice: a CRM that shows a write two seconds later is no broken one."""
_ROUNDS = 3
"""Our choice: where people were at work on all the first records, others are tried, twice."""
_ONE_PERSON = 1
"""A field that people edit may have moved on one record in that very moment; on two it is no
person but a rule."""

Rows = Mapping[tuple[str, str], PulledRow]
"""What records hold, by object and ref."""


def canary_of(waiting: Sequence[OutboxItem], *, size: int) -> list[OutboxItem]:
    """Return the records to send first: of each object and sort some; none of a small run (pure).

    A run of at most twice as many is not split. Our choice: half of it would be written before
    anybody looks, for the price of two more reads.

    Args:
        waiting: All that waits and may go now.
        size: How many to choose; 0: none.
    """
    if size <= 0 or len(waiting) <= 2 * size:
        return []
    groups: dict[tuple[bool, str, bool], list[OutboxItem]] = defaultdict(list)
    for item in waiting:
        change = item.change
        if any(one.awaits for one in change.fields):
            continue  # its parent is made first
        shared = any(one.shared for one in change.fields)
        groups[change.ref is None, change.object, shared].append(item)
    known = [group for (new, *_), group in sorted(groups.items()) if not new]
    made = [group for (new, *_), group in sorted(groups.items()) if new]
    in_turn = [*_in_turn(known), *_in_turn(made)]
    return in_turn[:size]


def first_difference(
    entries: Sequence[JournalEntry],
    before: Rows,
    after: Rows,
    *,
    own: Collection[tuple[str, str]],
    peoples: Mapping[str, Collection[str]],
) -> str:
    """Return what is not as it should be, naming object, field and record; empty if all is (pure).

    Args:
        entries: What was written, by field.
        before: The records as read just before.
        after: The records as read just after.
        own: (object, field) that nobody but us writes.
        peoples: By object the fields that people may edit.
    """
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        row = after.get((entry.object, entry.ref))
        if row is None or entry.field not in row.values:
            continue
        if not same_value(row.values[entry.field], entry.after):
            if (entry.object, entry.field) in own:
                return f"{entry.object}.{entry.field} of {entry.ref} does not hold what was written"
            moved[entry.object, entry.field].append(entry.ref)
    written = {(one.object, one.ref, one.field) for one in entries}
    for place in sorted({(one.object, one.ref) for one in entries} & before.keys() & after.keys()):
        for name in sorted(peoples.get(place[0], ())):
            old, new = before[place].values, after[place].values
            if (*place, name) not in written and not same_value(old.get(name), new.get(name)):
                moved[place[0], name].append(place[1])
    return next(
        (
            f"{object_}.{name}, a field that people edit, changed on {len(refs)} of the first "
            f"records ({refs[0]} first)"
            for (object_, name), refs in sorted(moved.items())
            if len(refs) > _ONE_PERSON
        ),
        "",
    )


def send_canary(
    ctx: SyncContext,
    waiting: Sequence[OutboxItem],
    send: Callable[[Sequence[OutboxItem]], None],
) -> bool:
    """Send the first records of a large run, read them back, and hold the run if they differ.

    Two more reads for each object among them. Returns whether any were sent.

    Args:
        ctx: The connection.
        waiting: All that waits and may go now.
        send: Delivers some of them.

    Raises:
        HeldError: They do not hold what was written; the rest stays in the outbox (KAM-5105).
    """
    tried: set[str] = set()
    for _ in range(_ROUNDS):
        left = [item for item in waiting if item.id not in tried]
        chosen = canary_of(left, size=ctx.rails.canary)
        if not chosen:
            break
        tried |= {item.id for item in chosen}
        before = _rows(ctx, {_place(item) for item in chosen if item.change.ref})
        send(chosen)
        entries = _written(ctx, chosen)
        if entries:
            _judge(ctx, entries, before)
            break
    return bool(tried)


def _judge(ctx: SyncContext, entries: Sequence[JournalEntry], before: Rows) -> None:
    own, peoples = _fields(ctx, {(one.kind, one.object) for one in entries})
    places = {(one.kind, one.object, one.ref) for one in entries}
    differs = ""
    for look in range(_LOOKS):
        if look:
            ctx.clock.sleep(1.0)
        differs = first_difference(entries, before, _rows(ctx, places), own=own, peoples=peoples)
        if not differs:
            return
    runs = sorted({one.run_id for one in entries})
    reason = f"of the first {len({p[1:] for p in places})} records, read back, {differs}"
    order = StopOrder(
        scope=ctx.connection, code=CODE, reason=reason, said_by="the canary", at=ctx.clock.now()
    )
    ctx.store.save_stop(order)
    raise HeldError(
        f"{ctx.connection}: {reason}. The rest of the run waits.",
        code=CODE,
        hint=f"kam writes undo {runs[-1]}  takes them back;  kam connection resume "
        f"{ctx.connection}  sends the rest.",
    )


def _written(ctx: SyncContext, items: Sequence[OutboxItem]) -> list[JournalEntry]:
    ids = {item.id for item in items}
    runs = sorted({item.run_id for item in items})
    return [entry for run in runs for entry in ctx.store.journal(run) if entry.item_id in ids]


def _rows(ctx: SyncContext, places: Collection[tuple[Kind, str, str]]) -> Rows:
    refs: dict[tuple[Kind, str], list[str]] = defaultdict(list)
    for kind, object_, ref in sorted(places):
        refs[kind, object_].append(ref)
    return {
        (object_, ref): row
        for (kind, object_), some in refs.items()
        for ref, row in ctx.crm.read(source_of(ctx.mapping, kind, object_), some).items()
    }


def _fields(
    ctx: SyncContext, objects: Collection[tuple[Kind, str]]
) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """Return the fields nobody but us writes, and by object those that people may edit."""
    own: set[tuple[str, str]] = set()
    peoples: dict[str, set[str]] = {}
    for kind, object_ in objects:
        write = ctx.mapping.write_of(kind)
        for rule in write.rules if write is not None else ():
            if rule.policy == "kam" and is_ours(kind, rule):
                own.add((object_, rule.target))
        known = ctx.crm.describe(object_).fields
        read = source_of(ctx.mapping, kind, object_).fields
        peoples[object_] = {
            name
            for name in read
            if name in known and known[name].updateable and (object_, name) not in own
        }
    return own, peoples


def _place(item: OutboxItem) -> tuple[Kind, str, str]:
    return item.change.kind, item.change.object, item.change.ref or ""


def _in_turn(groups: Sequence[Sequence[OutboxItem]]) -> list[OutboxItem]:
    """Return the items of all groups, one of each in turn."""
    return [item for item in chain.from_iterable(zip_longest(*groups)) if item is not None]
