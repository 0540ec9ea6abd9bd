"""What a lot of schedules must keep: one test a guarantee, for whichever CRM and line was lived.

A test file makes a class of it, marked with what it proves, and says in a fixture ``lot`` which
schedules were lived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from tests.faults.checker import Violation
from tests.faults.runner import Outcome
from tests.guarantees import Figures

__all__ = ["Lot", "Promises", "seeds_of"]


@dataclass(slots=True)
class Lot:
    """What came of some schedules."""

    name: str
    """Of the CRM and the line."""
    schedules: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, Violation]] = field(default_factory=list)
    """With the command that lives the schedule again."""

    def add(self, outcome: Outcome) -> None:
        """Take one schedule in."""
        self.schedules += 1
        self.counts += outcome.counts
        self.counts["runs"] += len(outcome.states)
        self.broken += [(outcome.replay, one) for one in outcome.violations]

    def of(self, guarantee: str) -> list[str]:
        """Return what broke one guarantee, with the way to live it again."""
        found = [(replay, one) for replay, one in self.broken if one.guarantee == guarantee]
        return [f"{one.what}\n    {replay}" for replay, one in found]

    def sum(self, prefix: str) -> int:
        """Return how often anything of one sort happened."""
        return sum(count for name, count in self.counts.items() if name.startswith(prefix))

    @property
    def said(self) -> str:
        """What was lived, for a figure."""
        return (
            f"{self.name}: {self.schedules:,} schedules, {self.counts['requests']:,} calls, "
            f"{self.sum('fault '):,} faults, {self.sum('people '):,} acts of people, "
            f"{self.counts['died']:,} deaths"
        )

    def judge(self, guarantee: str, figure: Figures, what: str) -> None:
        """Take the figure of a guarantee down; a broken one fails with the seeds to replay."""
        if not self.schedules:
            pytest.skip("the seed that was asked for is of the other CRM")
        found = self.of(guarantee)
        assert found == [], "\n".join(found[:20])
        figure(guarantee, f"{self.said}: {len(found)} {what}", met=not found)


def seeds_of(
    config: pytest.Config, *, in_ci: int, first: int = 0, step: int = 1, most: int | None = None
) -> Iterable[int]:
    """Return the seeds to live: the one asked for, or a share of as many as asked for.

    Args:
        config: Knows ``--seed`` and ``--schedules`` (of all lots together).
        in_ci: How many this lot lives when nothing is asked for.
        first: The lot's first seed; with *step* 2 a lot has even seeds and the other odd ones.
        step: Of how many lots this is one.
        most: Of the lot, however many are asked for.
    """
    seed = config.getoption("--seed")
    if seed is not None:
        return [seed] if seed % step == first else []
    wanted = config.getoption("--schedules")
    count = in_ci if wanted is None else min(max(1, wanted // step), most or wanted)
    return range(first, first + count * step, step)


class Promises:
    """The guarantees that every schedule must keep."""

    def test_no_task_is_doubled_or_lost(self, lot: Lot, figure: Figures) -> None:
        """One action is at most one task, whatever fails and whoever dies."""
        lot.judge("G1", figure, "tasks doubled or lost")

    def test_every_planned_change_ends_with_a_reason(self, lot: Lot, figure: Figures) -> None:
        """Nothing vanishes from the outbox, nothing is stuck, what is done was done."""
        lot.judge("G2", figure, "changes missing or stuck")

    def test_what_a_person_wrote_in_a_shared_field_stands(self, lot: Lot, figure: Figures) -> None:
        """No person's value is lastingly overwritten: checked before, or put back after."""
        lot.judge(
            "G3" if "Salesforce" in lot.name else "G4", figure, "values of people overwritten"
        )

    def test_only_mapped_fields_ever_leave_us(self, lot: Lot, figure: Figures) -> None:
        """Every property of every request body stands in the mapping."""
        lot.judge("G5", figure, "foreign properties")

    def test_nothing_empty_is_sent_where_the_mapping_keeps(self, lot: Lot, figure: Figures) -> None:
        """A null, a blank or a placeholder overwrites nothing unasked."""
        lot.judge("G6", figure, "clears unasked")

    def test_the_copy_equals_the_crm_and_no_cursor_goes_back(
        self, lot: Lot, figure: Figures
    ) -> None:
        """After rest every record is in the copy as it is; no row was passed unseen."""
        lot.judge("G7", figure, "differences, cursors gone back")

    def test_a_run_with_nothing_to_do_writes_nothing(self, lot: Lot, figure: Figures) -> None:
        """At rest no request changes anything."""
        lot.judge("G8", figure, "writes at rest")

    def test_no_value_is_written_more_often_than_meant(self, lot: Lot, figure: Figures) -> None:
        """Every change of ours in the CRM's history has its decision in the journal."""
        lot.judge("G9", figure, "writes without a cause")

    def test_a_look_leaves_nothing_to_send(self, lot: Lot, figure: Figures) -> None:
        """No record in the outbox was put there by a preview."""
        lot.judge("G21", figure, "records enqueued by a look")

    def test_the_journal_says_what_stood_there(self, lot: Lot, figure: Figures) -> None:
        """What an undo would put back is what we wrote over, where nobody raced us."""
        lot.judge("G23", figure, "untrue before-values")

    def test_nothing_is_deleted(self, lot: Lot, figure: Figures) -> None:
        """No verb that deletes is ever sent, and nothing is taken for deleted that lives."""
        lot.judge("G17", figure, "deletions")

    def test_no_secret_and_no_address_is_said(self, lot: Lot, figure: Figures) -> None:
        """Whatever fails, logs at DEBUG and messages hold no token and no customer's address."""
        lot.judge("G25", figure, "canaries in logs, messages and the database")

    def test_every_failure_is_one_of_ours(self, lot: Lot, figure: Figures) -> None:
        """No fault of the line, the CRM or the disk ends in an error nobody declared."""
        lot.judge("G38", figure, "undeclared errors")
