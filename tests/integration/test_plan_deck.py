"""A review pack opens again: native shapes, connectors, charts, texts inside their slides."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu

from kam_connector.errors import CheckFailed
from kam_connector.language import Language
from kam_connector.model.plan_content import Risk
from kam_connector.reports.deck import deck_bytes, default_template
from kam_connector.reports.deck.fit import clipped, fitted, lines_of
from tests.factories.plan_story import make_story
from tests.factories.workbooks import report_of
from tests.factories.world import NOW, World


@pytest.fixture(name="world", scope="module")
def _world() -> World:
    return make_story()


def opened(world: World, language: Language = Language.EN, **options: Any) -> Any:
    """Return the deck, read back."""
    return Presentation(io.BytesIO(deck_bytes(report_of(world, language), **options)))


def titles(deck: Any) -> list[str]:
    """Return the slides' titles."""
    return [one.shapes.title.text for one in deck.slides]


def slide(deck: Any, title: str) -> Any:
    """Return a slide by its title."""
    return next(one for one in deck.slides if one.shapes.title.text == title)


def texts(one: Any) -> str:
    """Return all texts of a slide."""
    said = [shape.text_frame.text for shape in one.shapes if shape.has_text_frame]
    cells = [cell.text for shape in one.shapes if shape.has_table
             for cell in shape.table.iter_cells()]  # fmt: skip
    return "\n".join([*said, *cells])


def test_a_pack_has_its_pages_in_the_order_of_a_review(world: World) -> None:
    """From where we stand to what is next."""
    assert titles(opened(world)) == [
        "Altair Industries", "Where we stand", "Who is who", "Business in figures",
        "Satisfaction", "Our relationships", "Objectives", "Actions", "Risks", "Opportunities",
        "Next steps",
    ]  # fmt: skip


def test_the_org_chart_is_boxes_held_together_by_connectors(world: World) -> None:
    """Whoever moves a box takes its lines along."""
    page = slide(opened(world), "Who is who")
    names = {one.name for one in page.shapes if one.has_text_frame}
    lines = [one for one in page.shapes if one.element.tag.endswith("}cxnSp")]
    assert {"Hélène Marchand", "Inès Roy", "Tom Becker"} <= names
    ends = [one.element.xpath(".//a:stCxn|.//a:endCxn") for one in lines]
    assert len(lines) == 11
    assert {len(one) for one in ends} == {2}


def test_figures_are_native_charts_with_their_data(world: World) -> None:
    """Revenue by year, satisfaction, ties."""
    deck = opened(world)

    def chart(title: str) -> Any:
        return next(one.chart for one in slide(deck, title).shapes if one.has_chart)

    revenue = chart("Business in figures")
    assert list(revenue.plots[0].categories) == ["2024", "2025", "2026*"]
    assert list(revenue.plots[0].series[0].values) == [694200.0, 802200.0, 754500.0]
    assert list(chart("Satisfaction").plots[0].series[0].values) == [25.0]
    assert len(list(chart("Our relationships").plots[0].categories)) == 10


@pytest.mark.parametrize("language", Language)
def test_everything_stands_inside_its_slide(world: World, language: Language) -> None:
    """Nothing hangs over an edge."""
    deck = opened(world, language)
    outside = [
        (one.shapes.title.text, shape.name)
        for one in deck.slides
        for shape in one.shapes
        if shape.left < 0 or shape.top < 0
        or shape.left + shape.width > deck.slide_width + 1
        or shape.top + shape.height > deck.slide_height + 1
    ]  # fmt: skip
    assert outside == []


def test_pictures_and_tables_say_what_they_show(world: World) -> None:
    """For who does not see them; notes say where the figures are from."""
    deck = opened(world)
    silent = [
        shape.name
        for one in deck.slides
        for shape in one.shapes
        if (shape.has_chart or shape.has_table) and not shape.element.xpath(".//p:cNvPr/@descr")[0]
    ]
    assert silent == []
    assert [one for one in deck.slides if not one.notes_slide.notes_text_frame.text] == []
    assert "2026-11-21" in slide(deck, "Risks").notes_slide.notes_text_frame.text


def test_a_pack_for_the_customer_leaves_out_what_is_ours(world: World) -> None:
    """No scores, ties, margins, risks, no words of named people, no goal of ours alone."""
    deck = opened(world, for_customer=True)
    assert titles(deck) == [
        "Altair Industries", "Who is who", "Business in figures", "Satisfaction", "Objectives",
        "Actions",
    ]  # fmt: skip
    said = "\n".join(texts(one) for one in deck.slides)
    assert "Become the first supplier for automation" in said
    assert "Agree the robotics pilot" in said
    ours = ("Margin", "wallet", "plant in Lyon", "Prepare the renewal", "Ponctuels")
    assert [one for one in ours if one in said] == []


