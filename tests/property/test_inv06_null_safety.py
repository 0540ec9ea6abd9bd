"""INV6: a missing source never clears a target unless the mapping says so."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.model.kind import JsonValue, Kind
from tests.factories.world import World, make_world

_BLANK = st.sampled_from([None, ""])
_KEEPING = ("city", "domain", "owner")


def _account(world: World) -> dict[str, object]:
    (row,) = world.store.mirror_rows(Kind.ACCOUNT)
    return dict(row.values)


@settings(max_examples=6)
@given(blanks=st.dictionaries(st.sampled_from(_KEEPING), _BLANK, min_size=1))
def test_inv06_a_blank_in_the_crm_keeps_what_was_known(blanks: dict[str, JsonValue]) -> None:
    """Under ``null = "keep"`` an emptied CRM field leaves our last value alone."""
    world = make_world(accounts=1)
    world.preview()
    before = _account(world)
    world.advance()
    world.crm.edit("account", "a0", blanks)
    world.advance()
    world.preview()
    assert _account(world) == before


def test_inv06_a_blank_clears_where_the_mapping_says_so() -> None:
    """Under ``null = "clear"`` an account without a parent is one."""
    world = make_world(accounts=2)
    world.crm.edit("account", "a1", {"parent": "a0"})
    world.advance()
    world.preview()
    assert [one.parent_id for one in world.store.accounts() if one.parent_id] == [
        world.account("a0")
    ]
    world.crm.edit("account", "a1", {"parent": None})
    world.advance()
    world.preview()
    assert [one.parent_id for one in world.store.accounts() if one.parent_id] == []


def test_inv06_a_number_we_no_longer_know_leaves_a_kept_field_alone() -> None:
    """Nothing is written into ``keep`` fields when their source runs dry; ``clear`` ones empty."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance()
    world.crm.edit("deal", "d-a0", {"closed": True, "won": True})
    world.advance(timedelta(hours=1))
    world.run()
    row = world.crm.values("account", "a0")
    assert (row["kam_tier"], row["next_review"]) != (None, None)
    assert row["kam_risk"] != "The renewal is due on 2027-01-30; its window opened on 2026-08-03"


def test_inv06_a_field_that_vanished_is_a_note_and_clears_nothing() -> None:
    """An optional column that the org lost is left out; what it held stays known to us."""
    world = make_world(accounts=1)
    world.first_night()
    world.advance()
    for ref, record in world.crm.records["account"].items():
        bare = {name: value for name, value in record.values.items() if name != "kam_band"}
        record.versions[:] = []
        world.crm.put("account", ref, bare)
    world.advance()
    report = world.run()
    assert any("kam_band" in note for note in report.notes)
    assert "kam_band" not in world.crm.values("account", "a0")
    assert world.crm.values("account", "a0")["kam_tier"] == "A"
