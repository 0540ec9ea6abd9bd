"""How a run ended decides the exit code (docs/operations.md)."""

from __future__ import annotations

from datetime import date

import pytest

from kam_connector.cli.exits import ending, worst
from kam_connector.errors import BusyError, CrmUnavailable, HeldError, KamError, RecordError
from kam_connector.model.preview import GuardFinding
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState


def make_report(**facts: object) -> RunReport:
    """A run of 2026-11-21 that ended well."""
    defaults: dict[str, object] = {
        "run_id": "r1",
        "connection": "emea",
        "state": RunState.DONE,
        "as_of": date(2026, 11, 21),
    }
    return RunReport(**(defaults | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": RunState.PARTIAL, "refused": ("one",)}, 5),
        ({"state": RunState.HELD, "preview_id": "p1"}, 10),
        ({"state": RunState.DEFERRED}, 7),
        ({"state": RunState.INTERRUPTED}, 130),
        ({"state": RunState.FAILED}, 1),
        ({"state": RunState.FAILED, "error_code": "KAM-3001"}, 6),
        ({"state": RunState.FAILED, "error_code": "KAM-3101"}, 7),
        ({"state": RunState.FAILED, "error_code": "KAM-2012"}, 3),
    ],
)
def test_bad_ending_has_its_exit_code(facts: dict[str, object], code: int) -> None:
    """A machine can tell why a run did not end well."""
    error = ending(make_report(**facts))
    assert error is not None
    assert error.exit_code == code


@pytest.mark.parametrize(
    "facts", [{}, {"state": RunState.PARTIAL, "waiting": 3}], ids=["done", "some wait"]
)
def test_good_ending_is_no_error(facts: dict[str, object]) -> None:
    """Records that wait for the next run are no failure."""
    assert ending(make_report(**facts)) is None


def test_held_run_says_how_to_go_on() -> None:
    """The hint names the preview to approve."""
    error = ending(make_report(state=RunState.HELD, preview_id="1121-abc"))
    assert error is not None
    assert "kam sync apply 1121-abc" in error.hint


def test_held_run_names_the_rail() -> None:
    """The code and the words are those of the rail that held it."""
    rail = GuardFinding(code="KAM-5101", message="too many records")
    error = ending(make_report(state=RunState.HELD, guards=(rail,)))
    assert error is not None
    assert (error.code, error.message) == ("KAM-5101", "too many records")


def test_gravest_of_several_endings_counts() -> None:
    """An unreachable CRM outweighs a hold, and the hold is still told."""
    found = worst([RecordError("r"), HeldError("h"), CrmUnavailable("c"), BusyError("b")])
    assert found is not None
    assert (found.exit_code, [one.message for one in found.others]) == (7, ["b", "h", "r"])


def test_no_ending_to_tell_is_none() -> None:
    """Several good runs are a good run."""
    none: list[KamError] = []
    assert worst(none) is None
