"""`kam orgchart` shows, keeps, suggests and draws an account's people."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kam_connector.cli.edge import run
from kam_connector.model.contact import Profile
from kam_connector.model.judgement import Evidence
from kam_connector.model.kept import PROGRAM
from kam_connector.model.kind import Row
from kam_connector.model.stakeholder import Stakeholder
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, make_world, put_account

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""
PEOPLE = (
    ("boss", "Hélène Marchand", "Présidente directrice générale", None),
    ("cfo", "Denis Martin", "Directeur financier", "boss"),
    ("buyer", "Karim Garcia", "Directrice des achats", "boss"),
    ("clerk", "Laura Blanchard", "Comptable", "cfo"),
    ("gone", "Jonas Fontaine (parti)", "DSI", "boss"),
    ("dev", "Claire Petit", "Développeuse", "gone"),
)


MAPPING = MAPPING_TEXT.replace(
    'title = { from = "title", null = "clear" }',
    'title = { from = "title", null = "clear" }\nmanager = { from = "manager", ref = "contact", '
    'null = "clear" }',
)
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="ask")
def _ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Run one command with --json over an account with six people."""
    crm = MemoryCrm(now=NOW)
    before = crm.now - timedelta(days=1)
    for key, name, title, manager in PEOPLE:
        row: Row = {"account": "a0", "name": name, "title": title, "manager": manager,
                    "email": f"{key}@a0.test", "kam_band": None}  # fmt: skip
        crm.put("contact", key, row, modified_at=before)
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    world = make_world(url, accounts=0, crm=crm, mapping=MAPPING)
    put_account(crm, "a0", at=before)
    world.first_night()
    world.store.close()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "Ada")

    def ask(*words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def _id(ask: Ask, name: str) -> str:
    people = ask("orgchart", "show", "Company a0")[1]["data"]["chart"]["names"]
    return next(one for one, called in people.items() if called.startswith(name))


def _seats(ask: Ask, *more: str) -> dict[str, Any]:
    chart = ask("orgchart", "show", "Company a0", *more)[1]["data"]["chart"]
    return {seat["contact"]["name"]: seat for seat in chart["seats"]}


@pytest.mark.checklist(
    "S2.28", home="`kam orgchart show`, `kam orgchart draw`: the chart and its ties"
)
def test_the_chart_is_shown_with_what_is_missing(ask: Ask) -> None:
    """Who reports to whom, an empty seat, who left and how we know."""
    code, document = ask("orgchart", "show", "Company a0")
    chart = document["data"]["chart"]
    assert (code, chart["circles"]) == (0, [])
    seats = {seat["contact"]["name"]: seat for seat in chart["seats"]}
    assert seats["Laura Blanchard"]["level"] == 2
    assert seats["Jonas Fontaine (parti)"]["vacant"] is True
    kinds = {gap["kind"] for gap in chart["gaps"]}
    assert {"manager_left", "empty_seat", "nobody_in_function"} <= kinds
    assert [one["cue"] for one in chart["departed"].values()] == ["marked"]


def test_people_read_a_tree(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """Branches, the empty seat, what is missing, in the language asked for."""
    assert ask("orgchart", "show", "Company a0")[0] == 0
    assert run(["orgchart", "show", "Company a0", "--language", "fr"]) == 0
    said = capsys.readouterr().out
    assert "└─ Hélène Marchand" in said
    assert "│  └─ Laura Blanchard" in said
    assert "Poste vacant (Jonas Fontaine (parti))" in said
    assert "Personne de connu : achats" not in said


def test_what_one_knows_of_somebody_is_kept_with_its_author(ask: Ask) -> None:
    """Axes, line and tie come back on the chart, signed and with an end."""
    code, document = ask(
        "orgchart", "set", "Company a0", "Karim", "--influence", "4", "--support", "favourable",
        "--profile", "internal_sponsor", "--manager", "Denis Martin", "--evidence", "confirmed",
        "--expires", "2099-12-31",
        "--tie", "trusts", "Laura",
    )  # fmt: skip
    assert (code, document["data"]["changed"]) == (0, 3)
    seat = _seats(ask)["Karim Garcia"]
    assert (seat["basis"], seat["evidence"]) == ("told", "confirmed")
    assert seat["parent_id"] == _id(ask, "Denis")
    assert seat["crm_parent_id"] == _id(ask, "Hélène")
    told = document["data"]["kept"][0]
    assert (told["expires_on"], told["support"]) == ("2099-12-31", "favourable")


def test_a_second_word_keeps_what_the_first_said(ask: Ask) -> None:
    """Saying one axis does not unsay the others; saying it twice changes nothing."""
    ask("orgchart", "set", "Company a0", "Karim", "--influence", "4")
    ask("orgchart", "set", "Company a0", "Karim", "--support", "neutral")
    again = ask("orgchart", "set", "Company a0", "Karim", "--support", "neutral")[1]
    assert again["data"]["changed"] == 0
    kept = again["data"]["kept"][0]
    assert (kept["influence"], kept["support"]) == (4, "neutral")


def test_a_told_line_can_be_withdrawn(ask: Ask) -> None:
    """Then the CRM's manager stands again."""
    ask("orgchart", "set", "Company a0", "Karim", "--manager", "Denis")
    assert ask("orgchart", "set", "Company a0", "Karim", "--manager", "none")[0] == 0
    assert _seats(ask)["Karim Garcia"]["basis"] == "crm"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Karin Garci", "--influence", "3"), "Karim Garcia"),
        (("Karim",), "--profile"),
        (("Karim", "--tie", "likes", "Laura"), "dotted_line"),
        (("Karim", "--tie", "trusts", "Karim"), "themselves"),
        (("Karim", "--influence", "3", "--expires", "2020-01-01"), "later day"),
    ],
)
def test_a_mistake_says_what_would_be_right(ask: Ask, words: tuple[str, ...], said: str) -> None:
    """An unknown person, nothing said, no such tie, an end that is past."""
    code, document = ask("orgchart", "set", "Company a0", *words)
    assert code == 2
    assert said in f"{document['error']['message']} {document['error']['hint']}"


