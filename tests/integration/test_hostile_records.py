"""Records that hold anything: kept as they are, flagged, or put aside; the night goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.run import RunState
from tests.factories.world import World, make_world, put_account

_LONG = "Société " * 60_000


class Odd(NamedTuple):
    """One record of the catalogue, and what becomes of it."""

    row: str
    object: str
    ref: str
    values: Mapping[str, JsonValue]
    kept: Mapping[str, JsonValue] = {}
    """What the layer then holds, by path."""
    code: str = ""
    """Why a person is asked; empty: nobody is."""


_NAMES = ("NA", "null", "None", "nan", "🏦 Banque", "\u202eabc", "a\u200bb", "001", "=1+1", _LONG)
_FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(A1)", "-1+1")
_ESCAPES = ("<script>alert(1)</script>", "\x1b[31m", "a\r\nb")
ODD = (
    *(Odd("P9", "account", "a0", {"name": name}, {"name": name}) for name in _NAMES),
    Odd("P9", "account", "a0", {"name": None}, {"name": "Company a0"}),
    *(Odd("P10", "account", "a0", {"name": name}, {"name": name}) for name in _FORMULAS),
    *(Odd("P11", "account", "a0", {"name": name}, {"name": name}) for name in _ESCAPES),
    Odd("P12", "deal", "d-a0", {"amount": "1234567890123456.78"},
        {"amount": {"amount": "1234567890123456.78", "currency": "EUR"}}),
    Odd("P12", "deal", "d-a0", {"amount": "-5"}, {"amount": {"amount": "-5", "currency": "EUR"}}),
    Odd("P13", "deal", "d-a0", {"closes": "2026-02-30"}, code="KAM-2201"),
    Odd("P13", "deal", "d-a0", {"closes": "soon"}, code="KAM-2201"),
    Odd("P13", "deal", "d-a0", {"closes": "4000-01-01"}, {"closes": "4000-01-01"}),
    Odd("P23", "contact", "a0-x", {"email": "a@b@c"}, {"email": "x@a0.test"}, "KAM-2203"),
)  # fmt: skip
_KINDS = {"account": Kind.ACCOUNT, "deal": Kind.OPPORTUNITY, "contact": Kind.CONTACT}


@pytest.fixture
def world() -> World:
    """Two accounts, read once."""
    world = make_world(accounts=2)
    world.preview()
    world.advance()
    return world


def _held(world: World, object_: str, ref: str) -> Mapping[str, JsonValue]:
    rows = world.store.mirror_rows(_KINDS[object_])
    return next(row.values for row in rows if row.refs[0][1] == ref)


@pytest.mark.guarantee("G16", "G38", "INV7")
@pytest.mark.parametrize(
    "odd", ODD, ids=lambda odd: f"{odd.row} {next(iter(odd.values.values()))!s:.18}"
)
def test_an_odd_record_is_kept_as_it_is_or_put_aside_by_name(world: World, odd: Odd) -> None:
    """The night ends well, the other records are read, and whoever must is told."""
    world.crm.edit(odd.object, odd.ref, odd.values)
    world.advance()
    assert world.preview().state is RunState.DONE
    held = _held(world, odd.object, odd.ref)
    assert {path: held.get(path) for path in odd.kept} == dict(odd.kept)
    told = {(one.ref, one.code) for one in world.store.quarantined()}
    assert told == ({(odd.ref, odd.code)} if odd.code else set())


@pytest.mark.parametrize(
    "parents",
    [
        {"a0": "a0"},
        {"a0": "a1", "a1": "a0"},
        {f"c{number}": f"c{number + 1}" for number in range(400)},
    ],
    ids=["of itself", "in a circle", "400 deep"],
)
def test_a_tree_of_accounts_that_is_none_ends(parents: Mapping[str, str]) -> None:
    """P8: a circle or a tower of parents stops no night."""
    world = make_world(accounts=2)
    _relate(world, parents)
    world.first_night()
    assert world.last_state() is RunState.DONE


def _relate(world: World, parents: Mapping[str, str]) -> None:
    """Put each account below its parent; those that are not there yet are made."""
    for ref in {*parents, *parents.values()} - world.crm.live("account").keys():
        put_account(world.crm, ref, grade="2")
    for child, parent in parents.items():
        world.crm.edit("account", child, {"parent": parent})


def test_two_people_with_one_address_stay_two() -> None:
    """P23: never merged by guess."""
    world = make_world(accounts=1)
    world.crm.edit("contact", "a0-y", {"email": "x@a0.test"})
    world.preview()
    people = [row for row in world.store.mirror_rows(Kind.CONTACT) if not row.deleted]
    assert len({row.id for row in people}) == 2
