"""A plan goes out as a workbook and comes back: all of it, cell by cell, nothing lost."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kam_connector.language import Language
from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.plan import Action, Objective
from kam_connector.model.plan_content import (
    Insight,
    PlanFrame,
    PlanSection,
    Risk,
    SharedSpace,
    Tactic,
)
from kam_connector.model.stakeholder import Stakeholder
from kam_connector.reports.workbook import apply_difference
from kam_connector.reports.workbook.book import ONLY_TAKEN, PLAN_TYPES, READ_ONLY
from kam_connector.testing.kept_samples import make_kept
from tests.factories.plan_story import make_story
from tests.factories.workbooks import (
    account_book,
    brought_back,
    cell_of,
    edited,
    exported,
)
from tests.factories.world import NOW, World

FIRST = "Finance stops investments in 2027"


@pytest.fixture(name="world")
def _world() -> World:
    return make_story()


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "plan.xlsx"


def row_of(sheet: Any, title: str, text: str) -> int:
    """Return the row where a column says something."""
    return next(n for n in range(2, 60) if cell_of(sheet, title, n).value == text)


def set_risk(world: World, path: Path, title: str, value: object, text: str = FIRST) -> Path:
    """Edit one cell of one risk."""
    return edited(
        path,
        lambda book: setattr(
            cell_of(book["Risks"], title, row_of(book["Risks"], "Text", text)), "value", value
        ),
    )


def take_back(world: World, path: Path, **options: Any) -> int:
    """Import a workbook; return how many records changed."""
    found = brought_back(world, path, **options)
    return apply_difference(world.store, found, by="usr_ada", at=NOW)


def risk(world: World, text: str = FIRST) -> Risk:
    """Return one risk as it is kept."""
    return next(one for one in world.store.kept(Risk) if one.text == text)


@pytest.mark.parametrize("language", Language)
@pytest.mark.checklist("S1.26", home="`kam plan export`, `kam plan import`: round trip in Excel")
def test_a_workbook_that_nobody_edited_changes_nothing(
    world: World, path: Path, language: Language
) -> None:
    """Whatever the language, to the last digit."""
    found = brought_back(world, exported(world, path, language), language)
    assert (found.edits, found.problems, found.left_out) == ((), (), ())


def test_full_records_of_every_type_come_back_as_they_went(world: World, path: Path) -> None:
    """Every field filled, with people nobody knows."""
    own = {"account_id": world.account("altair")}
    full = [make_kept(made, f"{kept_name(made)}-x", **own) for made in KEPT]
    world.store.keep(full, by="usr_ada", at=NOW)
    found = brought_back(world, exported(world, path))
    assert (found.edits, found.problems) == ((), ())
    shown = {sheet.made for sheet in account_book(world).sheets if len(sheet.records) > 0}
    assert shown == set(PLAN_TYPES) - ONLY_TAKEN


@pytest.mark.checklist("S2.24", home="`kam plan export`: a sheet for each constituent")
def test_all_constituents_of_a_plan_have_a_sheet(world: World, path: Path) -> None:
    """Summary, map of deciders, SWOT, objectives, actions, indicators, risks."""
    book = load_workbook(exported(world, path))
    sheets = {one: book[one].max_row for one in book.sheetnames}
    wanted = {"Sections", "Stakeholders", "Ties between people", "SWOT", "Objectives", "Actions",
              "KPIs", "Risks", "People", "Scores", "Initiatives", "Key moments"}  # fmt: skip
    assert wanted <= sheets.keys()
    assert {one for one in wanted - {"KPIs"} if sheets[one] < 2} == set()


@pytest.mark.checklist("S2.29", home='`SharedSpace`, sheet "Shared spaces" of `kam plan export`')
def test_shared_spaces_go_out_with_their_links_and_come_back(world: World, path: Path) -> None:
    """Documents, projects, portals: a link of the web and nothing else."""
    exported(world, path)
    edited(path, lambda book: book["Shared spaces"].append(
        [None, "project", "Pilot board", "https://board.altair.test/7"]))  # fmt: skip
    assert take_back(world, path) == 1
    urls = {one.url for one in world.store.kept(SharedSpace)}
    assert urls == {"https://portal.altair.test/us", "https://board.altair.test/7"}
    edited(path, lambda book: book["Shared spaces"].append(
        [None, "project", "Trap", "javascript:alert(1)"]))  # fmt: skip
    (problem,) = brought_back(world, path).problems
    assert (problem.sheet, problem.cell, problem.column) == ("Shared spaces", "D4", "Link")


@pytest.mark.checklist("S2.41", home='`Insight`, sheet "Insights" of `kam plan export`')
def test_what_a_function_learned_is_shared_with_the_whole_team(world: World, path: Path) -> None:
    """With author, function and day, filled by the one who gives the workbook back."""
    sheet = load_workbook(exported(world, path))["Insights"]
    assert cell_of(sheet, "Text", 2).value == "Planners want hourly forecasts"
    assert cell_of(sheet, "Learned by", 2).value == "delivery"
    assert cell_of(sheet, "Author", 2).value == "Bruno Keller"

    def add(book: Any) -> None:
        page = book["Insights"]
        cell_of(page, "Kind", 3).value = "weak signal"
        cell_of(page, "Text", 3).value = "A new plant is planned"
        cell_of(page, "Date", 3).value = date(2026, 11, 20)
        cell_of(page, "Learned by", 3).value = "marketing"

    assert take_back(world, edited(path, add)) == 1
    assert {one.text for one in world.store.kept(Insight)} == {
        "Planners want hourly forecasts", "A new plant is planned"}  # fmt: skip


@pytest.mark.checklist("S1.27", home="`kam plan export` and `kam plan import --dry-run`: who, what")
def test_an_edit_is_told_cell_by_cell_and_remembered_with_its_author(
    world: World, path: Path
) -> None:
    """Old, new, where; then once in the history, and a second import changes nothing."""
    set_risk(world, exported(world, path), "Impact (1-5)", 2)
    (edit,) = brought_back(world, path).to_write
    (cell,) = edit.cells
    assert (edit.sheet, cell.column, cell.before, cell.after) == ("Risks", "Impact (1-5)", 5, 2)
    assert take_back(world, path) == 1
    assert risk(world).impact == 2
    (change,) = world.store.kept_changes(record_id=risk(world).id, limit=1)
    assert (change.by, (change.after or {})["impact"]) == ("usr_ada", 2)
    assert brought_back(world, path).edits == ()


def test_a_cell_that_both_changed_waits_for_a_word(world: World, path: Path) -> None:
    """Nothing of the record is written, other records are."""
    exported(world, path)
    set_risk(world, path, "Impact (1-5)", 2)
    set_risk(world, path, "Mitigation", "Call her")
    set_risk(world, path, "Impact (1-5)", 1, "Delay of the Lyon upgrade")
    world.store.keep([replace(risk(world), impact=4)], by="usr_bruno", at=NOW)
    found = brought_back(world, path)
    (clash,) = found.clashing
    assert [(one.exported, one.now, one.edited) for one in clash.clashes] == [(5, 4, 2)]
    assert take_back(world, path) == 1
    assert (risk(world).impact, risk(world).mitigation) == (4, "Present the payback to Inès Roy")
    assert risk(world, "Delay of the Lyon upgrade").impact == 1


@pytest.mark.parametrize(("take", "impact"), [("mine", 2), ("theirs", 4)])
def test_somebody_decides_whose_word_counts(
    world: World, path: Path, take: str, impact: int
) -> None:
    """Cells that only one changed are taken either way."""
    exported(world, path)
    set_risk(world, path, "Impact (1-5)", 2)
    set_risk(world, path, "Mitigation", "Call her")
    world.store.keep([replace(risk(world), impact=4)], by="usr_bruno", at=NOW)
    take_back(world, path, take=take)
    assert (risk(world).impact, risk(world).mitigation) == (impact, "Call her")


def test_a_change_of_another_cell_by_somebody_else_stays(world: World, path: Path) -> None:
    """Each cell is compared for itself."""
    set_risk(world, exported(world, path), "Impact (1-5)", 2)
    world.store.keep([replace(risk(world), trigger="Press release")], by="usr_bruno", at=NOW)
    assert take_back(world, path) == 1
    assert (risk(world).impact, risk(world).trigger) == (2, "Press release")


def test_rows_that_are_gone_stay_unless_somebody_says_so(world: World, path: Path) -> None:
    """A slip of the mouse costs nothing."""
    exported(world, path)
    edited(path, lambda book: book["Risks"].delete_rows(row_of(book["Risks"], "Text", FIRST)))
    assert [one.label for one in brought_back(world, path).left_out] == [FIRST]
    assert take_back(world, path) == 0
    assert take_back(world, path, allow_delete=True) == 1
    assert FIRST not in {one.text for one in world.store.kept(Risk)}


def test_a_new_row_is_added_once_however_often_the_file_comes(world: World, path: Path) -> None:
    """Its id follows from what it says."""
    exported(world, path)
    edited(path, lambda book: book["Risks"].append([None, "A strike", 2, 3, "Bruno Keller"]))
    assert [take_back(world, path), take_back(world, path)] == [1, 0]
    added = risk(world, "A strike")
    assert (added.probability, added.impact) == (2, 3)
    assert added.owner_id in {one.id for one in world.store.users() if one.name == "Bruno Keller"}


def test_a_judgement_that_was_changed_has_a_new_author_and_day(world: World, path: Path) -> None:
    """Who says it now, says it today."""
    exported(world, path)
    edited(path, lambda book: setattr(cell_of(book["Stakeholders"], "Support", 2), "value",
                                      "opposed"))  # fmt: skip
    assert take_back(world, path) == 1
    (changed,) = [one for one in world.store.kept(Stakeholder) if one.support == "opposed"]
    assert (changed.asserted_by, changed.asserted_on) == ("usr_ada", NOW.date())


def test_words_of_an_empty_section_are_kept_with_their_author(world: World, path: Path) -> None:
    """The sheet has a row for each section, with what the CRM says beside it."""
    exported(world, path)
    sheet = load_workbook(path)["Sections"]
    row = row_of(sheet, "Kind", "competition")
    assert "Nordlift" in cell_of(sheet, "What the CRM says", row).value
    edited(path, lambda book: setattr(cell_of(book["Sections"], "Our words", row), "value",
                                      "Nordlift is cheap"))  # fmt: skip
    assert [take_back(world, path), take_back(world, path)] == [1, 0]
    (written,) = [one for one in world.store.kept(PlanSection) if one.body == "Nordlift is cheap"]
    assert (written.kind, written.written_by) == ("competition", "usr_ada")


def test_objectives_and_actions_of_people_are_edited_too(world: World, path: Path) -> None:
    """Those of rules are locked, and an edit of one is refused."""
    exported(world, path)

    def edit(book: Any) -> None:
        page = book["Objectives"]
        row = row_of(page, "Title", "A satisfied plant in Lyon")
        cell_of(page, "Due", row).value = date(2027, 9, 30)
        assert not cell_of(page, "Due", row).protection.locked
        page = book["Actions"]
        cell_of(page, "State", row_of(page, "Title", "Agree the robotics pilot")).value = "done"

    assert take_back(world, edited(path, edit)) == 2
    objectives = world.store.objectives(account_id=world.account("altair"))
    assert {one.id: one.due for one in objectives}["obj-nps"] == date(2027, 9, 30)
    assert {one.id: one.state for one in world.store.actions()}["act-pilot"] == "done"


def test_what_a_rule_made_is_locked(world: World, path: Path) -> None:
    """A person's edit would be gone tomorrow."""
    sheet = load_workbook(exported(world, path))["Objectives"]
    row = row_of(sheet, "Title", "Reach every wanted role")
    assert sheet.protection.sheet
    assert cell_of(sheet, "Title", row).protection.locked
    edited(path, lambda book: setattr(cell_of(book["Objectives"], "Title", row), "value", "Rest"))
    (problem,) = brought_back(world, path).problems
    assert (problem.row, "rule" in problem.text) == (row, True)


