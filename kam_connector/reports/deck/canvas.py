"""One slide to draw on: texts that fit, tables, shapes with alternative texts, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from kam_connector.reports.deck.fit import clipped, fitted
from kam_connector.reports.xml_text import xml_text

__all__ = ["BLUE", "GREY", "INK", "PALE", "Canvas", "Frame", "described", "put_text"]

BLUE, INK, GREY, PALE = "1D4E89", "1F2933", "6B7785", "EEF2F6"
_INCH = 914_400
_MARGIN = 45_720
"""A twentieth of an inch inside every box."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A place on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    def row(self, number: int, of: int, *, gap: int = _INCH // 8) -> Frame:
        """Return one of several equal parts, one above the other."""
        height = (self.height - gap * (of - 1)) // of
        return Frame(self.left, self.top + number * (height + gap), self.width, height)

    def column(self, number: int, of: int, *, gap: int = _INCH // 5) -> Frame:
        """Return one of several equal parts, side by side."""
        width = (self.width - gap * (of - 1)) // of
        return Frame(self.left + number * (width + gap), self.top, width, self.height)

    def below(self, height: int) -> Frame:
        """Return what is left under the first *height*."""
        return Frame(self.left, self.top + height, self.width, self.height - height)

    def first(self, height: int) -> Frame:
        """Return the first *height* of it."""
        return Frame(self.left, self.top, self.width, min(height, self.height))


@dataclass(frozen=True, slots=True)
class Canvas:
    """One slide."""

    slide: Any
    area: Frame

    def text(
        self, frame: Frame, text: str, *, size: int = 14, bold: bool = False, colour: str = INK
    ) -> None:
        """Write a text that fits its frame."""
        box = self.slide.shapes.add_textbox(*_emu(frame))
        sizes = [one for one in (28, 24, 20, 18, 16, 14, 12, 11, 10, 9) if one <= size]
        put_text(box, text, frame, sizes=sizes, bold=bold, colour=colour)

    def card(self, frame: Frame, title: str, value: str, note: str, *, colour: str = BLUE) -> None:
        """Draw a figure with what it is called and what it means."""
        back = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(frame))
        _fill(back, PALE)
        described(back, f"{title}: {value}. {note}")
        edge = Frame(frame.left, frame.top, _INCH // 14, frame.height)
        stripe = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(edge))
        _fill(stripe, colour)
        described(stripe, "")
        inner = Frame(frame.left + _INCH // 6, frame.top, frame.width - _INCH // 5, frame.height)
        self.text(inner.first(frame.height // 4), title, size=12, colour=GREY)
        middle = inner.below(frame.height // 4)
        self.text(middle.first(frame.height * 2 // 5), value, size=28, bold=True, colour=colour)
        self.text(inner.below(frame.height * 13 // 20), note, size=11, colour=INK)

    def table(
        self, frame: Frame, head: Sequence[str], rows: Sequence[Sequence[str]],
        *, widths: Sequence[float], points: int = 11, lines: int = 2, about: str = "",
    ) -> None:  # fmt: skip
        """Draw rows that fit: each cell has so many lines, the rest is cut."""
        step = row_height(points, lines)
        height = step * (len(rows) + 1)
        drawn = self.slide.shapes.add_table(
            len(rows) + 1, len(head), Emu(frame.left), Emu(frame.top), Emu(frame.width), Emu(height)
        )
        described(drawn, about or ", ".join(head))
        table = drawn.table
        total = sum(widths)
        for number, share in enumerate(widths):
            table.columns[number].width = Emu(int(frame.width * share / total))
        for number, cells in enumerate([head, *rows]):
            table.rows[number].height = Emu(step)
            for column, text in enumerate(cells):
                wide = table.columns[column].width - 4 * _MARGIN
                shown = clipped(text, width=wide, points=points, lines=lines)
                _cell(table.cell(number, column), shown, points, head=number == 0, odd=number % 2)

    def note(self, text: str) -> None:
        """Write the speaker's notes: where the figures come from."""
        self.slide.notes_slide.notes_text_frame.text = xml_text(text)


def row_height(points: int, lines: int) -> int:
    """Return the height of a table's row, in EMU."""
    return int(points * 12_700 * 1.22 * lines) + 2 * _MARGIN


def described(shape: Any, text: str) -> None:
    """Give a shape its alternative text, for who does not see it."""
    properties = shape.element.xpath(".//p:cNvPr")[0]
    properties.set("descr", xml_text(text))


def put_text(
    shape: Any, text: str, frame: Frame, *, sizes: Sequence[int], bold: bool = False,
    colour: str = INK, centred: bool = False,
) -> None:  # fmt: skip
    """Write into a shape what fits, as one text whose lines stay."""
    inner = (frame.width - 2 * _MARGIN, frame.height - 2 * _MARGIN)
    fit = fitted(text, width=inner[0], height=inner[1], sizes=sizes)
    body = shape.text_frame
    body.word_wrap = True
    body.margin_left = body.margin_right = body.margin_top = body.margin_bottom = Emu(_MARGIN)
    body.vertical_anchor = MSO_ANCHOR.MIDDLE if centred else MSO_ANCHOR.TOP
    for number, line in enumerate(fit.text.split("\n")):
        paragraph = body.paragraphs[0] if number == 0 else body.add_paragraph()
        paragraph.alignment = PP_ALIGN.CENTER if centred else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = xml_text(line)
        _letters(run.font, fit.points, bold=bold, colour=colour)


def _cell(cell: Any, text: str, points: int, *, head: bool, odd: int) -> None:
    cell.margin_left = cell.margin_right = Emu(2 * _MARGIN)
    cell.margin_top = cell.margin_bottom = Emu(_MARGIN)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.text = xml_text(text)
    for paragraph in cell.text_frame.paragraphs:
        for run in paragraph.runs:
            _letters(run.font, points, bold=head, colour="FFFFFF" if head else INK)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(BLUE if head else PALE if odd else "FFFFFF")


def _letters(font: Any, points: int, *, bold: bool, colour: str) -> None:
    font.size = Pt(points)
    font.bold = bold
    font.name = "Arial"
    font.color.rgb = RGBColor.from_string(colour)


def _fill(shape: Any, colour: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _emu(frame: Frame) -> tuple[Emu, Emu, Emu, Emu]:
    return Emu(frame.left), Emu(frame.top), Emu(frame.width), Emu(frame.height)
