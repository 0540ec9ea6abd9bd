"""Who stands below whom: what people say before what the CRM says, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.chart.seats import Basis
from kam_connector.model.judgement import Evidence
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge

__all__ = ["Line", "cut_circles", "edges_on", "reporting_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person's line upwards."""

    parent_id: str | None
    basis: Basis
    evidence: Evidence | None = None
    told_by: str | None = None
    crm_parent_id: str | None = None


def edges_on(edges: Iterable[PeopleEdge], day: date) -> list[PeopleEdge]:
    """Return the ties in force on a day: said by then, not expired, and within their dates."""
    return [
        edge
        for edge in edges
        if edge.holds_on(day)
        and (edge.from_on is None or edge.from_on <= day)
        and (edge.to_on is None or day <= edge.to_on)
        and edge.from_contact_id != edge.to_contact_id
    ]


def reporting_lines(managers: Mapping[str, str | None], edges: Iterable[PeopleEdge],
                    ) -> dict[str, Line]:  # fmt: skip
    """Return everybody's line, from the CRM's *managers* and what people say.

    A person's word stands before the CRM's; of several the confirmed one, then the newest.
    """
    told: dict[str, PeopleEdge] = {}
    for edge in sorted(edges, key=_sureness):
        if edge.kind is EdgeKind.REPORTS_TO:
            told[edge.from_contact_id] = edge
    return {
        person_id: _line(manager_id if manager_id != person_id else None, told.get(person_id))
        for person_id, manager_id in managers.items()
    }


def cut_circles(
    lines: Mapping[str, Line], rank: Mapping[str, int]
) -> tuple[dict[str, Line], tuple[tuple[str, ...], ...]]:
    """Return the lines without circles, and each circle, begun with the one it was cut at.

    The one of the highest title becomes the top of the ring (a chief reports to nobody in his
    own team); of equals the one with the smallest id, so that every run cuts the same way.
    """
    cut = dict(lines)
    circles = []
    done: set[str] = set()
    for start in sorted(lines):
        way: dict[str, None] = {}
        here: str | None = start
        while here is not None and here in lines and here not in done and here not in way:
            way[here] = None
            here = lines[here].parent_id
        if here is not None and here in way:
            ring = list(way)[list(way).index(here) :]
            top = min(ring, key=lambda one: (rank.get(one, 9), one))
            place = ring.index(top)
            circles.append(tuple(ring[place:] + ring[:place]))
            cut[top] = Line(parent_id=None, basis=Basis.NONE, crm_parent_id=lines[top].parent_id)
        done.update(way)
    return cut, tuple(sorted(circles))


def _sureness(edge: PeopleEdge) -> tuple[bool, date, str]:
    return edge.evidence is Evidence.CONFIRMED, edge.asserted_on, edge.id


def _line(manager_id: str | None, edge: PeopleEdge | None) -> Line:
    if edge is None:
        basis = Basis.CRM if manager_id else Basis.NONE
        return Line(parent_id=manager_id, basis=basis)
    differs = manager_id if manager_id != edge.to_contact_id else None
    return Line(
        parent_id=edge.to_contact_id,
        basis=Basis.TOLD,
        evidence=edge.evidence,
        told_by=edge.asserted_by,
        crm_parent_id=differs,
    )
