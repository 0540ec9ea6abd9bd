"""Does the plan bring results: each objective against its pace (S1.22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from kam_connector.kam.plan.horizon import begun_on
from kam_connector.kam.plan.opening import HORIZON_DAYS
from kam_connector.kam.plan.view import Attained, AttainmentState
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.plan import Nature, Objective, ObjectiveStatus

__all__ = ["attainment", "objectives_off_track", "objectives_on_track", "results_in_words"]

_REMEMBERED_DAYS = HORIZON_DAYS
"""Objectives that ended this long ago still count. Our choice: the year before this one."""
_DECIDED_ELSEWHERE = "renewal.roles"
"""Closed when the renewal is decided, early or late: that is no miss."""
_WELL = {AttainmentState.REACHED, AttainmentState.ON_TRACK}
_BADLY = {AttainmentState.BEHIND, AttainmentState.MISSED}


def attainment(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> tuple[Attained, ...]:
    """Return how every objective does that counts today, the earliest due first.

    Left out: what a person closed, what lost its reason, what ended over a year ago.
    """
    used = settings or KamSettings()
    counted = [one for one in facts.objectives if _counts(one, as_of)]
    counted.sort(key=lambda one: (one.due, one.title, one.id))
    return tuple(_attained(one, facts, as_of, used) for one in counted)


def objectives_off_track(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> list[Attained]:
    """Return the objectives that are behind their pace or were missed."""
    found = attainment(facts, as_of=as_of, settings=settings)
    return [one for one in found if one.state in _BADLY]


def objectives_on_track(
    facts: AccountFacts, *, as_of: date, settings: KamSettings | None = None
) -> tuple[int, int]:
    """Return how many objectives are reached or on their way, and how many can be told."""
    found = attainment(facts, as_of=as_of, settings=settings)
    told = [one for one in found if one.state is not AttainmentState.NOT_KNOWN]
    return sum(one.state in _WELL for one in told), len(told)


def results_in_words(found: Sequence[Attained], say: Voice) -> str:
    """Return in one sentence whether the plan brings results."""
    told = [one for one in found if one.state is not AttainmentState.NOT_KNOWN]
    unknown = len(found) - len(told)
    if not told:
        return say("Whether the plan brings results is not known: no objective can be judged yet")
    reached = sum(one.state is AttainmentState.REACHED for one in told)
    on_track = sum(one.state is AttainmentState.ON_TRACK for one in told)
    text = say(
        "Of {all} objectives {reached} reached, {on_track} on track, {behind} behind or missed",
        all=len(told),
        reached=reached,
        on_track=on_track,
        behind=len(told) - reached - on_track,
    )
    return text + (say("; {unknown} cannot be judged", unknown=unknown) if unknown else "")


def _counts(one: Objective, as_of: date) -> bool:
    if one.due < as_of - timedelta(days=_REMEMBERED_DAYS):
        return False
    if one.status is not ObjectiveStatus.CLOSED:
        return True
    over = one.due <= as_of and one.settled_at is None and one.made_by is None
    return over and one.metric != _DECIDED_ELSEWHERE


def _attained(one: Objective, facts: AccountFacts, as_of: date, settings: KamSettings) -> Attained:
    progress, expected = _progress(one), _expected(one, facts, as_of)
    state = _state(one, progress, expected, as_of, settings)
    return Attained(
        objective=one,
        state=state,
        progress=100 if state is AttainmentState.REACHED else progress,
        expected=expected if one.nature is Nature.QUANTITATIVE else None,
        reason=_reason(one, state, progress, expected, settings.say),
    )


def _state(
    one: Objective,
    progress: int | None,
    expected: int,
    as_of: date,
    settings: KamSettings,
) -> AttainmentState:
    if one.status is ObjectiveStatus.REACHED:
        return AttainmentState.REACHED
    over = one.due <= as_of
    if one.nature is Nature.QUALITATIVE:
        return AttainmentState.MISSED if over else AttainmentState.NOT_KNOWN
    if progress is None:
        return AttainmentState.NOT_KNOWN
    if _is_kept(one):
        held = _within(one, settings.write_step)
        return AttainmentState.ON_TRACK if held else AttainmentState.BEHIND
    if progress >= 100:
        return AttainmentState.REACHED
    if over:
        return AttainmentState.MISSED
    enough = progress + settings.plan.on_track_slack_percent >= expected
    return AttainmentState.ON_TRACK if enough else AttainmentState.BEHIND


def _is_kept(one: Objective) -> bool:
    """Tell whether an objective of the method began where it should be: kept, never reached."""
    start, target = one.baseline, one.target
    return one.made_by is None and start is not None and target is not None and start >= target


def _within(one: Objective, slack: Decimal) -> bool:
    return one.last is not None and one.target is not None and one.last + slack >= one.target


def _progress(one: Objective) -> int | None:
    """Return how much of the way is done, in percent, down to -100; None when not known.

    The way may lead up or down: from 40 open cases to 20, 30 is half of it.
    """
    if one.target is None or one.last is None or one.nature is Nature.QUALITATIVE:
        return None
    start = Decimal(0) if one.baseline is None else one.baseline
    if start == one.target:
        return 100 if one.last >= one.target else 0
    share = (one.last - start) / (one.target - start) * 100
    return int(max(Decimal(-100), min(Decimal(100), share)).to_integral_value(ROUND_FLOOR))


def _expected(one: Objective, facts: AccountFacts, as_of: date) -> int:
    begun = begun_on(one, facts.plan) or as_of
    whole = (one.due - begun).days
    return 100 if whole <= 0 else max(0, min(100, (as_of - begun).days * 100 // whole))


def _reason(
    one: Objective, state: AttainmentState, progress: int | None, expected: int, say: Voice
) -> str:
    if one.nature is Nature.QUALITATIVE and one.status is ObjectiveStatus.OPEN:
        if state is AttainmentState.MISSED:
            return say("due on {due}, and nobody has said that it is reached", due=one.due)
        return say("judged by a person, due on {due}", due=one.due)
    if progress is None:
        return say("its metric is not known") if state is AttainmentState.NOT_KNOWN else ""
    numbers = say(
        "from {start} to {now}, target {target}", start=one.baseline, now=one.last,
        target=one.target,
    )  # fmt: skip
    pace = say("{done} % of the way, {time} % of the time", done=progress, time=expected)
    return f"{numbers}; {pace}"
