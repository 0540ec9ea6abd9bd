"""G6: a null, a blank, NaN or a placeholder never overwrites, unless the mapping says clear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.mapping import WriteContext, compile_write
from kam_connector.mapping.nothing import says_nothing
from kam_connector.model.kind import JsonValue, Kind, Row
from tests.factories.mapping import MAPPING_TEXT, make_mapping
from tests.guarantees import Figures

LATTICE: tuple[JsonValue, ...] = (
    None, "", "  ", "\t\n", "\u00a0", [], float("nan"), "NaN", "NA", "n/a", "#N/A", "null",
    "None", "Unknown", "UNKNOWN ", "undefined",
)  # fmt: skip


def written(value: JsonValue, text: str = MAPPING_TEXT) -> Row:
    """Return what the small mapping writes when each of its sources holds one value."""
    context = WriteContext(resolve=lambda _kind, _id: None, tz="Europe/Paris")
    plan = compile_write(make_mapping(text=text), Kind.ACCOUNT, None, context)
    paths = ("tier", "health.score", "health.band", "risk.top", "next_action.title", "as_of")
    return plan.translate(dict.fromkeys(paths, value)).fields


@pytest.mark.guarantee("G6", "INV6")
@pytest.mark.parametrize("value", LATTICE, ids=repr)
def test_g6_nothing_never_overwrites(value: JsonValue, figure: Figures) -> None:
    """Fields that keep are not named at all; fields that clear hold None, and nothing else."""
    fields = written(value)
    lost = fields.keys() & {"kam_tier", "kam_band", "kam_as_of"}
    figure("G6", f"{value!r}: {len(lost)} kept fields overwritten", met=not lost)
    assert set(fields.values()) <= {None}
    assert fields.keys() <= {"kam_health", "kam_risk", "kam_next"}


def test_a_word_that_the_mapping_itself_says_is_written() -> None:
    """``value = "Unknown"`` is the admin's own word, and so is the entry of a map."""
    said = MAPPING_TEXT.replace('kam_tier = "tier"', 'kam_tier = { value = "Unknown" }')
    mapped = MAPPING_TEXT.replace(
        'kam_tier = "tier"', 'kam_tier = { from = "tier", map = { "B" = "Unknown" } }'
    )
    assert written("x", said)["kam_tier"] == "Unknown"
    assert written("B", mapped)["kam_tier"] == "Unknown"


@given(st.text(min_size=6).filter(str.strip))
def test_a_text_that_says_something_is_written(text: str) -> None:
    """Nothing but the listed words is taken for nothing."""
    assert says_nothing(text, words=False) is False


@pytest.mark.parametrize("value", [0, 0.0, False, "0", "Nan Goldin", "None of them", "A"])
def test_small_values_are_values(value: JsonValue) -> None:
    """Zero and False say something, and so do names that begin like a word for nothing."""
    assert not says_nothing(value, words=True)