@pytest.mark.checklist(
    "S2.43", home="`kam orgchart suggest`: nothing counts until a person accepts"
)
def test_a_suggestion_counts_only_once_accepted(ask: Ask) -> None:
    """Shown twice it changes nothing; accepted it is that person's assumption."""
    shown = ask("orgchart", "suggest", "Company a0")[1]["data"]
    assert (len(shown["suggestions"]) >= 3, shown["accepted"]) == (True, 0)
    assert ask("orgchart", "suggest", "Company a0")[1]["data"]["people"] == shown["people"]
    taken = ask("orgchart", "suggest", "Company a0", "--accept", "--only", "Denis")[1]["data"]
    assert taken["accepted"] == 1
    with closing(open_store("sqlite:///kam.db")) as store:
        (told,) = store.kept(Stakeholder)
    assert (told.evidence, told.profile) == (Evidence.ASSUMED, Profile.ECONOMIC_DECIDER)
    assert told.asserted_by != PROGRAM
    assert _id(ask, "Denis") not in ask("orgchart", "suggest", "Company a0")[1]["data"]["people"]


@pytest.mark.parametrize("what", ["chart", "map", "stakeholders"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pictures_are_drawn_to_files(ask: Ask, what: str, language: str) -> None:
    """Well-formed SVG in the language asked for, without anything that runs or calls."""
    code, _ = ask("orgchart", "draw", "Company a0", "-o", "out.svg", "--what", what,
                  "--language", language)  # fmt: skip
    root = ElementTree.fromstring(Path("out.svg").read_text("utf-8"))
    assert (code, root.get("lang")) == (0, language)
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")


def test_a_picture_that_cannot_be_written_is_one_message(ask: Ask) -> None:
    """A folder that is not there is told with a code."""
    code, document = ask("orgchart", "draw", "Company a0", "-o", "nowhere/out.svg")
    assert (code, document["error"]["code"]) == (3, "KAM-1071")


def test_an_old_day_shows_who_was_not_known_yet(ask: Ask) -> None:
    """The chart of any day can be asked for."""
    assert ask("orgchart", "show", "Company a0", "--as-of", "2026-11-21")[0] == 0
