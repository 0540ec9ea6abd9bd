"""A page around a drawing: title, day, legend and notes, sized to a sheet of paper."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kam_connector.language import Voice
from kam_connector.reports.pictures.elements import (
    FONTS,
    element,
    escaped,
    text,
    text_width,
    wrapped,
)
from kam_connector.reports.pictures.marks import BANDS, INK, PAPER, QUIET, badge

__all__ = ["Drawing", "LegendItem", "band_legend", "sheet"]

_MARGIN = 32.0
_HEAD = 90.0
_LINE = 24.0
_AIR = 34.0
_NOTE = 16.0
_SHEETS = (("A4", 297), ("A3", 420), ("A2", 594), ("A1", 841), ("A0", 1189))
"""Long sides in mm (ISO 216); the short side is the long one over the square root of two."""
_MM = 96 / 25.4
_LEAST_SCALE = 0.72
"""Below it a name prints smaller than 7 points. Our choice: take the next larger sheet."""
_RATIO = 2**0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendItem:
    """A sample, some 40 wide and 20 high around y = 0, with what it means."""

    sample: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What stands on a sheet."""

    title: str
    subtitle: str
    description: str
    """For people who do not see it."""
    body: str
    """From 0, 0."""
    width: float
    height: float
    legend: Sequence[LegendItem] = ()
    notes: Sequence[str] = ()
    defs: str = ""


def sheet(drawing: Drawing, say: Voice) -> str:
    """Return a whole SVG document in landscape, on the smallest sheet it is readable on."""
    least = (_HEAD + drawing.height + _AIR + _MARGIN) * _RATIO - 2 * _MARGIN
    inner = max(drawing.width, least, 640.0)
    legend, legend_height = _legend(drawing.legend, inner)
    notes = [line for note in drawing.notes for line in wrapped(note, inner, 11.0)]
    below = legend_height + len(notes) * _NOTE + 14
    width = inner + 2 * _MARGIN
    height = _HEAD + drawing.height + _AIR + below + _MARGIN
    width, height = max(width, height * _RATIO), max(height, width / _RATIO)
    name, side = _paper(width)
    left = (width - drawing.width) / 2
    foot = height - _MARGIN - below
    free = foot - _HEAD - drawing.height - _AIR
    top = _HEAD + min(free / 2, 60.0)
    parts = [
        element("title", escaped(drawing.title), id="t"),
        element("desc", escaped(drawing.description), id="d"),
        element("defs", drawing.defs) if drawing.defs else "",
        element("rect", width=width, height=height, fill=PAPER),
        text(drawing.title, _MARGIN, 42, size=22, bold=True, room=width - 2 * _MARGIN),
        text(drawing.subtitle, _MARGIN, 62, size=12.5, fill=QUIET, room=width - 2 * _MARGIN),
        element("g", drawing.body, transform=f"translate({left:.1f} {top:.1f})"),
        element("g", legend, transform=f"translate({_MARGIN:.1f} {foot:.1f})"),
        *(
            text(line, _MARGIN, foot + legend_height + 14 + place * _NOTE, size=11, fill=QUIET)
            for place, line in enumerate(notes)
        ),
    ]
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        lang=say.language.value,
        aria_labelledby="t d",
        width=f"{side}mm",
        height=f"{side / _RATIO:.0f}mm",
        viewBox=f"0 0 {width:.1f} {height:.1f}",
        font_family=FONTS,
        fill=INK,
        data_sheet=name,
    )


def band_legend(bands: Collection[str], say: Voice) -> Iterator[LegendItem]:
    """Yield the shapes of the bands in use, strongest first."""
    for band, mark in BANDS.items():
        if band in bands:
            label = say(mark.label)
            words = label if "," in mark.label else say("{band} tie", band=label)
            yield LegendItem(sample=badge(band, 26, 0, size=20), words=words)


def _paper(width: float) -> tuple[str, int]:
    for name, side in _SHEETS:
        if side * _MM / width >= _LEAST_SCALE:
            return name, side
    return _SHEETS[-1]


def _legend(items: Sequence[LegendItem], room: float) -> tuple[str, float]:
    """Return the items in rows, and how high they are."""
    x, y, drawn = 0.0, 0.0, []
    for item in items:
        wide = 48 + text_width(item.words, 11.0) + 18
        if x and x + wide > room:
            x, y = 0.0, y + _LINE
        sample = element("g", item.sample, transform=f"translate({x:.1f} {y:.1f})")
        drawn.append(sample + text(item.words, x + 48, y + 4, size=11))
        x += wide
    return "".join(drawn), (y + _LINE if items else 0.0)