def test_a_french_workbook_speaks_french_and_reads_both_languages(world: World, path: Path) -> None:
    """Titles, words, numbers; English words are understood too."""
    exported(world, path, Language.FR)

    def edit(book: Any) -> None:
        page = book["Risques"]
        row = row_of(page, "Texte", FIRST)
        cell_of(page, "État", row).value = "closed"
        cell_of(page, "Revue le", row).value = "03/02/2027"

    found = brought_back(world, edited(path, edit), Language.FR)
    assert [(one.column, one.after) for one in found.to_write[0].cells] == [
        ("Revue le", date(2027, 2, 3)), ("État", "clos")]  # fmt: skip


def test_every_mistake_is_told_with_its_place_and_nothing_is_written(
    world: World, path: Path
) -> None:
    """Types, ranges, lists, names, formulas, columns and sheets, all at once."""
    exported(world, path)

    def edit(book: Any) -> None:
        page = book["Risks"]
        row = row_of(page, "Text", FIRST)
        cell_of(page, "Impact (1-5)", row).value = 9
        cell_of(page, "State", row).value = "perhaps"
        cell_of(page, "Owner", row).value = "Nobody Known"
        cell_of(page, "Review on", row).value = "03/04/2027"
        cell_of(page, "Mitigation", row).value = "=1+1"
        page.cell(row=1, column=14).value = "Colour"
        book["Competitors"].cell(row=3, column=3).value = "A line without a name"
        book.create_sheet("My notes")["A1"] = "x"
        set_ok = row_of(page, "Text", "Delay of the Lyon upgrade")
        cell_of(page, "Impact (1-5)", set_ok).value = 1

    found = brought_back(world, edited(path, edit))
    told = {(one.sheet, one.column) for one in found.problems}
    assert {("Risks", "State"), ("Risks", "Owner"), ("Risks", "Review on"),
            ("Risks", "Mitigation"), ("Risks", "Colour"), ("Competitors", "Name"),
            ("My notes", None)} <= told  # fmt: skip
    assert apply_difference(world.store, found, by="usr_ada", at=NOW) == 0
    assert risk(world, "Delay of the Lyon upgrade").impact == 4


