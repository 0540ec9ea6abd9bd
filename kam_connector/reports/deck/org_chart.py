"""The org chart as native shapes held together by native connectors: it can be moved by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Emu, Pt

from kam_connector.kam.chart.placed import Placed, Sizes
from kam_connector.kam.chart.placing import lay_out
from kam_connector.kam.chart.seats import Chart, Seat
from kam_connector.language import Voice
from kam_connector.reports.deck.canvas import BLUE, GREY, INK, Canvas, Frame, described, put_text
from kam_connector.reports.xml_text import xml_text

__all__ = ["draw_org_chart", "readable_part"]

_UNIT = 9_525
"""A layout's point (96 an inch), in EMU."""
_LEAST_SCALE = 0.52
"""Our choice: below it a name is smaller than 7 points on the slide."""
_BOTTOM, _LEFT, _TOP = 2, 1, 0
"""Connection sites of a rectangle, counted from the top against the clock (ECMA-376)."""


def draw_org_chart(canvas: Canvas, frame: Frame, chart: Chart, say: Voice) -> int:
    """Draw as much of a chart as can be read; return how many people it does not show."""
    shown = readable_part(chart, frame)
    placed = _laid_out(shown, frame)
    scale = _scale(placed, frame)
    spare = (frame.width - placed.width * _UNIT * scale) / 2
    shapes: dict[str, Any] = {}
    for seat, box in zip(shown.seats, placed.boxes, strict=True):
        place = Frame(
            int(frame.left + spare + box.x * _UNIT * scale),
            int(frame.top + box.y * _UNIT * scale),
            int(box.width * _UNIT * scale),
            int(box.height * _UNIT * scale),
        )
        shapes[seat.contact.id] = _seat(canvas, place, seat, say)
    for link in placed.links:
        above, below = shapes[link.from_id], shapes[link.to_id]
        if placed.by_id[link.to_id].column:
            corners = [
                (int(frame.left + spare + x * _UNIT * scale), int(frame.top + y * _UNIT * scale))
                for x, y in link.points
            ]
            _along(canvas, corners, below)
        else:
            _connect(canvas, above, below)
    return len(chart.seats) - len(shown.seats)


def readable_part(chart: Chart, frame: Frame) -> Chart:
    """Return the chart without its lowest levels, until names can be read."""
    part = chart
    levels = max((seat.level for seat in chart.seats), default=0)
    while levels and _scale(_laid_out(part, frame), frame) < _LEAST_SCALE:
        levels -= 1
        part = replace(chart, seats=tuple(s for s in chart.seats if s.level <= levels), overlays=())
    return replace(part, overlays=())


def _laid_out(chart: Chart, frame: Frame) -> Placed:
    page = (frame.width / _UNIT, frame.height / _UNIT)
    return lay_out(chart, sizes=Sizes(page=page))


def _scale(placed: Placed, frame: Frame) -> float:
    across = frame.width / (max(placed.width, 1) * _UNIT)
    return min(1.15, across, frame.height / (max(placed.height, 1) * _UNIT))


def _seat(canvas: Canvas, place: Frame, seat: Seat, say: Voice) -> Any:
    shape = canvas.slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(place.left), Emu(place.top), Emu(place.width), Emu(place.height)
    )
    name = say("vacant") if seat.vacant else seat.contact.name
    title = seat.contact.title or ""
    shape.name = xml_text(name)
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string("F1F3F5" if seat.vacant else "FFFFFF")
    shape.line.color.rgb = RGBColor.from_string(GREY if seat.vacant else BLUE)
    shape.line.width = Pt(1)
    if seat.vacant:
        shape.line.dash_style = MSO_LINE.DASH
    described(shape, f"{name}, {title}" if title else name)
    sizes = (11, 10, 9, 8, 7, 6)
    put_text(shape, f"{name}\n{title}" if title else name, place, sizes=sizes, colour=INK,
             centred=True)  # fmt: skip
    shape.text_frame.paragraphs[0].runs[0].font.bold = True
    return shape


def _connect(canvas: Canvas, above: Any, below: Any) -> None:
    line = canvas.slide.shapes.add_connector(MSO_CONNECTOR.ELBOW, Emu(0), Emu(0), Emu(1), Emu(1))
    line.begin_connect(above, _BOTTOM)
    line.end_connect(below, _TOP)
    _drawn(line)


def _along(canvas: Canvas, corners: Sequence[tuple[int, int]], below: Any) -> None:
    """Draw a line with more than two corners as straight ones: an elbow would cut through boxes."""
    for (x, y), (to_x, to_y) in pairwise(corners):
        line = canvas.slide.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Emu(x), Emu(y), Emu(to_x), Emu(to_y)
        )
        if (to_x, to_y) == corners[-1]:
            line.end_connect(below, _LEFT)
        _drawn(line)


def _drawn(line: Any) -> None:
    line.line.color.rgb = RGBColor.from_string(GREY)
    line.line.width = Pt(1)
    described(line, "")
