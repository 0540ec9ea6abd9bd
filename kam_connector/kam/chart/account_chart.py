"""The chart of an account as of any day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kam_connector.kam.chart.gaps import find_gaps
from kam_connector.kam.chart.lines import Line, cut_circles, edges_on, reporting_lines
from kam_connector.kam.chart.presence import Presence, presence
from kam_connector.kam.chart.seats import Basis, Chart, Overlay, Seat
from kam_connector.kam.chart.titles import TitleReading, read_title
from kam_connector.kam.people import profiles
from kam_connector.model.contact import Contact, Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge

__all__ = ["account_chart"]


def account_chart(
    facts: AccountFacts, as_of: date, *, elsewhere: Mapping[str, Contact] | None = None
) -> Chart:
    """Return who reports to whom on a day, from the CRM and from what people say.

    Args:
        facts: The account with its subsidiaries, whose people stand on one chart.
        as_of: Any day: jobs, ties and departures are dated.
        elsewhere: People who moved to other accounts since, by id, for a chart of the past.
    """
    people = presence(facts, as_of, elsewhere=elsewhere)
    edges = edges_on(facts.kept.of(PeopleEdge), as_of)
    managers = {one.id: one.manager_id for one in (*people.there.values(), *people.gone.values())}
    told = reporting_lines(managers, edges)
    readings = {one: read_title(person.title) for one, person in _everybody(people).items()}
    ranks = {one: reading.rank for one, reading in readings.items()}
    drawn = _with_vacant_seats(people, told)
    inside = {one: _within(told[one], drawn) for one in drawn}
    lines, circles = cut_circles(inside, ranks)
    seats = _seats(people, lines, readings, profiles(facts))
    overlays = [edge for edge in edges if edge.kind is not EdgeKind.REPORTS_TO]
    return Chart(
        account_id=facts.account.id,
        account=facts.account.name,
        as_of=as_of,
        seats=seats,
        overlays=_overlays(overlays, {seat.contact.id for seat in seats}),
        circles=circles,
        gaps=find_gaps(people, told, seats, as_of=as_of),
        departed=people.departed,
        names={one: person.name for one, person in _everybody(people).items()},
    )


def _everybody(people: Presence) -> dict[str, Contact]:
    return {**people.gone, **people.there}


def _with_vacant_seats(people: Presence, lines: Mapping[str, Line]) -> dict[str, None]:
    """Return those who are there, and those gone to whom somebody there still reports."""
    drawn = dict.fromkeys(people.there)
    for person_id in people.there:
        above = lines[person_id].parent_id
        while above is not None and above in people.gone and above not in drawn:
            drawn[above] = None
            above = lines[above].parent_id
    return drawn


def _within(line: Line, drawn: Mapping[str, None]) -> Line:
    if line.parent_id is None or line.parent_id in drawn:
        return line
    return Line(parent_id=None, basis=Basis.NONE, crm_parent_id=line.crm_parent_id)


def _seats(
    people: Presence,
    lines: Mapping[str, Line],
    readings: Mapping[str, TitleReading],
    known_profiles: Mapping[str, frozenset[Profile]],
) -> tuple[Seat, ...]:
    everybody = _everybody(people)
    below: dict[str | None, list[str]] = {}
    for person_id, line in lines.items():
        below.setdefault(line.parent_id, []).append(person_id)
    sizes = _sizes(below)
    order = {
        parent: sorted(
            listed,
            key=lambda one: (
                sizes[one] == 1 and parent is None,
                readings[one].rank,
                everybody[one].name.casefold(),
                one,
            ),
        )
        for parent, listed in below.items()
    }
    seats: list[Seat] = []
    waiting = [(one, 0) for one in reversed(order.get(None, []))]
    while waiting:
        person_id, level = waiting.pop()
        line = lines[person_id]
        seats.append(
            Seat(
                contact=everybody[person_id],
                level=level,
                parent_id=line.parent_id,
                basis=line.basis,
                evidence=line.evidence,
                told_by=line.told_by,
                crm_parent_id=line.crm_parent_id,
                reading=readings[person_id],
                profiles=known_profiles.get(person_id, frozenset()),
                vacant=person_id not in people.there,
                visiting=person_id in people.visiting,
            )
        )
        waiting += [(one, level + 1) for one in reversed(order.get(person_id, []))]
    return tuple(seats)


def _sizes(below: Mapping[str | None, list[str]]) -> dict[str, int]:
    """Return how many stand on each branch, its own head included."""
    downwards = list(below.get(None, []))
    for person_id in downwards:
        downwards += below.get(person_id, [])
    sizes: dict[str, int] = {}
    for person_id in reversed(downwards):
        sizes[person_id] = 1 + sum(sizes[one] for one in below.get(person_id, []))
    return sizes


def _overlays(edges: Iterable[PeopleEdge], drawn: set[str]) -> tuple[Overlay, ...]:
    found = {
        (edge.kind, edge.from_contact_id, edge.to_contact_id): Overlay(
            kind=edge.kind,
            from_id=edge.from_contact_id,
            to_id=edge.to_contact_id,
            strength=edge.strength,
            evidence=edge.evidence,
            asserted_by=edge.asserted_by,
        )
        for edge in sorted(edges, key=lambda one: (one.asserted_on, one.id))
        if {edge.from_contact_id, edge.to_contact_id} <= drawn
    }
    return tuple(found[key] for key in sorted(found))
