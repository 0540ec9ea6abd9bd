"""Rules over KAM paths: scope and selection."""

import pytest

from kam_connector.errors import MappingError
from kam_connector.mapping import compile_rule


@pytest.mark.parametrize(
    ("text", "row", "applies"),
    [
        ("tier != null", {"tier": "A"}, True),
        ("tier != null", {"tier": None}, False),
        ("tier != null", {}, False),
        (
            "rating = 'Hot' and turnover > 1000000",
            {"rating": "Hot", "turnover": {"amount": "2000000", "currency": "EUR"}},
            True,
        ),
        ("rating = 'Hot' and turnover > 1000000", {"rating": "Hot"}, False),
        ("health.score < 60 or target", {"health.score": "61", "target": True}, True),
        ("health.score / 0 > 1", {"health.score": "61"}, False),
        ("not (industry = 'other')", {"industry": "energy"}, True),
    ],
)
def test_a_rule_tells_who_is_in(text, row, applies):
    """Unknown is out: nothing is written on a guess."""
    assert compile_rule(text)(row) is applies


def test_a_rule_over_an_unknown_path_names_the_nearest():
    """A typo does not silently empty the scope."""
    with pytest.raises(MappingError) as caught:
        compile_rule("teir != null")
    assert (caught.value.code, caught.value.hint) == ("KAM-2012", "nearest: tier")


def test_a_rule_that_is_no_expression_is_refused():
    """SQL and code are none."""
    with pytest.raises(MappingError) as caught:
        compile_rule("tier != null; drop table x")
    assert caught.value.code == "KAM-2010"
