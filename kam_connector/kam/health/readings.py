"""The metrics of a health score, each read on a 0-100 ramp or left unknown."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.kam.coverage import STAGE_WORDS, Coverage, account_coverage, newcomer_mean
from kam_connector.kam.health.figure_readings import figure_readings
from kam_connector.kam.health.reading import Reading, ramp
from kam_connector.kam.situation import Situation
from kam_connector.language import Language, Voice

__all__ = ["Reading", "health_readings", "ramp"]

_FAMILIES = ("development", "satisfaction", "relationship", "profitability")
_STRONGEST = 3
"""With no roles recorded, the mean of the three strongest ties. Our choice: the least
number of contacts per deal (PILLAR, docs/scores.md)."""


def health_readings(
    situation: Situation, *, with_departed: bool, figures: Sequence[Reading] | None = None
) -> list[Reading]:
    """Return all metrics of the four families; unknown ones say why.

    Args:
        situation: The account, read.
        with_departed: Also count sponsors and deciders who left within the last half year.
        figures: What `figure_readings` gave, when they are known already.
    """
    steady = figure_readings(situation) if figures is None else figures
    readings = [*steady, *_relationship(situation, with_departed=with_departed)]
    return sorted(readings, key=lambda one: _FAMILIES.index(one.key.partition(".")[0]))


def _relationship(situation: Situation, *, with_departed: bool) -> list[Reading]:
    keys = ("key_ties", "coverage", "effective_threads", "recent_dialogue")
    say = situation.settings.say
    if not situation.recorded.readable:
        why = say(
            "mail of {percent} % of the team is recorded: no contact is not silence",
            percent=int(situation.recorded.share * 100),
        )
        return [Reading(key=f"relationship.{key}", value=None, reason=why) for key in keys]
    coverage = account_coverage(situation, with_departed=with_departed)
    return [
        _key_ties(situation, coverage),
        _role_coverage(say, coverage),
        Reading(
            key="relationship.effective_threads",
            value=ramp(coverage.threads, situation.settings.health.threads_ramp),
            reason=say(
                "{known} contacts, {threads} effective threads",
                known=coverage.connected,
                threads=_tenth(say, coverage.threads),
            ),
        ),
        _recent_dialogue(situation, with_departed=with_departed),
    ]


def _key_ties(situation: Situation, coverage: Coverage) -> Reading:
    full, say = situation.settings.health.tie_full_at, situation.settings.say
    if coverage.percent is None:
        ties = sorted(map(situation.strength, situation.present()), reverse=True)
        mean = sum(min(1.0, tie / full) for tie in ties[:_STRONGEST]) * 100.0 / _STRONGEST
        listed = ", ".join(f"{tie:.0f}" for tie in ties[:_STRONGEST] if tie > 0)
        reason = say("no roles recorded; strongest ties {ties}", ties=listed or say("none"))
        return Reading(key="relationship.key_ties", value=mean, reason=reason)
    mean = newcomer_mean(
        (goal, min(100.0, goal.strength / full * 100.0)) for goal in coverage.goals
    )
    best = ", ".join(f"{say.name(g.profile)} {g.strength:.0f}" for g in coverage.goals)
    return Reading(
        key="relationship.key_ties",
        value=mean,
        reason=say("strongest tie per role: {roles}", roles=best),
    )


def _role_coverage(say: Voice, coverage: Coverage) -> Reading:
    key = "relationship.coverage"
    if coverage.percent is None:
        return Reading(key=key, value=None, reason=say("no stakeholder roles are recorded"))
    stages = ", ".join(f"{say.name(g.profile)} {say(STAGE_WORDS[g.stage])}" for g in coverage.goals)
    return Reading(key=key, value=coverage.percent, reason=stages)


def _recent_dialogue(situation: Situation, *, with_departed: bool) -> Reading:
    key, say = "relationship.recent_dialogue", situation.settings.say
    who = [*situation.present(), *(situation.emptied_seats() if with_departed else ())]
    dates = [d for person in who if (d := situation.strengths[person].last_two_way)]
    if not dates:
        return Reading(key=key, value=0.0, reason=say("no two-way contact so far"))
    days = (situation.as_of - max(dates)).days
    return Reading(
        key=key,
        value=ramp(days, situation.settings.health.dialogue_ramp_days),
        reason=say("last two-way contact on {day}", day=max(dates)),
    )


def _tenth(say: Voice, value: float) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if say.language is Language.FR else text
