"""A chart cut into branches: heads side by side, and whoever stands below them in columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from kam_connector.kam.chart.placed import Sizes
from kam_connector.kam.chart.seats import Chart
from kam_connector.kam.chart.tidy import Shape, beside, merged

__all__ = ["Branch", "Columns", "Cut", "Outline", "cut_branches"]

_DEEPEST = 5
"""Steps of indentation in a column; deeper people stand at the last. Our choice: a chain of
fifty managers must not make a page wide."""
_LEAST_STACK = 3
"""So many people without a team stand in a column, fewer side by side. Our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How a chart is cut."""

    level: int
    """Heads stand side by side down to this level; below it there are columns."""
    rows: int
    """In a column, unless one team alone is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A chart's tree by place in ``Chart.seats``, made once for all cuts."""

    levels: tuple[int, ...]
    sizes: tuple[int, ...]
    """People on each branch, its head included."""
    below: tuple[tuple[int, ...], ...]
    roots: tuple[int, ...]

    @classmethod
    def of(cls, chart: Chart) -> Outline:
        """Return the tree of a chart, whose seats stand branch by branch."""
        places = {seat.contact.id: place for place, seat in enumerate(chart.seats)}
        below: list[list[int]] = [[] for _ in chart.seats]
        roots = []
        for place, seat in enumerate(chart.seats):
            if seat.parent_id is None:
                roots.append(place)
            else:
                below[places[seat.parent_id]].append(place)
        sizes = [1] * len(chart.seats)
        for place in reversed(range(len(chart.seats))):
            sizes[place] += sum(sizes[one] for one in below[place])
        return cls(
            levels=tuple(seat.level for seat in chart.seats),
            sizes=tuple(sizes),
            below=tuple(map(tuple, below)),
            roots=tuple(roots),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """People in columns: (place, indent) from the top of each."""

    listed: tuple[tuple[tuple[int, int], ...], ...]
    widths: tuple[float, ...]
    width: float
    height: float


@dataclass(slots=True, kw_only=True)
class Branch:
    """A head with branches below, or columns alone, with the shape they take."""

    head: int | None
    columns: Columns | None = None
    branches: list[Branch] = field(default_factory=list)
    places: list[float] = field(default_factory=list)
    """Of the branches, from the middle of this one."""
    shape: Shape = field(default_factory=list)


def cut_branches(tree: Outline, cut: Cut, sizes: Sizes) -> Branch:
    """Return the whole chart as one branch without a head."""
    return _joined(None, _branches(tree, tree.roots, 0, cut, sizes), sizes)


def _branches(
    tree: Outline, places: Sequence[int], level: int, cut: Cut, sizes: Sizes
) -> list[Branch]:
    """Return branches side by side; recursion ends at the level of the cut."""
    if level > cut.level:
        return [_columns_branch(_packed(tree, places, level, cut, sizes), sizes)] if places else []
    alone = [one for one in places if not tree.below[one]]
    together = len(alone) >= _LEAST_STACK
    found = [
        _joined(one, _branches(tree, tree.below[one], level + 1, cut, sizes), sizes)
        for one in places
        if tree.below[one] or not together
    ]
    if together:
        found.append(_columns_branch(_packed(tree, alone, level, cut, sizes), sizes))
    return found


def _joined(head: int | None, branches: list[Branch], sizes: Sizes) -> Branch:
    shapes = [one.shape for one in branches]
    places = beside(shapes, gap=sizes.beside)
    below = merged(shapes, places)
    own: Shape = [] if head is None else [(-sizes.width / 2, sizes.width / 2)]
    return Branch(head=head, branches=branches, places=places, shape=own + below)


def _columns_branch(columns: Columns, sizes: Sizes) -> Branch:
    levels = math.ceil((columns.height + sizes.below) / (sizes.height + sizes.level))
    half = columns.width / 2
    return Branch(head=None, columns=columns, shape=[(-half, half)] * max(levels, 1))


def _packed(tree: Outline, places: Sequence[int], level: int, cut: Cut, sizes: Sizes) -> Columns:
    """Fill columns with whole teams, each up to the rows of the cut, evenly."""
    total = sum(tree.sizes[one] for one in places)
    wanted = max(1, math.ceil(total / cut.rows))
    rows = max(1, math.ceil(total / wanted))
    listed: list[list[tuple[int, int]]] = [[]]
    for one in places:
        size = tree.sizes[one]
        if listed[-1] and len(listed[-1]) + size / 2 > rows:
            listed.append([])
        team = range(one, one + size)
        listed[-1] += [(each, min(tree.levels[each] - level, _DEEPEST)) for each in team]
    widths = tuple(
        sizes.width + sizes.indent * (1 + max(deep for _, deep in column)) for column in listed
    )
    longest = max(map(len, listed))
    return Columns(
        listed=tuple(map(tuple, listed)),
        widths=widths,
        width=sum(widths) + sizes.beside * (len(widths) - 1),
        height=longest * (sizes.height + sizes.below) - sizes.below,
    )
