"""Story four: a key account manager resigns, and her twelve accounts go to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kam_connector.cli.demo.excel import type_into
from kam_connector.cli.demo.stage import NAMES, Stage
from kam_connector.cli.demo.telling import Teller, without_cells
from kam_connector.cli.demo.written import GLENMOOR
from kam_connector.cli.preview_text import report_lines
from kam_connector.model.account_team import HandoverStep
from kam_connector.model.plan import ActionState
from kam_connector.model.report import RunReport
from kam_connector.sync.run import preview_only

if TYPE_CHECKING:
    from kam_connector.sync.handover import HandoverReport

__all__ = ["LEAVER", "a_manager_resigns"]

LEAVER = "Mathilde Arnoux"
_TAKER, _OTHER, _DIRECTOR = "Julien Perrot", "Naïma Chérif", "Isabelle Fontanel"
_FOR_OTHER = ("Ridgeway Semiconductors", "Severnside Water")
"""Where the preview shows that somebody else is known better."""
_PLANNED = "Glenmoor Distillers"
_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}


def a_manager_resigns(stage: Stage, teller: Teller) -> dict[str, object]:
    """Look at what would be lost, hand it over, see who gets which task; returns the facts."""
    teller.story(4, "A key account manager resigns")
    teller.says(f"{LEAVER} resigns. She owns twelve key accounts, and wrote one plan in Excel:")
    written = _write_her_plan(stage, teller)
    before = _preview(stage, teller)
    work = _work(stage, before)
    done, moved = _done(stage, teller)
    following = preview_only(stage.context(NAMES[0]))
    tasks = _tasks(stage, teller, following, done)
    left = _still_hers(stage, before)
    after = _work(stage, done)
    goes = [done.names[one.to_user_id or ""] for one in done.accounts]
    teller.says("")
    teller.says(f"Whose tasks they are: {_counted(owner for _what, owner in tasks)}.")
    teller.says(
        f"Nothing is lost: {work} unfinished tasks and objectives there before, {after} after; "
        f"{len(left)} of the {len(_moves(before))} that were to move are still with {LEAVER}."
    )
    steps = [one for one in stage.app.store.kept(HandoverStep) if _concerned(done, one)]
    teller.says(
        f"{len(steps)} of the {moved} records are steps of the checklists for both sides. "
        "Whom the CRM names as owner of an account is a person's to change: the lists say so."
    )
    return {
        "plan_rows": written,
        "accounts": len(before.accounts),
        "only_they_know": sum(len(one.only_ties) for one in before.accounts),
        "fall_below": [before.names[one.account_id] for one in before.accounts if one.falls_below],
        "could_follow": sum(bool(one.successors) for one in before.accounts),
        "takers": {name: goes.count(name) for name in sorted(set(goes))},
        "records_moved": moved,
        "moves_before": len(_moves(before)),
        "work_before": work,
        "work_after": after,
        "still_hers": left,
        "steps": len(steps),
        "tasks": tasks,
        "duplicate_tasks": len(tasks) - len(set(tasks)),
    }


def _write_her_plan(stage: Stage, teller: Teller) -> list[str]:
    book = Path(stage.files, "glenmoor.xlsx")
    stage.kam("plan", "export", _PLANNED, "-o", str(book))
    for sheet, row, cells in GLENMOOR:
        type_into(book, sheet, row, cells)
    brought = stage.kam("plan", "import", str(book), "--by", LEAVER)
    teller.shows(f'plan import {book.name} --by "{LEAVER}"', without_cells(brought.lines))
    return [edit["label"] for edit in brought.data["edits"]]  # type: ignore[index]


def _preview(stage: Stage, teller: Teller) -> HandoverReport:
    shown = stage.kam("handover", "--from", LEAVER, "--dry-run")
    teller.shows(f'handover --from "{LEAVER}" --dry-run', shown.lines, most=17)
    report: HandoverReport = shown.data["report"]  # type: ignore[index]
    return report


def _done(stage: Stage, teller: Teller) -> tuple[HandoverReport, int]:
    others = [word for name in _FOR_OTHER for word in ("--except", f"{name}={_OTHER}")]
    words = ["--from", LEAVER, "--to", _TAKER, *others, "--by", _DIRECTOR]
    result = stage.kam("handover", *words)
    excepted = " ".join(f'--except "{name}={_OTHER}"' for name in _FOR_OTHER)
    teller.shows(
        f'handover --from "{LEAVER}" --to "{_TAKER}" {excepted} --by "{_DIRECTOR}"',
        [*result.lines[:14], result.lines[-1]],
        most=15,
    )
    report: HandoverReport = result.data["report"]  # type: ignore[index]
    return report, result.data["moved"]  # type: ignore[index]


def _tasks(
    stage: Stage, teller: Teller, shown: RunReport, report: HandoverReport
) -> list[tuple[str, str]]:
    """Show the tasks that follow on her accounts; return (what, whose)."""
    there = {one.account_id for one in report.accounts}
    ours = {one.id for one in stage.app.store.actions() if one.account_id in there}
    tasks = tuple(one for one in shown.changes if one.ref is None and one.kam_id in ours)
    lines = report_lines(replace(shown, changes=tasks, notes=()), full=True)
    teller.shows(f"sync preview {NAMES[0]}   (the tasks on these accounts)", lines, most=11)
    return [(one.label, one.owner or "") for one in tasks]


def _work(stage: Stage, report: HandoverReport) -> int:
    """Return how many tasks are to be done, and objectives to be reached, on these accounts."""
    there = {one.account_id for one in report.accounts}
    store = stage.app.store
    tasks = [
        one
        for one in store.actions()
        if one.account_id in there and one.state in _UNFINISHED and not one.playbook_run_id
    ]
    return len(tasks) + sum(len(store.objectives(account_id=id_)) for id_ in there)


def _still_hers(stage: Stage, before: HandoverReport) -> list[str]:
    """Return what the first preview wanted to move and a further one still finds with her."""
    again: HandoverReport = stage.kam("handover", "--from", LEAVER, "--dry-run").data[  # type: ignore[index]
        "report"
    ]
    wanted = _moves(before)
    return sorted(wanted & _moves(again))


def _moves(report: HandoverReport) -> set[str]:
    names = report.names
    return {
        f"{names[one.account_id]}: {what}"
        for one in report.accounts
        for what in (
            *(f"{each.what} {each.title}" for each in one.moved),
            *(action.title for action, _after in one.actions),
            *(objective.title for objective in one.objectives),
        )
    }


def _counted(names: Iterable[str]) -> str:
    """Return names with how often they occur, the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())


def _concerned(report: HandoverReport, step: HandoverStep) -> bool:
    return any(one.record and one.record.id == step.handover_id for one in report.accounts)
