"""What starter, standard and advanced switch on."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.kam.programme.methods import METHODS, asked_method, method_in_force
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import SectionKind
from kam_connector.model.programme import Function, Maturity, RitualKind
from kam_connector.model.signal import SignalKind


@pytest.mark.checklist(
    "S1.14", home="`Programme.maturity`, `RoadmapItem`, `METHODS`; `kam programme method`"
)
def test_a_starter_has_four_sections_and_three_signals() -> None:
    """The method grows with the programme: little to begin with."""
    starter = asked_method(Maturity.STARTER)
    told = [kind for kind in SignalKind if starter.asks_signal(kind)]
    assert (len(starter.sections), len(told)) == (4, 3)


def test_each_degree_asks_for_all_that_the_one_below_asks() -> None:
    """Nobody loses a section or a check by growing."""
    starter, standard, advanced = (METHODS[one] for one in Maturity)
    assert set(starter.sections) < set(standard.sections) < set(advanced.sections)
    assert set(starter.checks) < set(standard.checks) < set(advanced.checks)
    assert set(starter.rituals) < set(standard.rituals) < set(advanced.rituals)
    assert set(advanced.sections) == set(SectionKind)


@pytest.mark.checklist(
    "S1.06", home="`[kam] method`, sections and checks left out are never missed"
)
def test_what_the_method_leaves_out_is_not_asked() -> None:
    """Lean: a signal, section or check that is switched off asks nobody anything."""
    starter, standard = asked_method(Maturity.STARTER), asked_method(Maturity.STANDARD)
    assert not starter.asks_section(SectionKind.TACTICS)
    assert not starter.asks_check("raci")
    assert not standard.asks_signal("weak_signal")
    assert standard.asks_signal("single_threaded")


def test_the_programmes_own_degree_comes_before_the_setting(programmes: Any) -> None:
    """The setting holds until somebody describes the programme."""
    kept = KeptRecords.holding([programmes.programme(maturity=Maturity.ADVANCED)])
    assert method_in_force(KeptRecords(), setting=Maturity.STARTER) == METHODS[Maturity.STARTER]
    assert method_in_force(kept, setting=Maturity.STARTER) == METHODS[Maturity.ADVANCED]


@pytest.mark.checklist(
    "S1.03", home="`Function`, `Criterion`, `METHODS`: no list names a sector; `[kam]` tunes"
)
def test_no_choice_of_words_belongs_to_one_sector(programmes: Any) -> None:
    """Functions have an ``other``, rituals too, and criteria are named by whoever uses them."""
    own = programmes.criterion("number of hospital beds", 50)
    assert Function.OTHER in Function
    assert RitualKind.OTHER in RitualKind
    assert own.name == "number of hospital beds"