def test_a_value_outside_its_range_is_told_with_the_range(world: World, path: Path) -> None:
    """So that nobody has to look it up."""
    set_risk(world, exported(world, path), "Impact (1-5)", 9)
    (problem,) = brought_back(world, path).problems
    assert (problem.column, problem.text) == ("Impact (1-5)", "A number from 1 to 5.")
    assert problem.cell is not None


def test_a_hidden_sheet_of_ones_own_is_left_alone(world: World, path: Path) -> None:
    """Notes have a place."""
    exported(world, path)

    def hide(book: Any) -> None:
        book.create_sheet("My notes").sheet_state = "hidden"

    found = brought_back(world, edited(path, hide))
    assert (found.problems, found.edits) == ((), ())


def test_a_row_that_was_copied_is_a_new_record(world: World, path: Path) -> None:
    """Its hidden id is copied with it, and is no mistake of the person's."""
    exported(world, path)

    def copy(book: Any) -> None:
        page = book["Risks"]
        cells = [one.value for one in page[2]]
        page.append([*cells[:1], "Another risk", *cells[2:]])

    assert take_back(world, edited(path, copy)) == 1
    assert "Another risk" in {one.text for one in world.store.kept(Risk)}


def test_a_new_objective_may_be_named_by_a_new_tactic(world: World, path: Path) -> None:
    """Both come in the same file."""
    exported(world, path)

    def add(book: Any) -> None:
        page = book["Objectives"]
        row = page.max_row + 1
        for title, value in (
            ("Title", "Open Spain"),
            ("Reason", "They asked"),
            ("Due", date(2027, 5, 1)),
            ("Level", "strategic"),
            ("Measured by", "revenue"),
        ):
            cell_of(page, title, row).value = value
        cell_of(book["Tactics"], "Text", 3).value = "Partner in Madrid"
        cell_of(book["Tactics"], "Objective", 3).value = "Open Spain"

    assert take_back(world, edited(path, add)) == 2
    made = [one for one in world.store.objectives() if one.title == "Open Spain"]
    assert {one.objective_id for one in world.store.kept(Tactic)} == {"obj-share", made[0].id}
    assert made[0].made_by == "usr_ada"


