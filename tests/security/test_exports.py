"""G27 beyond csv and sheets: decks, their charts' workbooks, pages, pictures, jsonl, on paper."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pandas as pd
import pytest
from lxml import etree
from openpyxl import load_workbook

from kam_connector.language import Language
from kam_connector.model.kind import JsonValue
from kam_connector.reports.deck import deck_bytes
from kam_connector.reports.export import as_text
from tests.factories.plan_story import make_story
from tests.factories.workbooks import report_of
from tests.guarantees import Figures
from tests.security.mutation import mutated

FORMULAS = (
    "=1+1", "=cmd|'/c calc'!A0", '=HYPERLINK("https://evil.example","x")',
    "+1", "-1", "@SUM(1)", "{=1+1}", "\t=1", "\r=1", "\n=1", "=1;=1", "\x00=1", "\uff1d1", "  =1",
    "https://evil.example",
    "<script>alert(1)</script>", "]]><x/>", "&xxe;", "\x1b[31m", "\u202egnp", "\ufffe", "\x85=1",
)  # fmt: skip
"""Formulas and what opens like one, markup, steering, and what no XML may hold."""


_RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def hostile(number: int) -> str:
    """Return the n-th name, no two alike."""
    return f"{FORMULAS[number % len(FORMULAS)]} {number}"


def deck() -> bytes:
    """Return a review pack of a customer all of whose people have hostile names."""
    world = make_story()
    people: dict[str, Any] = dict(world.crm.live("contact"))
    for number, ref in enumerate(sorted(people)):
        changed: dict[str, JsonValue] = {"name": hostile(number), "title": hostile(number + 7)}
        world.crm.edit("contact", ref, changed)
    world.crm.edit("account", "altair", {"name": hostile(1)})
    world.advance()
    world.run()
    return deck_bytes(report_of(world, Language.EN))


@pytest.mark.guarantee("G27", "TM12")
def test_a_deck_holds_no_formula_and_opens(figure: Figures) -> None:
    """A chart carries a workbook, which opens at "edit data": its names are texts there."""
    books, cells, formulas = 0, 0, []
    with zipfile.ZipFile(io.BytesIO(deck())) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
            if name.endswith(".xlsx"):
                books += 1
                sheets = load_workbook(io.BytesIO(archive.read(name))).worksheets
                found = [one for sheet in sheets for row in sheet.iter_rows() for one in row]
                cells += len(found)
                formulas += [one.value for one in found if one.data_type == "f" or one.hyperlink]
    figure(
        "G27",
        f"a deck of hostile names: {books} charts' workbooks, {cells} cells, "
        f"{len(formulas)} formulas {formulas[:2] or ''}".rstrip(),
        met=books > 0 and not formulas,
    )


@pytest.mark.guarantee("G27")
def test_jsonl_is_one_record_a_line_that_steers_nothing(figure: Figures) -> None:
    """Programs read it by lines, and some of them end lines where Unicode does."""
    texts = list(mutated(FORMULAS, seed=27))
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    said = as_text(pd.DataFrame({"text": texts}, dtype=object), form="jsonl")
    lines = said.splitlines()
    back = [json.loads(line)["text"] for line in said.split("\n") if line]
    wrong = sum(one != text for one, text in zip(back, texts, strict=True))
    figure(
        "G27",
        f"{len(texts):,} texts in jsonl: {len(lines) - len(texts)} lines too many, "
        f"{wrong} read back otherwise",
        met=len(lines) == len(texts) and not wrong and not _RAW.search(said),
    )
