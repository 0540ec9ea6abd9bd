"""The chart of any day: lines, circles, gaps, visitors and what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.kam.chart import account_chart, lay_out
from kam_connector.kam.chart.difference import ChartMove, change_words, chart_changes
from kam_connector.kam.chart.doubts import DoubtKind, doubts
from kam_connector.kam.chart.resurfaced import Recognised, resurfaced
from kam_connector.kam.chart.seats import Basis, Chart, GapKind
from kam_connector.language import voice
from kam_connector.model.contact import Affiliation
from kam_connector.model.judgement import Evidence
from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import EdgeKind
from tests.unit.kam.chart.conftest import People

DAY = date(2026, 11, 21)
KEYS = "abcdefgh"


def _parents(chart: Chart) -> dict[str, str | None]:
    return {seat.contact.id: seat.parent_id for seat in chart.seats}


def _gaps(chart: Chart, kind: GapKind) -> list[str | None]:
    return [gap.contact_id for gap in chart.gaps if gap.kind is kind]


def test_managers_make_levels(people: People) -> None:
    """Everybody stands one level below their manager, branch by branch."""
    chart = account_chart(
        people.account(people.person("c", "b"), people.person("b", "a"), people.person("a")), DAY
    )
    assert [(seat.contact.id, seat.level) for seat in chart.seats] == [("a", 0), ("b", 1), ("c", 2)]


@pytest.mark.checklist("S2.28", home="`PeopleEdge`, `account_chart`: relations between contacts")
def test_a_told_line_stands_before_the_crm(people: People) -> None:
    """The word of a person overrides, says who and how sure, and what the CRM says."""
    trio = [people.person("a"), people.person("b", "a"), people.person("c", "a")]
    told = people.edge("c", "b", evidence=Evidence.CONFIRMED)
    seat = account_chart(people.account(*trio, told=(told,)), DAY).by_id["c"]
    assert (seat.parent_id, seat.basis, seat.evidence) == ("b", Basis.TOLD, Evidence.CONFIRMED)
    assert (seat.told_by, seat.crm_parent_id) == ("usr_1", "a")


def test_of_two_words_the_confirmed_then_the_newest_stands(people: People) -> None:
    """An assumption of yesterday does not beat what somebody confirmed."""
    crowd = [people.person(key) for key in "abcd"]
    sure = people.edge("d", "a", evidence=Evidence.CONFIRMED, asserted_on=date(2026, 1, 1))
    guess = people.edge("d", "b", asserted_on=date(2026, 11, 1))
    other = people.edge("c", "a", asserted_on=date(2026, 1, 1))
    newer = people.edge("c", "b", asserted_on=date(2026, 11, 1))
    chart = account_chart(people.account(*crowd, told=(sure, guess, newer, other)), DAY)
    assert (_parents(chart)["d"], _parents(chart)["c"]) == ("a", "b")


@pytest.mark.parametrize(
    "dates",
    [
        {"expires_on": date(2026, 11, 20)},
        {"to_on": date(2026, 11, 20)},
        {"from_on": date(2026, 11, 22)},
        {"asserted_on": date(2026, 11, 22)},
    ],
)
def test_a_tie_counts_only_on_its_days(people: People, dates: dict[str, date]) -> None:
    """Expired, ended, not begun or not yet said: as if nobody had told."""
    told = people.edge("b", "a", **dates)
    chart = account_chart(people.account(people.person("a"), people.person("b"), told=(told,)), DAY)
    assert chart.by_id["b"].basis is Basis.NONE


def test_ties_beside_the_lines_are_kept_apart(people: People) -> None:
    """Influence moves nobody on the chart; a tie to a stranger is left out."""
    told = (
        people.edge("a", "b", EdgeKind.INFLUENCES, strength=5),
        people.edge("a", "nobody", EdgeKind.TRUSTS),
    )
    chart = account_chart(people.account(people.person("a"), people.person("b"), told=told), DAY)
    assert [(tie.kind, tie.strength) for tie in chart.overlays] == [(EdgeKind.INFLUENCES, 5)]
    assert _parents(chart) == {"a": None, "b": None}


def test_a_circle_is_named_and_cut_at_the_highest_title(people: People) -> None:
    """Three who report to each other: the chief becomes the top."""
    ring = [
        people.person("a", "b", title="Acheteuse"),
        people.person("b", "c", title="Responsable des achats"),
        people.person("c", "a", title="Directeur des achats"),
    ]
    chart = account_chart(people.account(*ring), DAY)
    assert chart.circles == (("c", "a", "b"),)
    assert _parents(chart) == {"c": None, "b": "c", "a": "b"}


def test_who_reports_to_themselves_reports_to_nobody(people: People) -> None:
    """A CRM allows it; a chart does not."""
    assert _parents(account_chart(people.account(people.person("a", "a")), DAY)) == {"a": None}


@settings(deadline=None)
@given(st.lists(st.sampled_from([*KEYS, None]), min_size=8, max_size=8), st.permutations(KEYS))
def test_any_managers_make_a_forest_in_any_order(
    managers: list[str | None], order: list[str]
) -> None:
    """Everybody has one seat, levels follow parents, and the order of input changes nothing."""
    make = People()
    crowd = {key: make.person(key, above) for key, above in zip(KEYS, managers, strict=True)}
    chart = account_chart(make.account(*crowd.values()), DAY)
    levels = {seat.contact.id: seat.level for seat in chart.seats}
    assert sorted(levels) == list(KEYS)
    assert all(
        seat.level == (0 if seat.parent_id is None else levels[seat.parent_id] + 1)
        for seat in chart.seats
    )
    assert account_chart(make.account(*(crowd[key] for key in order)), DAY) == chart


def test_a_manager_who_left_leaves_an_empty_seat(people: People) -> None:
    """People still report there: the seat is drawn, the gap says whose it was."""
    left = people.person("b", "a", title="DSI", left_at=datetime(2026, 11, 1, tzinfo=UTC))
    chart = account_chart(people.account(people.person("a"), left, people.person("c", "b")), DAY)
    assert chart.by_id["b"].vacant
    assert chart.people == 2
    assert _gaps(chart, GapKind.MANAGER_LEFT) == ["c"]
    assert _gaps(chart, GapKind.EMPTY_SEAT) == ["b"]


def test_a_seat_filled_again_is_not_empty(people: People) -> None:
    """Somebody of the same rank and function sits there."""
    left = people.person("b", title="CFO", left_at=datetime(2026, 11, 1, tzinfo=UTC))
    new = people.person("c", title="Directrice financière")
    assert _gaps(account_chart(people.account(left, new), DAY), GapKind.EMPTY_SEAT) == []
    assert _gaps(account_chart(people.account(left), DAY), GapKind.EMPTY_SEAT) == ["b"]


def test_who_stands_alone_and_who_answers_to_a_stranger_is_told(people: People) -> None:
    """No manager, a manager we do not know; the top itself is no gap."""
    chart = account_chart(
        people.account(
            people.person("a", title="CEO"),
            people.person("b", "a"),
            people.person("c"),
            people.person("d", "stranger"),
        ),
        DAY,
    )
    assert _gaps(chart, GapKind.NO_MANAGER) == ["c"]
    assert _gaps(chart, GapKind.MANAGER_UNKNOWN) == ["d"]


def test_functions_levels_and_departments_without_anybody_are_told(people: People) -> None:
    """What is missing on the whole chart, once three people are known."""
    gone = people.person("x", department="Achats", left_at=datetime(2026, 1, 1, tzinfo=UTC))
    crowd = [people.person(key, title="Comptable", department="Finance") for key in "abc"]
    chart = account_chart(people.account(*crowd, gone), DAY)
    functions = {gap.function for gap in chart.gaps if gap.kind is GapKind.NOBODY_IN_FUNCTION}
    assert functions == {
        Function.MANAGEMENT,
        Function.PROCUREMENT,
        Function.IT,
        Function.OPERATIONS,
    }
    assert [gap.department for gap in chart.gaps if gap.department] == ["Achats"]
    assert len([gap for gap in chart.gaps if gap.level]) == 3
    few = account_chart(people.account(crowd[0]), DAY)
    assert few.gaps == ()


def test_the_chart_of_an_earlier_day_has_its_titles_and_managers(people: People) -> None:
    """Jobs are dated; the last day of one is the first of the next."""
    jobs = (
        people.job("b", "2024-01-01", "2026-06-01", title="Acheteuse", manager_id="a"),
        people.job("b", "2026-06-01", title="Directrice des achats", manager_id="c"),
    )
    crowd = [
        people.person("a"),
        people.person("b", "c", title="Directrice des achats"),
        people.person("c"),
    ]
    facts = people.account(*crowd, positions=jobs)
    before = account_chart(facts, date(2026, 5, 31)).by_id["b"]
    after = account_chart(facts, date(2026, 6, 1)).by_id["b"]
    assert (before.contact.title, before.parent_id) == ("Acheteuse", "a")
    assert (after.contact.title, after.parent_id) == ("Directrice des achats", "c")


def test_nobody_stands_on_a_chart_before_they_came(people: People) -> None:
    """Neither a later contact nor somebody whose job began later."""
    late = people.person("b", created_at=datetime(2026, 11, 1, tzinfo=UTC))
    facts = people.account(people.person("a"), late, people.person("c"),
                           positions=(people.job("c", "2026-11-10"),))  # fmt: skip
    assert sorted(account_chart(facts, date(2026, 10, 1)).by_id) == ["a"]
    assert sorted(account_chart(facts, DAY).by_id) == ["a", "b", "c"]


def test_who_left_later_was_still_there(people: People) -> None:
    """A departure counts from its day."""
    left = people.person("a", left_at=datetime(2026, 11, 10, 9, tzinfo=UTC))
    facts = people.account(left)
    assert sorted(account_chart(facts, date(2026, 11, 9)).by_id) == ["a"]
    assert account_chart(facts, date(2026, 11, 10)).by_id == {}


def test_who_moved_to_another_account_stands_on_the_old_charts(people: People) -> None:
    """Given their record, the past is drawn whole."""
    jobs = (people.job("m", "2024-01-01", "2026-06-01", title="CFO"),)
    moved = people.person("m", account_id="acc_2", title="CEO")
    facts = people.account(people.person("a"), positions=jobs)
    past = account_chart(facts, date(2026, 1, 1), elsewhere={"m": moved})
    assert past.by_id["m"].contact.title == "CFO"
    assert "m" not in account_chart(facts, DAY, elsewhere={"m": moved}).by_id


def test_somebody_stands_in_the_trees_of_two_accounts(people: People) -> None:
    """Tied by an affiliation, they are drawn at both, as a visitor at the other."""
    shared = people.person("s")
    tie = Affiliation(id="t", account_id="acc_2", contact_id="s")
    home = account_chart(people.account(shared), DAY)
    other = account_chart(people.account(shared, account_id="acc_2", affiliations=(tie,)), DAY)
    assert (home.by_id["s"].visiting, other.by_id["s"].visiting) == (False, True)


@pytest.mark.checklist("S2.28", home="`chart_changes`: the chart before and after a reorganisation")
def test_two_days_differ_by_who_left_joined_and_moved(people: People) -> None:
    """The picture behind a reorganisation, in words."""
    jobs = (
        people.job("b", "2024-01-01", "2026-11-18", title="Buyer", manager_id="a"),
        people.job("b", "2026-11-18", title="Head of Procurement", manager_id="n"),
    )
    crowd = [
        people.person("a", title="CEO"),
        people.person("b", "n", title="Head of Procurement"),
        people.person("n", "a", title="CFO", created_at=datetime(2026, 11, 17, tzinfo=UTC)),
        people.person("o", "a", title="CFO", left_at=datetime(2026, 11, 16, tzinfo=UTC)),
    ]
    facts = people.account(*crowd, positions=jobs)
    changes = chart_changes(account_chart(facts, date(2026, 11, 1)), account_chart(facts, DAY))
    assert [(change.contact_id, change.move) for change in changes] == [
        ("o", ChartMove.LEFT),
        ("n", ChartMove.JOINED),
        ("b", ChartMove.NEW_MANAGER),
        ("b", ChartMove.NEW_TITLE),
    ]
    assert change_words(changes[2], voice("en")) == "B reports to N, before to A"
    assert change_words(changes[0], voice("fr")) == "O n’est plus là (était CFO)"


def test_a_chart_does_not_differ_from_itself(people: People) -> None:
    """No change, no line."""
    chart = account_chart(people.account(people.person("a"), people.person("b", "a")), DAY)
    assert chart_changes(chart, chart) == ()


def test_weak_cues_are_doubts_not_departures(people: People) -> None:
    """Another company's address, a new function, an ended tie: a person looks."""
    jobs = (
        people.job("t", "2024-01-01", "2026-11-01", title="DSI"),
        people.job("t", "2026-11-01", title="Directeur des achats"),
        people.job("m", "2024-01-01", "2026-10-01"),
    )
    crowd = [
        people.person("a", email="a@nord.example"),
        people.person("b", email="b@nord.example"),
        people.person("e", email="e@rival.example"),
        people.person("g", email="g@gmail.com"),
        people.person("s", email="s@fr.nord.example"),
        people.person("t", title="Directeur des achats", email="t@nord.example"),
    ]
    tie = Affiliation(id="t", account_id="acc_1", contact_id="a", active=False)
    facts = people.account(*crowd, positions=jobs, affiliations=(tie,))
    assert [(one.contact_id, one.kind) for one in doubts(facts, DAY)] == [
        ("a", DoubtKind.TIE_ENDED),
        ("e", DoubtKind.MAIL_ELSEWHERE),
        ("m", DoubtKind.MOVED_AWAY),
        ("t", DoubtKind.TITLE_CHANGED),
    ]
    assert account_chart(facts, DAY).departed == {}


