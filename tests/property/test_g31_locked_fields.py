"""G31: what our user may not write is named, and never sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.mapping import check_schema
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import OWN_FIELDS, World, make_world
from tests.guarantees import Figures


def locked_world(locked: frozenset[str]) -> World:
    """Return two accounts on which our user may not write some fields of ours."""
    world = make_world(accounts=2)
    schema = world.crm.describe("account")
    fields = {
        name: replace(spec, updateable=spec.updateable and name not in locked)
        for name, spec in schema.fields.items()
    }
    crm: MemoryCrm = world.crm
    crm._schema["account"] = replace(schema, fields=fields)
    return world


def sent(world: World) -> set[str]:
    """Return the names of all fields that were sent of accounts."""
    accounts = [one.change.values for one in world.crm.writes if one.change.object == "account"]
    return {name for values in accounts for name in values}


@pytest.mark.guarantee("G31")
@settings(max_examples=10)
@given(locked=st.frozensets(st.sampled_from(OWN_FIELDS), min_size=1))
def test_g31_a_locked_field_is_named_and_never_sent(locked: frozenset[str]) -> None:
    """Any set of locked fields: each has its own error at check and its note; none is sent."""
    world = locked_world(locked)
    report = world.first_night()
    schemas = {"account": world.crm.describe("account")}
    named = {one.key.rpartition(".")[2] for one in check_schema(world.ctx.mapping, schemas)}
    assert sent(world) & locked == set()
    assert locked <= named
    assert [name for name in locked if not any(name in n for n in report.notes)] == []


@pytest.mark.guarantee("G31")
def test_g31_the_figure(figure: Figures) -> None:
    """Three locked fields, counted."""
    locked = frozenset(OWN_FIELDS[:3])
    world = locked_world(locked)
    world.first_night()
    wrong, others = len(sent(world) & locked), len(sent(world) - locked)
    said = f"in memory: {len(locked)} locked fields, {wrong} sent, {others} others written"
    figure("G31", said, met=wrong == 0 < others)
