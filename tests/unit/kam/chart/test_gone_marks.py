"""Marks that say somebody left are found, and names that look like marks are names."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.gone_marks import gone_mark
from tests.unit.kam.conftest import Make  # noqa: F401 - the fixture's type

NAMES = [
    "Do Nguyen", "Marc Parti", "Marc PARTI", "Anne Left", "Anne LEFT", "LEFT Anne", "Left, Anne",
    "Gone Girard", "GONE Girard", "Marie Dupont-Parti", "Marie Partie", "Jean Retraité",
    "Paul Departed", "Dona Call", "Do Not Hai", "Anne Marie LEFT", "Marc Antoine PARTI",
    "Anne-Marie Gone", "Léa Remplacé", "Ex Machina", "Alex Moreau", "Felix-Ex Roy",
    "Anne (Left Bank)", "Marie (née Parti)", "Jean (Partille)", "Rémi (Bureau de Parti)",
    "Xavier Exbrayat", "Bob Gone", "Guy Lefty", "Li Parti", "Nguyen Do", "Callum Donot",
    "Mme Gone-Durand", "Retired Racehorse", "Parti Kim", "Inès Roy (CFO)", "Jo (Procurement)",
    "Sébastien Leftwich", "Thomas Retiredale", "Do", "", "Pierre Ne", "O'Left Sean", "Marc - Roy",
]  # fmt: skip
"""People, whatever their names look like."""
MARKED = [
    "Marie Dupont (GONE)", "Marie Dupont [left]", "Marie Dupont (parti)", "Jean Petit (Partie)",
    "Jean Petit (left 2024)", "Jean Petit (left the company)", "Jean Petit (parti en retraite)",
    "Jean Petit (replaced by Inès Roy)", "Jean Petit (remplacé par Inès Roy)",
    "Jean Petit - GONE", "GONE - Jean Petit", "Jean Petit – parti", "Jean Petit | left",
    "Jean Petit / retired", "RETIRED Jean Petit", "Jean Petit RETIRED", "Jean Petit RETRAITÉ",
    "Jean Petit DO NOT CALL", "Do not contact Jean Petit", "NE PAS APPELER Jean Petit",
    "Jean Petit (ne plus contacter)", "Jean Petit n'est plus dans l'entreprise",
    "Jean Petit n’est plus en poste", "Jean Petit no longer with company",
    "Jean Petit a quitté la société", "Jean Petit Replaced by X", "Jean Petit *gone*",
    "*** LEFT *** Jean Petit", "ex-Jean Petit", "Jean Petit (left: 12/2025)", "Marc Parti (parti)",
    "Do Nguyen - left", "Jean Petit <gone>", "Jean Petit (décédé)", "[Retired] Jean Petit",
]  # fmt: skip
TITLES = [
    "Retired", "Parti", "RETIRED", "Gone", "Left 2024", "ex-DSI", "Ex DSI", "Former CFO",
    "Ancien DAF", "Ancienne acheteuse", "CFO (left)", "DAF - parti", "Acheteuse (n'est plus là)",
    "DO NOT CALL", "Ne pas appeler", "CFO, replaced by Inès Roy", "Parti en retraite", "Retraité",
    "CFO - no longer with the company", "Left the company", "Left - 03/2024",
]  # fmt: skip
JOBS = [
    "Head of Data, ex-Google", "Left Bank Manager", "Chef de parti", "Replacement Manager",
    "Export Manager", "Executive Assistant", "Responsable retraite et prévoyance", "CFO",
    "Gone Fishing Product Lead", "Call Centre Manager", "Directeur retraite", "Retired Goods Buyer",
    "Exploitation", "Expert comptable", "Extra", "Head of Left-Hand Drive", None, "",
    "Remplaçant du DAF", "Responsable des départs", "Do It Yourself Buyer", "Formerly-known Lead's",
]  # fmt: skip
FIRST = ["Do", "Marc", "Anne", "Gone", "Left", "Parti", "Ex", "Call", "Retired", "Marie-Gone"]
LAST = ["Nguyen", "Parti", "Left", "Girard", "Gone", "Retraite", "Not", "Replaced", "Ex", "PARTI"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_mark(name: str) -> None:
    """A word alone proves nothing: somebody may be called so."""
    assert gone_mark(name) is None


@pytest.mark.parametrize(("first", "last"), list(product(FIRST, LAST)))
def test_no_first_and_last_name_make_a_mark(first: str, last: str) -> None:
    """A hundred names of words that are marks elsewhere."""
    assert gone_mark(f"{first} {last}") is None


@pytest.mark.parametrize("name", MARKED)
def test_a_mark_in_a_name_is_found(name: str) -> None:
    """In brackets, as a phrase, or apart from a whole name."""
    assert gone_mark(name) is not None


@pytest.mark.parametrize("title", TITLES)
def test_a_mark_in_a_title_is_found(title: str) -> None:
    """The whole title may be the mark."""
    assert gone_mark("Jean Petit", title) is not None


@pytest.mark.parametrize("title", JOBS)
def test_a_job_is_no_mark(title: str | None) -> None:
    """A job may have a mark's word in it."""
    assert gone_mark("Jean Petit", title) is None


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyzéèÀÉ'", min_size=1), min_size=1, max_size=2))
def test_one_or_two_words_are_always_a_name(words: list[str]) -> None:
    """Without a sign or a third word nothing sets a mark apart from a name."""
    assert gone_mark(" ".join(words)) is None


@given(st.sampled_from(NAMES[:30]), st.sampled_from(["(GONE)", "[left]", "- parti en retraite"]))
def test_a_mark_is_found_behind_any_name(name: str, mark: str) -> None:
    """What somebody is called does not hide a mark in brackets."""
    assert gone_mark(f"Jean {name} {mark}") is not None
