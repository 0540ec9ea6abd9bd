"""Where a key account stands in its journey: stage, phase, gates, loops, and what is suggested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_connector.kam.journey.checks import GROWTH
from kam_connector.kam.journey.gates import ORDER, GateResult, gate_results
from kam_connector.kam.journey.ground import Ground, read_ground
from kam_connector.kam.renewals import main_cycle, renewal_cycles
from kam_connector.kam.settings import KamSettings
from kam_connector.model.account import KeyAccount, RenewalCycle, RenewalState, Stage
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import StageMove
from kam_connector.model.kept import kept_id
from kam_connector.model.plan_content import Initiative, WorkState

__all__ = ["JourneyState", "journey_state", "moved", "stages_kept"]

_SEATS = (Profile.INTERNAL_SPONSOR, Profile.ECONOMIC_DECIDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyState:
    """One account's place in its journey."""

    account_id: str
    stage: Stage
    since: date
    """When it came to this stage, as far as known."""
    phase: str
    """The stage, or ``renewal`` while a cycle of the main contract is open."""
    renewals: tuple[RenewalCycle, ...]
    """Cycles whose window is open, beside the stage."""
    entry: tuple[GateResult, ...]
    """What should have been true before it came here."""
    exit: tuple[GateResult, ...]
    """What should be true before it moves on."""
    moves: tuple[StageMove, ...]
    """Of the account as a whole, oldest first; loops included."""
    parts: tuple[tuple[str, Stage], ...]
    """Countries and subsidiaries that stand elsewhere, by name."""
    suggested: Stage | None
    """Where the rule would move it; a person decides."""
    because: str
    """Why the rule would; empty without a suggestion."""

    @property
    def unmet(self) -> tuple[str, ...]:
        """Keys of the exit's items that are not met."""
        return tuple(one.item for one in self.exit if not one.met)


def journey_state(
    facts: AccountFacts,
    as_of: date,
    *,
    coverage: Decimal | None = None,
    settings: KamSettings | None = None,
) -> JourneyState:
    """Return where an account stands as of a day, with its gates.

    Args:
        facts: All that is known about it.
        as_of: The day.
        coverage: Percent of the role goals met; None: not known.
        settings: The method's numbers; defaults when None.
    """
    ground = read_ground(facts, as_of, coverage=coverage, settings=settings)
    moves = _in_order(facts.kept.of(StageMove))
    whole = tuple(one for one in moves if one.part is None and one.on <= as_of)
    stage = facts.key.stage
    cycles = renewal_cycles(facts, as_of=as_of)
    before = ORDER[max(0, ORDER.index(stage) - 1)]
    leaving = gate_results(ground, stage)
    suggested, because = _suggestion(ground, stage, leaving, whole)
    return JourneyState(
        account_id=facts.account.id,
        stage=stage,
        since=whole[-1].on if whole and whole[-1].to_stage is stage else facts.key.since,
        phase="renewal" if main_cycle(facts, cycles, as_of) else stage.value,
        renewals=tuple(c for c in cycles if c.state is RenewalState.OPEN and c.opens <= as_of),
        entry=() if stage is ORDER[0] else gate_results(ground, before),
        exit=leaving,
        moves=whole,
        parts=_parts(moves, as_of),
        suggested=suggested,
        because=because,
    )


def moved(
    state: JourneyState, to_stage: Stage, *, on: date, by: str, reason: str | None = None,
    part: str | None = None, number: int | None = None,
) -> StageMove:  # fmt: skip
    """Return a person's move to any stage, with the gate's open items noted.

    Args:
        state: Where the account stands.
        to_stage: Where it goes, forward, back or again.
        on: The day.
        by: Who moves it.
        reason: Why, in their words.
        part: The country or subsidiary that moves; None: the account.
        number: How many moves it made before; counted from *state* when None.
    """
    stood = dict(state.parts).get(part, state.stage) if part else state.stage
    forward = ORDER.index(to_stage) > ORDER.index(stood)
    count = len(state.moves) if number is None else number
    return StageMove(
        id=kept_id(StageMove, state.account_id, part or "", count, on),
        account_id=state.account_id,
        from_stage=stood,
        to_stage=to_stage,
        on=on,
        moved_by=by,
        reason=reason,
        unmet=state.unmet if forward and part is None else (),
        part=part,
        number=count,
    )


def stages_kept(chosen: Iterable[KeyAccount], moves: Iterable[StageMove]) -> list[KeyAccount]:
    """Return the chosen accounts at the stages to which people last moved them."""
    last = {one.account_id: one.to_stage for one in _in_order(moves) if one.part is None}
    return [replace(key, stage=last.get(key.account_id, key.stage)) for key in chosen]


def _in_order(moves: Iterable[StageMove]) -> list[StageMove]:
    return sorted(moves, key=lambda one: (one.on, one.number, one.id))


def _parts(moves: Iterable[StageMove], as_of: date) -> tuple[tuple[str, Stage], ...]:
    last = {one.part: one.to_stage for one in moves if one.part and one.on <= as_of}
    return tuple(sorted((part, stage) for part, stage in last.items() if part))


def _suggestion(
    ground: Ground, stage: Stage, leaving: Sequence[GateResult], moves: Sequence[StageMove]
) -> tuple[Stage | None, str]:
    """Return where the rule would go, and why; never back to what a person just left."""
    found, why = _where(ground, stage, leaving)
    left = moves[-1] if moves else None
    if found is None or (
        left
        and left.from_stage is found
        and ground.recent(left.on, ground.settings.journey.rest_days)
    ):
        return None, ""
    return found, why


def _where(ground: Ground, stage: Stage, leaving: Sequence[GateResult]) -> tuple[Stage | None, str]:
    later = stage in (Stage.DEVELOPMENT, Stage.CONSOLIDATION)
    if later and _seats_emptied(ground):
        return Stage.ONBOARDING, ground.say(
            "Sponsor and decider are gone: the relationship starts anew"
        )
    if stage is Stage.CONSOLIDATION:
        running = [
            one
            for one in ground.facts.kept.of(Initiative)
            if one.kind in GROWTH and one.state is WorkState.RUNNING
        ]
        if not running:
            return None, ""
        first = min(running, key=lambda one: one.id)
        return Stage.DEVELOPMENT, ground.say("{title} makes it grow again", title=first.title)
    if all(one.met for one in leaving):
        return ORDER[ORDER.index(stage) + 1], ground.say("Every item of the gate is met")
    return None, ""


def _seats_emptied(ground: Ground) -> bool:
    """Tell whether whoever sponsored or decided has left, and nobody follows."""
    left = any(set(_SEATS) & ground.profiles.get(who, frozenset()) for who in ground.gone)
    return left and not any(ground.holders(seat) for seat in _SEATS)
