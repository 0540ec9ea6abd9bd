"""Would these rules have warned before the last losses? Asked of history, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.signals.follow import all_findings
from kam_connector.kam.signals.history import known_at, undated
from kam_connector.kam.signals.losses import Loss, account_losses
from kam_connector.kam.signals.rules import RULES, severity_rank, without_repeats
from kam_connector.kam.situation import read_situation
from kam_connector.model.facts import AccountFacts
from kam_connector.model.signal import Severity, SignalKind

__all__ = ["CALENDAR", "STEPS", "BackTest", "Look", "RuleRecord", "back_test"]

STEPS = (180, 120, 90, 60, 30)
"""Days before a loss on which the rules are asked, as for renewals (sources 5)."""
CALENDAR = frozenset(
    {
        SignalKind.RENEWAL_WINDOW,
        SignalKind.TENDER_WINDOW,
        SignalKind.COMPETITOR_CONTRACT_END,
        SignalKind.CELEBRATION_DUE,
    }
)
"""They announce a day, for every account alike: no warning of a loss."""
_HISTORY = timedelta(days=730)
"""Losses this far back are looked at: as much history as a night reads."""
_UNDATED = frozenset(
    {SignalKind.PLAN_STALE, SignalKind.ACTION_OVERDUE, SignalKind.OBJECTIVE_OFF_TRACK}
)
"""What they stand on keeps no history: not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One loss, or one spell without any, as the rules would have seen it."""

    account_id: str
    ends_on: date
    loss: Loss | None
    """None: the account stayed."""
    found: Mapping[SignalKind, int] = field(default_factory=dict)
    """By rule, how many days before the end it first spoke."""
    warned_days: int | None = None
    """When a warning, not just a date, first came; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """What one rule would have been worth."""

    kind: SignalKind
    hits: int
    """Losses before which it spoke."""
    false_alarms: int
    """Spells without loss in which it spoke all the same."""
    lead_days: float | None
    """Median days between its first word and the loss."""
    recall: float | None
    """Share of the losses it spoke before."""
    precision: float | None
    """Share of its words that a loss followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """The answer: how many of the losses were seen coming, by what, at what price."""

    as_of: date
    days: int
    losses: tuple[Look, ...]
    stayed: tuple[Look, ...]
    rules: tuple[RuleRecord, ...]
    """The most telling first."""
    undated: Mapping[str, int]
    """Facts without a date, counted as if they had always been there."""

    @property
    def warned(self) -> int:
        """Losses before which at least one warning came."""
        return sum(look.warned_days is not None for look in self.losses)

    @property
    def alarmed(self) -> int:
        """Spells without loss in which a warning came."""
        return sum(look.warned_days is not None for look in self.stayed)


def back_test(
    accounts: Iterable[AccountFacts],
    *,
    as_of: date,
    losses: int = 8,
    days: int = 180,
    settings: KamSettings | None = None,
    left: Mapping[str, date] | None = None,
) -> BackTest:
    """Ask the rules, on dated facts alone, before the last losses and where nothing was lost.

    Each account that lost nothing in the last *days* gives one spell that ends today: asked on
    the same days before its end, it says how often a rule cries wolf.

    Args:
        accounts: Facts of all accounts, activities from two years and *days* back.
        as_of: Today.
        losses: How many of the latest losses are looked at.
        days: How far before a loss a rule may speak, up to 180.
        settings: The method's numbers; defaults when None.
        left: Accounts that are no key accounts any more, with the day.
    """
    settings, left = settings or KamSettings(), left or {}
    by_id = {facts.account.id: facts for facts in accounts}
    lost = _all_losses(by_id.values(), as_of, left)
    latest = sorted(lost, key=lambda one: (one.on, one.account_id), reverse=True)[:losses]
    recent = {one.account_id for one in lost if (as_of - one.on).days <= days}
    looks = [
        _look(by_id[one.account_id], one.on, one, days=days, settings=settings) for one in latest
    ]
    stayed = [
        _look(facts, as_of, None, days=days, settings=settings)
        for id_, facts in sorted(by_id.items())
        if id_ not in recent and id_ not in left
    ]
    return BackTest(
        as_of=as_of,
        days=days,
        losses=tuple(looks),
        stayed=tuple(stayed),
        rules=_records(looks, stayed),
        undated=_undated(by_id.values()),
    )


def _all_losses(
    accounts: Iterable[AccountFacts], as_of: date, left: Mapping[str, date]
) -> list[Loss]:
    since = as_of - _HISTORY
    return [
        loss
        for facts in accounts
        for loss in account_losses(
            facts, as_of=as_of, since=since, left_on=left.get(facts.account.id)
        )
    ]


def _undated(accounts: Iterable[AccountFacts]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for facts in accounts:
        counted.update(undated(facts))
    return {name: count for name, count in counted.items() if count}


def _look(
    facts: AccountFacts, ends_on: date, loss: Loss | None, *, days: int, settings: KamSettings
) -> Look:
    found: dict[SignalKind, int] = {}
    warned: int | None = None
    for step in (step for step in STEPS if step <= days):
        for kind, severity in _said(facts, ends_on - timedelta(days=step), settings):
            found.setdefault(kind, step)
            loud = severity_rank(severity) <= severity_rank(Severity.WARNING)
            if loud and kind not in CALENDAR and warned is None:
                warned = step
    return Look(
        account_id=facts.account.id, ends_on=ends_on, loss=loss, found=found, warned_days=warned
    )


def _said(
    facts: AccountFacts, day: date, settings: KamSettings
) -> list[tuple[SignalKind, Severity]]:
    now = datetime.combine(day, time(23, 59), tzinfo=UTC)
    situation = read_situation(known_at(facts, now), as_of=day, now=now, settings=settings)
    findings = all_findings(situation, set(RULES) - _UNDATED)
    return [(one.kind, one.severity) for one in without_repeats(findings)]


def _records(looks: Sequence[Look], stayed: Sequence[Look]) -> tuple[RuleRecord, ...]:
    records = []
    for kind in RULES:
        leads = [look.found[kind] for look in looks if kind in look.found]
        wrong = sum(kind in look.found for look in stayed)
        if not leads and not wrong:
            continue
        records.append(
            RuleRecord(
                kind=kind,
                hits=len(leads),
                false_alarms=wrong,
                lead_days=median(leads) if leads else None,
                recall=len(leads) / len(looks) if looks else None,
                precision=len(leads) / (len(leads) + wrong),
            )
        )
    return tuple(sorted(records, key=lambda one: (-one.hits, one.false_alarms, one.kind)))
