"""A preview for the eye: before -> after, with reasons; tasks with owner and due date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kam_connector.cli.conflict import conflict_line
from kam_connector.model.kind import OF_PLANS, JsonValue
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.model.rails import RailReading
from kam_connector.model.report import Kept, RunReport

__all__ = ["change_lines", "kept_lines", "rail_lines", "report_lines"]

_SHOWN = 5  # our choice: what fits on a screen beside the summary; --full shows all
_WIDEST = 40
_LONGEST_REASON = 100  # our choice: one line of a wide terminal; --json has it whole


def report_lines(report: RunReport, *, full: bool) -> list[str]:
    """Return what a run did or would do."""
    lines = [f"{report.connection}   as of {report.as_of.isoformat()}   {report.state.value}"]
    lines += _pulled_line(report)
    lines += change_lines(report.changes, full=full)
    lines += _written_line(report)
    lines += rail_lines(report.rails)
    lines += [f"  held      {one.code}  {one.message}" for one in report.guards]
    lines += [f"  refused   {text}" for text in report.refused]
    lines += kept_lines(report.conflicts)
    if report.undecided:
        lines.append(f"  conflicts {conflict_line(report.undecided)}")
    lines += [f"  note      {text}" for text in report.notes]
    if report.preview_id:
        lines.append(f"  preview   {report.preview_id}")
    return lines


def rail_lines(rails: Sequence[RailReading]) -> list[str]:
    """Return how near the changes come to each safety rail; one that holds them is marked."""
    heads = ["rails", *[""] * len(rails)]
    return [
        f"  {head:<9} {'!' if one.code else ' '} {one.rail:<14} {one.said}"
        for head, one in zip(heads, rails, strict=False)
    ]


def change_lines(changes: Sequence[RecordChange], *, full: bool) -> list[str]:
    """Return records with their fields, then new plans and tasks; the first few unless *full*."""
    if not changes:
        return []
    updates = [one for one in changes if one.ref is not None]
    new = [one for one in changes if one.ref is None]
    tasks = [one for one in new if one.kind not in OF_PLANS]
    plans = [one for one in new if one.kind in OF_PLANS]
    fields = sum(len(one.fields) for one in updates)
    head = f"  → {len(updates)} records, {fields} fields, {len(tasks)} new tasks"
    lines = [f"{head}, {len(plans)} new records of plans" if plans else head]
    for shown, block in ((updates, _record_lines), (plans, _plan_lines), (tasks, _task_lines)):
        few = shown if full else shown[:_SHOWN]
        for change in few:
            lines += block(change)
        if len(few) < len(shown):
            lines.append(f"  … {len(shown) - len(few)} more (--full, or --json)")
    return lines


def kept_lines(kept: Iterable[Kept]) -> list[str]:
    """Return the values of people that were left alone."""
    return [
        f"  kept      {one.label}  {one.field} = {_shown(one.theirs)}"
        f"  (ours: {_shown(one.ours)})  {one.reason}"
        for one in kept
    ]


def _pulled_line(report: RunReport) -> list[str]:
    if not report.pulled and not report.unchanged:
        return []
    parts = [
        f"{name.partition(':')[2] or name} {count}"
        for name, count in report.pulled.items()
        if count
    ] or ["nothing new"]
    left = f"{report.unchanged} unchanged"
    return [f"  pulled    {'   '.join([*parts, left])}   {report.scored} key accounts scored"]


def _written_line(report: RunReport) -> list[str]:
    if not (report.written or report.created or report.already or report.waiting):
        return []
    text = f"  written   {report.written} records ({report.created} created)"
    text += f", {report.already} already so" if report.already else ""
    text += f", {report.waiting} wait for the next run" if report.waiting else ""
    return [text]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"


def _record_lines(change: RecordChange) -> list[str]:
    width = max(len(one.field) for one in change.fields) if change.fields else 0
    return [
        f"  {change.label}  {change.ref}",
        *(_field_line(one, width) for one in change.fields),
    ]


def _field_line(change: FieldChange, width: int) -> str:
    if change.field.lower().endswith(("json", "json__c")):
        values = f"{_size(change.before)} → {_size(change.after)}"
    else:
        values = f"{_shown(change.before)} → {_shown(change.after)}"
    reason = f"   {_cut(change.reason)}" if change.reason else ""
    return f"      {change.field.ljust(width)}  {values}{reason}"


def _size(value: JsonValue) -> str:
    """Return how much a document holds: nobody reads it in a preview."""
    return f"{len(value):,} characters" if isinstance(value, str) and value else "(empty)"


def _task_lines(change: RecordChange) -> list[str]:
    due = next((one.after for one in change.fields if _is_date(one.after)), None)
    reason = next((one.reason for one in change.fields if one.reason), "")
    due_text = f"   due {str(due)[:10]}" if due else ""
    owner = f"   {change.owner}" if change.owner else "   (no owner)"
    line = f'    + Task  "{change.label}"{owner}{due_text}'
    return [line, f"            {reason}"] if reason else [line]


def _plan_lines(change: RecordChange) -> list[str]:
    reason = next((one.reason for one in change.fields if one.reason), "")
    line = f'    + {change.kind.value.capitalize()}  "{change.label}"'
    return [line, f"            {_cut(reason)}"] if reason else [line]


def _is_date(value: JsonValue) -> bool:
    return isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[:4].isdigit()


def _shown(value: JsonValue) -> str:
    if value is None:
        return "(empty)"
    text = f'"{value}"' if isinstance(value, str) and not _looks_bare(value) else str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _looks_bare(text: str) -> bool:
    return text[:1].isdigit() or text[:1] == "-"
