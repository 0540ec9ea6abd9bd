"""From findings to next actions: each made once, few at a time, for the right owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kam_connector.kam.settings import ActionSettings
from kam_connector.kam.signals.follow import kind_rank, severity_rank
from kam_connector.kam.situation import Situation
from kam_connector.kam.wording import action_title
from kam_connector.language import Language
from kam_connector.model.account import Stage
from kam_connector.model.account_team import Handover, HandoverKind
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.signal import Severity, Signal, SignalKind, SignalState

__all__ = ["able_owner", "action_urgency", "allot", "propose_actions", "working_day_after"]

_DEFAULTS = ActionSettings()
_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}
_IN_FORCE = {SignalState.ACTIVE, SignalState.ACKNOWLEDGED, SignalState.IN_PROGRESS}
_SPEAKS_OF_ACTIONS = {SignalKind.ACTION_OVERDUE}
"""Findings whose actions exist already: another one would only be in the way."""


def propose_actions(
    situation: Situation, signals: Sequence[Signal], *, besides: Collection[str] = ()
) -> tuple[Action, ...]:
    """Return all actions of the account: those known, followed up, and the new ones.

    One action per finding. What a person closed is not made again for the same finding;
    an unfinished action whose finding is gone expires. New ones wait until `allot`. Those of
    playbooks are not among them.

    Args:
        situation: The account, read.
        signals: All findings of the night.
        besides: Keys of findings that a playbook answers.
    """
    live = {s.key: s for s in signals if s.state in _IN_FORCE}
    single = [action for action in situation.facts.actions if action.playbook_run_id is None]
    known = [_followed(situation, action, live) for action in single]
    made = {action.id for action in known}
    busy = {action.signal_key for action in known if action.state in _UNFINISHED}
    new = [
        action
        for signal in live.values()
        if signal.key not in busy and signal.key not in besides
        if _asks(situation, signal)
        if (action := _action(situation, signal)).id not in made
    ]
    return (*known, *new)


def allot(
    actions: Iterable[Action],
    *,
    max_open_per_owner: int = _DEFAULTS.max_open_per_owner,
    max_open_per_account: int = _DEFAULTS.max_open_per_account,
) -> list[Action]:
    """Return *actions* in their order, with as many waiting ones opened as limits allow.

    The gravest open first, then the earliest due. What is open stays open. An action
    without an owner waits on the handover list.

    Args:
        actions: Of all accounts together: the owner's limit spans them.
        max_open_per_owner: Open KAM tasks one person may have (five by default).
        max_open_per_account: Open at once on one account; a critical one comes beside, and
            then has the account to itself.
    """
    everything = list(actions)
    open_ones = [action for action in everything if action.state is ActionState.OPEN]
    per_owner = Counter(action.owner_id for action in open_ones)
    chosen: set[str] = set()
    waiting = [action for action in everything if action.state is ActionState.WAITING]
    for action in sorted(waiting, key=action_urgency):
        room = per_owner[action.owner_id] < max_open_per_owner
        beside = [other for other in open_ones if other.account_id == action.account_id]
        if action.owner_id and room and _fits(action, beside, max_open_per_account):
            per_owner[action.owner_id] += 1
            open_ones.append(action)
            chosen.add(action.id)
    return [
        replace(action, state=ActionState.OPEN) if action.id in chosen else action
        for action in everything
    ]


def _fits(action: Action, beside: Sequence[Action], most: int) -> bool:
    """Tell whether an action may open beside others of its account.

    A critical one has the account to itself: whoever handles it speaks of the rest as well.
    Steps of one playbook are handled together.
    """
    grave, run = severity_rank("critical"), action.playbook_run_id
    if any(
        severity_rank(other.severity) == grave and (run is None or other.playbook_run_id != run)
        for other in beside
    ):
        return False
    return severity_rank(action.severity) == grave or len(beside) < most


def action_urgency(action: Action) -> tuple[int, date, int, str]:
    """Return the sort key of an action: gravest, then earliest due, then its kind."""
    kind = (action.signal_key or "").partition(":")[0]
    return severity_rank(action.severity), action.due, kind_rank(kind), action.id


def working_day_after(day: date, count: int) -> date:
    """Return the day *count* working days after *day*, Monday to Friday."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def _asks(situation: Situation, signal: Signal) -> bool:
    """Tell whether a finding asks for an action of its own.

    In consolidation what only informs makes no task: it waits for the review (S2.09).
    """
    if signal.state is not SignalState.ACTIVE or signal.kind in _SPEAKS_OF_ACTIONS:
        return False
    if signal.snoozed_until and signal.snoozed_until > situation.as_of:
        return False
    quiet = situation.facts.key.stage is Stage.CONSOLIDATION
    return not (quiet and signal.severity is Severity.INFO)


def _followed(situation: Situation, action: Action, live: dict[str, Signal]) -> Action:
    if action.state not in _UNFINISHED or action.signal_key is None:
        return action
    if action.signal_key not in live:
        return replace(action, state=ActionState.EXPIRED, closed_on=situation.as_of)
    signal = live[action.signal_key]
    severity = signal.severity.value
    owner = able_owner(situation, signal.assigned_to or action.owner_id) or able_owner(
        situation, situation.facts.account.owner_id
    )
    action = _in_our_words(situation, action, signal)
    return replace(action, severity=severity, owner_id=owner)


def _in_our_words(situation: Situation, action: Action, signal: Signal) -> Action:
    """Return an action in the installation's language; a title that a person wrote stands."""
    ours = situation.settings.language
    for other in Language:
        settings = replace(situation.settings, language=other)
        told = action_title(replace(situation, settings=settings), signal)
        if other is not ours and told == action.title:
            title = action_title(situation, signal)
            if title != told:
                return replace(action, title=title, reason=_reason(situation, signal))
    return action


def _reason(situation: Situation, signal: Signal) -> str:
    return situation.settings.say(
        "{said}. First seen on {day}.", said=signal.summary, day=signal.first_seen
    )


def _action(situation: Situation, signal: Signal) -> Action:
    days = situation.settings.actions.due_working_days[signal.severity.value]
    return Action(
        id=kam_id(Kind.TASK, "kam", f"{signal.key}@{signal.period}"),
        account_id=signal.account_id,
        title=action_title(situation, signal),
        reason=_reason(situation, signal),
        due=working_day_after(situation.as_of, days),
        owner_id=able_owner(situation, signal.assigned_to)
        or able_owner(situation, situation.facts.account.owner_id),
        contact_id=signal.contact_id,
        severity=signal.severity.value,
        signal_key=signal.key,
        created_on=situation.as_of,
    )


def able_owner(situation: Situation, user_id: str | None) -> str | None:
    """Return the user, or who took the account over; None when nobody active is named."""
    heir = _heir(situation, user_id)
    user = situation.facts.users.get(heir) if heir else None
    return None if user is not None and not user.active else heir


def _heir(situation: Situation, user_id: str | None) -> str | None:
    """Return who took over from somebody, by the latest handover on; the CRM may not know yet."""
    changes = [
        one
        for one in situation.facts.kept.of(Handover)
        if one.kind is HandoverKind.KAM_CHANGE and one.to_user_id
    ]
    for one in sorted(changes, key=lambda change: (change.opened_on, change.id)):
        if one.from_user_id == user_id:
            user_id = one.to_user_id
    return user_id
