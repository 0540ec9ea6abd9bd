"""Files that could do harm are refused before any parser sees them; texts stay texts."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kam_connector.errors import CheckFailed, ConfigError
from kam_connector.model.plan_content import Risk
from kam_connector.reports.workbook import compare, read_workbook
from kam_connector.reports.workbook.face import sheet_text
from kam_connector.reports.workbook.safe_file import read_safely
from kam_connector.reports.workbook.write import workbook_bytes
from tests.factories.plan_story import make_story
from tests.factories.workbooks import account_book, brought_back, edited, exported
from tests.factories.world import NOW, World

DANGEROUS = (
    "=1+1", "+49 30 1234", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.test";"y")', "=cmd|' /C",
    "\uff1d1", "' quoted", "_x0041_ stays", "a\nb", "001", "NA", "1e5", "TRUE", "#REF!", "x005F_",
)  # fmt: skip


@pytest.fixture(name="world", scope="module")
def _world() -> World:
    return make_story()


def rebuilt(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Take a workbook apart, change its parts, and put it together."""
    with ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    change(parts)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def plain(path: Path) -> Path:
    """Return a small workbook that is not ours."""
    book: Any = Workbook()
    book.active["A1"] = "x"
    book.save(path)
    return path


def with_part(name: str, content: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    """Return a change that adds a part."""
    return lambda parts: parts.update({name: content})


def with_entity(parts: dict[str, bytes]) -> None:
    """Let a sheet declare an entity: billion laughs, or a file of the server's."""
    name = "xl/worksheets/sheet1.xml"
    declared = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    parts[name] = parts[name].replace(b"<worksheet", declared + b"<worksheet", 1)


def with_macros_declared(parts: dict[str, bytes]) -> None:
    """Say in the list of contents that there are macros."""
    name = "[Content_Types].xml"
    parts[name] = parts[name].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")


@pytest.mark.parametrize(
    "change",
    [
        with_part("xl/vbaProject.bin"),
        with_part("xl/externalLinks/externalLink1.xml"),
        with_part("xl/embeddings/oleObject1.bin"),
        with_part("xl/big.xml", b"0" * (201 * 1024 * 1024)),
        with_entity,
        with_macros_declared,
        lambda parts: parts.pop("[Content_Types].xml"),
    ],
    ids=["macros", "links", "embedded", "bomb", "entity", "macro type", "no contents"],
)
def test_a_file_that_could_do_harm_is_refused(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    """With a code, and what to do."""
    path = rebuilt(plain(tmp_path / "plan.xlsx"), change)
    with pytest.raises(CheckFailed) as refused:
        read_safely(path)
    assert refused.value.code == "KAM-7080"
    assert "xlsx" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.xlsm", b"PK"),
        ("plan.xls", b"\xd0\xcf\x11\xe0"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0 password"),
        ("text.xlsx", b"not a zip"),
        ("empty.xlsx", b""),
    ],
)
def test_what_is_no_plain_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever its name says."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CheckFailed, match="is not read"):
        read_safely(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """No trace of a program's inside."""
    with pytest.raises(ConfigError) as refused:
        read_safely(tmp_path / "gone.xlsx")
    assert refused.value.code == "KAM-1071"


def test_a_cell_at_the_end_of_the_world_costs_nothing(tmp_path: Path) -> None:
    """Seventeen billion empty cells are not looked at."""

    def far(book: Any) -> None:
        book.active["XFD1048576"] = "x"

    path = edited(plain(tmp_path / "plan.xlsx"), far)
    with pytest.raises(CheckFailed, match="far outside"):
        read_workbook(path)


def test_a_workbook_of_somebody_else_is_no_export_of_ours(tmp_path: Path) -> None:
    """It comes in through a mapping, which the hint says."""
    with pytest.raises(CheckFailed) as refused:
        read_workbook(plain(tmp_path / "plan.xlsx"))
    assert (refused.value.code, "--mapping" in refused.value.hint) == ("KAM-7081", True)


def test_hidden_values_that_were_changed_are_refused(world: World, tmp_path: Path) -> None:
    """They are what every edit is measured against."""
    path = exported(world, tmp_path / "plan.xlsx")
    edited(path, lambda book: setattr(book["_kam_base"]["C1"], "value", "{}"))
    with pytest.raises(CheckFailed, match="were changed"):
        read_workbook(path)


@pytest.mark.guarantee("G27", "TM12")
@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula_or_another_value(
    world: World, tmp_path: Path, text: str
) -> None:
    """On the way out a string, on the way back the same string."""
    account = world.account("altair")
    world.store.keep(
        [Risk(id="danger", account_id=account, text=text, probability=1, impact=1)],
        by="usr_ada", at=NOW,
    )  # fmt: skip
    path = exported(world, tmp_path / "plan.xlsx")
    book = load_workbook(path)
    kinds = {one.data_type for sheet in book for row in sheet.iter_rows() for one in row}
    assert kinds.isdisjoint({"f", "e"})
    found = brought_back(world, path)
    assert (found.edits, found.problems) == ((), ())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_goes_out_and_comes_back(world: World, tmp_path: Path, text: str) -> None:
    """Controls, half characters and all scripts included."""
    book = account_book(world)
    sheet = book.sheet(Risk)
    assert sheet is not None
    record = replace(sheet.records[0], text=text, mitigation=text)
    one = replace(book, sheets=(replace(sheet, records=(record,)),), tables=())
    path = tmp_path / "any.xlsx"
    path.write_bytes(workbook_bytes(one))
    found = compare(read_workbook(path), one, by="x", today=NOW.date())
    assert (found.edits, found.problems) == ((), ())


def test_a_text_longer_than_a_cell_is_cut_in_the_file_only(world: World, tmp_path: Path) -> None:
    """The import sees that nobody edited it."""
    book = account_book(world)
    sheet = book.sheet(Risk)
    assert sheet is not None
    record = replace(sheet.records[0], text="\u00e9" * 40_000)
    one = replace(book, sheets=(replace(sheet, records=(record,)),), tables=())
    path = tmp_path / "long.xlsx"
    path.write_bytes(workbook_bytes(one))
    assert compare(read_workbook(path), one, by="x", today=NOW.date()).edits == ()
    assert len(sheet_text("x" * 40_000)) == 32_767


def test_content_is_read_whole_from_memory(tmp_path: Path) -> None:
    """What was checked is what is parsed: nobody can swap the file in between."""
    assert isinstance(read_safely(plain(tmp_path / "plan.xlsx")), io.BytesIO)
