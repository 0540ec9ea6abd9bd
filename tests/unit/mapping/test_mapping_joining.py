"""Joining: both sides' work in one value, whatever the order, or no join at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.mapping import MISSING, merge_field, same_value
from kam_connector.mapping.joining import Joining, join_items, join_lines, join_values

ITEMS = st.lists(st.sampled_from("abcde"), unique=True, max_size=5)
LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=7)
BY_ITEM, BY_LINE = Joining("items"), Joining("lines")


@given(base=ITEMS, theirs=ITEMS, ours=ITEMS)
def test_added_by_either_stays_and_removed_by_either_goes(base, theirs, ours):
    """Element by element: there afterwards exactly if both have it, or one side added it."""
    joined = set(join_items(base, theirs, ours))
    assert joined >= (set(theirs) | set(ours)) - set(base)
    assert joined.isdisjoint(set(base) - set(theirs))
    assert joined.isdisjoint(set(base) - set(ours))
    assert joined <= set(theirs) | set(ours)


@given(base=ITEMS, theirs=ITEMS, ours=ITEMS)
def test_items_join_the_same_from_both_sides_and_twice(base, theirs, ours):
    """Symmetric, and a side that holds the result already adds nothing."""
    joined = join_items(base, theirs, ours)
    assert joined == join_items(base, ours, theirs)
    assert set(join_items(base, joined, ours)) == set(joined)
    assert set(join_items(ours, joined, ours)) == set(joined)


@given(base=ITEMS, sides=st.lists(ITEMS, min_size=3, max_size=3), order=st.permutations([0, 1, 2]))
def test_the_order_in_which_items_join_does_not_count(base, sides, order):
    """Three people over one base: whoever is joined first, the result is one."""
    first, second, third = (sides[place] for place in order)
    turned = join_items(base, join_items(base, first, second), third)
    assert set(turned) == set(join_items(base, join_items(base, sides[0], sides[1]), sides[2]))


@given(base=LINES, theirs=LINES, ours=LINES)
def test_lines_join_the_same_from_both_sides(base, theirs, ours):
    """Symmetric, whether joined or refused."""
    assert join_lines(base, theirs, ours) == join_lines(base, ours, theirs)


@given(base=LINES, side=LINES)
def test_one_sides_lines_are_the_result_when_the_other_did_not_move(base, side):
    """And two equal edits are one."""
    assert join_lines(base, side, base) == tuple(side)
    assert join_lines(base, side, side) == tuple(side)


@given(base=LINES, theirs=LINES, ours=LINES)
def test_no_line_is_lost_or_made_up(base, theirs, ours):
    """Every line of a join stands in a side; every line a side added stands in the join."""
    joined = join_lines(base, theirs, ours) or ()
    added = (set(theirs) | set(ours)) - set(base)
    assert set(joined) <= {*base, *theirs, *ours}
    assert not joined or added <= set(joined)


@given(theirs=LINES, ours=LINES)
def test_what_was_joined_once_is_not_joined_into_itself(theirs, ours):
    """Over our value as base, the joined text is theirs alone: nothing doubles."""
    joined = join_lines((), theirs, ours)
    assert joined is None or join_lines(ours, joined, ours) == joined


@pytest.mark.parametrize(
    ("theirs", "ours", "joined"),
    [
        ("a\nX\nc\nd", "a\nb\nc\nY", "a\nX\nc\nY"),
        ("new\na\nb\nc\nd", "a\nb\nc\nd\nlast", "new\na\nb\nc\nd\nlast"),
        ("a\nc\nd", "a\nb\nc\nd\nlast", "a\nc\nd\nlast"),
        ("a\r\nX\r\nc\r\nd ", "a\nb\nc\nY", "a\nX\nc\nY"),
        ("a\nX\nc\nd", "a\nY\nc\nd", MISSING),
        ("a\nX\nc\nd", "a\nb\nY\nd", MISSING),
        ("a\nb\nc\nd\nX", "a\nb\nc\nd\nY", MISSING),
        (None, "a\nb\nc\nY", MISSING),
        (3, "a\nb\nc\nY", MISSING),
    ],
)
def test_texts_join_where_changes_stand_apart(theirs, ours, joined):
    """Changes of one line, or of lines that touch, are for a person; line ends are none."""
    assert join_values("a\nb\nc\nd", theirs, ours, BY_LINE) == joined


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "joined"),
    [
        ("a;b", "b;a;c", "a;d", "a;c;d"),
        (["a", "b"], ["a", "b", "c"], ["a"], ["a", "c"]),
        ("a", ["a", "b"], "a; c", ["a", "b", "c"]),
        (MISSING, "a", "b", "a;b"),
        ("a;b", "a", "b", None),
    ],
)
def test_choices_of_many_join_however_a_crm_writes_them(base, theirs, ours, joined):
    """As a list, or as a text with semicolons; nothing left is an empty field."""
    assert join_values(base, theirs, ours, BY_ITEM) == joined


def test_a_text_longer_than_its_field_is_no_join():
    """The CRM would refuse it, or cut it."""
    assert join_values("a\nb\nc", "X\nb\nc", "a\nb\nY", Joining("lines", 4)) is MISSING


def test_a_text_of_thousands_of_lines_is_for_a_person():
    """Comparing takes the square of it."""
    base = "\n".join(map(str, range(3000)))
    assert join_values(base, f"x\n{base}", f"{base}\ny", BY_LINE) is MISSING


@pytest.mark.guarantee("INV4", "G2")
@pytest.mark.parametrize("policy", ["manual", "merge"])
@given(
    base=st.none() | st.text(max_size=3),
    theirs=st.text(max_size=3),
    ours=st.text(max_size=3),
)
def test_two_edits_never_end_as_one_side_alone(policy, base, theirs, ours):
    """Whoever asks: no winner, or both sides' work."""
    merged = merge_field(base=base, theirs=theirs, ours=ours, policy=policy, joining=BY_LINE)
    both = not (same_value(theirs, base) or same_value(ours, base) or same_value(theirs, ours))
    assert not both or merged.winner in {"ask", "both"}
    assert merged.winner != "ask" or merged.value == base
