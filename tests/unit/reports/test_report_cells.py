"""No exported cell can become a formula, and every text comes back (G27)."""

from __future__ import annotations

import csv
import io
import json
import random
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kam_connector.reports.cells import guarded, is_risky, unguarded
from kam_connector.reports.export import _xlsx, as_text
from tests.guarantees import Figures

LEADS = "=+-@\t\r\n\x00＝＋－＠−'"
AWKWARD = st.text(alphabet=st.sampled_from(list(LEADS + ' ;,"\\aé01\u200b\ufeff')), max_size=12)
TEXTS = st.one_of(AWKWARD, st.text(max_size=30))
PRINTABLE = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    max_size=30,
)
NAMES = ["NA", "None", "nan", "NULL", "001", "1e5", "TRUE", "-", "", " ", "+33 6 12", "_x0041_"]


def frame_of(*texts: str) -> pd.DataFrame:
    """Return a frame of one column."""
    return pd.DataFrame({"text": list(texts)}, dtype=object)


def csv_cells(text: str, *, delimiter: str = ",") -> list[str]:
    """Return all cells as a spreadsheet splits them, the head left out."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [cell for row in list(rows)[1:] for cell in row]


def sheet_cells(*texts: str) -> list[tuple[object, str]]:
    """Return value and type of the cells of a workbook read back."""
    sheet = load_workbook(io.BytesIO(_xlsx({"texts": frame_of(*texts)})))["texts"]
    return [(row[0].value, row[0].data_type) for row in sheet.iter_rows(min_row=2)]


PAYLOADS = [
    '=HYPERLINK("https://evil.test","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "  =1",
    "\u200b=1",
    "\x00=1",
]


@pytest.mark.guarantee("G27", "TM12")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_g27_known_attacks_begin_with_an_apostrophe(payload: str) -> None:
    """The published forms of the attack reach a spreadsheet as texts."""
    (cell, *_) = csv_cells(as_text(frame_of(payload), form="csv"))
    assert cell.startswith("'")


@pytest.mark.guarantee("G27", "TM12")
@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_g27_guarded_text_starts_no_formula(text: str) -> None:
    """Whatever a spreadsheet drops at a cell's start, no formula sign comes next."""
    assert not is_risky(guarded(text))


@pytest.mark.guarantee("G27", "TM12")
@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_g27_guarding_loses_nothing(text: str) -> None:
    """The text comes back exactly, its own apostrophes included."""
    assert unguarded(guarded(text)) == text


@pytest.mark.guarantee("G27", "TM12")
@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_g27_split_at_semicolons_starts_no_formula(text: str) -> None:
    """A spreadsheet that splits lines at semicolons or tabs finds no formula either."""
    parts = re.split(r"[;\t\r\n]", guarded(text))
    assert [part for part in parts if is_risky(part)] == []


@pytest.mark.guarantee("G27", "TM12")
def test_g27_a_hundred_thousand_strings_start_no_formula(figure: Figures) -> None:
    """The catalogue's figure: no formula, and nothing lost, in 100,000 awkward strings."""
    chance = random.Random(27)
    letters = LEADS + ' ;,"\\aé01\u200b\ufeff|'
    texts = ["".join(chance.choices(letters, k=chance.randint(0, 14))) for _ in range(100_000)]
    cells = [guarded(text) for text in texts]
    parts = [part for cell in cells for part in re.split(r"[;\t\r\n]", cell)]
    risky = [part for part in parts if is_risky(part)]
    figure("G27", f"{len(texts):,} strings, {len(risky)} formula cells", met=risky == [])
    assert [unguarded(cell) for cell in cells] == texts


@pytest.mark.guarantee("G27", "TM12")
@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_csv_comes_back_exactly(text: str) -> None:
    """What was exported is what is read: quotes, commas and line ends included."""
    sound = text.encode("utf-8", "replace").decode()
    assert [unguarded(cell) for cell in csv_cells(as_text(frame_of(text), form="csv"))] == [sound]


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_jsonl_comes_back_exactly(text: str) -> None:
    """A program gets the text as it is."""
    sound = text.encode("utf-8", "replace").decode()
    assert json.loads(as_text(frame_of(text), form="jsonl")) == {"text": sound}


@pytest.mark.guarantee("G27", "TM12")
@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=10))
def test_g27_workbook_holds_no_formula(texts: list[str]) -> None:
    """Every cell of a workbook is a text."""
    assert {kind for _, kind in sheet_cells("x", *texts)} <= {"s", "n"}
    assert "f" not in {kind for _, kind in sheet_cells("x", *texts)}


@settings(max_examples=25, deadline=None)
@given(st.lists(PRINTABLE.filter(bool), min_size=1, max_size=10))
def test_workbook_comes_back_exactly(texts: list[str]) -> None:
    """Printable texts are read back as they were."""
    assert [value for value, _ in sheet_cells(*texts)] == texts


@pytest.mark.parametrize("name", NAMES)
def test_names_that_look_like_values_stay_text(name: str) -> None:
    """A company called NA and a number called 001 keep their names."""
    cells = csv_cells(as_text(frame_of(name), form="csv"))
    assert [unguarded(cell) for cell in cells] == [name]
    assert sheet_cells("x", name)[1] in {(name, "s"), (None, "n")}


def test_text_longer_than_a_cell_is_cut_visibly() -> None:
    """Excel holds 32,767 characters; the last one says that there was more."""
    ((value, _),) = sheet_cells("x" * 40_000)
    assert str(value).endswith("x…")
    assert len(str(value)) == 32_767
