"""The org chart as one SVG picture, readable at sixty people, printable, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kam_connector.kam.chart.account_chart import account_chart
from kam_connector.kam.chart.chart_words import circle_words, gap_words
from kam_connector.kam.chart.placed import Box, Link, Placed, PlacedOverlay
from kam_connector.kam.chart.placing import lay_out
from kam_connector.kam.chart.seats import Basis, Chart, Seat
from kam_connector.kam.chart.stakeholders import StakeholderView, stakeholder_views
from kam_connector.language import Voice
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.model.judgement import Evidence
from kam_connector.model.score import StrengthScore
from kam_connector.reports.pictures.elements import element, escaped, text, wrapped
from kam_connector.reports.pictures.marks import (
    EDGES,
    LINE,
    QUIET,
    SUPPORT_SIGNS,
    TOLD,
    badge,
)
from kam_connector.reports.pictures.sheet import Drawing, LegendItem, band_legend, sheet

__all__ = ["draw_org_chart", "org_chart_svg"]

_MOST_NOTES = 8
"""Gaps told under the picture; the command tells all. Our choice: a page is no list."""


def draw_org_chart(
    facts: AccountFacts,
    as_of: date,
    *,
    say: Voice,
    strengths: Mapping[str, StrengthScore] | None = None,
    elsewhere: Mapping[str, Contact] | None = None,
) -> str:
    """Return an account's chart of a day as SVG, strengths and judgements on it."""
    chart = account_chart(facts, as_of, elsewhere=elsewhere)
    views = stakeholder_views(facts, as_of, strengths=strengths, say=say)
    return org_chart_svg(chart, lay_out(chart), {one.contact.id: one for one in views}, say=say)


def org_chart_svg(
    chart: Chart, placed: Placed, views: Mapping[str, StakeholderView], *, say: Voice
) -> str:
    """Return a chart that has been laid out as SVG.

    Args:
        chart: The people.
        placed: Where they stand.
        views: What is known of each, by contact.
        say: The language.
    """
    seats = chart.by_id
    people = say.count("{n} person", "{n} people", chart.people)
    gaps = say.count("{n} gap", "{n} gaps", len(chart.gaps))
    subtitle = f"{say('As of {day}', day=chart.as_of)} · {people} · {gaps}"
    title = say("{account}: who reports to whom", account=chart.account)
    body = [
        *_apart(placed, say),
        *map(_link, sorted(placed.links, key=lambda one: one.basis is Basis.TOLD)),
        *map(_overlay, placed.overlays),
        *(_box(box, seats[box.contact_id], views.get(box.contact_id), say) for box in placed.boxes),
    ]
    drawing = Drawing(
        title=title,
        subtitle=subtitle,
        description=_description(chart, say),
        body="".join(body) or text(say("Nobody is known here."), 0, 20, size=13),
        width=placed.width + (46 if placed.overlays else 0),
        height=placed.height,
        legend=list(_legend(chart, views, say)),
        notes=list(_notes(chart, say)),
        defs="".join(map(_arrow, sorted({one.kind for one in placed.overlays}))),
    )
    return sheet(drawing, say)


def _box(box: Box, seat: Seat, view: StakeholderView | None, say: Voice) -> str:
    tie = view.strength if view else None
    color = LINE if seat.vacant else "#c2cad3"
    frame = element(
        "rect",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx=6,
        fill="#f7f8fa" if seat.vacant else "#ffffff",
        stroke=color,
        stroke_width=1.4,
        stroke_dasharray="5 4" if seat.vacant else None,
    )
    inset = 12 if seat.vacant else 40  # an empty seat has no tie to show
    left, room = box.x + inset, box.width - inset - 8
    name = say("Vacant (was {person})", person=seat.contact.name) if seat.vacant else (
        seat.contact.name
    )  # fmt: skip
    score = f"{tie.value:.0f}" if tie and tie.last_two_way else "" if seat.vacant else "?"
    lines = [
        element("title", escaped(_spoken(seat, view, say))),
        frame,
        ""
        if seat.vacant
        else badge(tie.band if tie else None, box.x + 21, box.y + 23, words=score),
        text(
            name,
            left,
            box.y + 18,
            size=12.5,
            bold=True,
            room=room,
            fill=QUIET if seat.vacant else None,
        ),
        *_title(seat, view, left, box.y, room),
        _third_line(box, seat, view, say),
    ]
    return element("g", *lines)


