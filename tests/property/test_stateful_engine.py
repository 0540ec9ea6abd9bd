"""The engine against a model, act by act: people, our colleagues, runs, deaths, time, undo.

The model (``stateful_model``) knows what people wrote and what we may write, and judges after
every act; at the end everything comes to rest, and the copy, the CRM and a further run are
looked at. ``KAM_STATEFUL`` is the number of examples; the release takes 20,000. CI takes 25 of
up to 12 acts each: an example costs 1.0 to 1.3 seconds of a core (measured over 300), and CI has 60
seconds for it, half of them kept for slower computers. trust.md asks for 1,000, counted with a
prototype of 97 examples a second: ours lives whole nights over a real database. They are the same
ones every time (the profile of ``conftest.py`` derandomizes), and one that fails is printed as
the program that lives it again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kam_connector.errors import BusyError, HeldError, RetryableError, UsageError
from kam_connector.model.preview import JournalEntry
from tests.factories.crash import Fuse, Killed, dying
from tests.guarantees import Figures
from tests.property.stateful_model import Model, Sent
from tests.property.stateful_people import Everybody
from tests.property.stateful_world import copy_findings, dates, layer_date, sent_since

_EXAMPLES = int(os.environ.get("KAM_STATEFUL", "25"))
_STEPS = 12
_TOLD = (HeldError, RetryableError, UsageError, BusyError)
"""What an act may end with; anything else is a defect."""
_FUSE = st.integers(1, 130)
"""A quiet night has about ninety calls that change something; later ones are deliveries."""


class Engine(Everybody):
    """The engine under everybody's hands, judged after every act."""

    # -- the engine ------------------------------------------------------------------------
    @rule()
    def run(self) -> None:
        """A night."""
        self._act("run", self.world.run)

    @rule(at=_FUSE)
    def run_and_die(self, at: int) -> None:
        """A night whose process dies at one of its steps."""
        self._act("died", lambda: dying(self.world, Fuse(at)).run())

    @rule()
    def look(self) -> None:
        """A preview; it writes nothing."""
        writes = self.world.writes()
        self._act("preview", self.world.preview)
        assert self.world.writes() == writes

    @rule()
    def approve(self) -> None:
        """Somebody looks, enables and approves."""
        self._act("approve", self._approve)

    @rule(at=_FUSE)
    def approve_and_die(self, at: int) -> None:
        """An approved preview's process dies at one of its steps."""
        self._act("died", lambda: self._approve(Fuse(at)))

    @precondition(lambda self: self.world.writes() > 0)
    @rule(pick=st.integers(0, 1), dies=st.one_of(st.none(), st.integers(1, 25)))
    def undo(self, pick: int, dies: int | None) -> None:
        """Somebody takes one of the last two runs back that wrote; its process may die."""
        wrote = list(dict.fromkeys(one.run_id for one in self._journal()))
        if not wrote:
            return
        before = dates(self.crm)
        world = dying(self.world, Fuse(dies)) if dies else self.world
        run_id = wrote[-1 - pick % len(wrote)]
        self._tried("undo", lambda: world.undo(run_id))
        self.model.undone(before, dates(self.crm))
        self._judge()

    @invariant()
    def nothing_is_broken(self) -> None:
        """Judge whatever was done."""
        self._judge()

    def teardown(self) -> None:
        """Let everything come to rest, then look at what is left."""
        if not hasattr(self, "world"):
            return
        try:
            self._rest()
        finally:
            self.world.store.close()

    # -- behind the rules ------------------------------------------------------------------
    def _approve(self, fuse: Fuse | None = None) -> None:
        shown = self.world.preview()
        self.world.enable()
        world = dying(self.world, fuse) if fuse else self.world
        if shown.preview_id is not None:  # else nothing differs
            world.approve(shown)

    def _act(self, name: str, work: Callable[[], object]) -> None:
        self._tried(name, work)
        self._judge()
        for ref, day in dates(self.crm).items():
            self.model.both_hold(ref, day, layer_date(self.world, ref))

    def _tried(self, name: str, work: Callable[[], object]) -> None:
        Everybody.acts[name] += 1
        try:
            work()
        except Killed:
            self.world.advance(timedelta(minutes=2))  # its lease expires
        except _TOLD:
            Everybody.acts[f"{name} held"] += 1

    def _judge(self) -> None:
        statuses = {ref: row["status"] for ref, row in self.world.tasks().items()}
        sent = sent_since(self.crm, self.seen)
        self.seen = self.world.writes()
        broken = self.model.broken(sent, dates(self.crm), statuses)
        assert broken == [], broken

    def _journal(self) -> list[JournalEntry]:
        runs = self.world.store.runs(connection="acme", limit=1000)
        return [one for run in reversed(runs) for one in self.world.store.journal(run.id)]

    def _rest(self) -> None:
        """Without trouble, and with all approvals given, nights follow until one writes nothing."""
        self.pause_or_resume(pause=False)
        self.crm._faults.clear()
        self.world.advance(timedelta(minutes=30))
        if self.crm.now.hour > 20:
            self.world.advance(timedelta(hours=8))  # the day must not turn between two nights
        for _night in range(6):
            before = self.world.writes()
            self._act("approve", self._approve)
            self.world.advance(timedelta(minutes=20))
            if self.world.writes() == before:
                break
        report = self.world.run()
        assert (report.changes, report.waiting, self.world.writes()) == ((), 0, before)
        self._judge()
        report = self.world.run(full=True)
        assert (report.changes, self.world.writes()) == ((), before)
        apart = copy_findings(self.world)
        assert apart == [], apart


