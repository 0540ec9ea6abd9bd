"""Rules on trial: what they would have said, how often, and whether to switch them on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kam_connector.kam.settings.signals import SignalSettings
from kam_connector.model.kept import kept_id
from kam_connector.model.signal import Signal, SignalKind, SignalState, SignalTrial

__all__ = ["TrialReport", "TrialVerdict", "followed_trials", "trial_reports"]


class TrialVerdict(StrEnum):
    """What to do about a rule on trial."""

    WAIT = "wait"
    """The trial is too young."""
    QUIET = "quiet"
    """It found nothing: nothing is known of its noise."""
    SWITCH_ON = "switch on"
    TOO_LOUD = "too loud"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """One rule on trial."""

    kind: SignalKind
    since: date
    days: int
    said: tuple[Signal, ...]
    """Everything it would have said, the latest first."""
    accounts: int
    per_week: float
    """Findings a week for one account."""
    verdict: TrialVerdict


def followed_trials(
    known: Sequence[SignalTrial], shadow: Iterable[str], *, as_of: date
) -> list[SignalTrial]:
    """Return the trials that begin or end today, as the settings name them."""
    wanted = {SignalKind(kind) for kind in shadow}
    open_ = {one.kind: one for one in known if one.ended_on is None}
    begun = [
        SignalTrial(id=kept_id(SignalTrial, kind.value, as_of), kind=kind, began_on=as_of)
        for kind in sorted(wanted - open_.keys())
    ]
    ended = [replace(one, ended_on=as_of) for kind, one in open_.items() if kind not in wanted]
    return [*begun, *ended]


def trial_reports(
    trials: Iterable[SignalTrial],
    signals: Sequence[Signal],
    *,
    accounts: int,
    as_of: date,
    limits: SignalSettings | None = None,
) -> list[TrialReport]:
    """Return a report of every trial that goes on.

    Args:
        trials: All trials kept.
        signals: Signals of all accounts, ended ones included.
        accounts: How many key accounts there are.
        as_of: Today.
        limits: The method's numbers; defaults when None.
    """
    limits = limits or SignalSettings()
    reports = []
    for trial in sorted((t for t in trials if t.ended_on is None), key=lambda t: t.kind):
        said = sorted(
            (one for one in signals if one.kind is trial.kind and _on_trial(one, trial)),
            key=lambda one: (one.first_seen, one.key),
            reverse=True,
        )
        days = (as_of - trial.began_on).days
        rate = len(said) / max(days, 1) * 7 / max(accounts, 1)
        reports.append(
            TrialReport(
                kind=trial.kind,
                since=trial.began_on,
                days=days,
                said=tuple(said),
                accounts=len({one.account_id for one in said}),
                per_week=rate,
                verdict=_verdict(days, len(said), rate, limits),
            )
        )
    return reports


def _on_trial(signal: Signal, trial: SignalTrial) -> bool:
    shadowed = signal.state is SignalState.PENDING or bool(signal.evidence.get("shadow"))
    return shadowed and signal.first_seen >= trial.began_on


def _verdict(days: int, said: int, rate: float, limits: SignalSettings) -> TrialVerdict:
    if days < limits.trial_days:
        return TrialVerdict.WAIT
    if not said:
        return TrialVerdict.QUIET
    return TrialVerdict.TOO_LOUD if rate > limits.trial_rate else TrialVerdict.SWITCH_ON