def test_a_champion_who_moves_is_recognised(people: People) -> None:
    """By the same record, by a person's word, or as a guess by name after the departure."""
    gone = datetime(2026, 6, 1, tzinfo=UTC)
    old = people.account(
        people.person("n1", name="Inès Roy (gone)", left_at=gone, roles=("internal_sponsor",)),
        people.person("w1", name="Jo Weber", left_at=gone),
        people.person("x1", name="Max Petit", left_at=gone),
        positions=(people.job("m", "2020-01-01", "2026-06-01"),),
    )
    later = datetime(2026, 7, 1, tzinfo=UTC)
    new = people.account(
        people.person("m", name="Mia Nowak", account_id="acc_2"),
        people.person("n2", name="Ines ROY", account_id="acc_2", created_at=later),
        people.person("w2", name="Johanna Keller", account_id="acc_2"),
        people.person("x2", name="Max Petit", account_id="acc_2"),
        told=(people.edge("w1", "w2", EdgeKind.ALUMNI),),
        account_id="acc_2",
    )
    found = resurfaced([old, new], DAY)
    assert [(one.from_contact_id, one.to_contact_id, one.how) for one in found] == [
        ("m", "m", Recognised.SAME_RECORD),
        ("w1", "w2", Recognised.ALUMNI),
        ("n1", "n2", Recognised.SAME_NAME),
    ]
    assert [profile.value for profile in found[2].profiles] == ["internal_sponsor"]


def test_nobody_known_is_an_empty_chart(people: People) -> None:
    """No people, no seats, no gaps, no room."""
    chart = account_chart(people.account(), DAY)
    assert (chart.seats, chart.gaps, chart.people) == ((), (), 0)
    assert (lay_out(chart).width, lay_out(chart).height) == (0, 0)


def test_a_deep_chain_is_drawn(people: People) -> None:
    """Two thousand managers above each other break nothing."""
    crowd = [people.person("p0"), *(people.person(f"p{n}", f"p{n - 1}") for n in range(1, 2000))]
    chart = account_chart(people.account(*crowd), DAY)
    assert max(seat.level for seat in chart.seats) == 1999
    assert len(lay_out(chart).boxes) == 2000
    assert replace(chart, gaps=()).people == 2000
