"""Text that came in can be kept and written anywhere."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.writable import writable

SURROGATES = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("Inès 😀", "Inès 😀"),
        ("cut \ud83d", "cut \ufffd"),
        ("\ud83d\ude00", "😀"),
        ("a\0b", "ab"),
        ({"k\0": ["\ude00", 1, None, True]}, {"k": ["\ufffd", 1, None, True]}),
    ],
)
def test_only_what_no_database_takes_is_changed(given_: object, kept: object) -> None:
    """Whole emoji stay, halves become the sign for them, NUL goes."""
    assert writable(given_) == kept


@given(SURROGATES)
def test_every_text_can_be_written(text: str) -> None:
    """As UTF-8 and as JSON, and once is enough."""
    kept = writable(text)
    assert orjson.loads(orjson.dumps(kept)) == kept
    assert writable(kept) == kept
    assert "\0" not in kept
