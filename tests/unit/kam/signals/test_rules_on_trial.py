"""Promises of switches and trials: a new rule is judged before it interrupts anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kam_connector.kam.assess import assess
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.signals import SignalSettings
from kam_connector.kam.signals.shadow import TrialVerdict, followed_trials, trial_reports
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Maturity, Programme
from kam_connector.model.signal import (
    Severity,
    Signal,
    SignalKind,
    SignalState,
    SignalTrial,
)

DAY = date(2026, 11, 21)
SILENT = SignalKind.CHAMPION_SILENT


def settings(**changes: Any) -> KamSettings:
    """The method with other switches."""
    return KamSettings(signals=SignalSettings(**changes))


def night(make: Any, facts: Any, using: KamSettings) -> Any:
    """Return one night's assessment."""
    return assess(facts, as_of=make.as_of, now=make.now, settings=using)


def test_rule_on_trial_is_kept_and_shown_to_nobody(make: Any) -> None:
    """Pending, without action; switched on, it is active with the day it was first seen."""
    facts = make.nordwind()
    trial = night(make, facts, settings(shadow=("contact_left",)))
    pending = next(one for one in trial.signals if one.kind is SignalKind.CONTACT_LEFT)
    assert pending.state is SignalState.PENDING
    assert pending.key not in {one.signal_key for one in trial.actions}
    since = tuple(replace(one, first_seen=date(2026, 11, 14)) for one in trial.signals)
    on = night(make, replace(facts, signals=since), settings(shadow=()))
    found = next(one for one in on.signals if one.key == pending.key)
    assert (found.state, found.first_seen) == (SignalState.ACTIVE, date(2026, 11, 14))


def test_rule_on_trial_silences_no_other(make: Any) -> None:
    """What speaks goes on speaking although the rule on trial would say it louder."""
    people = [make.contact(f"l{k}", "legal", left_at=make.at(f"2026-11-1{k}")) for k in range(5)]
    facts = make.facts(contacts=people)
    found = night(make, facts, settings(shadow=("reorganisation",))).signals
    told = [one.kind for one in found if one.state is SignalState.ACTIVE]
    assert told == [SignalKind.CONTACT_LEFT] * 5


def test_rule_switched_off_says_nothing_and_leaves_no_trace(make: Any) -> None:
    """Off is off: nothing is found, nothing is resolved."""
    facts = make.nordwind()
    before = night(make, facts, settings())
    after = night(make, replace(facts, signals=before.signals), settings(off=("contact_left",)))
    assert SignalKind.CONTACT_LEFT not in {one.kind for one in after.signals}


@pytest.mark.checklist("S1.14", home="signals by maturity: a starter has three")
@pytest.mark.parametrize(
    ("maturity", "on", "told"),
    [
        (Maturity.STARTER, (), {"contact_left", "renewal_window"}),
        (Maturity.STARTER, ("plan_stale",), {"contact_left", "renewal_window", "plan_stale"}),
        (
            Maturity.ADVANCED,
            (),
            {
                "new_decision_maker",
                "contact_left",
                "single_threaded",
                "renewal_window",
                "plan_stale",
            },
        ),
    ],
)
def test_method_of_the_programme_decides_what_is_told(
    make: Any, maturity: Maturity, on: tuple[str, ...], told: set[str]
) -> None:
    """Starter tells of three kinds; an installation may add one by name."""
    programme = Programme(id="p", name="KAM", maturity=maturity)
    facts = make.nordwind(plan=None, kept=KeptRecords.holding([programme]))
    found = night(make, facts, settings(on=on)).signals
    assert {one.kind.value for one in found} == told


def test_trial_begins_and_ends_with_the_settings() -> None:
    """Since when a rule is watched is remembered, so that a silent week is an answer too."""
    (begun,) = followed_trials([], ["champion_silent"], as_of=DAY)
    assert (begun.kind, begun.began_on, begun.ended_on) == (SILENT, DAY, None)
    assert followed_trials([begun], ["champion_silent"], as_of=DAY + timedelta(days=1)) == []
    (ended,) = followed_trials([begun], [], as_of=DAY + timedelta(days=8))
    assert ended.ended_on == DAY + timedelta(days=8)


def pending(number: int, **changes: Any) -> Signal:
    """A finding on trial."""
    values: dict[str, Any] = {
        "key": f"champion_silent:acc_{number}:p",
        "kind": SILENT,
        "severity": Severity.WARNING,
        "account_id": f"acc_{number}",
        "summary": "Silent",
        "first_seen": DAY,
        "state": SignalState.PENDING,
    }
    return Signal(**(values | changes))


@pytest.mark.parametrize(
    ("days", "said", "verdict"),
    [
        (6, 1, TrialVerdict.WAIT),
        (7, 0, TrialVerdict.QUIET),
        (7, 2, TrialVerdict.SWITCH_ON),
        (7, 3, TrialVerdict.TOO_LOUD),
        (28, 8, TrialVerdict.SWITCH_ON),
    ],
)
def test_verdict_comes_after_a_week(days: int, said: int, verdict: TrialVerdict) -> None:
    """Ten accounts: at most one finding a week for every five of them."""
    trial = SignalTrial(id="t", kind=SILENT, began_on=DAY)
    signals = [pending(number) for number in range(said)]
    (report,) = trial_reports([trial], signals, accounts=10, as_of=DAY + timedelta(days=days))
    assert (report.verdict, len(report.said)) == (verdict, said)


def test_trial_counts_what_is_over_by_now_and_nothing_told() -> None:
    """A finding that came and went in shadow is part of the noise."""
    trial = SignalTrial(id="t", kind=SILENT, began_on=DAY)
    gone = pending(1, state=SignalState.RESOLVED, evidence={"shadow": True})
    told = pending(2, state=SignalState.ACTIVE)
    (report,) = trial_reports([trial], [gone, told], accounts=5, as_of=DAY + timedelta(days=7))
    assert [one.account_id for one in report.said] == ["acc_1"]
