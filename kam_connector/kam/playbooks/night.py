"""A night of playbooks: runs begun, followed and closed, and the actions their steps make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kam_connector.kam.playbooks.book import playbook_steps
from kam_connector.kam.playbooks.occasions import Occasion, occasions
from kam_connector.kam.playbooks.owners import step_heir, step_owner
from kam_connector.kam.playbooks.standing import Standing, standing
from kam_connector.kam.playbooks.steps import DatedStep, working_days_apart
from kam_connector.kam.situation import Situation
from kam_connector.model.identity import kam_id
from kam_connector.model.journey import PlaybookKind, PlaybookRun
from kam_connector.model.kept import kept_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.signal import Signal

__all__ = ["Played", "play", "run_begun", "step_action_id"]

_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}


_MOVED = timedelta(days=90)
"""A target day that moved by this much is another occasion. Our choice: the quarter in which a
decision usually slips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a night made of an account's playbooks."""

    runs: tuple[PlaybookRun, ...] = ()
    """Those begun, changed or closed tonight: to be kept."""
    actions: tuple[Action, ...] = ()
    """Every action of a run: known ones followed up, and new ones, waiting."""
    signal_keys: frozenset[str] = frozenset()
    """Findings that a run answers: none of them makes a single action."""


def run_begun(
    account_id: str,
    kind: PlaybookKind,
    about: str,
    *,
    reason: str,
    on: date,
    by: str | None = None,
    target: date | None = None,
    severity: str = "warning",
) -> PlaybookRun:
    """Return a run of a playbook; asked twice for the same occasion, the same run.

    Args:
        account_id: For which account.
        kind: Which playbook.
        about: What it is about: a record's id, or words that name the occasion.
        reason: One sentence for every task of the run.
        on: The first day.
        by: The person who starts it; None: a rule does.
        target: The day it leads up to.
        severity: ``info``, ``warning`` or ``critical``.
    """
    return PlaybookRun(
        id=kept_id(PlaybookRun, account_id, kind.value, about),
        account_id=account_id,
        playbook=kind,
        subject=about,
        reason=reason,
        started_on=on,
        target_on=target,
        severity=severity,
        started_by=by,
    )


def step_action_id(run: PlaybookRun, step_key: str) -> str:
    """Return the id of the action that a step makes: the same for ever."""
    return kam_id(Kind.TASK, "kam", f"{run.id}:{step_key}")


def play(situation: Situation, signals: Sequence[Signal]) -> Played:
    """Begin what is called for, follow what runs, close what is done.

    A run is begun once for each occasion; each of its steps makes one action, when its time
    comes, whatever becomes of it. Runs that a person started go on under any setting.
    """
    known = {run.id: run for run in situation.facts.kept.of(PlaybookRun)}
    told = {_id(situation, one, known): one for one in occasions(situation, signals)}
    begun = {
        id_: _begun(situation, one)
        for id_, one in told.items()
        if id_ not in known and one.fresh and _starts(situation, one)
    }
    changed: list[PlaybookRun] = list(begun.values())
    actions: list[Action] = []
    for run in (*known.values(), *begun.values()):
        after, made = _followed(situation, run, told.get(run.id))
        actions += made
        if after != run:
            changed = [one for one in changed if one.id != run.id] + [after]
    running = known.keys() | begun.keys()
    actions += [
        _withdrawn(situation, one)
        for one in situation.facts.actions
        if one.playbook_run_id is not None and one.playbook_run_id not in running
    ]
    keys = (one.signal_keys for id_, one in told.items() if id_ in running)
    return Played(
        runs=tuple(changed),
        actions=tuple(actions),
        signal_keys=frozenset(key for listed in keys for key in listed),
    )


def _id(situation: Situation, one: Occasion, known: Mapping[str, PlaybookRun]) -> str:
    """Return the id of an occasion's run: a date that was put right makes no new occasion."""
    record = one.about.partition("@")[0]
    for id_, run in known.items():
        if run.playbook is one.kind and run.subject.partition("@")[0] == record:
            near = one.target and run.target_on and abs(one.target - run.target_on) <= _MOVED
            if run.closed_on is None or near:
                return id_
    return kept_id(PlaybookRun, situation.facts.account.id, one.kind.value, one.about)


