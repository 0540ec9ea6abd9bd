"""Promises of weak signals: several readings together, and quieter work in consolidation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.assess import assess
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.signals.trend import falling, weak_signal
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.account import Stage
from kam_connector.model.activity import ActivityKind
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Maturity, Programme
from kam_connector.model.signal import SignalKind, SignalState

ADVANCED = KeptRecords.holding([Programme(id="p", name="KAM", maturity=Maturity.ADVANCED)])
PEOPLE = ("ann", "bob", "cid", "dan", "eve", "fay", "gil", "hal")


def fading(make: Any, **changes: Any) -> Any:
    """One mail each of fewer people in each of four spells of two months."""
    seen = [
        make.mail(make.now - timedelta(days=60 * back + 5 + k), person)
        for back, crowd in ((3, 8), (2, 6), (1, 5), (0, 4))
        for k, person in enumerate(PEOPLE[:crowd])
    ]
    return make.facts(contacts=[make.contact(one) for one in PEOPLE], activities=seen, **changes)


def in_stage(facts: Any, stage: Stage) -> Any:
    """Return the account in another stage."""
    return replace(facts, key=replace(facts.key, stage=stage))


def read(make: Any, facts: Any) -> Situation:
    """Return the account as the rules see it."""
    return read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())


@pytest.mark.checklist("S2.43", home="signal `weak_signal`, `kam signal shadow`")
def test_readings_that_fall_together_are_a_weak_signal(make: Any) -> None:
    """Three falling periods in several readings, none of which alarms alone."""
    facts = in_stage(fading(make), Stage.CONSOLIDATION)
    (found,) = weak_signal(read(make, facts))
    assert "two-way contacts, people in contact" in found.summary
    assert found.evidence["people_in_contact"] == ["8", "6", "5", "4"]


@pytest.mark.checklist("S2.09", home="`weak_signal` with fewer readings, no task for information")
def test_consolidation_sees_drift_earlier_and_asks_for_less(make: Any) -> None:
    """Two readings suffice there, three elsewhere; what only informs makes no task."""
    assert weak_signal(read(make, in_stage(fading(make), Stage.DEVELOPMENT))) == []
    news = {"plan": None, "kept": ADVANCED}
    growing = assess(make.facts(**news), as_of=make.as_of, now=make.now)
    steady = assess(
        in_stage(make.facts(**news), Stage.CONSOLIDATION), as_of=make.as_of, now=make.now
    )
    assert [one.kind for one in steady.signals] == [one.kind for one in growing.signals]
    assert (len(growing.actions), len(steady.actions)) == (1, 0)


def test_missing_mail_is_no_trend(make: Any) -> None:
    """With nobody's mail recorded nothing has fallen."""
    facts = in_stage(fading(make, captured_user_ids=frozenset()), Stage.CONSOLIDATION)
    assert weak_signal(read(make, facts)) == []


@pytest.mark.parametrize("day", range(0, 91, 15))
def test_eight_punctual_quarters_are_no_trend(make: Any, day: int) -> None:
    """Whoever is met each quarter falls on no day of it, in consolidation either."""
    now = datetime(2026, 10, 2, 12, tzinfo=UTC) + timedelta(days=day)
    people = [make.contact(one, "internal_sponsor") for one in ("mona", "kurt")]
    met = make.every(91, "mona", "kurt", until="2026-10-02", times=8)
    facts = in_stage(make.facts(contacts=people, activities=met), Stage.CONSOLIDATION)
    assert assess(facts, as_of=now.date(), now=now).signals == ()


def test_new_rule_starts_in_shadow(make: Any) -> None:
    """It is kept for judging, and makes no action."""
    facts = in_stage(fading(make, kept=ADVANCED), Stage.CONSOLIDATION)
    found = assess(facts, as_of=make.as_of, now=make.now)
    trial = [one for one in found.signals if one.kind is SignalKind.WEAK_SIGNAL]
    assert [one.state for one in trial] == [SignalState.PENDING]
    assert [one for one in found.actions if one.signal_key == trial[0].key] == []


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=4, max_size=4))
def test_only_a_steady_fall_is_one(values: list[float]) -> None:
    """A rise anywhere, or a fall of less than the share, is none."""
    told = falling(values, falls=3, share=0.3)
    rises = any(later >= earlier for earlier, later in pairwise(values))
    assert not (told and rises)
    assert not (told and values[-1] > 0.7 * values[0] + 1e-6)


def test_unknown_period_ends_the_run() -> None:
    """What is not known has not fallen."""
    assert falling([9, 7, 5, 3], falls=3, share=0.3)
    assert not falling([9, None, 5, 3], falls=3, share=0.3)
    assert not falling([7, 5, 3], falls=3, share=0.3)


def test_mail_counts_as_well_as_meetings(make: Any) -> None:
    """Calls do not hide the fall of meetings: each reading stands alone."""
    facts = in_stage(fading(make), Stage.CONSOLIDATION)
    calls = [
        make.activity(make.now - timedelta(days=k), "hal", kind=ActivityKind.CALL)
        for k in range(1, 9)
    ]
    mixed = replace(facts, activities=(*facts.activities, *calls))
    assert weak_signal(read(make, mixed)) == []
