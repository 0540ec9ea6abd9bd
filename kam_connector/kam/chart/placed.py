"""The values of a chart that has been laid out, and the sizes it is laid out with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from kam_connector.kam.chart.seats import Basis
from kam_connector.model.judgement import Evidence
from kam_connector.model.stakeholder import EdgeKind

__all__ = ["Box", "Link", "Placed", "PlacedOverlay", "Point", "Sizes"]

Point: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Measures of a drawing, 96 points an inch, y downwards.

    Our choice: a name of 24 letters and two lines below it are readable in a box this large.
    """

    width: float = 182.0
    height: float = 54.0
    beside: float = 14.0
    """Between two branches."""
    below: float = 8.0
    """Between two in one column."""
    level: float = 30.0
    """Between two levels."""
    indent: float = 18.0
    page: Point = (1507.0, 943.0)
    """What A3 landscape (420 x 297 mm) leaves for people: less margins, title and legend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where one seat stands: the corner is top left."""

    contact_id: str
    x: float
    y: float
    width: float
    height: float
    column: bool = False
    """It stands in a column, its line comes from the left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line of the chart, corner by corner, from the one above to the one below."""

    from_id: str
    to_id: str
    points: tuple[Point, ...]
    basis: Basis
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOverlay:
    """A tie drawn over the chart: start, two guides and end of a cubic curve."""

    from_id: str
    to_id: str
    kind: EdgeKind
    strength: int
    points: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A chart laid out: every x and y is 0 or more."""

    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    """In the order of the chart's seats."""
    links: tuple[Link, ...] = ()
    overlays: tuple[PlacedOverlay, ...] = ()
    apart: tuple[float, float, float, float] | None = None
    """x, y, width and height around those without a manager who stand together."""
    sizes: Sizes = field(default_factory=Sizes)

    @property
    def by_id(self) -> dict[str, Box]:
        """The boxes by contact."""
        return {box.contact_id: box for box in self.boxes}

    @property
    def scale(self) -> float:
        """How large it is printed on A3 landscape; 1: as drawn."""
        width, height = self.sizes.page
        return min(1.0, width / max(self.width, 1.0), height / max(self.height, 1.0))