def _starts(situation: Situation, one: Occasion) -> bool:
    return situation.settings.playbooks.starts(one.kind, situation.facts.kept)


def _begun(situation: Situation, one: Occasion) -> PlaybookRun:
    run = run_begun(
        situation.facts.account.id,
        one.kind,
        one.about,
        reason=one.reason,
        on=situation.as_of,
        target=one.target,
        severity=one.severity,
    )
    return replace(
        run,
        contact_id=one.contact_id,
        opportunity_id=one.opportunity_id,
        signal_key=one.signal_keys[0] if one.signal_keys else None,
    )


def _followed(
    situation: Situation, run: PlaybookRun, told: Occasion | None
) -> tuple[PlaybookRun, list[Action]]:
    """Return a run as it stands after tonight, with all its actions."""
    own = {one.id: one for one in situation.facts.actions if one.playbook_run_id == run.id}
    if run.closed_on is not None:
        ended = [_known(situation, run, one, told, keep=False) for one in own.values()]
        return run, ended
    if told is not None and told.target and told.target != run.target_on:
        run = replace(run, target_on=told.target)
    became = standing(situation, run, told=told is not None)
    steps = playbook_steps(run.playbook, start=run.started_on, target=run.target_on)
    wanted = [one for one in steps if _wanted(one, became)]
    actions = [
        _known(situation, run, action, told, keep=_keeps(run, action, wanted))
        for action in own.values()
    ]
    new = [
        _action(situation, run, one, told)
        for one in wanted
        if step_action_id(run, one.step.key) not in own and _its_time(situation, one)
    ]
    actions += new
    left = {step_action_id(run, one.step.key) for one in wanted} - {one.id for one in actions}
    if not left and not any(one.state in _UNFINISHED for one in actions):
        run = replace(run, closed_on=situation.as_of)
    return run, actions


def _wanted(one: DatedStep, became: Standing) -> bool:
    if became is Standing.FALSE:
        return False
    return became is Standing.HOLDS or one.step.stays


def _keeps(run: PlaybookRun, action: Action, wanted: Iterable[DatedStep]) -> bool:
    return any(action.id == step_action_id(run, one.step.key) for one in wanted)


def _its_time(situation: Situation, one: DatedStep) -> bool:
    lead = situation.settings.playbooks.lead_working_days
    return one.due <= working_days_apart(situation.as_of, lead)


def _known(
    situation: Situation, run: PlaybookRun, action: Action, told: Occasion | None, *, keep: bool
) -> Action:
    """Return an action of a run as it stands tonight; what a person closed stays closed."""
    if action.state not in _UNFINISHED or not keep:
        return _withdrawn(situation, action)
    owner = step_heir(situation, run, action.owner_id)
    severity = told.severity if told else run.severity
    return replace(action, owner_id=owner, severity=severity)


def _withdrawn(situation: Situation, action: Action) -> Action:
    """Return an action that nobody need do any more; what a person closed stays closed."""
    if action.state not in _UNFINISHED:
        return action
    return replace(action, state=ActionState.WITHDRAWN, closed_on=situation.as_of)


def _action(
    situation: Situation, run: PlaybookRun, one: DatedStep, told: Occasion | None
) -> Action:
    say, account = situation.settings.say, situation.facts.account.name
    indicator = say(one.step.indicator)
    return Action(
        id=step_action_id(run, one.step.key),
        account_id=run.account_id,
        title=say(one.step.title, account=account)[:255],
        reason=say(
            "{reason}. Step {n} of {of}; done when: {indicator}.",
            reason=run.reason.rstrip("."),
            n=one.number,
            of=one.of,
            indicator=indicator,
        ),
        due=max(one.due, working_days_apart(situation.as_of, 1)),
        owner_id=step_owner(situation, run, one.step.role),
        contact_id=run.contact_id,
        severity=told.severity if told else run.severity,
        created_on=situation.as_of,
        success_indicator=indicator,
        playbook_run_id=run.id,
    )
