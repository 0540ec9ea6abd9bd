"""Derive: who is a key account, and what the night says about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kam_connector.kam.actions import allot
from kam_connector.kam.assess import Assessment, assess, conclude
from kam_connector.kam.digest.decisions import decisions
from kam_connector.kam.digest.weekly import digest_actions, weekly_digests
from kam_connector.kam.plan.opening import opened, opening_plan
from kam_connector.kam.shared_people import each_person_once
from kam_connector.kam.signals.shadow import followed_trials
from kam_connector.model.kept import PROGRAM
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.signal import SignalTrial
from kam_connector.sync.choose import choose
from kam_connector.sync.compare import refresh_due
from kam_connector.sync.context import SyncContext
from kam_connector.sync.figures import keep_figures
from kam_connector.sync.scope import within_scope
from kam_connector.sync.strays import recall_plans, take_strays

__all__ = ["HISTORY", "Derived", "derive", "steady_numbers"]

HISTORY = timedelta(days=730)
"""Activities this far back are read: two years, the main decay of docs/scores.md, sources 1."""


_STEADY = (
    "health.score", "relationship.score", "coverage.percent", "renewal.risk", "tender.readiness",
)  # fmt: skip
"""Numbers that decay from day to day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What one night found out."""

    as_of: date
    now: datetime
    assessed: tuple[str, ...]
    """Key accounts by our id."""
    outcomes: tuple[Outcome, ...]
    """What this connection's mapping lets be written; all others are kept all the same."""
    labels: Mapping[str, str]
    """Names of accounts and of our people, for the eye."""


def derive(ctx: SyncContext, *, run_id: str, beat: Callable[[], object] = lambda: None) -> Derived:
    """Choose key accounts, score them, and decide the night's actions.

    Everything is computed at the run's logical time, the CRM's clock: the same facts give
    the same answers whenever it runs. The choice is one transaction, the results are
    another: nobody else's writing waits while the accounts are assessed.

    Args:
        ctx: The connection.
        run_id: The run that asks.
        beat: Called for every account: keeps the leases alive.
    """
    now = ctx.crm.identity().now
    as_of = now.date()
    chosen = choose(
        ctx.store,
        selects=ctx.selects,
        because=ctx.selects_because,
        settings=ctx.settings,
        as_of=as_of,
    ).chosen
    ids = [key.account_id for key in chosen]
    with ctx.store.unit():
        ctx.store.save_key_accounts(chosen, as_of=as_of)
        _open_plans(ctx, ids, as_of=as_of, now=now)
    assessments: list[Assessment] = []
    for facts in ctx.store.facts(ids, since=now - HISTORY, before=as_of):
        assessments.append(assess(facts, as_of=as_of, now=now, settings=ctx.settings))
        beat()
    actions = allot(
        take_strays(ctx, _with_digests(ctx, assessments, as_of=as_of), as_of=as_of),
        max_open_per_owner=ctx.settings.actions.max_open_per_owner,
        max_open_per_account=ctx.settings.actions.max_open_per_account,
    )
    groups = each_person_once(assessments, _conclude(ctx, assessments, actions, as_of))
    outcomes = [outcome for group in groups for outcome in group]
    with ctx.store.unit():
        _save(ctx, assessments, actions, outcomes, run_id=run_id)
        _follow_trials(ctx, as_of=as_of, now=now)
        begun = [run for one in assessments for run in one.runs]
        ctx.store.keep(begun, by=PROGRAM, at=now)
        keep_figures(ctx.store, assessments, as_of=as_of, now=now)
        recall_plans(ctx, as_of=as_of)
    return Derived(
        as_of=as_of,
        now=now,
        assessed=tuple(one.account_id for one in assessments),
        outcomes=within_scope(ctx, groups),
        labels=_labels(ctx, assessments),
    )


def _follow_trials(ctx: SyncContext, *, as_of: date, now: datetime) -> None:
    """Remember since when rules are on trial: a week of silence is an answer too."""
    known = ctx.store.kept(SignalTrial)
    changed = followed_trials(known, ctx.settings.signals.shadow, as_of=as_of)
    ctx.store.keep(changed, by=PROGRAM, at=now)


def _open_plans(ctx: SyncContext, ids: Sequence[str], *, as_of: date, now: datetime) -> None:
    """Give every key account a plan to start from; a review date set in a CRM stays."""
    for account_id in ids:
        plan = ctx.store.plan(account_id)
        if plan is None:
            ctx.store.save_plan(opening_plan(account_id, as_of=as_of, now=now))
        elif (begun := opened(plan, as_of=as_of)) != plan:
            ctx.store.save_plan(begun)


