"""Colours and shapes of the pictures: nothing is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from kam_connector.language import phrase
from kam_connector.model.stakeholder import EdgeKind, Support
from kam_connector.reports.pictures.elements import element, text

__all__ = [
    "BANDS",
    "EDGES",
    "INK",
    "LINE",
    "PAPER",
    "QUIET",
    "SUPPORT_SIGNS",
    "TOLD",
    "badge",
]

INK = "#1b2733"
QUIET = "#5b6875"
LINE = "#8793a0"
PAPER = "#ffffff"
TOLD = "#2563a8"


@dataclass(frozen=True, slots=True)
class BandMark:
    """How a band of strength is shown."""

    shape: str
    fill: str
    ink: str
    label: str
    """Marked for the voices."""


BANDS = {
    "trusted": BandMark("circle", "#0b6e4f", "#ffffff", phrase("trusted")),
    "strong": BandMark("square", "#2f9e6e", "#ffffff", phrase("strong")),
    "developing": BandMark("hexagon", "#f2c14e", "#1b2733", phrase("developing")),
    "weak": BandMark("triangle", "#e07b39", "#1b2733", phrase("weak")),
    "dormant": BandMark("diamond", "#c9d1d9", "#1b2733", phrase("dormant")),
    "known, not connected": BandMark("ring", "#ffffff", "#5b6875", phrase("known, not connected")),
}
"""Contrast of text at least 4.5 to 1 on each (WCAG 2.2, 1.4.3); shapes differ without colour."""
UNKNOWN_BAND = BANDS["known, not connected"]
SUPPORT_SIGNS = {
    Support.PROMOTER: "++",
    Support.FAVOURABLE: "+",
    Support.NEUTRAL: "=",
    Support.RESERVED: "−",
    Support.OPPOSED: "−−",
}


@dataclass(frozen=True, slots=True)
class EdgeMark:
    """How a tie beside the lines is shown."""

    color: str
    dash: str | None
    arrow: bool
    label: str


EDGES = {
    EdgeKind.DOTTED_LINE: EdgeMark("#5b6875", "1 5", False, phrase("also reports to")),
    EdgeKind.INFLUENCES: EdgeMark("#2563a8", "8 4", True, phrase("influences")),
    EdgeKind.TRUSTS: EdgeMark("#0b6e4f", "12 4 2 4", True, phrase("trusts")),
    EdgeKind.CONFLICTS: EdgeMark("#a63d40", "4 3", False, phrase("sees things differently")),
    EdgeKind.MENTORS: EdgeMark("#7a4fa3", "14 3", True, phrase("mentors")),
    EdgeKind.ALUMNI: EdgeMark("#8a6d1d", "2 3 8 3", False, phrase("worked together before")),
}


def badge(band: str | None, x: float, y: float, *, size: float = 26.0, words: str = "") -> str:
    """Return a band's shape around its middle with a number or letter in it."""
    mark = BANDS.get(band or "", UNKNOWN_BAND)
    half = size / 2
    label = text(
        words, x, y + 3.6, size=10.5, bold=True, fill=mark.ink, text_anchor="middle"
    ) if words else ""  # fmt: skip
    return _shape(mark, x, y, half) + label


def _shape(mark: BandMark, x: float, y: float, half: float) -> str:
    if mark.shape == "circle":
        return element("circle", cx=x, cy=y, r=half, fill=mark.fill)
    if mark.shape == "ring":
        return element("circle", cx=x, cy=y, r=half - 1, fill=mark.fill, stroke=LINE,
                       stroke_width=1.5, stroke_dasharray="3 2")  # fmt: skip
    if mark.shape == "square":
        return element("rect", x=x - half + 1, y=y - half + 1, width=2 * half - 2,
                       height=2 * half - 2, rx=3, fill=mark.fill)  # fmt: skip
    corners = {
        "hexagon": (
            (-1.0, 0.0),
            (-0.55, -0.9),
            (0.55, -0.9),
            (1.0, 0.0),
            (0.55, 0.9),
            (-0.55, 0.9),
        ),
        "triangle": ((0.0, -1.3), (1.25, 0.85), (-1.25, 0.85)),
        "diamond": ((0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)),
    }[mark.shape]
    points = " ".join(f"{x + dx * half:.1f},{y + dy * half:.1f}" for dx, dy in corners)
    return element("polygon", points=points, fill=mark.fill)
