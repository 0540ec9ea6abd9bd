"""A preview is readable: before -> after, reasons, tasks with owner and due date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kam_connector.cli.preview_text import change_lines, report_lines
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, GuardFinding, RecordChange
from kam_connector.model.report import Kept, RunReport
from kam_connector.model.run import RunState


def make_field(name: str, before: JsonValue, after: JsonValue, reason: str = "") -> FieldChange:
    """One field's change."""
    return FieldChange(field=name, before=before, after=after, reason=reason)


def make_change(label: str, *fields: FieldChange, ref: str | None = "001A") -> RecordChange:
    """One record's change."""
    return RecordChange(
        kind=Kind.ACCOUNT,
        object="Account",
        ref=ref,
        kam_id="acc_1",
        label=label,
        fields=fields,
        owner="C. Martin",
    )


TASK = make_change(
    "Meet the new CFO",
    make_field("KAM_Key__c", None, "act_1"),
    make_field("ActivityDate", None, "2026-11-27", "nobody has met them"),
    ref=None,
)


def test_field_shows_before_after_and_reason() -> None:
    """An admin sees what would change, and why."""
    text = "\n".join(
        change_lines([make_change("Nordwind", make_field("H", "72", "58", "x"))], full=False)
    )
    assert "Nordwind  001A" in text
    assert "72 → 58   x" in text


def test_task_shows_owner_due_date_and_reason() -> None:
    """A task names who should do it, and until when."""
    text = "\n".join(change_lines([TASK], full=False))
    assert '+ Task  "Meet the new CFO"   C. Martin   due 2026-11-27' in text
    assert "nobody has met them" in text


def test_long_preview_shows_the_first_records_only() -> None:
    """--full shows the rest."""
    changes = [make_change(f"A{n}", make_field("H", None, n)) for n in range(8)]
    short, full = change_lines(changes, full=False), change_lines(changes, full=True)
    assert "  … 3 more (--full, or --json)" in short
    assert (len(short), len(full)) == (12, 17)


def test_json_field_is_not_printed() -> None:
    """What only the card reads would fill the screen."""
    change = make_change("A", make_field("KAM_Summary_JSON__c", None, '{"a": 1}'))
    text = "\n".join(change_lines([change], full=True))
    assert "(empty) → 8 characters" in text
    assert "{" not in text


def test_report_tells_what_was_kept_held_and_refused() -> None:
    """A person's value, a rail and a refusal are never silent."""
    kept = Kept(
        label="Halden",
        object="Account",
        ref="1",
        field="KAM_Next_Review__c",
        theirs="2026-12-03",
        ours="2026-12-10",
        reason="a person was faster",
    )
    report = RunReport(
        run_id="r",
        connection="emea",
        state=RunState.PARTIAL,
        as_of=date(2026, 11, 21),
        pulled={"account:Account": 14},
        unchanged=3,
        written=2,
        conflicts=(kept,),
        refused=("Banque Lumen: not in the picklist",),
        guards=(GuardFinding(code="KAM-5101", message="too many"),),
    )
    text = "\n".join(report_lines(report, full=False))
    parts = ["Account 14", "3 unchanged", "kept      Halden", "KAM-5101  too many", "Banque Lumen"]
    assert [part for part in parts if part not in text] == []


def test_new_parts_of_plans_stand_beside_new_tasks() -> None:
    """A plan is named with why it is made; it is counted apart from tasks."""
    made = make_change("Key account plan: Nordwind", make_field("Name", None, "x", "key"), ref=None)
    text = "\n".join(change_lines([TASK, replace(made, kind=Kind.PLAN)], full=False))
    assert "0 records, 0 fields, 1 new tasks, 1 new records of plans" in text
    assert '+ Plan  "Key account plan: Nordwind"' in text