def test_french_is_spoken_on_every_page(world: World) -> None:
    """Titles, dates and numbers."""
    deck = opened(world, Language.FR)
    assert {"Où nous en sommes", "Qui est qui", "Risques"} <= set(titles(deck))
    assert "21/11/2026" in texts(deck.slides[0])


def test_long_lists_go_on_on_the_next_slide_and_long_texts_end_in_dots(world: World) -> None:
    """Forty risks with the whole of Proust."""
    report = report_of(world)
    many = tuple(
        Risk(id=f"r{n}", account_id=report.facts.account.id, text=f"Risk {n} " + "long " * 300,
             probability=3, impact=3)
        for n in range(40)
    )  # fmt: skip
    by_type = {**report.facts.kept.by_type, Risk: many}
    kept = replace(report.facts.kept, by_type=by_type)
    facts = replace(report.facts, kept=kept)
    full = replace(report, situation=replace(report.situation, facts=facts))
    deck = Presentation(io.BytesIO(deck_bytes(full)))
    pages = [one for one in deck.slides if one.shapes.title.text.startswith("Risks")]
    listed = "".join(texts(one) for one in pages)
    assert len(pages) > 3
    assert [n for n in range(40) if f"Risk {n} " not in listed] == []
    assert "\u2026" in listed


def test_an_account_of_which_nothing_is_known_has_a_deck(world: World) -> None:
    """Fewer pages, no mistakes."""
    from kam_connector.kam.settings import KamSettings
    from kam_connector.reports.account_report import read_account_report

    report = read_account_report(
        world.store, world.account("a0"), now=NOW + timedelta(days=1), settings=KamSettings()
    )
    assert report is not None
    deck = Presentation(io.BytesIO(deck_bytes(report)))
    assert "Where we stand" in titles(deck)


def test_a_template_of_ones_own_is_used(world: World, tmp_path: Path) -> None:
    """Its layouts, its size, its place for contents; sample slides are dropped."""
    template: Any = Presentation(io.BytesIO(default_template()))
    page = next(one for one in template.slide_layouts if one.name == "KAM Page")
    area = next(one for one in page.placeholders if one.name == "KAM Area")
    area.left = Emu(3_000_000)
    area.width = Emu(8_000_000)
    template.slides.add_slide(page)
    template.save(tmp_path / "ours.pptx")
    deck = opened(world, template=tmp_path / "ours.pptx")
    table = next(one for one in slide(deck, "Actions").shapes if one.has_table)
    assert (table.left, titles(deck)[0]) == (3_000_000, "Altair Industries")


def test_a_template_that_lacks_something_is_told_what(world: World, tmp_path: Path) -> None:
    """By name, with how to get one that has it."""
    template: Any = Presentation(io.BytesIO(default_template()))
    next(one for one in template.slide_layouts if one.name == "KAM Page").name = "Page"
    template.save(tmp_path / "ours.pptx")
    with pytest.raises(CheckFailed) as refused:
        opened(world, template=tmp_path / "ours.pptx")
    assert refused.value.code == "KAM-7084"
    assert '"KAM Page"' in refused.value.message
    assert "--write-template" in refused.value.hint


def test_what_is_no_template_is_refused(world: World, tmp_path: Path) -> None:
    """A text with a pretty name."""
    (tmp_path / "ours.pptx").write_text("no deck")
    with pytest.raises(CheckFailed, match=r"no \.pptx"):
        opened(world, template=tmp_path / "ours.pptx")


def test_text_takes_the_largest_size_that_fits() -> None:
    """Smaller first, cut last; never more lines than there is room for."""
    inch = 914_400
    assert fitted("Short", width=3 * inch, height=inch).points == 18
    longer = fitted("word " * 400, width=3 * inch, height=inch)
    assert (longer.points, longer.text[-1]) == (10, "\u2026")
    assert lines_of(clipped("w" * 500, width=inch, points=10, lines=2), width=inch, points=10) == 2
    sizes = [fitted("word " * n, width=3 * inch, height=inch).points for n in (1, 20, 40, 80)]
    assert all(before >= after for before, after in pairwise(sizes))


def test_signs_that_xml_forbids_break_no_deck(world: World) -> None:
    """A name pasted from somewhere is said without them."""
    report = report_of(world, Language.EN)
    account = replace(report.facts.account, name="Alt\ufffeair \x07\x9fIndustries")
    facts = replace(report.facts, account=account)
    hostile = replace(report, situation=replace(report.situation, facts=facts))
    deck = Presentation(io.BytesIO(deck_bytes(hostile)))
    assert titles(deck)[0] == "Altair Industries"
