"""`kam demo` as a stranger runs it: the five stories hold, whatever the machine's speed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(name="facts", scope="module")
def _facts() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "kam_connector", "demo", "--no-serve", "--json"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["ok"] is True
    facts: dict[str, Any] = document["data"]
    return facts


def test_health_fell_because_the_champion_left(facts: dict[str, Any]) -> None:
    """78 became 52, the cap names itself, and the ledger sums to the value exactly."""
    story = facts["green_was_red"]
    assert Decimal(story["before"]) == pytest.approx(Decimal(78), abs=1)
    assert Decimal(story["health"]) == pytest.approx(Decimal(52), abs=1)
    assert story["caps"] == ["champion left, 70 days before renewal"]
    assert story["ledger_sum"] == story["health"]


def test_strengths_threads_and_what_would_help(facts: dict[str, Any]) -> None:
    """About 76, 8 and 6; 1.4 threads; the new CFO's reply is worth about nine points."""
    story = facts["green_was_red"]
    strengths = [round(float(value)) for value in story["strengths"]]
    assert strengths == [76, 8, 6]
    assert "1.4 effective threads" in story["ledger"]["relationship.effective_threads"]
    assert story["counterfactual"] == "a reply from Inès Roy"
    assert float(story["counterfactual_points"]) == pytest.approx(9, abs=0.5)


def test_nobody_can_introduce_us_to_the_new_cfo(facts: dict[str, Any]) -> None:
    """Where there is no way to somebody, none is invented."""
    assert facts["green_was_red"]["ways_to_the_cfo"] == 0


def test_one_task_for_the_right_owner(facts: dict[str, Any]) -> None:
    """The account's owner gets one task, about the person nobody has met."""
    (task,) = facts["green_was_red"]["tasks"]
    assert "Inès Roy" in task
    assert task.endswith("Camille Martin")


def test_everything_is_written_once_across_a_kill(facts: dict[str, Any]) -> None:
    """A killed writer and its successor write what the preview showed, and no task twice."""
    story = facts["it_respects_you"]
    assert story["preview_fields"] == pytest.approx(170, abs=12)
    assert story["preview_tasks"] == pytest.approx(27, abs=3)
    assert story["values_taken_before_kill"] > 0
    assert story["tasks"] == story["preview_tasks"]
    assert story["duplicate_tasks"] == 0


def test_cards_have_something_to_show(facts: dict[str, Any]) -> None:
    """Each key account carries the card's document; people are record ids, never names."""
    cards = facts["it_respects_you"]["cards"]
    people = [one for card in cards for one in card["detail"]["people"]]
    assert len(cards) == pytest.approx(24, abs=2)
    assert {card["v"] for card in cards} == {1}
    assert any(one[0] is None for one in people)
    assert {one[0][:3] for one in people if one[0]} == {"003"}


def test_a_persons_value_is_kept_and_reported(facts: dict[str, Any]) -> None:
    """The date a person set between approval and writing stands in the CRM and in the report."""
    story = facts["it_respects_you"]
    assert story["persons_value_in_crm"] == story["persons_value"]
    assert any(story["persons_value"] in line for line in story["kept"])


def test_a_further_run_writes_nothing(facts: dict[str, Any]) -> None:
    """After everything is written, a run finds nothing to write."""
    story = facts["it_respects_you"]
    assert (story["third_run_written"], story["third_run_fields"]) == (0, 0)


def test_undo_leaves_what_people_changed(facts: dict[str, Any]) -> None:
    """Undo restores all but the date a person moved and the task a person completed."""
    story = facts["it_respects_you"]
    assert story["undo_left"] == story["person_touched"]
    assert story["undo_withdrawn"] == story["tasks"] - 1
    assert story["undo_restored"] == story["preview_fields"] - 2


def test_unrecorded_mail_is_no_verdict(facts: dict[str, Any]) -> None:
    """No mail captured: no value, "insufficient data", and the coverage says why."""
    story = facts["it_tells_you"]
    assert story["health"] is None
    assert story["band"] == "insufficient_data"
    assert Decimal(story["activity_coverage"]) == 0


def test_a_leaver_has_twelve_accounts_and_people_only_she_knows(facts: dict[str, Any]) -> None:
    """The preview counts them, names the accounts that fall below half, and who could follow."""
    story = facts["a_manager_resigns"]
    assert story["accounts"] == 12
    assert story["only_they_know"] > 12
    assert len(story["fall_below"]) >= 2
    assert "Glenmoor Distillers" in story["fall_below"]
    assert 7 <= story["could_follow"] < 12


def test_rows_of_an_import_are_called_by_what_people_know(facts: dict[str, Any]) -> None:
    """A place on the team by its person, the others by their title."""
    rows = facts["a_manager_resigns"]["plan_rows"]
    assert len(rows) == 4
    assert {"Mathilde Arnoux", "Two more distilleries on supervision"} < set(rows)


def test_everything_moves_to_who_was_named_and_nothing_is_lost(facts: dict[str, Any]) -> None:
    """As much work as before, none of it still with the one who goes, no task twice."""
    story = facts["a_manager_resigns"]
    assert story["takers"] == {"Julien Perrot": 10, "Naïma Chérif": 2}
    assert story["work_after"] == story["work_before"] > 12
    assert story["moves_before"] >= 4
    assert story["still_hers"] == []
    assert story["duplicate_tasks"] == 0
    assert story["records_moved"] > story["steps"] > 12


def test_tasks_of_a_handover_go_to_who_has_the_step(facts: dict[str, Any]) -> None:
    """She writes down what only she knows, they read and meet; nobody gets more than five."""
    tasks = facts["a_manager_resigns"]["tasks"]
    owners = Counter(owner for _what, owner in tasks)
    written = {owner for what, owner in tasks if what.startswith("Write down what only you know")}
    read = {owner for what, owner in tasks if what.startswith("Read plan and history")}

    assert written == {"Mathilde Arnoux"}
    assert read == {"Julien Perrot", "Naïma Chérif"}
    assert set(owners) == written | read
    assert max(owners.values()) <= 5


def test_figures_from_files_change_the_verdict(facts: dict[str, Any]) -> None:
    """28 rows come in; with them more is known, and health says something else."""
    story = facts["monday_morning"]
    assert story["imported_rows"] == 28
    assert story["health_before"] == "52.0 (red)"
    assert story["health_after"] != story["health_before"]


def test_a_week_has_five_decisions(facts: dict[str, Any]) -> None:
    """Not four and not forty."""
    assert facts["monday_morning"]["decisions"] == 5


def test_a_workbook_comes_back_cell_by_cell(facts: dict[str, Any]) -> None:
    """Six rows added, later three of their cells changed, and nothing else touched."""
    story = facts["monday_morning"]
    assert (story["rows_added"], story["cells_changed"]) == (6, 3)


def test_nobody_approves_their_own_plan(facts: dict[str, Any]) -> None:
    """Who put it forward is refused; a second person is not."""
    story = facts["monday_morning"]
    assert story["refused"] == "KAM-7062"
    assert story["approved_by"] == "Isabelle Fontanel"


def test_the_files_of_the_morning_are_written(facts: dict[str, Any]) -> None:
    """Org chart, one page, deck and workbooks lie there, none of them empty."""
    files = facts["monday_morning"]["files"]
    assert {"orgchart.svg", "review.pptx", "nordwind.xlsx", "nps.csv", "revenue.csv"} <= set(files)
    assert {"page.pdf", "page.html"} & set(files)
    assert min(files.values()) > 200
