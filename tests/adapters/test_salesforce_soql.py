"""SOQL is built from checked names and quoted values."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kam_connector.errors import RecordError
from kam_salesforce import query


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("act_1", "'act_1'"),
        ("O'Neil", r"'O\'Neil'"),
        ("a\\' OR Name != '", r"'a\\\' OR Name != \''"),
        ("line\nbreak", r"'line\nbreak'"),
        ("é\u2028", "'é\u2028'"),
    ],
)
def test_values_cannot_leave_their_quotes(text: str, literal: str) -> None:
    """G22: no value ends its literal."""
    assert query.quoted(text) == literal


@pytest.mark.parametrize("name", ["Id FROM User--", "a b", "", "x'", "(SELECT Id FROM Users)"])
def test_a_name_is_a_name(name: str) -> None:
    """No expression passes as a field or an object."""
    with pytest.raises(RecordError):
        query.select([name], "Account", [])


@pytest.mark.parametrize(
    ("ref", "good"),
    [
        ("001000000000001AAA", True),
        ("00D000000000SBXEA2", True),
        ("001000000000001", True),
        ("001000000000001AAB", False),
        ("00d000000000sbxEA2", False),
        ("../../query/?q=SELECT", False),
        ("001000000000001AA", False),
        ("", False),
    ],
)
def test_record_ids_carry_a_check(ref: str, good: bool) -> None:
    """D3: nothing but an id, with its right check letters, goes into a URL."""
    assert query.check_ref(ref) is good


def test_a_query_reads_top_down() -> None:
    """Names once, conditions joined, order and limit last."""
    text = query.select(["Id", "Name", "Id"], "Account", ["A = 1", "B = 2"], order=["Id"], limit=5)
    assert text == "SELECT Id, Name FROM Account WHERE A = 1 AND B = 2 ORDER BY Id LIMIT 5"


SOURCES = sorted(Path(str(query.__file__)).parent.glob("*.py"))
SOQL = re.compile(
    r"\b(SELECT|FROM|WHERE|ORDER BY|GROUP BY|LIMIT|LIKE)\s+[\w('{]|\s(AND|OR|IN|NOT)\s"
    r"|\b\w+\s*(!=|<=|>=|=|<|>)\s*(null|true|false|'|\d{4}-)|\b[A-Z]\w*\s(=|!=|<|>|<=|>=)\s*$"
)


def texts(path: Path) -> list[str]:
    """Return the texts of a module that are no docstrings, parts of f-strings among them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.name not in ("query.py", "codes.py")], ids=lambda p: p.stem
)
def test_soql_is_built_in_one_place(path: Path) -> None:
    """No statement and no condition is written anywhere but in ``query``."""
    assert [text for text in texts(path) if SOQL.search(text)] == []


@pytest.mark.parametrize(
    "text",
    ["SELECT Id FROM Account", "Id > ", "IsDeleted = false", "Name = '", " AND Id > ", "A != null"],
)
def test_the_watch_knows_soql_when_it_sees_it(text: str) -> None:
    """The check above would find a statement that was written by hand."""
    assert SOQL.search(text)


@pytest.mark.parametrize("last", ["001000000000001AAB", "x' OR Name != '", "001"])
def test_only_ids_stand_behind_a_comparison(last: str) -> None:
    """D3: an id goes into a statement with its right check letters or not at all."""
    with pytest.raises(RecordError) as caught:
        query.behind(last)
    assert caught.value.code == "KAM-3214"


HERE = "2026-11-21T06:00:00.000Z"


def test_conditions_read_as_soql() -> None:
    """Every condition that the adapter uses, as it is sent."""
    moment = datetime(2026, 11, 21, 6, tzinfo=UTC)
    told = [
        query.behind("001000000000001AAA"),
        query.behind("", stamp="SystemModstamp", moment=moment),
        query.behind("001000000000001AAA", stamp="SystemModstamp", moment=moment),
        query.until("SystemModstamp", moment),
        query.has_value("KAM_Key__c"),
        query.is_no_value("KAM_Key__c"),
        query.is_true("IsDeleted", wanted=False),
    ]
    assert told == [
        "Id > '001000000000001AAA'",
        "SystemModstamp >= 2026-11-21T06:00:00.000Z",
        f"((SystemModstamp = {HERE} AND Id > '001000000000001AAA') OR SystemModstamp > {HERE})",
        "SystemModstamp < 2026-11-21T06:00:00.000Z",
        "KAM_Key__c != null",
        "KAM_Key__c = null",
        "IsDeleted = false",
    ]