def _title(
    seat: Seat, view: StakeholderView | None, x: float, y: float, room: float
) -> Iterator[str]:
    """Draw the title, on two lines where nothing else stands on the third."""
    lines = wrapped(seat.contact.title or "–", room, 10.5)
    free = (view is None or view.profile is None) and not seat.visiting
    if not free or len(lines) == 1:
        lines = [seat.contact.title or "–"]
    narrow = room - 22  # the sign of support stands at the end of the third line
    for place, line in enumerate(lines[:2]):
        rest = line if place == 0 or len(lines) == 2 else f"{line} …"
        wide = narrow if place else room
        yield text(rest, x, y + 32 + 14 * place, size=10.5, room=wide, fill=QUIET)


def _third_line(box: Box, seat: Seat, view: StakeholderView | None, say: Voice) -> str:
    """Return profile, influence as dots and support as a sign."""
    if view is None:
        return ""
    right = box.x + box.width - 9
    drawn = []
    told = view.judgement
    if told is not None and told.support is not None:
        sign = SUPPORT_SIGNS[told.support]
        drawn.append(text(sign, right, box.y + 47, size=12, bold=True, text_anchor="end"))
        right -= 22
    if told is not None and told.influence is not None:
        drawn += _dots(box.x + 8.5, box.y + 45, told.influence)
    words = say.name(view.profile) if view.profile else ""
    if seat.visiting:
        words = " · ".join(filter(None, (words, say("from another account"))))
    room = right - box.x - 42
    drawn.append(text(words, box.x + 40, box.y + 46.5, size=10, room=room))
    return "".join(drawn)


def _dots(x: float, y: float, influence: int) -> Iterator[str]:
    """Draw an influence of 1 to 5 as full dots of five."""
    for place in range(5):
        fill = "#1b2733" if place < influence else "none"
        yield element("circle", cx=x + place * 6.2, cy=y, r=2.2, fill=fill, stroke="#1b2733",
                      stroke_width=0.8)  # fmt: skip


def _spoken(seat: Seat, view: StakeholderView | None, say: Voice) -> str:
    """Return a box in words: for the pointer and for a screen reader."""
    parts = [seat.contact.name, seat.contact.title or "", seat.contact.department or ""]
    if seat.vacant:
        parts.append(say("has left; people still report here"))
    if view is not None and view.strength is not None:
        band = say(view.strength.band)
        parts.append(say("strength {value}, {band}", value=view.strength.value, band=band))
    if view is not None and view.profile is not None:
        parts.append(say.name(view.profile))
    if view is not None and view.judgement is not None and view.judgement.support is not None:
        parts.append(say("support {support}", support=view.judgement.support))
    if seat.told_by:
        parts.append(say("line told by {person}", person=seat.told_by))
    return ", ".join(filter(None, parts))


