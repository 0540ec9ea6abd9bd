"""Hard limits of a verdict, each naming itself (docs/scores.md: hard overrides)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kam_connector.kam.coverage import GoalStage, account_coverage
from kam_connector.kam.kpis.satisfaction import is_escalated
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import phrase
from kam_connector.model.contact import Profile
from kam_connector.model.kind import JsonValue
from kam_connector.model.score import Band

__all__ = ["Cap", "health_caps"]

_WHO = {
    Profile.INTERNAL_SPONSOR: ("champion", phrase("champion")),
    Profile.ECONOMIC_DECIDER: ("decider", phrase("decider")),
}
"""In a cap's key, and in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """One limit in force."""

    key: str
    name: str
    """For a person, as of the day: "champion left, 70 days before renewal"."""
    reason: str
    """The same with absolute dates and no name, fit to be stored in a CRM."""
    band: Band
    """The best verdict it allows."""
    contact_id: str | None = None
    on: date | None = None
    """The dated fact it stands on."""
    renewal: date | None = None
    """The decision it speaks of, while that renewal's window is open."""

    def facts(self) -> dict[str, JsonValue]:
        """Return what it says without words, so that a card can say it in its language."""
        return {
            "key": self.key.removeprefix("cap."),
            "on": self.on.isoformat() if self.on else None,
            "renewal": self.renewal.isoformat() if self.renewal else None,
        }


def health_caps(situation: Situation) -> list[Cap]:
    """Return the caps in force, the gravest first.

    A departed sponsor or decider caps until somebody in the same role is in dialogue; a
    renewal within 90 days without any sponsor or decider in dialogue caps too. An escalated
    request that is open caps whatever is known of people.
    """
    people = _people_caps(situation) if situation.recorded.readable else []
    return [*people, *_escalation(situation)]


def _people_caps(situation: Situation) -> list[Cap]:
    goals = account_coverage(situation).goals
    held = {goal.profile for goal in goals if goal.stage >= GoalStage.DIALOGUE}
    caps = [
        _departure(situation, person_id, alone=not held & KEY_PROFILES)
        for person_id in _by_profile(situation)
        if situation.profile(person_id) not in held
    ]
    return caps or _no_sponsor(situation, alone=not held & KEY_PROFILES)


def _by_profile(situation: Situation) -> list[str]:
    return sorted(
        situation.emptied_seats(),
        key=lambda p: (situation.profile(p) is not Profile.INTERNAL_SPONSOR, p),
    )


def _departure(situation: Situation, person_id: str, *, alone: bool) -> Cap:
    key, word = _WHO.get(situation.profile(person_id), _WHO[Profile.INTERNAL_SPONSOR])
    say, on = situation.settings.say, situation.departures[person_id].on
    renewal, who = _open_renewal(situation), say(word)
    name, reason = say("{who} left", who=who), say("{who} left on {day}", who=who, day=on)
    if renewal:
        name = say.count(
            "{who} left, {n} day before renewal",
            "{who} left, {n} days before renewal",
            (renewal - situation.as_of).days,
            who=who,
        )
        reason = say(
            "{who} left on {day}, renewal due on {renewal}", who=who, day=on, renewal=renewal
        )
    return Cap(
        key=f"cap.{key}_left",
        name=name,
        reason=reason,
        band=Band.RED if _near(situation) and alone else Band.AMBER,
        contact_id=person_id,
        on=on,
        renewal=renewal,
    )


def _no_sponsor(situation: Situation, *, alone: bool) -> list[Cap]:
    roles = any(values & KEY_PROFILES for values in situation.profiles.values())
    if not (alone and roles and _near(situation)):
        return []
    say, renewal = situation.settings.say, _open_renewal(situation)
    name = say("no sponsor in dialogue")
    reason = say("no sponsor or decider in dialogue")
    if renewal:
        name = say.count(
            "no sponsor in dialogue, {n} day before renewal",
            "no sponsor in dialogue, {n} days before renewal",
            (renewal - situation.as_of).days,
        )
        reason = say("no sponsor or decider in dialogue, renewal due on {day}", day=renewal)
    return [Cap(key="cap.no_sponsor", name=name, reason=reason, band=Band.AMBER, renewal=renewal)]


def _escalation(situation: Situation) -> list[Cap]:
    """Return the cap of an open critical incident: an escalated request nobody has settled."""
    as_of, say = situation.as_of, situation.settings.say
    waiting = [one for one in situation.facts.cases if is_escalated(one, as_of)]
    if not waiting:
        return []
    since = min((one.opened_at.date() for one in waiting if one.opened_at), default=None)
    name = say.count("{n} escalated request open", "{n} escalated requests open", len(waiting))
    reason = say("{what}, the first since {day}", what=name, day=since) if since else name
    return [Cap(key="cap.open_escalation", name=name, reason=reason, band=Band.AMBER, on=since)]


def _near(situation: Situation) -> bool:
    days = situation.days_to_renewal
    return days is not None and days <= situation.settings.health.cap_window_days


def _open_renewal(situation: Situation) -> date | None:
    if situation.renewal is None or situation.renewal.opens > situation.as_of:
        return None
    return situation.renewal.decision