def test_lists_dates_and_numbers_are_real_ones(world: World, path: Path) -> None:
    """A spreadsheet can sort, filter and check them."""
    sheet = load_workbook(exported(world, path))["Risks"]
    row = row_of(sheet, "Text", FIRST)
    assert isinstance(cell_of(sheet, "Review on", row).value, datetime)
    assert isinstance(cell_of(sheet, "Impact (1-5)", row).value, int)
    kinds = {one.type for one in sheet.data_validations.dataValidation}
    assert {"list", "whole", "date"} <= kinds
    assert sheet.freeze_panes == "C2"
    assert sheet.column_dimensions["A"].hidden


def test_no_record_of_rules_only_types_is_read_back() -> None:
    """What the program writes by itself stays its own."""
    assert {kept_name(one) for one in READ_ONLY} >= {"plan_version", "kpi_value", "stage_move"}
    assert not READ_ONLY & {Objective, Action, PlanFrame}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", Language)
def test_a_workbook_that_went_through_libreoffice_still_comes_back(
    world: World, tmp_path: Path, language: Language
) -> None:
    """Its own file, saved by another program, changes nothing."""
    path = exported(world, tmp_path / "plan.xlsx", language)
    out = tmp_path / "saved"
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    call = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    found = brought_back(world, out / "plan.xlsx", language)
    assert (found.edits, found.problems, found.left_out) == ((), (), ())


def test_the_book_of_an_account_names_nobody_elses_records(world: World) -> None:
    """A plan is one account's."""
    other = make_kept(Risk, "foreign", account_id=world.account("a0"), text="Not theirs")
    world.store.keep([other], by="usr_ada", at=NOW)
    sheet = account_book(world).sheet(Risk)
    assert sheet is not None
    assert "foreign" not in {one.id for one in sheet.records}
