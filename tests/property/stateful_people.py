"""Everybody who acts on a connection, as rules of a state machine: people, colleagues, time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kam_connector.model.conflict import Taken
from kam_connector.model.kind import Row
from kam_connector.sync.deciding import decide_conflict
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.world import put_account, put_people
from tests.property.stateful_model import CLOSED, Model
from tests.property.stateful_world import dates, sent_since, start

__all__ = ["Everybody"]

_PICK = st.integers(0, 6)
_THEIRS = st.sampled_from([None, "2027-03-01", "2027-03-02", "2027-03-03"])
_OURS = st.sampled_from(["2027-06-01", "2027-06-02", "2027-06-03"])
"""Never one of theirs: a date that both typed is nobody's to lose."""
_OWN: st.SearchStrategy[Row] = st.sampled_from(
    [
        {"kam_tier": "mine"},
        {"kam_risk": "mine"},
        {"kam_next": None},
        {"kam_health": 7},
        {"kam_open": 7},
        {"kam_as_of": "2020-01-01"},
    ]
)
_OTHER: st.SearchStrategy[tuple[str, Row]] = st.sampled_from(
    [
        ("account", {"city": "Paris"}),
        ("account", {"grade": "2"}),
        ("account", {"grade": "1"}),
        ("account", {"name": "Renamed"}),
        ("contact", {"title": "CEO"}),
        ("contact", {"kam_band": "mine"}),
        ("deal", {"closes": "2027-02-20"}),
        ("deal", {"closed": True, "won": True}),
        ("deal", {"closed": False, "kam_in_plan": False}),
        ("task", {"due": "2027-09-09"}),
        ("task", {"subject": "Mine now", "owner": None}),
    ]
)
_PAUSES = st.sampled_from([1, 10, 60, 24 * 60, 8 * 24 * 60])
"""Minutes."""
_FAULTS = st.sampled_from(
    [MemoryFault.DROP_BEFORE, MemoryFault.DROP_ACK, MemoryFault.HALF, MemoryFault.LOCKED]
)


class Everybody(RuleBasedStateMachine):
    """One connection, and what is done to it from outside."""

    acts: ClassVar[Counter[str]] = Counter()

    @initialize(asks=st.booleans(), written=st.booleans())
    def begin(self, *, asks: bool, written: bool) -> None:
        """Start before or after a first night, with or without a review queue."""
        self.world = start(asks=asks, written=written)
        self.crm = self.world.crm
        self.model = Model(asks=asks)
        self.model.broken(sent_since(self.crm, 0), {}, {})
        self.seen = self.world.writes()
        self.born = 0
        Everybody.acts["examples"] += 1

    # -- people in the CRM -----------------------------------------------------------------
    @rule(pick=_PICK, day=_THEIRS)
    def people_date(self, pick: int, day: str | None) -> None:
        """Somebody moves or empties a review date."""
        if ref := self.one("account", pick):
            was = dates(self.crm)[ref]
            self.crm.edit("account", ref, {"next_review": day})
            self.model.person_dates(ref, was, day)

    @rule(pick=_PICK, typed=_OWN)
    def people_type_over_ours(self, pick: int, typed: Row) -> None:
        """Somebody types into a field of ours."""
        if ref := self.one("account", pick):
            self.crm.edit("account", ref, typed)

    @rule(pick=_PICK, what=_OTHER)
    def people_edit(self, pick: int, what: tuple[str, Row]) -> None:
        """Somebody changes what is theirs, or a task of ours."""
        if ref := self.one(what[0], pick):
            self.crm.edit(what[0], ref, what[1])

    @rule(pick=_PICK, status=st.sampled_from([*CLOSED, "todo"]))
    def people_task(self, pick: int, status: str) -> None:
        """Somebody ends a task of ours, or opens it again."""
        if ref := self.one("task", pick):
            self.crm.edit("task", ref, {"status": status})
            self.model.person_closes(ref, status if status in CLOSED else None)

    @rule(grade=st.sampled_from(["1", "2"]))
    def customer_won(self, grade: str) -> None:
        """A new account comes, with somebody in it."""
        self.born += 1
        put_account(self.crm, f"b{self.born}", grade=grade)
        put_people(self.crm, f"b{self.born}", ("x",))

    @rule(object_=st.sampled_from(["account", "contact", "deal", "task"]), pick=_PICK)
    def people_delete(self, object_: str, pick: int) -> None:
        """Somebody deletes a record."""
        if ref := self.one(object_, pick):
            self.crm.delete(object_, ref)
            self.model.gone(object_, ref)

    @rule(object_=st.sampled_from(["account", "contact"]), pick=_PICK, anew=st.booleans())
    def people_merge(self, object_: str, pick: int, *, anew: bool) -> None:
        """Somebody merges two records; the survivor may get an id of its own."""
        loser, winner = self.one(object_, pick), self.one(object_, pick + 1)
        if loser is None or winner is None or loser == winner:
            return
        self.born += 1
        survivor = self.crm.merge(object_, loser, winner, new_ref=f"m{self.born}" if anew else None)
        self.model.gone(object_, loser)
        self.model.heir(winner, survivor)
        for child in ("contact", "deal", "meeting") if object_ == "account" else ():
            for ref, row in self.crm.live(child).items():
                if row.get("account") in (loser, winner):
                    self.crm.move(child, ref, {"account": survivor})

    # -- our side --------------------------------------------------------------------------
    @rule(pick=_PICK, day=_OURS)
    def colleague_dates(self, pick: int, day: str) -> None:
        """Somebody of ours moves a review date in the layer."""
        ref = self.one("account", pick)
        plan = self.world.store.plan(self.world.account(ref)) if ref else None
        if ref and plan is not None:
            moved = replace(
                plan, next_review=date.fromisoformat(day), updated_at=self.world.clock.now()
            )
            self.world.store.save_plan(moved)
            self.model.colleague_dates(ref, day)

    @rule(pick=_PICK, taken=st.sampled_from(Taken))
    def decide(self, pick: int, taken: Taken) -> None:
        """Somebody decides what both sides moved."""
        waiting = [one for one in self.world.store.conflicts() if one.object == "account"]
        if not waiting:
            return
        one = waiting[pick % len(waiting)]
        value = "2027-09-01" if taken is Taken.VALUE else None
        decide_conflict(
            self.world.store, self.world.ctx.mapping, one.id,
            taken=taken, value=value, by="ada", at=self.world.clock.now(),
        )  # fmt: skip
        if taken is not Taken.THEIRS:
            self.model.decided(one.ref, one.theirs, value or one.ours)

    @rule(pause=st.booleans())
    def pause_or_resume(self, *, pause: bool) -> None:
        """Somebody pauses the connection, or lets it go on."""
        state = self.world.store.connection("acme")
        if state is not None:
            self.world.store.save_connection(replace(state, paused=pause))

    @rule(minutes=_PAUSES)
    def time_goes_on(self, minutes: int) -> None:
        """Both clocks go on."""
        self.world.advance(timedelta(minutes=minutes))

    @rule(fault=_FAULTS)
    def trouble(self, fault: MemoryFault) -> None:
        """The next call meets a fault."""
        self.crm.fail_next(fault)

    # -- behind the rules ------------------------------------------------------------------
    def one(self, object_: str, pick: int) -> str | None:
        """Return a living record; of tasks, one of ours."""
        live = self.world.tasks() if object_ == "task" else self.crm.live(object_)
        return sorted(live)[pick % len(live)] if live else None
