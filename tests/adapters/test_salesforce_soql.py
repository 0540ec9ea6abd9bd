"""SOQL is built from checked names and quoted values."""

from __future__ import annotations

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
