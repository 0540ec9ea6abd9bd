"""Lays a chart out on a page: wide at the top, in columns below, as large as the page allows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kam_connector.kam.chart.branches import Branch, Columns, Cut, Outline, cut_branches
from kam_connector.kam.chart.placed import (
    Box,
    Link,
    Placed,
    PlacedOverlay,
    Point,
    Sizes,
)
from kam_connector.kam.chart.seats import Chart

__all__ = ["lay_out"]

_TRIES = 6000
"""People times cuts tried: all sixteen for a hundred people, three for two thousand. Our
choice: a chart of 2,000 people is laid out within 100 ms."""
_LEVELS = (1, 2, 0, 3)
_STRETCH = (1.0, 0.65, 1.5, 0.4)
"""Column lengths tried, as a share of the length at which all columns make the page's shape."""
_NEARLY = 0.85
"""A cut that prints a seventh smaller is still preferred if it shows more levels side by side."""


def lay_out(chart: Chart, *, sizes: Sizes | None = None) -> Placed:
    """Return the chart with coordinates, wrapped so that it prints as large as it can.

    Linear in the number of people for each of a limited number of cuts tried.

    Args:
        chart: Of any size; an empty one takes no room.
        sizes: Measures of boxes, gaps and page; those of A3 landscape when None.
    """
    sizes = sizes or Sizes()
    if not chart.seats:
        return Placed(width=0, height=0, sizes=sizes)
    tree = Outline.of(chart)
    tried = [_Drawing(chart, tree, cut, sizes) for cut in _cuts(chart, sizes)]
    best = max(one.scale for one in tried)
    good = [one for one in tried if one.scale >= best * _NEARLY]
    return max(good, key=lambda one: (one.cut.level, one.scale)).placed()


