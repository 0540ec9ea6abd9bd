"""Layout: nobody overlaps, parents stand above, sixty people are readable on A3."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.kam.chart import account_chart, lay_out
from kam_connector.kam.chart.placed import Box, Placed
from kam_connector.kam.chart.tidy import beside, merged
from kam_connector.model.stakeholder import EdgeKind
from tests.unit.kam.chart.conftest import People
from tests.unit.kam.chart.test_account_chart import DAY


def _placed(managers: list[int | None], *, tie: tuple[int, int] | None = None) -> Placed:
    """Lay out people by the place of their manager."""
    make = People()
    crowd = [
        make.person(f"p{place}", None if above is None else f"p{above}")
        for place, above in enumerate(managers)
    ]
    told = (make.edge(f"p{tie[0]}", f"p{tie[1]}", EdgeKind.TRUSTS),) if tie else ()
    return lay_out(account_chart(make.account(*crowd, told=told), DAY))


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


TREES = st.integers(1, 45).flatmap(
    lambda size: st.tuples(
        *(st.one_of(st.none(), st.integers(0, max(0, place - 1))) if place else st.none()
          for place in range(size))
    )
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_no_two_boxes_overlap_and_all_are_inside(managers: tuple[int | None, ...]) -> None:
    """Whatever the tree: a box for everybody, apart, within the drawing."""
    found = _placed(list(managers))
    assert len(found.boxes) == len(managers)
    assert not [pair for pair in combinations(found.boxes, 2) if _overlap(*pair)]
    assert all(
        box.x >= -1e-6
        and box.y >= 0
        and box.x + box.width <= found.width + 1e-6
        and box.y + box.height <= found.height + 1e-6
        for box in found.boxes
    )


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_lines_go_down_from_the_one_above(managers: tuple[int | None, ...]) -> None:
    """Every line begins at its parent's lower edge and ends at the child."""
    found = _placed(list(managers))
    boxes = found.by_id
    assert len(found.links) == sum(above is not None for above in managers)
    ends = [(boxes[link.from_id], boxes[link.to_id], link.points) for link in found.links]
    assert all(points[0][1] == pytest.approx(above.y + above.height) for above, _, points in ends)
    assert all(above.y < below.y for above, below, _ in ends)
    assert all(
        points[-1][0] in (pytest.approx(below.x), pytest.approx(below.x + below.width / 2))
        for _, below, points in ends
    )


def _company(people: int) -> list[int | None]:
    """A head, seven directors, and teams of up to eight below them."""
    return [None, *([0] * 7), *(1 + place % 7 if place < 21 else 8 + place % 21
                                for place in range(people - 8))]  # fmt: skip


@pytest.mark.parametrize(("people", "scale"), [(12, 1.0), (30, 0.9), (60, 0.7)])
def test_a_company_is_readable_on_one_page(people: int, scale: float) -> None:
    """At 0.7 of its size a name prints at 6.6 points on A3."""
    assert _placed(_company(people)).scale >= scale


def test_sixty_people_without_managers_fill_a_page() -> None:
    """A CRM without reports-to still gives a readable picture."""
    found = _placed([None] * 60)
    assert found.scale >= 0.75
    assert found.apart is not None


def test_many_reports_of_one_are_wrapped() -> None:
    """Forty reports of one manager are no row of seven metres."""
    found = _placed([None, *([0] * 40)])
    assert found.width < 8 * found.sizes.width
    assert found.scale >= 0.75


def test_symmetry_small_branches_stand_in_the_middle() -> None:
    """Of three branches the small one stands half-way between the large ones."""
    large, small = [(-1.0, 1.0), (-3.0, 3.0)], [(-1.0, 1.0)]
    places = beside([large, small, large], gap=1.0)
    assert places == [-3.5, 0.0, 3.5]
    assert merged([large, small, large], places)[1] == (-6.5, 6.5)


def test_the_same_chart_is_laid_out_the_same() -> None:
    """A picture made twice is the same file."""
    assert _placed(_company(40)) == _placed(_company(40))


def test_a_tie_is_a_curve_between_its_two() -> None:
    """From the side or the top of one to the other."""
    found = _placed([None, 0, 0, 0], tie=(1, 3))
    (tie,) = found.overlays
    one, other = found.by_id["p1"], found.by_id["p3"]
    (x, y), *_, (end_x, end_y) = tie.points
    assert one.x <= x <= one.x + one.width
    assert other.x <= end_x <= other.x + other.width
    assert (one.y <= y <= one.y + one.height, other.y <= end_y <= other.y + other.height) == (
        True,
        True,
    )
