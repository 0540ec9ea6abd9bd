"""Hard limits of a verdict, each naming itself (docs/scores.md: hard overrides)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kam_connector.kam.coverage import GoalStage, account_coverage
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.contact import Profile
from kam_connector.model.kind import JsonValue
from kam_connector.model.score import Band

__all__ = ["Cap", "health_caps"]

_WORDS = {Profile.INTERNAL_SPONSOR: "champion", Profile.ECONOMIC_DECIDER: "decider"}


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
    renewal within 90 days without any sponsor or decider in dialogue caps too.
    """
    if not situation.recorded.readable:
        return []
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
    word = _WORDS.get(situation.profile(person_id), "champion")
    near = _near(situation)
    on = situation.departures[person_id].on
    return Cap(
        key=f"cap.{word}_left",
        name=f"{word} left{_before_renewal(situation)}",
        reason=f"{word} left on {on}{_renewal_on(situation)}",
        band=Band.RED if near and alone else Band.AMBER,
        contact_id=person_id,
        on=on,
        renewal=_open_renewal(situation),
    )


def _no_sponsor(situation: Situation, *, alone: bool) -> list[Cap]:
    roles = any(values & KEY_PROFILES for values in situation.profiles.values())
    if not (alone and roles and _near(situation)):
        return []
    return [
        Cap(
            key="cap.no_sponsor",
            name=f"no sponsor in dialogue{_before_renewal(situation)}",
            reason=f"no sponsor or decider in dialogue{_renewal_on(situation)}",
            band=Band.AMBER,
            renewal=_open_renewal(situation),
        )
    ]


def _near(situation: Situation) -> bool:
    days = situation.days_to_renewal
    return days is not None and days <= situation.settings.health.cap_window_days


def _before_renewal(situation: Situation) -> str:
    decision = _open_renewal(situation)
    if decision is None:
        return ""
    return f", {(decision - situation.as_of).days} days before renewal"


def _renewal_on(situation: Situation) -> str:
    decision = _open_renewal(situation)
    return f", renewal due on {decision}" if decision else ""


def _open_renewal(situation: Situation) -> date | None:
    if situation.renewal is None or situation.renewal.opens > situation.as_of:
        return None
    return situation.renewal.decision