def steady_numbers(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], step: Decimal
) -> dict[str, JsonValue]:
    """Return the numbers to keep showing: those that moved by less than *step* (pure).

    A change of band is always shown. So daily decay does not rewrite every record, and
    texts speak of the numbers that stand in the fields.
    """
    if before.get("health.band") != after.get("health.band"):
        return {}
    kept: dict[str, JsonValue] = {}
    for path in _STEADY:
        old, new = before.get(path), after.get(path)
        if (
            isinstance(old, str | int)
            and isinstance(new, str | int)
            and abs(Decimal(new) - Decimal(old)) < step
        ):
            kept[path] = old
    return kept


def _not_yet_tasks(ctx: SyncContext, actions: Sequence[Action]) -> list[Action]:
    """Let actions that no CRM task stands for yet queue again: graver ones may have come."""
    opened = [action.id for action in actions if action.state is ActionState.OPEN]
    with_task = ctx.store.agreed_of(Kind.TASK, opened)
    return [
        replace(action, state=ActionState.WAITING)
        if action.state is ActionState.OPEN and action.id not in with_task
        else action
        for action in actions
    ]


def _with_digests(
    ctx: SyncContext, assessments: Sequence[Assessment], *, as_of: date
) -> list[Action]:
    """Return all actions, the week's digests among them where the programme wants them."""
    known = [action for one in assessments for action in one.actions]
    queued = _not_yet_tasks(ctx, [one for one in known if one.digest_week is None])
    settings = ctx.settings
    wanted = any(settings.digest.starts(one.situation.facts.kept) for one in assessments[:1])
    asked = [question for one in assessments for question in decisions(one)] if wanted else []
    digests = weekly_digests(asked, as_of=as_of, settings=settings.digest)
    return [*queued, *digest_actions(digests, known, as_of=as_of, say=settings.say)]


def _conclude(
    ctx: SyncContext,
    assessments: Sequence[Assessment],
    actions: Sequence[Action],
    as_of: date,
) -> list[tuple[Outcome, ...]]:
    """Return outcomes by account; it keeps the numbers it showed while they barely moved.

    What was never written was never shown: before the first write nothing is kept.
    """
    state = ctx.store.connection(ctx.connection)
    written = state is not None and state.first_applied_at is not None
    earlier = ctx.store.outcomes(Kind.ACCOUNT) if written else ()
    shown_before = {one.id: one.values for one in earlier}
    groups: list[tuple[Outcome, ...]] = []
    for assessment in assessments:
        plain = conclude(assessment, actions)
        before = shown_before.get(assessment.account_id)
        if before is not None and not refresh_due(assessment.account_id, as_of):
            steady = steady_numbers(before, plain[0].values, ctx.settings.write_step)
            if steady:
                plain = _steadied(assessment, actions, steady, before)
        groups.append(plain)
    return groups


def _steadied(
    assessment: Assessment,
    actions: Sequence[Action],
    steady: Mapping[str, JsonValue],
    before: Mapping[str, JsonValue],
) -> tuple[Outcome, ...]:
    """Return outcomes whose fields and texts keep the numbers that already stand there."""
    shown = {**steady, "summary.json": before.get("summary.json")}
    account, *others = conclude(assessment, actions, shown=shown)
    return (replace(account, values={**account.values, **steady}), *others)


def _save(
    ctx: SyncContext,
    assessments: Sequence[Assessment],
    actions: Sequence[Action],
    outcomes: Sequence[Outcome],
    *,
    run_id: str,
) -> None:
    for one in assessments:
        ctx.store.save_scores(one.scores.values(), run_id=run_id)
        ctx.store.save_strengths(one.strengths.values(), as_of=one.scores["health"].as_of)
        ctx.store.save_signals(one.account_id, one.signals)
        ctx.store.save_renewals(one.account_id, one.renewals)
        ctx.store.save_objectives(one.aims.objectives, measures=one.aims.measures)
    ctx.store.save_actions(actions)
    if outcomes:
        ctx.store.save_outcomes(outcomes, as_of=assessments[0].scores["health"].as_of)


def _labels(ctx: SyncContext, assessments: Sequence[Assessment]) -> dict[str, str]:
    """Return names for the eye: accounts, our people, and whom and what the outcomes are about."""
    names = {account.id: account.name for account in ctx.store.accounts()}
    names |= {user.id: user.name for user in ctx.store.users()}
    for one in assessments:
        names |= {contact.id: contact.name for contact in one.situation.facts.contacts}
        names |= {deal.id: deal.name for deal in one.situation.facts.opportunities}
    return names
