"""Formulas: Salesforce's names, exact numbers, and nothing that could do harm."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.mapping.formula import FormulaError, FormulaRefused, compile_formula

ROW = {
    "Rating": "Hot",
    "Blank": None,
    "Empty": "",
    "Amount": "0.1",
    "Count": 3,
    "Flag": True,
    "Name": "Renewal 2026",
    "Money": {"amount": "1200.50", "currency": "EUR"},
    "@stage.won": False,
}


def evaluate(text, row=ROW):
    """Compute one expression."""
    return compile_formula(text).evaluate(row)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IF(ISBLANK(Blank), 'C', Blank)", "C"),
        ("IF(ISBLANK(Rating), 'C', Rating)", "Hot"),
        ("if(Count > 2, 'many')", "many"),
        ("IF(Count > 5, 'many')", None),
        ("BLANKVALUE(Empty, 'none')", "none"),
        ("Amount + 0.2 = 0.3", True),
        ("VALUE('12.50') * 2", Decimal("25.00")),
        ("VALUE(Blank)", None),
        ("TEXT(Count) & '/' & TEXT(Amount)", "3/0.1"),
        ("AND(Flag, NOT(@stage.won))", True),
        ("Flag and not @stage.won", True),
        ("Flag && !(Count = 4)", True),
        ("OR(ISBLANK(Blank), 1 / 0 > 1)", True),
        ("LEN(Rating)", Decimal(3)),
        ("LEFT(Name, 3) & RIGHT(Name, 2)", "Ren26"),
        ("RIGHT(Name, 0)", ""),
        ("UPPER(Rating) & LOWER(Rating)", "HOThot"),
        ("TRIM('  a ')", "a"),
        ("CONTAINS(LOWER(Name), 'renewal')", True),
        ("ROUND(2.345, 2)", Decimal("2.35")),
        ("ROUND(-2.5, 0)", Decimal(-3)),
        ("MIN(Count, 2) + MAX(Count, 2)", Decimal(5)),
        ("ABS(-3)", Decimal(3)),
        ("CASE(Rating, 'Cold', 1, 'Hot', 2, 3)", Decimal(2)),
        ("CASE(Blank, 'Cold', 1, 'Hot', 2, 3)", Decimal(3)),
        ("ISPICKVAL(Rating, 'Hot')", True),
        ("Money > 1200", True),
        ("Blank > 1", False),
        ("Blank < 1", False),
        ("Blank = ''", True),
        ("Empty <> null", False),
        ("Rating != null", True),
        ('Rating = "Hot"', True),
        ("'it\\'s'", "it's"),
        ("Flag = true", True),
        ("1 - 2 - 3", Decimal(-4)),
        ("Unknown", None),
    ],
)
def test_a_formula_computes_as_documented(text, value):
    """Blanks compare as unknown, numbers are exact, only what is needed is computed."""
    assert evaluate(text) == value


@pytest.mark.guarantee("G29")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ ''.__class__ }}", 'unexpected "{"'),
        ("${7*7}", 'unexpected "$"'),
        ("''.__class__", 'unexpected "."'),
        ("__import__('os')", "unknown function"),
        ("(lambda: 1)", 'unexpected ":"'),
        ("a.b.__globals__", "no field"),
        ("9**9**9", "powers"),
        ("9^9", 'unexpected "^"'),
        ("a[0]", 'unexpected "["'),
        ("exec('x')", "unknown function"),
        ("IFF(a, 1, 2)", "nearest: IF"),
        ("IF(a)", "IF takes"),
        ("LEN(a, b)", "LEN takes 1"),
        ("1 +", "not complete"),
        ("(1", "not complete"),
        ("a b", "not complete"),
        ("", "empty"),
        ("x := 1", 'unexpected ":"'),
        ("'" + "a" * 2000 + "'", "longer than 2000"),
        ("(" * 500 + "1" + ")" * 500, "nested"),
        ("+".join(["a"] * 900), "too many parts"),
        ("a = 1; b", 'unexpected ";"'),
        ("a # b", 'unexpected "#"'),
    ],
)
def test_a_dangerous_or_broken_formula_is_refused(text, words):
    """Expressions know fields, literals, operators and the listed functions: nothing else."""
    with pytest.raises(FormulaRefused) as caught:
        compile_formula(text)
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["1 / 0", "Blank + 1", "Rating * 2", "VALUE('x')", "ROUND(1, 99)"])
def test_a_formula_without_result_says_so(text):
    """The field is then left untouched and the record flagged."""
    with pytest.raises(FormulaError):
        evaluate(text)


def test_fields_of_a_formula_are_known_before_it_runs():
    """The pull asks the CRM for them."""
    assert compile_formula("IF(A__c > 1, @b.c, D) & A__c").names == ("A__c", "@b.c", "D")


@pytest.mark.guarantee("G29")
@given(st.text(max_size=60))
def test_any_text_is_compiled_or_refused(text):
    """No input makes the compiler fail in another way."""
    with suppress(FormulaRefused):
        assert compile_formula(text).text == text


@given(st.decimals(-(10**9), 10**9, places=4), st.decimals(-(10**9), 10**9, places=4))
def test_arithmetic_is_exact(left, right):
    """Decimal text goes in, the exact sum comes out."""
    total = compile_formula("a + b").evaluate({"a": str(left), "b": str(right)})
    assert total == left + right