@pytest.mark.guarantee("G1", "G2", "G3", "G5", "G6", "G8", "G23", "INV3", "INV4", "INV5", "INV6")
def test_no_order_of_acts_breaks_a_promise(figure: Figures) -> None:
    """People, colleagues, nights, deaths, faults, time and undo, in whatever order."""
    Everybody.acts.clear()
    chosen = settings(max_examples=_EXAMPLES, stateful_step_count=_STEPS)
    run_state_machine_as_test(Engine, settings=chosen)  # type: ignore[no-untyped-call]
    acts = Everybody.acts
    ours = sum(acts[name] for name in ("run", "preview", "approve"))
    said = (
        f"{acts['examples']:,} stateful examples: {ours:,} nights, previews and approvals, "
        f"{acts['died']:,} deaths, {acts['undo']:,} undos, 0 promises of the model broken"
    )
    figure("G2", said, met=acts["examples"] >= _EXAMPLES)


@pytest.mark.parametrize(
    ("sent", "dates", "tasks", "why"),
    [
        (
            [("account", "a0", None, {"name": "x"}, False, False)],
            {},
            {},
            "account.name was written",
        ),
        ([("account", "a0", None, {"kam_tier": ""}, False, False)], {}, {}, "was emptied"),
        ([("deal", "d0", None, {}, True, False)], {}, {}, "deal d0 was made"),
        ([("task", "t1", "k", {}, True, False)] * 2, {}, {}, "task k was made twice"),
        ([("task", "t1", None, {}, True, False)], {}, {}, "without its key"),
        ([], {"a0": "2027-06-01"}, {}, "a person's 2027-03-01 is now 2027-06-01"),
        ([], {}, {"t0": "todo"}, "a person's finished is now todo"),
    ],
)
def test_the_model_sees_what_is_broken(
    sent: list[Any], dates: dict[str, str], tasks: dict[str, str], why: str
) -> None:
    """A judge that never finds anything proves nothing."""
    model = Model(asks=True)
    model.person_dates("a0", None, "2027-03-01")
    model.colleague_dates("a0", "2027-06-01")
    model.person_closes("t0", "finished")
    assert why in " ".join(model.broken([Sent(*one) for one in sent], dates, tasks))
