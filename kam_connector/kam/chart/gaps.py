"""What is missing on a chart: managers, seats, functions, departments and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kam_connector.kam.chart.lines import Line
from kam_connector.kam.chart.presence import Presence
from kam_connector.kam.chart.seats import Gap, GapKind, Seat
from kam_connector.kam.chart.titles import read_title, title_key
from kam_connector.model.contact import Profile
from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import Seniority

__all__ = ["find_gaps"]

_EXPECTED = (
    Function.MANAGEMENT,
    Function.FINANCE,
    Function.PROCUREMENT,
    Function.IT,
    Function.OPERATIONS,
)
"""Functions every key account has and where somebody should be known. Our choice: those who
decide, pay, buy, connect and use (S2.15-S2.18)."""
_LEVELS: tuple[tuple[Seniority, frozenset[Seniority]], ...] = (
    (Seniority.C_LEVEL, frozenset({Seniority.C_LEVEL})),
    (Seniority.DIRECTOR, frozenset({Seniority.VP, Seniority.DIRECTOR})),
    (Seniority.MANAGER, frozenset({Seniority.MANAGER})),
)
_EMPTY_DAYS = 180
"""How long a seat counts as empty: as the health score's (`HealthSettings.empty_seat_days`)."""
_ENOUGH = 3
"""With fewer people known, what is missing is everything: nothing is listed. Our choice."""


def find_gaps(
    people: Presence, told: Mapping[str, Line], seats: Sequence[Seat], *, as_of: date
) -> tuple[Gap, ...]:
    """Return what is missing, people first.

    Args:
        people: Of the day.
        told: Everybody's line before circles were cut and strangers left out.
        seats: As drawn.
        as_of: The day.
    """
    gaps = [*_managers(people, told, seats), *_empty_seats(people, seats, as_of)]
    if len(people.there) >= _ENOUGH:
        gaps += [*_functions(seats), *_departments(people), *_levels(seats)]
    return tuple(gaps)


def _managers(people: Presence, told: Mapping[str, Line], seats: Sequence[Seat]) -> Iterator[Gap]:
    for place, seat in enumerate(seats):
        above = told[seat.contact.id].parent_id
        if seat.vacant:
            continue
        if above in people.gone:
            yield Gap(kind=GapKind.MANAGER_LEFT, contact_id=seat.contact.id, other_id=above)
        elif above is not None and above not in people.there:
            yield Gap(kind=GapKind.MANAGER_UNKNOWN, contact_id=seat.contact.id, other_id=above)
        elif above is None and place > 0:  # the first one is the top: nobody is above
            yield Gap(kind=GapKind.NO_MANAGER, contact_id=seat.contact.id)


def _empty_seats(people: Presence, seats: Sequence[Seat], as_of: date) -> Iterator[Gap]:
    """Yield the seats of those who left lately where nobody of their rank and function sits."""
    filled = {(seat.reading.seniority, seat.reading.function) for seat in seats if not seat.vacant}
    vacant = {seat.contact.id for seat in seats if seat.vacant}
    for person_id, departure in sorted(people.departed.items()):
        recent = departure.on is None or (as_of - departure.on).days <= _EMPTY_DAYS
        reading = read_title(people.gone[person_id].title)
        known = reading.function is not None and reading.seniority is not Seniority.UNKNOWN
        replaced = (reading.seniority, reading.function) in filled
        matters = reading.profile in {Profile.ECONOMIC_DECIDER, Profile.TECHNICAL_INFLUENCER}
        if recent and (person_id in vacant or (known and matters and not replaced)):
            yield Gap(kind=GapKind.EMPTY_SEAT, contact_id=person_id, function=reading.function)


def _functions(seats: Sequence[Seat]) -> Iterator[Gap]:
    present = {seat.reading.function for seat in seats if not seat.vacant}
    for function in _EXPECTED:
        if function not in present:
            yield Gap(kind=GapKind.NOBODY_IN_FUNCTION, function=function)


def _departments(people: Presence) -> Iterator[Gap]:
    """Yield departments where we knew somebody and all have left."""
    present = {title_key(one.department or "") for one in people.there.values()}
    lost = {
        title_key(one.department): one.department
        for _, one in sorted(people.gone.items())
        if one.department and title_key(one.department) not in present
    }
    for key in sorted(lost):
        yield Gap(kind=GapKind.NOBODY_IN_DEPARTMENT, department=lost[key])


def _levels(seats: Sequence[Seat]) -> Iterator[Gap]:
    present = {seat.reading.seniority for seat in seats if not seat.vacant}
    for level, accepted in _LEVELS:
        if not present & accepted:
            yield Gap(kind=GapKind.NOBODY_AT_LEVEL, level=level)
