"""Who of ours is in touch beside the KAM, and countries without a local one (S2.04, S2.45)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.kam.team.account_team import AccountTeam
from kam_connector.model.account_team import TeamRole
from kam_connector.model.activity import Activity
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import OfferPosition, RevenueLine
from kam_connector.model.plan_content import PlanFrame
from kam_connector.model.programme import Function, ProgrammeMember

__all__ = ["OutsideTouch", "Reach", "countries_without_kam", "outside_the_kam"]

_YEAR = timedelta(days=365)
_BY_ROLE = {
    TeamRole.KAM: Function.SALES,
    TeamRole.LOCAL_KAM: Function.SALES,
    TeamRole.EXECUTIVE_SPONSOR: Function.MANAGEMENT,
    TeamRole.SALES: Function.SALES,
    TeamRole.PRESALES: Function.SALES,
    TeamRole.SUPPORT: Function.CUSTOMER_SERVICE,
    TeamRole.DELIVERY: Function.DELIVERY,
    TeamRole.FINANCE: Function.FINANCE,
    TeamRole.LEGAL: Function.LEGAL,
    TeamRole.PRODUCT: Function.PRODUCT,
    TeamRole.R_AND_D: Function.R_AND_D,
    TeamRole.MARKETING: Function.MARKETING,
    TeamRole.HR: Function.HR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTouch:
    """One of ours, not the KAM, who is in touch with the customer."""

    user_id: str
    function: Function | None
    """None: nobody said where they work."""
    on_the_team: bool
    touches: int
    contact_ids: tuple[str, ...]
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All touches of a year, with and without the KAM."""

    touches: int
    outside: int
    """Those in which the KAM had no part."""
    people: tuple[OutsideTouch, ...]
    """Most touches first."""
    functions: tuple[tuple[Function | None, int], ...]
    """Touches outside the KAM by function, most first."""
    unknown_to_kam: tuple[str, ...]
    """Contacts whom others of ours are in touch with and the KAM is not."""

    @property
    def outside_percent(self) -> Decimal | None:
        """Percent of the touches without the KAM; None without any."""
        if not self.touches:
            return None
        share = Decimal(100 * self.outside) / self.touches
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def outside_the_kam(
    facts: AccountFacts, team: AccountTeam, as_of: date, settings: ProgrammeSettings | None = None
) -> Reach:
    """Return who of ours is in touch with the customer beside the KAM, and with whom."""
    since = as_of - timedelta(days=(settings or ProgrammeSettings()).reach_days)
    recent = [
        one
        for one in facts.activities
        if one.held and one.user_ids and since < one.at.date() <= as_of
    ]
    with_kam = [one for one in recent if team.kam_id in one.user_ids]
    outside = [one for one in recent if team.kam_id not in one.user_ids]
    functions = _functions(facts, team)
    people = _people(outside, team, functions)
    by_function: Counter[Function | None] = Counter()
    for one in people:
        by_function[one.function] += one.touches
    ours = {person.id for person in facts.contacts}
    known = {contact for one in with_kam for contact in one.contact_ids}
    others = {contact for one in outside for contact in one.contact_ids}
    return Reach(
        touches=len(recent),
        outside=len(outside),
        people=people,
        functions=tuple(sorted(by_function.items(), key=lambda one: (-one[1], str(one[0])))),
        unknown_to_kam=tuple(sorted((others & ours) - known)),
    )


def countries_without_kam(facts: AccountFacts, team: AccountTeam, as_of: date) -> tuple[str, ...]:
    """Return countries in which we do business with the customer and have no local KAM.

    Countries are those of a year's revenue, of local plans and of offers. With one country
    alone the KAM is local: nothing is missing.
    """
    kept = facts.kept
    there = {line.country for line in kept.of(RevenueLine) if as_of - _YEAR < line.month <= as_of}
    there |= {frame.country for frame in kept.of(PlanFrame)}
    there |= {offer.country for offer in kept.of(OfferPosition)}
    countries = {country.upper() for country in there if country}
    served = {
        one.country.upper()
        for one in team.members
        if one.country and one.role in (TeamRole.KAM, TeamRole.LOCAL_KAM)
    }
    return tuple(sorted(countries - served)) if len(countries) > 1 else ()


def _functions(facts: AccountFacts, team: AccountTeam) -> dict[str, Function]:
    found = {one.user_id: one.function for one in facts.kept.of(ProgrammeMember)}
    for place in team.members:
        function = place.function or _BY_ROLE.get(place.role)
        if function is not None:
            found[place.user_id] = function
    return found


def _people(
    outside: list[Activity], team: AccountTeam, functions: dict[str, Function]
) -> tuple[OutsideTouch, ...]:
    touched: dict[str, list[Activity]] = {}
    for activity in outside:
        for user_id in activity.user_ids:
            touched.setdefault(user_id, []).append(activity)
    rows = [
        OutsideTouch(
            user_id=user_id,
            function=functions.get(user_id),
            on_the_team=user_id in team.user_ids,
            touches=len(own),
            contact_ids=tuple(sorted({contact for one in own for contact in one.contact_ids})),
            last_on=max(one.at.date() for one in own),
        )
        for user_id, own in touched.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.touches, row.user_id)))