def _link(link: Link) -> str:
    """Draw a line; where a person told it, its last piece says so, the rest may be shared."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in link.points)
    line = element("polyline", points=points, fill="none", stroke=LINE, stroke_width=1.4)
    if link.basis is not Basis.TOLD:
        return line
    (x1, y1), (x2, y2) = link.points[-2:]
    dash = "5 3" if link.evidence is Evidence.ASSUMED else None
    told = element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=TOLD, stroke_width=3.0,
                   stroke_dasharray=dash)  # fmt: skip
    return line + told


def _overlay(tie: PlacedOverlay) -> str:
    mark = EDGES[tie.kind]
    (x, y), one, other, end = tie.points
    curve = f"C{one[0]:.1f} {one[1]:.1f} {other[0]:.1f} {other[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return element(
        "path",
        d=f"M{x:.1f} {y:.1f}{curve}",
        fill="none",
        stroke=mark.color,
        stroke_width=0.9 + 0.3 * tie.strength,
        stroke_dasharray=mark.dash,
        stroke_linecap="round",
        opacity=0.85,
        marker_end=f"url(#{tie.kind.value})" if mark.arrow else None,
    )


def _arrow(kind: str) -> str:
    mark = EDGES[next(one for one in EDGES if one == kind)]
    head = element("path", d="M0 0L8 4L0 8z", fill=mark.color)
    return element("marker", head, id=str(kind), markerWidth=8, markerHeight=8, refX=7, refY=4,
                   orient="auto", markerUnits="userSpaceOnUse")  # fmt: skip


def _apart(placed: Placed, say: Voice) -> Iterator[str]:
    """Draw what those without a manager stand in."""
    if placed.apart is None or not placed.links:
        return
    x, y, width, height = placed.apart
    yield element("rect", x=x + 8, y=y - 8, width=width, height=height + 16, rx=8, fill="#f3f5f8")
    yield text(say("No manager known"), x + 18, y - 14, size=11, fill=QUIET)


def _legend(chart: Chart, views: Mapping[str, StakeholderView], say: Voice) -> Iterator[LegendItem]:
    shown = {view.strength.band for view in views.values() if view.strength}
    yield from band_legend(shown, say)
    if any(view.strength is None for view in views.values()):
        sample = badge(None, 26, 0, size=20, words="?")
        yield LegendItem(sample=sample, words=say("nothing recorded"))
    told = {seat.evidence for seat in chart.seats if seat.basis is Basis.TOLD}
    yield LegendItem(sample=_stroke(LINE, 1.4, None), words=say("reports to (CRM)"))
    if Evidence.CONFIRMED in told:
        yield LegendItem(sample=_stroke(TOLD, 3, None), words=say("reports to (told)"))
    if Evidence.ASSUMED in told:
        sample = _stroke(TOLD, 3, "5 3")
        yield LegendItem(sample=sample, words=say("reports to (assumed)"))
    for kind, edge in EDGES.items():
        if any(tie.kind is kind for tie in chart.overlays):
            yield LegendItem(sample=_stroke(edge.color, 2, edge.dash), words=say(edge.label))
    judged = [view.judgement for view in views.values() if view.judgement]
    if any(one.influence for one in judged):
        dots = "".join(element("circle", cx=8 + 7 * place, cy=0, r=2.5) for place in range(5))
        yield LegendItem(sample=dots, words=say("influence 1 to 5"))
    if any(one.support for one in judged):
        sample = text("++ … −−", 2, 4, size=10, bold=True)
        yield LegendItem(sample=sample, words=say("support, promoter to opposed"))


def _stroke(color: str, width: float, dash: str | None) -> str:
    return element("line", x1=4, y1=0, x2=42, y2=0, stroke=color, stroke_width=width,
                   stroke_dasharray=dash, stroke_linecap="round")  # fmt: skip


def _notes(chart: Chart, say: Voice) -> Iterator[str]:
    notes = [circle_words(circle, chart, say) for circle in chart.circles]
    notes += [gap_words(gap, chart, say) for gap in chart.gaps]
    yield from (f"• {note}" for note in notes[:_MOST_NOTES])
    if len(notes) > _MOST_NOTES:
        more = len(notes) - _MOST_NOTES
        yield say.count("and {n} more gap", "and {n} more gaps", more)


def _description(chart: Chart, say: Voice) -> str:
    tops = [seat.contact.name for seat in chart.seats if seat.level == 0][:3]
    head = say.count(
        "Org chart of {account} with {n} person as of {day}.",
        "Org chart of {account} with {n} people as of {day}.",
        chart.people,
        account=chart.account,
        day=chart.as_of,
    )
    return f"{head} {say('At the top: {names}.', names=', '.join(tops))}" if tops else head
