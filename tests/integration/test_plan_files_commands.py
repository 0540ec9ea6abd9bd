"""kam plan export, import, deck, page; kam programme export, import: as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pptx import Presentation

from kam_connector.cli.edge import run
from tests.factories.plan_story import make_story
from tests.factories.workbooks import cell_of, edited

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""
MAPPING = """
language = "fr"

[[risk]]
sheet = "Risques"
rows = "4:20"
skip = [6]
[risk.columns]
text = "B"
probability = "C"
impact = "D"
owner_id = "E"
[risk.constants]
state = "open"

[[communication_charter]]
sheet = "Synthèse"
[communication_charter.cells]
cadence = "C3"
signed_on = "C4"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration and a database with the story."""
    (tmp_path / "config.toml").write_text(CONFIG)
    make_story(f"sqlite:///{tmp_path / 'kam.db'}").store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Run a command with --json; return its exit code and its document."""
    capsys.readouterr()
    code = run([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def old_plan(folder: Path, *, wrong: bool = False) -> None:
    """Write an Excel plan of somebody's own."""
    book: Any = Workbook()
    page = book.active
    page.title = "Risques"
    page["B2"] = "Nos risques"
    chance = "beaucoup" if wrong else 4
    rows = [
        ("Grève", 2, 3, "Ada"),
        ("Hausse des prix", chance, 4, "Bruno Keller"),
        ("TOTAL", None, None, None),
        ("Panne", 1, 5, None),
    ]
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=2):
            page.cell(row=number, column=column).value = value
    summary = book.create_sheet("Synthèse")
    summary["C3"] = "Chaque mois"
    summary["C4"] = "01/02/2026"
    book.save(folder / "old.xlsx")
    (folder / "plan-mapping.toml").write_text(MAPPING, encoding="utf-8")


def test_a_plan_goes_out_and_comes_back_edited(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rehearsal, import, second import."""
    assert run(["plan", "export", "altair", "-o", "plan.xlsx"]) == 0
    edited(
        folder / "plan.xlsx",
        lambda book: setattr(cell_of(book["Competitors"], "Strength (1-5)", 2), "value", 2),
    )
    assert run(["plan", "import", "plan.xlsx", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Strength (1-5): 4 \u2192 2" in said
    assert "nothing was written" in said
    first = answered(capsys, "plan", "import", "plan.xlsx", "--by", "Ada")
    second = answered(capsys, "plan", "import", "plan.xlsx")
    assert [one[1]["data"]["written"] for one in (first, second)] == [1, 0]


def test_mistakes_exit_with_a_code_and_write_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheet, cell and column of each."""
    run(["plan", "export", "altair", "-o", "plan.xlsx"])
    edited(
        folder / "plan.xlsx",
        lambda book: setattr(cell_of(book["Competitors"], "Strength (1-5)", 2), "value", 7),
    )
    code, told = answered(capsys, "plan", "import", "plan.xlsx")
    assert (code, told["error"]["code"]) == (4, "KAM-7082")
    (problem,) = told["data"]["problems"]
    assert (problem["sheet"], problem["row"], problem["text"]) == (
        "Competitors", 2, "A number from 1 to 5.")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["plan", "import", "plan.xlsx", "a0"], "KAM-7081"),
        (["programme", "import", "plan.xlsx"], "KAM-7081"),
        (["plan", "import", "gone.xlsx"], "KAM-1071"),
        (["plan", "export", "nobody", "-o", "x.xlsx"], "KAM-7042"),
        (["plan", "export", "altair", "-o", "x.pdf"], "KAM-7001"),
        (["plan", "deck", "altair", "-o", "x.pdf"], "KAM-7001"),
        (["plan", "page", "altair", "-o", "x.docx"], "KAM-7001"),
        (["plan", "page", "altair", "-o", "no/such/folder.html"], "KAM-1071"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_code(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    """Another account's file, no file, no account, no such format."""
    run(["plan", "export", "altair", "-o", "plan.xlsx"])
    assert answered(capsys, *words)[1]["error"]["code"] == code


def test_another_installation_refuses_the_workbook(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ids mean nothing here, or somebody else."""
    run(["plan", "export", "altair", "-o", "plan.xlsx"])
    (folder / "config.toml").write_text(CONFIG.replace("acme", "other"))
    code, told = answered(capsys, "plan", "import", "plan.xlsx")
    assert (code, told["error"]["code"]) == (4, "KAM-7081")


def test_the_programme_goes_out_and_comes_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In French, with a new line of the catalogue."""
    assert run(["programme", "export", "-o", "programme.xlsx", "--language", "fr"]) == 0
    edited(folder / "programme.xlsx", lambda book: book["Catalogue"].append(
        [None, "Robotique", 31.5, "A; B"]))  # fmt: skip
    code, told = answered(capsys, "programme", "import", "programme.xlsx")
    assert (code, told["data"]["written"]) == (0, 1)


def test_deck_and_page_are_files_that_open(folder: Path) -> None:
    """And a template to restyle."""
    assert run(["plan", "deck", "--write-template", "ours.pptx"]) == 0
    assert run(["plan", "deck", "altair", "-o", "qbr.pptx", "--template", "ours.pptx"]) == 0
    assert run(["plan", "page", "altair", "-o", "plan.html", "--language", "fr"]) == 0
    assert len(Presentation(str(folder / "qbr.pptx")).slides) > 8
    assert "Prochaines actions" in (folder / "plan.html").read_text(encoding="utf-8")


def test_an_existing_excel_plan_comes_in_through_a_mapping(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ranges, skipped rows, constants, single cells; twice changes nothing."""
    old_plan(folder)
    words = ("plan", "import", "old.xlsx", "altair", "--mapping", "plan-mapping.toml")
    first, second = answered(capsys, *words), answered(capsys, *words)
    assert first[1]["data"]["problems"] == []
    added = {one["label"] for one in first[1]["data"]["edits"]}
    assert added == {"Grève", "Hausse des prix", "Panne"}
    assert second[1]["data"]["written"] == 0
    clash = first[1]["data"]["conflicts"]
    assert [one["sheet"] for one in clash] == ["Synthèse"]
    taken = answered(capsys, *words, "--take", "mine")
    assert taken[1]["data"]["written"] == 1


def test_a_mistake_in_an_old_plan_names_its_cell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing of the file is written."""
    old_plan(folder, wrong=True)
    words = ("plan", "import", "old.xlsx", "altair", "--mapping", "plan-mapping.toml")
    code, told = answered(capsys, *words)
    assert (code, told["data"]["written"]) == (4, 0)
    (problem,) = told["data"]["problems"]
    assert (problem["sheet"], problem["cell"]) == ("Risques", "C5")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[[risk]]", "[[risks]]", "risk"),
        ("probability =", "chance =", "probability"),
        ('"4:20"', '"four"', "5:40"),
        ('"Risques"', '"Dangers"', "Risques"),
        ('"C3"', '"3C"', "C4"),
        ("[6]", '"6"', "[12, 13]"),
        ('language = "fr"', 'language = "de"', "en or fr"),
        ('language = "fr"', "language =", "TOML"),
    ],
)
def test_a_mistake_in_the_mapping_names_what_is_possible(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, named: str
) -> None:
    """By the word that is wrong."""
    old_plan(folder)
    (folder / "plan-mapping.toml").write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    words = ("plan", "import", "old.xlsx", "altair", "--mapping", "plan-mapping.toml")
    code, told = answered(capsys, *words)
    assert (code, told["error"]["code"]) == (4, "KAM-7086")
    assert named in told["error"]["message"]


def test_the_guide_says_of_whom_and_as_of_when(folder: Path) -> None:
    """The first thing a reader sees."""
    run(["plan", "export", "altair", "-o", "plan.xlsx"])
    book = load_workbook(folder / "plan.xlsx")
    assert book.sheetnames[0] == "Guide"
    assert "Altair Industries" in str(book["Guide"]["B2"].value)
