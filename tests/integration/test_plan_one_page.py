"""The plan on a page: one page, both languages, and no name can be more than a name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kam_connector.errors import ConfigError
from kam_connector.language import Language
from kam_connector.reports.account_report import AccountReport
from kam_connector.reports.onepage import one_page, page_html, page_pdf
from tests.factories.plan_story import make_story
from tests.factories.workbooks import report_of
from tests.factories.world import World

HOSTILE = (
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '#read("/etc/passwd")',
    '#panic("x") $x$ *bold* \\ #{1+1}',
    "{{ 7*7 }} {% raw %}",
    "]#strong[x",
    "\u202eevil \u0000 null",
)  # fmt: skip
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


@pytest.fixture(name="world", scope="module")
def _world() -> World:
    return make_story()


class Tags(HTMLParser):
    """Notes tags, attributes and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


def parsed(html: str) -> Tags:
    """Return what a browser would see."""
    tags = Tags()
    tags.feed(html)
    return tags


def named(world: World, name: str) -> AccountReport:
    """Return the report of an account, all of whose people and itself have this name."""
    report = report_of(world)
    people = tuple(replace(one, name=name, title=name) for one in report.facts.contacts)
    facts = replace(report.facts, account=replace(report.facts.account, name=name), contacts=people)
    there = {one.id: one for one in people}
    return replace(report, situation=replace(report.situation, facts=facts, people=there))


def text_of(pdf: bytes, folder: Path) -> str:
    """Return a PDF's words."""
    (folder / "page.pdf").write_bytes(pdf)
    call = ["pdftotext", "-layout", str(folder / "page.pdf"), "-"]
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


@pytest.mark.checklist("S1.31", home="`kam plan page`: the plan on one page, PDF or HTML")
def test_the_page_shows_the_plan_at_a_glance(world: World) -> None:
    """Scores, goals, objectives, actions, risks, people, SWOT, when."""
    said = "\n".join(parsed(page_html(report_of(world))).texts)
    wanted = (
        "Altair Industries", "Their partner for automated plants", "Cut lead times by a third",
        "Become the first supplier for automation", "Agree the robotics pilot",
        "Nordlift leases below our price", "Marta Kowalska", "We know every line in Lyon",
        "QBR 4/2026", "As of 2026-11-21",
    )  # fmt: skip
    assert [one for one in wanted if one not in said] == []


def test_the_page_is_whole_in_itself_and_runs_nothing(world: World) -> None:
    """No script, no address outside, a policy that says so."""
    html = page_html(report_of(world))
    tags = parsed(html)
    assert not {"script", "iframe", "img", "link", "object"} & set(tags.tags)
    assert not [one for one in tags.attributes if one.startswith("on")]
    assert "http://" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name_in_html(world: World, name: str) -> None:
    """The same tags as for anybody."""
    tags = parsed(page_html(named(world, name)))
    assert set(tags.tags) == set(parsed(page_html(named(world, "Ada"))).tags)
    assert any(" ".join(name.split())[:6] in one for one in tags.texts)


@needs_poppler
@pytest.mark.parametrize("name", HOSTILE[:6])
def test_a_hostile_name_is_only_a_name_in_pdf(world: World, tmp_path: Path, name: str) -> None:
    """It stands there letter by letter, and nothing is read or run."""
    said = text_of(page_pdf(named(world, name)), tmp_path)
    assert "root:" not in said
    assert "".join(name.split())[:8] in "".join(said.split())


@needs_poppler
@pytest.mark.parametrize("language", Language)
def test_the_pdf_is_one_page_with_the_plan_on_it(
    world: World, tmp_path: Path, language: Language
) -> None:
    """Form feeds end pages."""
    said = text_of(page_pdf(report_of(world, language)), tmp_path)
    assert said.count("\f") == 1
    title = {"en": "Next actions", "fr": "Prochaines actions"}[language]
    assert title in said


@needs_poppler
def test_long_names_still_make_one_page(world: World, tmp_path: Path) -> None:
    """Letters become smaller, texts end in dots."""
    said = text_of(page_pdf(named(world, "Very long name " * 30)), tmp_path)
    assert said.count("\f") == 1


def test_the_french_page_speaks_french(world: World) -> None:
    """Titles, days and amounts."""
    said = " ".join(parsed(page_html(report_of(world, Language.FR))).texts)
    wanted = ("Prochaines actions", "Risques", "21/11/2026", "Ce que veut le client")
    assert [one for one in wanted if one not in said] == []


def test_without_the_extra_a_clear_message_names_html(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to read a traceback."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ConfigError) as refused:
        page_pdf(report_of(world))
    assert (refused.value.code, "html" in refused.value.hint) == ("KAM-7085", True)


def test_few_things_stand_on_the_page_and_it_says_how_many_do_not(world: World) -> None:
    """A page that lists everything is read by nobody."""
    page = one_page(report_of(world))
    people = next(one for one in page.right if one.title == "People and our ties")
    assert (len(people.lines), people.more) == (7, "5 more")
