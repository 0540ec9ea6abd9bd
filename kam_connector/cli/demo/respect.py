"""Story two: a preview, an approval, a person's edit, a crash, and the way back."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date, timedelta
from signal import SIGKILL

from kam_connector.cli.demo.stage import NAMES, Stage
from kam_connector.cli.demo.telling import Teller
from kam_connector.cli.preview_text import report_lines
from kam_connector.model.preview import FieldChange, RecordChange
from kam_connector.model.report import RunReport
from kam_connector.sync.run import preview_only, run_sync
from kam_connector.sync.undo import undo_run

__all__ = ["it_respects_you"]

_PATIENCE_S = 60.0
_MOVED = timedelta(days=56)
"""How far a person moves a date: eight weeks."""


def it_respects_you(stage: Stage, teller: Teller) -> dict[str, object]:
    """Preview, approve, edit, kill, finish, again nothing, undo; returns the facts."""
    teller.story(2, "It respects you")
    story = _Story(stage, teller)
    shown = story.preview()
    record, change = _shared(shown)[-1]
    theirs = story.person_moves(record, change)
    before_kill = story.killed_halfway(shown)
    finished = story.run_again()
    tasks = story.tasks()
    teller.says("")
    teller.says(f"Tasks with our key in the CRM: {len(tasks)}; duplicates: {_doubles(tasks)}")
    cards = story.cards()
    teller.says(f"Accounts whose card has something to show: {len(cards)}")
    again = story.run_again()
    left = story.person_works_on(shown)
    undone = story.undo()
    return {
        "preview_fields": shown.fields,
        "preview_tasks": shown.tasks,
        "values_taken_before_kill": before_kill,
        "written_after_kill": finished.written,
        "kept": [f"{one.label} {one.field} = {one.theirs}" for one in finished.conflicts],
        "persons_value": theirs,
        "persons_value_in_crm": story.value_in_crm(record, change),
        "tasks": len(tasks),
        "duplicate_tasks": _doubles(tasks),
        "cards": cards,
        "third_run_written": again.written,
        "third_run_fields": again.fields,
        "person_touched": left,
        **undone,
    }


class _Story:
    """The steps of the story on one connection, the accounts' home."""

    def __init__(self, stage: Stage, teller: Teller) -> None:
        self._stage = stage
        self._teller = teller
        self._home = NAMES[0]
        self._crm = stage.crm(self._home)

    def preview(self) -> RunReport:
        """Let writing be allowed, and show what would be written."""
        store = self._stage.app.store
        state = store.connection(self._home)
        if state is not None:
            store.save_connection(replace(state, writes_enabled_at=self._stage.app.clock.now()))
        self._teller.shows(f"connection enable-writes {self._home}", ["Writing is on."])
        shown = preview_only(self._stage.context(self._home))
        lines = report_lines(shown, full=False)
        self._teller.shows(f"sync preview {self._home}", lines, most=27)
        return shown

    def person_moves(self, record: RecordChange, change: FieldChange) -> str:
        """Somebody at the CRM's screen moves a date that the preview wants to write."""
        theirs = (date.fromisoformat(str(change.after)) + _MOVED).isoformat()
        self._edit(record.object, str(record.ref), {change.field: theirs})
        self._teller.says("")
        self._teller.says(
            f"Approved. Meanwhile a person sets {change.field} of {record.label} to {theirs}."
        )
        return theirs

    def killed_halfway(self, shown: RunReport) -> int:
        """Start the writing, and kill the process as soon as the CRM has taken something."""
        before = self._history()
        slow = {"crm": self._crm, "kind": "slow", "seconds": 0.5, "times": 500}
        self._stage.ask(self._crm, "faults", slow)
        process = self._stage.command("sync", "apply", str(shown.preview_id))
        deadline = time.monotonic() + _PATIENCE_S
        while self._history() == before and process.poll() is None:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        process.send_signal(SIGKILL)
        process.wait()
        self._stage.ask(self._crm, "faults", method="DELETE")
        taken = self._history() - before
        killed = f"… killed (SIGKILL) when the CRM had taken {taken} values"
        self._teller.shows(f"sync apply {shown.preview_id}", [killed])
        return taken

    def run_again(self) -> RunReport:
        """Run once more, and show what that did."""
        report = run_sync(self._stage.context(self._home))
        lines = report_lines(replace(report, changes=(), notes=()), full=False)
        self._teller.shows(f"sync run {self._home}", lines)
        return report

    def tasks(self) -> list[str]:
        """Return the keys of all our tasks, as the CRM itself holds them."""
        return [key for key, _object, _ref in self._tasks()]

    def cards(self) -> list[object]:
        """Return what the cards on the accounts' pages read, as the CRM itself holds it."""
        write = self._stage.app.mapping(self._home).writes[0]
        (field,) = (rule.target for rule in write.rules if "summary.json" in rule.inputs)
        held = self._stage.ask(self._crm, f"state/{write.object}?crm={self._crm}")
        texts = [record["fields"].get(field) for record in held]
        return [json.loads(text) for text in texts if text]

    def person_works_on(self, shown: RunReport) -> int:
        """A person finishes one of our tasks and moves another review date."""
        _key, object_, ref = self._tasks()[0]
        self._edit(object_, ref, {"Status": "Completed"})
        record, change = _shared(shown)[0]
        theirs = (date.fromisoformat(str(change.after)) + _MOVED).isoformat()
        self._edit(record.object, str(record.ref), {change.field: theirs})
        self._teller.says("")
        self._teller.says(
            f"A person completes one task and moves {change.field} of {record.label} to {theirs}."
        )
        return 2

    def undo(self) -> dict[str, object]:
        """Take the run back, and show what that left alone."""
        store = self._stage.app.store
        run = next(one for one in store.runs(connection=self._home) if store.journal(one.id))
        undone = undo_run(self._stage.context(self._home), run.id, dry_run=False)
        names = {row.id: row.name for row in store.accounts()}
        lines = [f"{undone.restored} fields restored, {undone.withdrawn} tasks withdrawn"]
        lines += [
            f"left alone: {names.get(one.label, one.object)} {one.field}: {one.reason}"
            for one in undone.left
        ]
        self._teller.shows(f"writes undo {run.id}", lines)
        return {
            "undo_restored": undone.restored,
            "undo_withdrawn": undone.withdrawn,
            "undo_left": len(undone.left),
        }

    def value_in_crm(self, record: RecordChange, change: FieldChange) -> object:
        """Return what a field holds in the CRM now."""
        for held in self._stage.ask(self._crm, f"state/{record.object}?crm={self._crm}"):
            if held["id"] == record.ref:
                return held["fields"].get(change.field)
        return None

    def _edit(self, object_: str, ref: str, values: dict[str, str]) -> None:
        edit = {"crm": self._crm, "object": object_, "id": ref, "set": values}
        self._stage.ask(self._crm, "edit", edit)

    def _history(self) -> int:
        return len(self._stage.ask(self._crm, f"history?crm={self._crm}"))

    def _tasks(self) -> list[tuple[str, str, str]]:
        """Return (our key, object, ref) of every live task that carries our key."""
        write = self._stage.app.mapping(self._home).writes[-1]
        return [
            (record["fields"][write.match], write.object, record["id"])
            for record in self._stage.ask(self._crm, f"state/{write.object}?crm={self._crm}")
            if record["fields"].get(write.match) and not record.get("deleted_at")
        ]


def _shared(shown: RunReport) -> list[tuple[RecordChange, FieldChange]]:
    """Return the changes of fields that people may edit too."""
    return [
        (record, change)
        for record in shown.changes
        if record.ref is not None
        for change in record.fields
        if change.shared
    ]


def _doubles(keys: list[str]) -> int:
    return len(keys) - len(set(keys))
