"""A file is read whole: sound rows become records, everything else a problem with its place."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kam_connector.model.account import Account
from kam_connector.reports.intake.accounts import Accounts
from kam_connector.reports.intake.days import Order
from kam_connector.reports.intake.fields import KINDS
from kam_connector.reports.intake.intake import Intake, Options, Surroundings, read_figures
from kam_connector.reports.intake.rows import Limits

ACME = Account(id="acc_1", name="ACME Énergie", domain="acme.example", refs=(("sf", "001A"),))
OTHER = Account(id="acc_2", name="Borealis", domain="borealis.example")
AROUND = Surroundings(
    accounts=Accounts([ACME, OTHER]),
    people={"ines@acme.example": "con_1"},
    by="Ada",
    on=date(2026, 11, 21),
)
HEAD = "account,date,score\n"


def read(content: str | bytes, kind: str = "nps", name: str = "f.csv", **more: Any) -> Intake:
    """Return what a file says."""
    data = content.encode() if isinstance(content, str) else content
    return read_figures(kind, data, name, AROUND, Options(**more))


def codes(found: Intake) -> list[tuple[str, int | None, str | None]]:
    """Return code, line and column of all problems."""
    return [(one.code, one.line, one.column) for one in found.problems]


def sheet(rows: list[list[object]], part: tuple[str, bytes] = ("docProps/x.txt", b"")) -> bytes:
    """Return a workbook, with one further part in its package."""
    book, content = Workbook(), io.BytesIO()
    first = book.worksheets[0]
    for row in rows:
        first.append(row)
    book.save(content)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(*part)
    return content.getvalue()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found_out(codec: str, delimiter: str) -> None:
    """As spreadsheets of all countries write."""
    text = "account,date,score\nACME Énergie,2026-10-12,9\n".replace(",", delimiter)
    found = read(text.encode(codec))
    assert codes(found) == []
    assert len(found.records) == 1


def test_a_guessed_encoding_is_said() -> None:
    """Somebody may see wrong accents."""
    assert (
        "read as Windows-1252" in read(f"{HEAD}ACME Énergie,2026-10-12,9\n".encode("cp1252")).notes
    )


def test_a_broken_byte_is_named_with_its_line() -> None:
    """Where everything else is UTF-8."""
    content = f"{HEAD}ACME Énergie,2026-10-12,9\nBor".encode() + b"\xe9alis,2026-10-12,9\n"
    assert codes(read(content)) == [("KAM-3301", 3, None)]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xff\xfe", b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n"]
)
def test_no_file_of_text_is_said_so(content: bytes) -> None:
    """Empty ones and pictures."""
    assert [one.code for one in read(content).problems] in (["KAM-3304"], ["KAM-3301"])


def test_ragged_rows_are_named() -> None:
    """Each with its line, counted as an editor does, quoted line ends included."""
    text = 'account,date,score,comment\nACME Énergie,2026-10-12,9,"a\nb"\nBorealis,2026-10-12\n'
    assert codes(read(text)) == [("KAM-3305", 4, None)]


def test_an_open_quotation_mark_is_named_where_it_opens() -> None:
    """Not at the end of the file."""
    assert codes(read(f'{HEAD}"ACME,2026-10-12,9\nBorealis,2026-10-12,9\n')) == [
        ("KAM-3305", 2, None)
    ]


def test_a_duplicate_header_is_refused() -> None:
    """Nobody knows which counts."""
    found = read("account,date,score,score\nBorealis,2026-10-12,9,8\n")
    assert ("KAM-3304", 1, "score") in codes(found)


def test_a_missing_column_says_how_it_may_be_called() -> None:
    """And how to say which one it is."""
    (problem,) = read("account,date,xyz\nBorealis,2026-10-12,9\n", columns={"xyz": ""}).problems
    assert problem.text == "No column says score (0 to 10)."
    assert "--map COLUMN=score" in problem.hint


def test_an_unknown_column_gets_a_suggestion() -> None:
    """The nearest name."""
    (problem,) = read("account,date,score,comentaire\nBorealis,2026-10-12,9,x\n").problems
    assert problem.hint.startswith("Did you mean verbatim?")


def test_a_column_is_what_the_person_says() -> None:
    """--map."""
    text = "account,date,wert\nBorealis,2026-10-12,9\n"
    assert len(read(text, columns={"Wert": "score"}).records) == 1


def test_an_ambiguous_date_asks_for_the_order() -> None:
    """03/04/2026, unless the file or the person tells."""
    text = f"{HEAD}Borealis,03/04/2026,9\n"
    assert codes(read(text)) == [("KAM-3311", 2, "date")]
    assert len(read(text, dates=Order.MDY).records) == 1
    assert codes(read(f"{text}Borealis,20/11/2026,8\n")) == []


def test_a_french_file_is_read_as_french() -> None:
    """By its header: day first, decimal comma."""
    text = "compte;mois;chiffre d'affaires;devise\nBorealis;01/02/2026;1,234;EUR\n"
    (line,) = read(text, "revenue").records
    assert (getattr(line, "month", None), getattr(line, "revenue", None)) == (
        date(2026, 2, 1),
        Decimal("1.234"),
    )


@pytest.mark.parametrize("cell", ["=1+8", "+A1", "@x", "'=9"])
def test_a_formula_is_no_score(cell: str) -> None:
    """It is refused where a number belongs."""
    found = read(f"{HEAD}Borealis,2026-10-12,{cell}\n")
    assert [one.code for one in found.problems] == ["KAM-3316"]


def test_a_formula_in_a_text_stays_a_text_and_a_guard_comes_off() -> None:
    """Exports guard it again."""
    text = "account,date,comment\nBorealis,2026-10-12,=1+1\nBorealis,2026-10-13,'=1+1\n"
    said = [getattr(one, "verbatim", None) for one in read(text, "verbatims").records]
    assert said == ["=1+1", "=1+1"]


@pytest.mark.parametrize("score", ["11", "-1", "high", "1 1"])
def test_a_score_outside_its_scale_is_refused(score: str) -> None:
    """0 to 10."""
    assert codes(read(f"{HEAD}Borealis,2026-10-12,{score}\n")) == [("KAM-3310", 2, "score")]


@pytest.mark.parametrize(
    "text", ["acc_1", "001A", "sf:001A", "acme energie", "ACME ÉNERGIE", "www.acme.example"]
)
def test_accounts_are_found_by_id_name_and_domain(text: str) -> None:
    """Accents and case aside."""
    (answer,) = read(f"{HEAD}{text},2026-10-12,9\n").records
    assert getattr(answer, "account_id", None) == "acc_1"


def test_an_account_only_alike_waits_for_a_person() -> None:
    """It is proposed with the words to say so."""
    (problem,) = read(f"{HEAD}ACME Energies,2026-10-12,9\n").problems
    assert (problem.code, problem.column) == ("KAM-3321", "account")
    assert '--account "ACME Energies=acc_1"' in problem.hint


def test_a_stranger_is_said_to_be_one() -> None:
    """Without a proposal."""
    assert codes(read(f"{HEAD}Zzyzx,2026-10-12,9\n")) == [("KAM-3320", 2, "account")]


def test_people_are_found_by_their_address() -> None:
    """One that nobody has is counted, not refused."""
    rows = "acc_1,2026-10-12,9,Ines@ACME.example\nacc_1,2026-10-12,8,x@y.fr\n"
    found = read(f"account,date,score,email\n{rows}")
    assert [getattr(one, "contact_id", None) for one in found.records] == ["con_1", None]
    assert found.notes == ("1 e-mail addresses are of no contact we know",)


def test_two_rows_of_one_thing_are_refused() -> None:
    """The second would silently replace the first."""
    text = "account,month,revenue,currency\nacc_1,2026-10,1,EUR\nacc_1,oct 2026,2,EUR\n"
    (problem,) = read(text, "revenue").problems
    assert (problem.code, problem.line) == ("KAM-3330", 3)
    assert problem.text == "The row speaks of the same as line 2."


def test_nameless_answers_of_one_day_are_several() -> None:
    """Two nines are two people."""
    assert len(read(f"{HEAD}acc_1,2026-10-12,9\nacc_1,2026-10-12,9\n").records) == 2


def test_json_numbers_keep_every_digit_and_lines_are_counted() -> None:
    """An array or lines of objects."""
    first = '{"account": "acc_1", "month": "2026-10", "revenue": 0.1, "currency": "EUR"}'
    found = read(f'[{first},\n {{"account": 5}}]', "revenue", "f.json")
    assert getattr(found.records[0], "revenue", None) == Decimal("0.1")
    assert {one.line for one in found.problems} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        "[{}",
        '[{"a": {}}]',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        "nul",
        '[{"a":1} {"a":2}]',
        '[{"a": NaN}]',
    ],
)
def test_broken_json_is_named(text: str) -> None:
    """With its line."""
    assert read(text, "news", "f.json").problems[0].code in {"KAM-3301", "KAM-3304"}


def test_a_workbook_is_read_with_its_own_types() -> None:
    """Dates are dates, numbers numbers."""
    content = sheet([["account", "date", "score"], ["acc_1", date(2026, 10, 12), 9]])
    (answer,) = read(content, name="f.xlsx").records
    assert (getattr(answer, "on", None), getattr(answer, "score", None)) == (
        date(2026, 10, 12),
        Decimal(9),
    )


@pytest.mark.parametrize(
    "part",
    [
        ("xl/vbaProject.bin", b"x"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ("xl/evil.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("xl/bomb.bin", b"0" * 20_000_000),
    ],
)
def test_a_workbook_with_more_than_cells_is_refused(part: tuple[str, bytes]) -> None:
    """Macros, links to other files, entities, a zip bomb."""
    assert codes(read(sheet([["account"]], part), name="f.xlsx")) == [("KAM-3303", None, None)]


def test_a_workbook_with_a_password_is_refused() -> None:
    """It is no package."""
    assert codes(read(b"\xd0\xcf\x11\xe0rest", name="f.xlsx")) == [("KAM-3303", None, None)]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(size=10), f"{HEAD}acc_1,2026-10-12,9\n"),
        (Limits(rows=1), f"{HEAD}acc_1,2026-10-12,9\nacc_1,2026-10-13,9\n"),
        (Limits(columns=2), f"{HEAD}acc_1,2026-10-12,9\n"),
        (Limits(cell=30), f"{HEAD}acc_1,2026-10-12,{'9' * 31}\n"),
    ],
)
def test_too_much_is_said_to_be_too_much(limits: Limits, text: str) -> None:
    """Bytes, rows, columns, characters."""
    assert [one.code for one in read(text, limits=limits).problems] == ["KAM-3302"]


def test_the_same_rows_in_another_order_are_the_same_records() -> None:
    """Ids follow from what a row says."""
    rows = ["acc_1,2026-10,1,EUR", "acc_2,2026-10,2,EUR", "acc_1,2026-11,3,EUR"]
    head = "account,month,revenue,currency\n"
    one, other = (read(head + "\n".join(each), "revenue").records for each in (rows, rows[::-1]))
    assert sorted(one, key=lambda each: each.id) == sorted(other, key=lambda each: each.id)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["a.csv", "a.json", "a.xlsx"]),
)
def test_any_bytes_give_records_or_problems(content: bytes, kind: str, name: str) -> None:
    """Never a traceback."""
    found = read_figures(kind, content, name, AROUND)
    assert found.records or found.problems or not found.rows


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=4),
    st.sampled_from(sorted(KINDS)),
)
def test_any_cells_give_records_or_problems(rows: list[list[str]], kind: str) -> None:
    """Every row is in one of the two, whatever stands in it."""
    names = [one.name for one in KINDS[kind].fields]
    objects = [dict(zip(names, row, strict=False)) for row in rows]
    found = read_figures(kind, json.dumps(objects).encode(), "a.json", AROUND)
    assert found.problems or len(found.records) == found.rows


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_workbook_gives_records_or_problems(place: int, byte: int) -> None:
    """One byte of it is another."""
    content = bytearray(_BOOK)
    content[place % len(content)] = byte
    found = read_figures("nps", bytes(content), "a.xlsx", AROUND)
    assert found.records or found.problems


_BOOK = sheet([["account", "date", "score"], ["acc_1", "2026-10-12", 9]])
