"""Texts, numbers and days in two languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kam_connector.language import Language, voice
from kam_connector.model.contact import Profile
from kam_connector.model.money import Money

EN, FR = voice(Language.EN), voice(Language.FR)


@pytest.mark.parametrize(
    ("word", "english", "french"),
    [
        (1234.5, "1,234.5", "1\u202f234,5"),
        (Decimal("0.10"), "0.1", "0,1"),
        (date(2026, 11, 20), "2026-11-20", "20/11/2026"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20", "20/11/2026"),
        (Money(amount=Decimal("1200.40"), currency="EUR"), "EUR 1,200", "1\u202f200\u00a0EUR"),
        (None, "\u2013", "\u2013"),
        (True, "yes", "oui"),
        ("Inès", "Inès", "Inès"),
    ],
)
def test_each_language_writes_words_its_own_way(word: object, english: str, french: str) -> None:
    """Numbers, days and amounts as a reader of that language expects them."""
    assert (EN.word(word), FR.word(word)) == (english, french)  # type: ignore[arg-type]


def test_a_text_without_french_is_said_in_english() -> None:
    """Half a page is better than none, and a brace in a word is no place."""
    assert FR("never translated {who}", who="{x}") == "never translated {x}"


def test_names_of_enums_are_said_in_words() -> None:
    """Nobody reads snake_case."""
    assert EN.name(Profile.ECONOMIC_DECIDER) == "economic decider"
