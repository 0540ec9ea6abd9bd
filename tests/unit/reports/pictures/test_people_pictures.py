"""Pictures of people: well-formed, escaped, without scripts, told in words and two languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Protocol
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.language import Voice, voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore
from kam_connector.model.stakeholder import EdgeKind, Support
from kam_connector.reports.pictures import draw_org_chart, draw_people_map, draw_stakeholder_map
from kam_connector.reports.pictures.elements import text_width, wrapped
from kam_connector.reports.pictures.marks import BANDS, badge
from tests.unit.kam.chart.conftest import People

DAY = date(2026, 11, 21)
SVG = "{http://www.w3.org/2000/svg}"


class Draw(Protocol):
    """One kind of picture."""

    def __call__(self, facts: AccountFacts, as_of: date, *, say: Voice) -> str:
        """Return it."""


PICTURES = [draw_org_chart, draw_people_map, draw_stakeholder_map]


def _facts(name: str = "Inès Roy", title: str = "CFO") -> AccountFacts:
    make = People()
    told = (
        make.judged("b", influence=4, support=Support.RESERVED),
        make.judged("c", influence=2, expires_on=date(2026, 10, 1)),
        make.edge("b", "c", EdgeKind.TRUSTS),
        make.edge("c", "a"),
    )
    crowd = [
        make.person("a", name="Hélène Marchand", title="CEO"),
        make.person("b", "a", name=name, title=title, roles=("economic_decider",)),
        make.person("c", name="Jo Weber"),
        make.person("g", "a", name="Max Petit", left_at=datetime(2026, 11, 1, tzinfo=UTC)),
        make.person("u", "g", name="Ugo Blanc"),
    ]
    return make.account(*crowd, told=told, activities=[make.activity("2026-11-10", "b")])


def _root(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def _said(picture: str) -> str:
    return " ".join(_root(picture).itertext())


@pytest.mark.parametrize("draw", PICTURES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_picture_is_sound_and_tells_itself(draw: Draw, language: str) -> None:
    """Title and description for a screen reader, the day, a language, a size on paper."""
    root = _root(draw(_facts(), DAY, say=voice(language)))
    assert (root.tag, root.get("role"), root.get("lang")) == (f"{SVG}svg", "img", language)
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-labelledby") == "t d"
    assert (root.get("width") or "").endswith("mm")
    day = "2026-11-21" if language == "en" else "21/11/2026"
    assert day in " ".join(root.itertext())


@pytest.mark.parametrize("draw", PICTURES)
def test_nothing_runs_and_nothing_is_fetched(draw: Draw) -> None:
    """No script, no handler, no style sheet, no address but SVG's own name."""
    picture = draw(_facts(), DAY, say=voice("en"))
    assert not re.search(r"<(script|style|image|use|foreignObject|a)\b|\son\w+=|href", picture)
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("draw", PICTURES)
@settings(deadline=None)
@given(name=st.text(min_size=1, max_size=40), title=st.text(max_size=40))
def test_any_name_and_title_leave_the_picture_well_formed(
    draw: Draw, name: str, title: str
) -> None:
    """Whatever a CRM holds: markup, quotes, control signs, halves of pairs."""
    assert _root(draw(_facts(name, title), DAY, say=voice("fr"))) is not None


def test_markup_in_a_name_stays_text() -> None:
    """An attack is a name like any other."""
    picture = draw_org_chart(_facts("<script>x</script>"), DAY, say=voice("en"))
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture


def test_the_chart_says_seats_gaps_lines_and_ties() -> None:
    """In English and in French: the empty seat, who told, what is missing, the legend."""
    english = _said(draw_org_chart(_facts(), DAY, say=voice("en")))
    assert "Vacant (was Max" in english
    assert "Ugo Blanc: the manager, Max Petit, has left" in english
    assert "reports to (assumed)" in english
    assert "trusts" in english
    french = _said(draw_org_chart(_facts(), DAY, say=voice("fr")))
    assert "Poste vacant" in french
    assert "Ugo Blanc\u00a0: le responsable hiérarchique, Max Petit, n’est plus là" in french
    assert "dépend de (supposé)" in french


def test_a_tie_is_told_by_shape_number_and_word() -> None:
    """Never by colour alone."""
    assert len({mark.shape for mark in BANDS.values()}) == len(BANDS)
    tie = StrengthScore(contact_id="b", value=Decimal(72), band="strong", confidence=Decimal(1),
                        depth=Decimal(0), our_people=1, last_two_way=DAY)  # fmt: skip
    picture = draw_org_chart(_facts(), DAY, say=voice("en"), strengths={"b": tie})
    assert "strength 72, strong" in _said(picture)
    assert badge("strong", 0, 0, words="72") != badge("weak", 0, 0, words="72")


def test_who_is_not_judged_stands_aside_and_expired_words_are_told() -> None:
    """Not known is no zero."""
    said = _said(draw_stakeholder_map(_facts(), DAY, say=voice("en")))
    assert "support not known" in said
    assert "Expired, to be asked again: Jo Weber" in said
    assert "1 person judged" in said


def test_the_map_says_who_of_ours_knows_whom() -> None:
    """A cell for each pair that was ever in two-way contact."""
    said = _said(draw_people_map(_facts(), DAY, say=voice("en")))
    assert "Claire Martin and Inès Roy" in said
    assert "1 tie" in said


@pytest.mark.parametrize("draw", PICTURES)
def test_nobody_known_is_still_a_picture(draw: Draw) -> None:
    """An empty account has a page that says so."""
    assert _root(draw(People().account(), DAY, say=voice("en"))).tag == f"{SVG}svg"


@settings(deadline=None)
@given(st.text(max_size=80), st.floats(20, 300))
def test_wrapped_lines_fit(words: str, room: float) -> None:
    """No line is wider than its room, as far as an ellipsis fits at all."""
    assert all(
        text_width(line, 11.0) <= max(room, 11.0 * 1.05) for line in wrapped(words, room, 11.0)
    )
