"""A person is found however they are written, and nobody else is."""

from __future__ import annotations

import pytest

from kam_connector.model.erasure import ELSEWHERE
from kam_connector.store.spelling import Spelling, Words

WORDS = Words(
    names=frozenset({"Zoé Łańcut-Bélanger", "An Old", "Inès Roy", "李小龙", "Cher Ami"}),
    addresses=frozenset({"zoe.belanger@example.com"}),
    numbers=frozenset({"+33 6 12 34 56 78"}),
    codes=frozenset({"con_12ab", "003000000000001AAA"}),
    phrases=frozenset({"Directrice Générale Déléguée"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "Ask Inès Roy.",
        "Ask INES ROY.",
        "ask ine\u0300s roy, later",
        "Roy, Inès",
        "Roy Inès",
        "Inès\u00a0Roy",
        "Inès\nRoy",
        "ines_roy.docx",
        "In\\u00e8s Roy",
        "In%C3%A8s%20Roy",
        "Zoe Lancut-Belanger",
        "ZOÉ ŁAŃCUT-BÉLANGER",
        "Z. Łańcut-Bélanger",
        "她是李小龙。",
        "An Old came",
        "to Zoe.Belanger@Example.com now",
        "mailto:zoe.belanger%40example.com",
        "06.12.34.56.78",
        "0033612345678",
        "directrice generale deleguee",
        "cold:con_12ab",
        '{"a":["Inès Roy"]}',
        '{"a":"{\\"b\\":\\"Inès Roy\\"}"}',
    ],
)
def test_a_person_is_found_however_they_are_written(text: str) -> None:
    """Case, accents, order, escapes, separators."""
    assert Spelling(WORDS).blotted(text) != text


@pytest.mark.parametrize(
    "text",
    [
        "Royal Inès",
        "an old story",
        "chInès Royal",
        "Ines Royer",
        "2612345678901",
        "con_12abc",
        "belanger@example.com",
        '{"a":1.50, "b": [] }',
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    """To the last space."""
    assert Spelling(WORDS).blotted(text) == text


def test_a_pointer_in_a_list_goes_as_a_whole() -> None:
    """Who took part is told without them."""
    text = '{"people":[{"id":"con_12ab","kind":"contact"},{"id":"con_9"}]}'
    assert Spelling(WORDS).blotted(text) == '{"people":[{"id":"con_9"}]}'


def test_a_field_of_the_crm_that_points_at_the_person_goes() -> None:
    """No record is asked for under the mark."""
    text = '{"who":"con_12ab","what":"ask Inès Roy"}'
    assert Spelling(WORDS).blotted(text, ELSEWHERE) == '{"what":"ask (erased)"}'


def test_what_a_database_looks_for_is_in_every_form() -> None:
    """One of the fragments stands in each text that names the person."""
    fragments = Spelling(Words(names=frozenset({"Inès Roy"}))).fragments
    assert "roy" in fragments
