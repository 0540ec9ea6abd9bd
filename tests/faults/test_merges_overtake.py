"""A merge between our look and our write: HubSpot lays what was meant for one into its heir."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.runner import run_schedule
from tests.faults.schedule import Act, Night, Schedule, Strike

_FIRST = Night(act=Act.APPROVE, gap_minutes=130)
_HINT = "A night may take other requests by now: the merge must fall right before a batch/update."


def _struck(act: Act, at: int, who: str, *, lost: bool = False) -> Night:
    """Return a night in which a merge comes right before a request, and no answer after it."""
    lost_at = range(at, at + 12) if lost else ()  # each time that it is sent again
    faults = tuple(Strike(one, "commit_then_drop", 0) for one in lost_at)
    people = (Strike(at, f"{who}_merged", 0),)
    return Night(act=act, gap_minutes=130, people=people, faults=faults)


_UNDO = Night(act=Act.UNDO, gap_minutes=130)


@pytest.mark.slow
@pytest.mark.guarantee("G4", "G23", "G33")
@pytest.mark.parametrize(
    ("nights", "undone"),
    [
        pytest.param((_struck(Act.APPROVE, 31, "accounts"), _UNDO), True, id="a run, undone"),
        pytest.param(
            (_struck(Act.APPROVE, 31, "accounts", lost=True),), False, id="a run that ends there"
        ),
        pytest.param(
            (_struck(Act.APPROVE, 36, "contacts", lost=True), _UNDO),
            True,
            id="a run that ends there, undone before the next one",
        ),
        pytest.param((_FIRST, _struck(Act.UNDO, 6, "accounts")), False, id="an undo"),
        pytest.param(
            (_FIRST, _struck(Act.UNDO, 6, "accounts", lost=True), _UNDO),
            True,
            id="an undo that ends there, begun again",
        ),
    ],
)
def test_what_landed_on_an_heir_is_in_the_journal_with_what_it_lies_on(
    nights: tuple[Night, ...], undone: bool, tmp_path: Path
) -> None:
    """The judge finds every write in journal and log, and an undo takes all of them back."""
    schedule = Schedule(seed=1, crm="hubspot", fresh=True, skew_minutes=0, nights=nights)
    outcome = run_schedule(1, schedule=schedule, folder=tmp_path)
    entries = _of_heirs(tmp_path / "hubspot.db")
    assert outcome.violations == [], str(outcome)
    assert entries, _HINT
    assert all(entries) or not undone


def _of_heirs(file: Path) -> list[bool]:
    """Return of each entry about another record than was meant whether it was undone."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT undone_at IS NOT NULL FROM journal JOIN outbox ON outbox.id = item_id"
            " WHERE json_extract(change, '$.ref') <> journal.ref"
        )
        return [bool(undone) for (undone,) in rows]
