"""A person is found however they are written, and nobody else is."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_uppercase
from unicodedata import combining, normalize

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.erasure import ELSEWHERE
from kam_connector.store.ordinary import ORDINARY
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


LOW = Words(
    names=frozenset({"Ines Roy", "Li Wei", "An Old", "Bo Ek", "Rose", "An"}),
    given=frozenset({"zaz", "Le Van"}),
)


@pytest.mark.guarantee("G18")
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask li wei about it", "ask (forgotten) about it"),
        ("wei, li", "(forgotten)"),
        ("BO EK called", "(forgotten) called"),
        ("bo\u00a0ek called", "(forgotten) called"),
        ("li weiss and bo ekman", "li weiss and bo ekman"),
        ("key bo_ek and bo-ek", "key bo_ek and bo-ek"),
        ('{"bo ek":"li wei"}', '{"(forgotten)":"(forgotten)"}'),
        ("ask zaz or ZAZ or Zaz", "ask (forgotten) or (forgotten) or (forgotten)"),
        ("zaz", "zaz"),
        ("le van est parti", "(forgotten) est parti"),
        ("Rose came", "(forgotten) came"),
        ("prices rose", "prices rose"),
    ],
)
def test_a_short_name_in_lower_case_is_found(text: str, left: str) -> None:
    """Whole names as whole words; what somebody added by hand, out of sentences."""
    assert Spelling(LOW).blotted(text) == left


@pytest.mark.guarantee("G18")
@pytest.mark.parametrize(
    ("text", "near", "left", "doubts"),
    [
        ("an old story", False, "an old story", ["an old story"]),
        ("an old story", True, "(forgotten) story", []),
        ("prices rose", True, "prices rose", ["prices rose"]),
        ("An came", False, "An came", ["An came"]),
        ("An came", True, "(forgotten) came", []),
        ("Roy came with ROY", True, "Roy came with ROY", ["Roy came with ROY"]),
        ("Roy came", False, "Roy came", []),
        ("a roy", True, "a roy", []),
        ("Ines Roy, Roy", True, "(forgotten), Roy", ["Ines Roy, Roy"]),
        ('{"said":["Roy came"]}', True, '{"said":["Roy came"]}', ["Roy came"]),
    ],
)
def test_what_only_a_person_can_decide_is_told_and_stays(
    text: str, near: bool, left: str, doubts: list[str]
) -> None:
    """Two ordinary words, one part of a name: by whether the text is about their account."""
    read = Spelling(LOW).read(text, near=near)
    assert (read.left, read.doubts) == (left, doubts)


def test_a_doubt_shows_what_stands_around_it() -> None:
    """Enough to decide, on one line."""
    text = "x" * 60 + " and then\n Roy said " + "y" * 60
    (shown,) = Spelling(LOW).read(text, near=True).doubts
    assert shown == f"…{'x' * 19} and then Roy said {'y' * 24}…"


LATIN = st.text("abcdefgijlmnorstuvéèüøłßñ", min_size=2, max_size=9)
PERSON = st.tuples(LATIN, LATIN).map(lambda parts: " ".join(parts).title())
BEFORE = st.sampled_from(["", "ask ", "(", "\n", "2026-11-22 ", "«\u00a0", "re: "])
AFTER = st.sampled_from(["", " said so", ").", ",", "\n", "'s", "\u00a0»"])


def plain(text: str) -> str:
    """Return a text without accents."""
    return "".join(one for one in normalize("NFKD", text) if not combining(one))


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    plain,
    lambda name: plain(name).lower(),
    lambda name: normalize("NFD", name),
    lambda name: " ".join(reversed(name.split())),
    lambda name: ", ".join(reversed(name.upper().split())),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", "\n"),
    lambda name: orjson.dumps({"a": [name]}).decode(),
)


@pytest.mark.guarantee("G18")
@given(PERSON, BEFORE, AFTER, st.sampled_from(SPELLINGS))
def test_no_spelling_of_a_whole_name_is_left_in_silence(
    name: str, before: str, after: str, spelt: Callable[[str], str]
) -> None:
    """Any name, any case, any order: it goes, or it is told; near their account it goes."""
    spelling, text = Spelling(Words(names=frozenset({name}))), spelt(name)
    far = spelling.read(f"{before}{text}{after}")
    near = spelling.read(f"{before}{text}{after}", near=True)
    assert far.left != f"{before}{text}{after}" or far.doubts
    assert near.left != f"{before}{text}{after}"
    assert spelling.read(near.left, near=True).left == near.left


@given(PERSON, st.lists(st.sampled_from(sorted(ORDINARY)), min_size=1, max_size=30))
def test_ordinary_words_are_cut_only_where_they_are_the_whole_name(
    name: str, words: list[str]
) -> None:
    """A sentence of ordinary words loses nothing outside the person's accounts."""
    text = " ".join(words)
    assert Spelling(Words(names=frozenset({name}))).blotted(text) == text or len(name) > 7


@given(PERSON, BEFORE, AFTER, st.sampled_from(SPELLINGS))
def test_what_a_database_looks_for_is_in_every_form(
    name: str, before: str, after: str, spelt: Callable[[str], str]
) -> None:
    """A text that names the person fits one of the groups, as LIKE takes them."""
    spelling, text = Spelling(Words(names=frozenset({name}))), f"{before}{spelt(name)}{after}"
    said = any(all(liked(one, text) for one in group) for group in spelling.groups)
    assert said


def liked(pattern: str, text: str) -> bool:
    """Match as SQLite's LIKE does: the case of ASCII letters does not count."""
    parts = pattern.translate(_ASCII_LOWER).split("%")
    wanted = "[\\s\\S]*".join(re.escape(one) for one in parts)
    return re.search(wanted, text.translate(_ASCII_LOWER)) is not None


_ASCII_LOWER = {ord(one): one.lower() for one in ascii_uppercase}
