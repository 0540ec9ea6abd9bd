"""How near a preview comes to each safety rail, for the eye (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import GuardFinding, RecordChange
from kam_connector.model.rails import RailReading
from kam_connector.sync.context import Rails
from kam_connector.sync.pauses import BACK_AND_FORTH, BY_PERSON, TODAY, Spared
from kam_connector.sync.rails import counted_fields

__all__ = ["Seen", "read_rails", "rule_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rails looked at."""

    changes: Sequence[RecordChange]
    in_scope: int
    columns: Mapping[tuple[str, str], Sequence[JsonValue]]
    history: Sequence[int]
    guards: tuple[GuardFinding, ...]
    spared: Spared
    stopped: GuardFinding | None = None
    """What stops all writing just now."""
    first: bool = False
    """Nothing was written to this connection so far, or a person must look again."""


def read_rails(seen: Seen, rails: Rails, *, calls_left: int | None) -> tuple[RailReading, ...]:
    """Return each rail with what it counted and its limit.

    Args:
        seen: The preview.
        rails: The limits.
        calls_left: Calls of today that are still ours; None where the CRM states no limit.
    """
    codes = {one.code for one in seen.guards}

    def reading(rail: str, said: str, code: str = "") -> RailReading:
        return RailReading(rail=rail, said=said, code=code if code in codes else "")

    switch = seen.stopped
    return (
        RailReading(
            rail="kill switch",
            said=switch.message if switch else "off",
            code=switch.code if switch else "",
        ),
        reading("shared fields", _shared(seen, rails), "KAM-5101"),
        reading("emptied", _emptied(seen, rails), "KAM-5102"),
        reading("one value", _collapsed(seen), "KAM-5103"),
        reading("unlike before", _history(seen, rails), "KAM-5104"),
        RailReading(rail="left alone", said=_left_alone(seen.spared), code=_first(seen.spared)),
        RailReading(rail="canary", said=_canary(len(seen.changes), rails)),
        RailReading(rail="quiet period", said=_quiet(rails.quiet)),
        RailReading(rail="approval", said=_approval(rails, held=bool(codes), first=seen.first)),
        RailReading(rail="calls", said=_calls(calls_left)),
    )


def rule_lines(rails: Rails) -> list[str]:
    """Return the rails as they are set, without a preview."""
    limits = (
        f"shared fields {rails.max_share:.0%} or {rails.max_records} records, "
        f"emptied {rails.max_empty_share:.0%}, {rails.median_factor:g} times the usual run, "
        f"silent up to {rails.floor} changes"
    )
    habits = (
        f"canary {_size(rails)}, quiet period {_quiet(rails.quiet)}, "
        f"back and forth {_days(rails.flips)}, "
        f"{'two people' if rails.four_eyes else 'one person'} for what a rail holds"
    )
    return [limits, habits]


def _shared(seen: Seen, rails: Rails) -> str:
    touched = {
        one.kam_id
        for one in seen.changes
        if one.ref is not None and any(f.shared and not f.refresh for f in one.fields)
    }
    return (
        f"{len(touched)} of {seen.in_scope} records (limit {rails.max_share:.0%} or "
        f"{rails.max_records}; silent up to {rails.floor})"
    )


def _emptied(seen: Seen, rails: Rails) -> str:
    counts = Counter(
        (one.object, f.field)
        for one in seen.changes
        if one.ref is not None
        for f in one.fields
        if not f.refresh and _blank(f.after) and not _blank(f.before)
    )
    if not counts:
        return f"no value (limit {rails.max_empty_share:.0%} of a field)"
    (place, count) = max(counts.items(), key=lambda one: (one[1], one[0]))
    filled = sum(not _blank(value) for value in seen.columns.get(place, ()))
    more = f" and {len(counts) - 1} more fields" if len(counts) > 1 else ""
    return f"{place[0]}.{place[1]} on {count} of {filled}{more} (limit {rails.max_empty_share:.0%})"


def _collapsed(seen: Seen) -> str:
    found = [one.message for one in seen.guards if one.code == "KAM-5103"]
    return "no field would hold one value on all records" if not found else f"{len(found)} fields"


def _history(seen: Seen, rails: Rails) -> str:
    count = counted_fields(seen.changes)
    if not seen.history:
        return f"{count} field changes (no run wrote so far)"
    usual = median(seen.history[-14:])
    return f"{count} field changes (limit {rails.median_factor:g} × {usual:g})"


def _left_alone(spared: Spared) -> str:
    said = (
        (BY_PERSON, "paused"),
        (BACK_AND_FORTH, "back and forth"),
        (TODAY, "written today already"),
    )
    parts = [f"{count} {text}" for code, text in said if (count := spared.count(code))]
    return ", ".join(parts) or "no field"


def _first(spared: Spared) -> str:
    return min((code for code, *_ in spared.left_out), default="")


def _canary(records: int, rails: Rails) -> str:
    if rails.canary and records > 2 * rails.canary:
        return f"{rails.canary} of {records} records go first and are read back"
    return f"none for {records} records ({_size(rails)})"


def _size(rails: Rails) -> str:
    return f"{rails.canary} from {2 * rails.canary + 1} records" if rails.canary else "off"


def _quiet(quiet: timedelta) -> str:
    minutes = quiet.total_seconds() / 60
    return f"{minutes:g} min after a person's edit" if quiet else "off"


def _days(within: timedelta) -> str:
    return f"within {within.days} days" if within else "off"


def _approval(rails: Rails, *, held: bool, first: bool) -> str:
    if not held:
        return "one person: the first write waits for a yes" if first else "no rail holds it"
    return "two people" if rails.four_eyes else "one person"


def _calls(left: int | None) -> str:
    return "the CRM states no limit" if left is None else f"{left:,} of today are ours"


def _blank(value: JsonValue) -> bool:
    return value is None or value in ("", [])
