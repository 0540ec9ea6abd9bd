"""What real deaths must leave whole: one test a guarantee, whichever database holds the data.

A test file makes a class of it, marked with what it proves; its fixture ``tally`` says what
came of the schedules, and of which database.
"""

from __future__ import annotations

from tests.faults.kills_rig import Tally
from tests.guarantees import Figures

__all__ = ["KillPromises"]


class KillPromises:
    """The guarantees that every death must keep."""

    def test_killed_at_any_moment_nothing_is_half_done(self, tally: Tally, figure: Figures) -> None:
        """Every act ends in the end; no lease is held, no run goes on for ever."""
        said = f"{tally.said}, {len(tally.problems)} broken promises"
        assert tally.problems == []
        figure("G10", said, met=not tally.problems)

    def test_killed_at_any_moment_no_task_is_doubled_or_lost(
        self, tally: Tally, figure: Figures
    ) -> None:
        """Each approved action is one task in the CRM, whoever died while making it."""
        found = tally.of("G1")
        assert found == []
        figure("G1", f"{tally.said}, {tally.tasks} tasks: 0 doubled or lost", met=tally.tasks > 0)

    def test_killed_at_any_moment_no_value_is_lost_or_trampled(
        self, tally: Tally, figure: Figures
    ) -> None:
        """Each approved value was written, or gave way to a person; a person's value stands."""
        found = [one for guarantee in ("G2", "G3", "G4") for one in tally.of(guarantee)]
        assert found == []
        figure("G2", f"{tally.said}, {tally.values} values approved: 0 lost", met=tally.values > 0)

    def test_a_process_that_was_held_up_and_overtaken_changes_nothing(self, tally: Tally) -> None:
        """It wakes after its lease went to another host, which has finished: it is fenced off."""
        assert tally.taken_over > 0 or tally.is_partial
        assert tally.problems == []
