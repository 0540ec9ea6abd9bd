"""Risks on a grid of probability and impact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu

from kam_connector.language import Voice
from kam_connector.model.plan_content import Risk
from kam_connector.reports.deck.canvas import GREY, INK, Canvas, Frame, described, put_text

__all__ = ["draw_matrix"]

_INCH = 914_400
_HIGH, _MIDDLE = 15, 8
"""Our choice, by probability times impact of 25: red from 15, amber from 8."""
_COLOURS = ("DDEFE0", "FCE8C5", "F8D0CC")


def draw_matrix(canvas: Canvas, frame: Frame, risks: Sequence[Risk], say: Voice) -> None:
    """Draw a grid of five by five with each risk's number in its cell."""
    edge = _INCH * 2 // 5
    side = min((frame.width - edge) // 5, (frame.height - 2 * edge) // 5)
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for number, risk in enumerate(risks, start=1):
        cells[risk.probability, risk.impact].append(str(number))
    for probability in range(1, 6):
        top = frame.top + (5 - probability) * side
        canvas.text(Frame(frame.left, top + side // 3, edge, edge), str(probability), size=12)
        for impact in range(1, 6):
            place = Frame(frame.left + edge + (impact - 1) * side, top, side, side)
            listed = ", ".join(cells.get((probability, impact), []))
            _cell(canvas, place, probability * impact, listed)
    below = frame.top + 5 * side
    for impact in range(1, 6):
        left = frame.left + edge + (impact - 1) * side + side * 2 // 5
        canvas.text(Frame(left, below, edge, edge * 3 // 4), str(impact), size=12)
    told = say("Upwards: probability. To the right: impact.")
    place = Frame(frame.left + edge, below + edge * 3 // 5, 5 * side, edge)
    canvas.text(place, told, size=11, colour=GREY)


def _cell(canvas: Canvas, place: Frame, weight: int, listed: str) -> None:
    shape = canvas.slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(place.left), Emu(place.top), Emu(place.width), Emu(place.height)
    )
    colour = _COLOURS[2 if weight >= _HIGH else 1 if weight >= _MIDDLE else 0]
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.color.rgb = RGBColor.from_string("FFFFFF")
    shape.shadow.inherit = False
    described(shape, listed)
    if listed:
        put_text(shape, listed, place, sizes=(20, 16, 14, 12, 10), bold=True, colour=INK,
                 centred=True)  # fmt: skip