def _cuts(chart: Chart, sizes: Sizes) -> list[Cut]:
    """Return the cuts worth trying, likely ones first."""
    people = len(chart.seats)
    deepest = max(seat.level for seat in chart.seats)
    page = sizes.page[0] / sizes.page[1]
    square = math.sqrt(people * (sizes.width + sizes.beside) / (sizes.height + sizes.below) / page)
    found = {
        Cut(level=min(level, deepest), rows=max(3, round(square * stretch))): None
        for stretch in _STRETCH
        for level in _LEVELS
    }
    return list(found)[: max(2, _TRIES // people)]


class _Drawing:
    """One cut of a chart, measured; drawn only if it is the best."""

    def __init__(self, chart: Chart, tree: Outline, cut: Cut, sizes: Sizes) -> None:
        self.chart, self.tree, self.cut, self.sizes = chart, tree, cut, sizes
        self.whole = cut_branches(tree, cut, sizes)
        self.left = min(left for left, _ in self.whole.shape)
        self.width = max(right for _, right in self.whole.shape) - self.left
        self.height = self._depth(self.whole, 0.0)
        page = sizes.page
        self.scale = min(1.0, page[0] / self.width, page[1] / self.height)
        self._boxes: dict[int, Box] = {}
        self._apart: tuple[float, float, float, float] | None = None

    def placed(self) -> Placed:
        """Return boxes, lines and overlays."""
        self._put(self.whole, -self.left, 0.0, top=True)
        boxes = {self.chart.seats[place].contact.id: box for place, box in self._boxes.items()}
        ordered = tuple(self._boxes[place] for place in range(len(self.chart.seats)))
        return Placed(
            width=self.width,
            height=self.height,
            boxes=ordered,
            links=tuple(self._links(boxes)),
            overlays=tuple(_overlays(self.chart, boxes)),
            apart=self._apart,
            sizes=self.sizes,
        )

    def _depth(self, branch: Branch, y: float) -> float:
        if branch.columns is not None:
            return y + branch.columns.height
        step = 0.0 if branch.head is None else self.sizes.height + self.sizes.level
        own = y if branch.head is None else y + self.sizes.height
        return max([own, *(self._depth(one, y + step) for one in branch.branches)])

    def _put(self, branch: Branch, x: float, y: float, *, top: bool = False) -> None:
        if branch.columns is not None:
            self._put_columns(branch.columns, x, y)
            return
        step = 0.0
        if branch.head is not None:
            self._box(branch.head, x - self.sizes.width / 2, y)
            step = self.sizes.height + self.sizes.level
        for one, place in zip(branch.branches, branch.places, strict=True):
            if top and one.columns is not None:
                columns = one.columns
                left = x + place - columns.width / 2
                self._apart = (left, y, columns.width, columns.height)
            self._put(one, x + place, y + step)

    def _put_columns(self, columns: Columns, x: float, y: float) -> None:
        left = x - columns.width / 2
        for listed, width in zip(columns.listed, columns.widths, strict=True):
            for row, (place, deep) in enumerate(listed):
                down = y + row * (self.sizes.height + self.sizes.below)
                self._box(place, left + self.sizes.indent * (1 + deep), down, column=True)
            left += width + self.sizes.beside

    def _box(self, place: int, x: float, y: float, *, column: bool = False) -> None:
        self._boxes[place] = Box(
            contact_id=self.chart.seats[place].contact.id,
            x=x,
            y=y,
            width=self.sizes.width,
            height=self.sizes.height,
            column=column,
        )

    def _links(self, boxes: dict[str, Box]) -> Iterator[Link]:
        for seat in self.chart.seats:
            if seat.parent_id is not None:
                below = boxes[seat.contact.id]
                yield Link(
                    from_id=seat.parent_id,
                    to_id=seat.contact.id,
                    points=_corners(boxes[seat.parent_id], below, self.sizes),
                    basis=seat.basis,
                    evidence=seat.evidence,
                )


def _corners(above: Box, below: Box, sizes: Sizes) -> tuple[Point, ...]:
    """Return a line with right angles: from below the one above, or along a column."""
    middle = below.y + below.height / 2
    spine = below.x - sizes.indent / 2
    if above.column:
        return ((spine, above.y + above.height), (spine, middle), (below.x, middle))
    start = (above.x + above.width / 2, above.y + above.height)
    turn = above.y + above.height + sizes.level / 2
    if below.column:
        return (start, (start[0], turn), (spine, turn), (spine, middle), (below.x, middle))
    end = (below.x + below.width / 2, below.y)
    return (start, (start[0], turn), (end[0], turn), end)


def _overlays(chart: Chart, boxes: dict[str, Box]) -> Iterator[PlacedOverlay]:
    for tie in chart.overlays:
        yield PlacedOverlay(
            from_id=tie.from_id,
            to_id=tie.to_id,
            kind=tie.kind,
            strength=tie.strength,
            points=_curve(boxes[tie.from_id], boxes[tie.to_id]),
        )


def _curve(one: Box, other: Box) -> tuple[Point, Point, Point, Point]:
    """Return a curve between the sides of two boxes, out of the way of what stands between."""
    one_y, other_y = one.y + one.height / 2, other.y + other.height / 2
    apart = abs(one.x - other.x) - one.width
    if abs(one.y - other.y) < one.height and apart > one.width / 2:
        start, end = (one.x + one.width * 0.7, one.y), (other.x + other.width * 0.7, other.y)
        up = 30 + min(apart / 20, 40)
        """Over the heads of those who stand between them."""
        return (start, (start[0], one.y - up), (end[0], other.y - up), end)
    if other.x >= one.x + one.width:
        reach = (other.x - one.x - one.width) / 2 + 10
        start, end = (one.x + one.width, one_y), (other.x, other_y)
        return (start, (start[0] + reach, one_y), (end[0] - reach, other_y), end)
    if one.x >= other.x + other.width:
        start, guide, other_guide, end = _curve(other, one)
        return (end, other_guide, guide, start)
    start, end = (one.x + one.width, one_y), (other.x + other.width, other_y)
    reach = max(start[0], end[0]) + 14 + abs(other_y - one_y) / 12
    return (start, (reach, one_y), (reach, other_y), end)
